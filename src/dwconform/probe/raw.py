"""A way to the network for requests that no HTTP library sends: the octets are written as they are given.

One socket per request, HTTP/1.1 only. The response is parsed by h11, strictly, and read within the same bounds.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import suppress

import h11
import httpcore

from dwconform.errors import UnsafeRequest
from dwconform.probe.message import Answer, Prepared
from dwconform.probe.safety import check_safe
from dwconform.probe.wire import Wire, WireBackend

__all__ = ["RawChannel", "request_octets"]

_LINE_BREAK = re.compile(r"[\r\n\0]")
_CHUNK = 64 * 1024
_LONGEST_HEAD = 100 * 1024


class RawChannel:
    """Writes requests octet by octet."""

    def __init__(self, tls: ssl.SSLContext | None, *, read_only: bool, connect: float, read: float) -> None:
        self._tls = tls
        self._read_only = read_only
        self._connect = connect
        self._read = read
        self._backend = WireBackend()

    def send(self, request: Prepared) -> Answer:
        """Send a request; see `Channel`."""
        if self._read_only:
            _check_one_safe_request(request)
        wire = self._open(request)
        try:
            with suppress(httpcore.WriteError):  # a server may refuse early, and answer all the same
                wire.write(request_octets(request), self._read)
            return self._answer(wire, request.method)
        except BaseException:
            wire.close()
            raise

    def _open(self, request: Prepared) -> Wire:
        origin = request.address.origin
        wire = self._backend.connect_tcp(origin.host, origin.port, self._connect)
        return wire.start_tls(self._tls, origin.host, self._connect) if self._tls and origin.scheme == "https" else wire

    def _answer(self, wire: Wire, method: str) -> Answer:
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        # h11 must know what was asked to know where the response ends; the octets that it makes of it are not sent.
        parser.send(h11.Request(method="HEAD" if method == "HEAD" else "GET", target="/", headers=[("Host", "-")]))
        parser.send(h11.EndOfMessage())
        event = self._next(parser, wire)
        while isinstance(event, h11.InformationalResponse):
            event = self._next(parser, wire)
        if not isinstance(event, h11.Response):
            message = "Server disconnected"
            raise httpcore.RemoteProtocolError(message)
        return Answer(
            event.status_code,
            event.reason.decode("latin-1"),
            f"HTTP/{event.http_version.decode('ascii')}",
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers.raw_items()),
            self._body(parser, wire),
            wire.close,
        )

    def _body(self, parser: h11.Connection, wire: Wire) -> Iterator[bytes]:
        event = self._next(parser, wire)
        while isinstance(event, h11.Data):
            yield bytes(event.data)
            event = self._next(parser, wire)

    def _next(self, parser: h11.Connection, wire: Wire) -> h11.Event | type[h11.PAUSED]:
        try:
            while (event := parser.next_event()) is h11.NEED_DATA:
                octets = wire.read(_CHUNK, self._read)
                if not octets and parser.their_state is h11.SEND_RESPONSE:
                    message = "Server disconnected"
                    raise httpcore.RemoteProtocolError(message)
                parser.receive_data(octets)
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        return event  # type: ignore[return-value]  # NEED_DATA has been dealt with

    def close(self) -> None:
        """Do nothing: no connection outlives its request."""


def request_octets(request: Prepared) -> bytes:
    """Return the request as it is written to the socket."""
    lines = [f"{request.method} {request.address.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    body = request.body if isinstance(request.body, bytes) else b"".join(request.body)
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def _check_one_safe_request(request: Prepared) -> None:
    """Refuse what could hide a second, unsafe request in the octets of the first."""
    check_safe(request.method, request.headers)
    parts = (request.address.target, *(part for field in request.headers for part in field))
    if any(_LINE_BREAK.search(part) for part in parts) or request.body:
        message = "a read-only run sends no raw request with a body, or with line breaks in its fields"
        raise UnsafeRequest(message)
