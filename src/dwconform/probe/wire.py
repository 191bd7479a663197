"""The connection below HTTP: sockets on which no exchange outlives its deadline.

httpcore's timeouts are for single reads and writes, so that a server which sends one byte a second is waited for
for ever. Here every wait is also cut by the deadline of the exchange under way, and what arrives is counted: octets
that follow the end of a response would otherwise be taken for the beginning of the next one.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore

__all__ = ["Flight", "Wire", "WireBackend", "under_way"]

_BLANK_LINE = re.compile(rb"\n\r?\n")
_HEAD_LIMIT = 128 * 1024
_INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9][0-9]")


@dataclass(slots=True)
class Flight:
    """One exchange on its way, as its thread's sockets see it.

    Attributes:
        total: seconds after the first request at which every wait ends.
        began: monotonic time of the first request; 0.0 before it.
        head: what arrived first, at least up to the end of the header section.
        received: number of octets that arrived.
        wire: the connection last used.
        tail: the last octets that arrived.
        pace: octets a second that put the deadline off while they arrive; 0 where nothing does.
    """

    total: float
    began: float = 0.0
    head: bytearray = field(default_factory=bytearray)
    received: int = 0
    wire: Wire | None = None
    tail: bytes = b""
    pace: float = 0.0

    def start(self) -> None:
        """Begin with a request: the first one of the exchange, or another one within the same deadline."""
        self.began = self.began or time.monotonic()
        self.head = bytearray()
        self.received = 0
        self.tail = b""
        self.wire = None

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() > self._deadline

    @property
    def _deadline(self) -> float:
        return self.began + self.total + (self.received / self.pace if self.pace else 0.0)

    def seconds(self) -> float:
        """Return the time since the first request, 0.0 where none was sent."""
        return time.monotonic() - self.began if self.began else 0.0

    def left(self, timeout: float | None) -> float:
        """Return the seconds to wait for the next octets.

        Raises:
            TimeoutError: the deadline has passed.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if timeout is None else min(timeout, left)

    def took(self, octets: bytes) -> None:
        """Count what arrived."""
        self.received += len(octets)
        self.tail = octets[-4:] if len(octets) >= 4 else (self.tail + octets)[-4:]
        if len(self.head) < _HEAD_LIMIT and not _head_length(self.head):
            self.head += octets

    def surplus(self, body_size: int) -> int:
        """Return how many octets arrived after a response whose body has ``body_size`` octets on the wire."""
        head = _head_length(self.head)
        return self.received - head - body_size if head else 0


def _head_length(octets: bytearray) -> int:
    """Return the length of the header section (interim responses before it included), 0 while it is not all there."""
    start = 0
    while True:
        found = _BLANK_LINE.search(octets, start)
        if not found:
            return 0
        if not _INTERIM.match(octets, start):
            return found.end()
        start = found.end()


class _UnderWay(threading.local):
    flight: Flight | None = None


under_way = _UnderWay()
"""The flight of this thread."""


class Wire(httpcore.NetworkStream):
    """A connected socket, plain or TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.spoiled = False
        """Whether the connection must not be used again."""
        self.flights = 0
        """How many requests were written to it."""

    @property
    def speaks_http2(self) -> bool:
        """Whether the TLS handshake chose HTTP/2 (RFC 9113 3.2)."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.selected_alpn_protocol() == "h2"

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next octets; none when the other side has closed."""
        flight = under_way.flight
        try:
            self._socket.settimeout(flight.left(timeout) if flight else timeout)
            octets = self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            if isinstance(error, ssl.SSLError) and not (flight and flight.received):
                # With TLS 1.3 the server refuses a client's certificate, or its absence, only after the handshake.
                message = f"TLS: {error}"
                raise httpcore.ConnectError(message) from error
            raise httpcore.ReadError(str(error)) from error
        if flight:
            flight.took(octets)
        return octets

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of the octets."""
        flight = under_way.flight
        if flight and flight.wire is not self:
            flight.wire = self
            self.flights += 1
        view = memoryview(buffer)
        try:
            while view:
                self._socket.settimeout(flight.left(timeout) if flight else timeout)
                view = view[self._socket.send(view) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Wire:
        """Return the same connection with TLS on it."""
        flight = under_way.flight
        try:
            self._socket.settimeout(flight.left(timeout) if flight else timeout)
            return Wire(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except (OSError, ValueError) as error:
            self.close()
            message = f"TLS: {error}"
            raise httpcore.ConnectError(message) from error

    def get_extra_info(self, info: str) -> Any:
        """Answer what httpcore asks of a connection."""
        if info == "is_readable":
            return self.spoiled or _is_readable(self._socket)
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        if info == "socket":
            return self._socket
        return None


def _is_readable(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([sock], [], [], 0)[0])


class WireBackend(httpcore.NetworkBackend):
    """Opens `Wire` connections."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Wire:
        """Connect to the first address of ``host`` that answers."""
        del local_address, socket_options
        flight = under_way.flight
        try:
            sock = socket.create_connection((host, port), flight.left(timeout) if flight else timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(sock)

    def sleep(self, seconds: float) -> None:
        """Wait; httpcore does so between attempts to connect, of which there is one only."""
        time.sleep(seconds)
