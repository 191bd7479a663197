"""The usual way to the network: HTTP/1.1 and HTTP/2 with connections that are kept.

This is httpcore, the transport below httpx. httpx itself adds an Accept field, rewrites URLs, follows redirects with
its own rules and undoes content codings without bounds; a probe sends what it was told to and nothing more.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator

import httpcore

from dwconform.probe.message import Answer, Prepared
from dwconform.probe.safety import check_safe
from dwconform.probe.wire import WireBackend, under_way

__all__ = ["PooledChannel"]

_IDLE = 1.5
"""Seconds after which an unused connection is not used again: some servers close theirs after two."""

_REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS"))


class _GuardedPool(httpcore.ConnectionPool):
    """A pool that no unsafe request gets past in a read-only run, whoever calls it."""

    read_only = False

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        if self.read_only:
            check_safe(
                request.method.decode("latin-1"),
                ((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers),
            )
        return super().handle_request(request)


class PooledChannel:
    """Sends requests over a pool of connections that all threads share."""

    def __init__(
        self, tls: ssl.SSLContext | None, *, http2: bool, read_only: bool, connect: float, read: float, connections: int
    ) -> None:
        self._timeout = {"connect": connect, "read": read, "write": read, "pool": None}
        self._pool = _GuardedPool(
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_IDLE,
            http1=True,
            http2=http2,
            network_backend=WireBackend(),
        )
        self._pool.read_only = read_only

    def send(self, request: Prepared) -> Answer:
        """Send a request; see `Channel`."""
        try:
            return self._send(request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError):
            if not _was_stale(request):
                raise
        return self._send(request)

    def _send(self, request: Prepared) -> Answer:
        origin, target = request.address
        body = request.body
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=origin.scheme.encode("ascii"),
                    host=origin.host.encode("ascii"),
                    port=origin.port,
                    target=target.encode("ascii"),
                ),
                headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
                content=body if isinstance(body, bytes) or not body else _Pieces(body),
                extensions={"timeout": self._timeout},
            )
        )
        version = response.extensions["http_version"].decode("latin-1")
        stream = response.stream
        return Answer(
            response.status,
            response.extensions.get("reason_phrase", b"").decode("latin-1"),
            version,
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers),
            stream,  # type: ignore[arg-type]  # typed for async streams as well
            response.close,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Pieces:
    """An iterable body in the shape that httpcore takes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            flight = under_way.flight
            if flight and flight.over:
                raise httpcore.WriteTimeout
            yield piece


def _was_stale(request: Prepared) -> bool:
    """Whether the server closed a kept connection, as it may at any time (RFC 9112 9.3.1), and read nothing of this."""
    flight = under_way.flight
    return (
        request.method in _REPEATABLE
        and isinstance(request.body, bytes)
        and flight is not None
        and flight.received == 0
        and flight.wire is not None
        and flight.wire.flights > 1
    )
