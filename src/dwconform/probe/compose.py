"""From what a case wants to send to a request with all of its header fields."""

from __future__ import annotations

import re
from collections.abc import Iterable

import dwconform
from dwconform.probe.message import Outgoing, Prepared
from dwconform.target import Target
from dwconform.target.origin import Address, Origin

__all__ = ["Composer"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")
_WITH_LENGTH = frozenset(("POST", "PUT", "PATCH"))
_CREDENTIALS = frozenset(("authorization", "cookie", "proxy-authorization"))
Fields = tuple[tuple[str, str], ...]
Content = bytes | Iterable[bytes]


class Composer:
    """Adds what every request of a run has. Credentials and configured fields go to the target's own origins only."""

    def __init__(self, target: Target) -> None:
        self._home = target.home()
        self._configured = tuple(
            (name, value if isinstance(value, str) else value.value) for name, value in target.headers.items()
        )
        self.secret_fields = frozenset(
            name.lower() for name, value in target.headers.items() if not isinstance(value, str)
        )
        """Names of the configured fields whose values are secret, in lower case."""

    def at_home(self, origin: Origin) -> bool:
        """Whether credentials may go there."""
        return origin in self._home

    def prepare(self, request: Outgoing, address: Address, authorization: str | None, body: Content) -> Prepared:
        """Return the request for one hop.

        Raises:
            ValueError: HTTP has no way to send it, and it is not raw.
        """
        given = request.headers
        if not self.at_home(address.origin):
            given = tuple(field for field in given if field[0].lower() not in _CREDENTIALS)
        added = self._added(request, address, authorization, body)
        names = {name.lower() for name, _ in given}
        headers = (*(field for field in added if field[0].lower() not in names), *given)
        _check_sendable(request, headers)
        if isinstance(body, bytes) and not request.raw:
            _check_length(headers, len(body))
        return Prepared(request.method, address, headers, body)

    def _added(self, request: Outgoing, address: Address, authorization: str | None, body: Content) -> Fields:
        fields = [("Host", address.origin.authority), ("User-Agent", f"dwconform/{dwconform.__version__}")]
        if request.accept is not None:
            fields.append(("Accept", request.accept))
        fields.append(("Accept-Encoding", "identity"))
        if self.at_home(address.origin) and not request.anonymous:
            configured = {name.lower() for name, _ in self._configured}
            fields = [field for field in fields if field[0].lower() not in configured]
            fields += self._configured
            if authorization is not None:
                fields.append(("Authorization", authorization))
        return (*fields, *_framing(request, body))


def _framing(request: Outgoing, body: Content) -> Fields:
    names = {name.lower() for name, _ in request.headers}
    if names & {"content-length", "transfer-encoding"}:
        return ()
    if not isinstance(body, bytes):
        return (("Transfer-Encoding", "chunked"),)
    if body or request.method in _WITH_LENGTH:
        return (("Content-Length", str(len(body))),)
    return ()


def _check_sendable(request: Outgoing, headers: Fields) -> None:
    if request.raw:
        text = "".join((request.method, request.url, *(part for field in headers for part in field)))
        text.encode("latin-1")  # UnicodeEncodeError is a ValueError
        return
    if not _TOKEN.match(request.method):
        message = f"{request.method!r} is no method"
        raise ValueError(message)
    for name, value in headers:
        if not _TOKEN.match(name) or not _FIELD_VALUE.match(value) or value != value.strip():
            message = f"the header field {name!r} with the value {value!r}"
            raise ValueError(message)


def _check_length(headers: Fields, length: int) -> None:
    for name, value in headers:
        if name.lower() == "content-length" and value != str(length):
            message = f"the Content-Length {value} of a body of {length} octets; only a raw request can lie about it"
            raise ValueError(message)
