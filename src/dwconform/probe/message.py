"""What the ways to the network have in common: a request ready to be sent, and an answer that is being read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from dwconform.target.origin import Address

__all__ = ["Answer", "Channel", "Outgoing", "Prepared", "Sink"]


class Sink(Protocol):
    """Takes a body as it arrives, so that none of it need be kept, however long it is."""

    def begin(self, status: int, content_type: str) -> bool:
        """Say whether the body of this response is wanted; forget what came before (a redirect, a login)."""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes, content codings undone."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to be sent.

    Attributes:
        method: any token; a read-only run lets only GET, HEAD and OPTIONS pass.
        url: absolute; path and query are sent letter for letter.
        headers: fields in the order and the letter case in which they are sent.
        body: octets, or pieces of them that are sent with chunked transfer coding unless a Content-Length is given.
            Only pieces that can be iterated again survive a renewed login.
        accept: value of the Accept field; None sends none.
        raw: write the octets to a socket of its own, HTTP/1.1, nothing added but Host and Content-Length where absent.
        label: what the request is for.
        anonymous: send no credentials.
        sink: takes the body of the response as it arrives; then only its beginning is kept, and no limit holds but that
            it goes on arriving at a bearable pace.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Iterable[bytes] = b""
    accept: str | None = None
    raw: bool = False
    label: str = ""
    anonymous: bool = False
    sink: Sink | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with all its header fields."""

    method: str
    address: Address
    headers: tuple[tuple[str, str], ...]
    body: bytes | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response whose header section has arrived; ``chunks`` reads the body, ``close`` gives the connection back."""

    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]
    chunks: Iterable[bytes] | Iterator[bytes]
    close: Callable[[], None]


class Channel(Protocol):
    """A way to the network."""

    def send(self, request: Prepared) -> Answer:
        """Send a request and wait for the header section of its response.

        Raises:
            httpcore.ConnectError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException:
                `failure.explain` knows them.
        """

    def close(self) -> None:
        """Close all connections."""
