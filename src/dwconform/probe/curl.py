"""The exchange as a curl command, so that a reader can repeat it by hand."""

from __future__ import annotations

import shlex

from dwconform.probe.exchange import Request
from dwconform.probe.redact import MASK

__all__ = ["curl_command"]

_BY_CURL = frozenset(("host", "content-length", "transfer-encoding", "connection"))
_PLACEHOLDERS = {
    "authorization": '"Authorization: $TOKEN"',
    "proxy-authorization": '"Proxy-Authorization: $TOKEN"',
    "cookie": '"Cookie: $COOKIE"',
}
_INLINE = 4096


def curl_command(request: Request) -> str:
    """Return a shell command that sends ``request`` again.

    Credentials stand as ``$TOKEN`` (with its scheme: ``TOKEN="Basic ..."``), other secrets as ``$SECRET``. A body that
    is binary or long is read from a file named ``body``.
    """
    method = request.method
    parts = ["curl", "--include"]
    if method == "HEAD":
        parts.append("--head")
    elif method != "GET" or _has_data(request):
        parts += ["--request", shlex.quote(method)]
    parts += _headers(request)
    if _has_data(request):
        parts += ["--data-binary", _body(request)]
    # curl would take brackets for a range and remove dots from the path.
    parts += ["--globoff", "--path-as-is", _quote(request.url)]
    return " ".join(parts)


def _has_data(request: Request) -> bool:
    """Whether there is a body, be it one of length 0: curl sends a Content-Length only with data."""
    return bool(request.body.size) or request.headers.get("Content-Length") is not None


def _headers(request: Request) -> list[str]:
    parts: list[str] = []
    names = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        lower = name.lower()
        if lower in _BY_CURL or (lower == "accept-encoding" and value == "identity"):
            continue
        if lower in _PLACEHOLDERS:
            parts += ["--header", _PLACEHOLDERS[lower]]
        else:
            # With a semicolon curl sends a field that has no value; with a colon it would send none.
            parts += ["--header", _quote(f"{name}: {value}" if value else f"{name};")]
    # What curl adds by itself and the request did not have.
    unwanted = [] if "accept" in names else ["Accept"]
    if _has_data(request) and "content-type" not in names:
        unwanted.append("Content-Type")
    for name in unwanted:
        parts += ["--header", f"'{name}:'"]
    return parts


def _body(request: Request) -> str:
    body = request.body
    try:
        text = body.content.decode("utf-8")
    except UnicodeDecodeError:
        return "@body"
    if not body.complete or len(text) > _INLINE or "\0" in text or text.startswith("@"):
        return "@body"
    return _quote(text)


def _quote(text: str) -> str:
    """Quote for a POSIX shell; a redacted secret becomes a variable that the shell fills in."""
    return '"$SECRET"'.join(shlex.quote(part) if part else "" for part in text.split(MASK)) or "''"
