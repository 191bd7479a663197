"""The guard of a read-only run. It stands at the door of each way to the network, not only in the client."""

from __future__ import annotations

from collections.abc import Iterable

from dwconform.errors import UnsafeRequest

__all__ = ["SAFE_METHODS", "check_safe"]

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
"""The safe methods that a run uses (RFC 9110 9.2.1); TRACE is one as well and is never sent."""

_OVERRIDES = frozenset(("x-http-method-override", "x-http-method", "x-method-override"))


def check_safe(method: str, headers: Iterable[tuple[str, str]] = ()) -> None:
    """Let a safe request pass.

    Raises:
        UnsafeRequest: the method is unsafe, or a header field asks the server to take another one for it.
    """
    if method not in SAFE_METHODS:
        message = f"a read-only run does not send {method!r}"
        raise UnsafeRequest(message)
    for name, value in headers:
        if name.strip().lower() in _OVERRIDES:
            message = f"a read-only run does not send {name}: {value}"
            raise UnsafeRequest(message)
