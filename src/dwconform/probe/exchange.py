"""The evidence: what was sent and what came back, as it travelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

__all__ = ["Body", "Exchange", "Failure", "FailureKind", "Headers", "Request", "Response"]


class Headers(tuple[tuple[str, str], ...]):
    """Header fields in the order and the letter case of the wire; looked up without regard to case.

    Octets outside ASCII are carried as Latin-1 characters.
    """

    __slots__ = ()

    def __new__(cls, fields: Iterable[tuple[str, str]] = ()) -> Self:
        """Take the fields as (name, value)."""
        return super().__new__(cls, tuple((name, value) for name, value in fields))

    def all(self, name: str) -> list[str]:
        """Return every value of the field, one for each line of it."""
        wanted = name.lower()
        return [value for field_name, value in self if field_name.lower() == wanted]

    def get(self, name: str) -> str | None:
        """Return the field's value, several lines joined with a comma (RFC 9110 5.3), or None where it is absent."""
        values = self.all(name)
        return ", ".join(values) if values else None


NO_HEADERS = Headers()


@dataclass(frozen=True, slots=True)
class Body:
    """A body, kept up to a limit.

    Attributes:
        content: the first bytes of it, content codings (gzip) undone.
        size: the length of all of it in bytes, as far as it was read, content codings undone.
        sha256: of all of it, as far as it was read; hexadecimal; empty where a sink took it.
        complete: whether ``content`` is all of it.
        wire_size: bytes on the wire, content codings not undone.
    """

    content: bytes = b""
    size: int = 0
    sha256: str = ""
    complete: bool = True
    wire_size: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent."""

    method: str
    url: str
    headers: Headers = NO_HEADERS
    body: Body = Body()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. ``http_version`` is ``HTTP/1.1`` or ``HTTP/2``; HTTP/2 has no ``reason``."""

    status: int
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers: Headers = NO_HEADERS
    body: Body = Body()


class FailureKind(StrEnum):
    """Why an exchange came to no proper end."""

    CONNECT = "connect"  # nothing listens, name unknown, TLS refused
    TIMEOUT = "timeout"  # no answer, or not all of it, in the time allowed
    CLOSED = "closed"  # the connection ended in the middle of the response
    PROTOCOL = "protocol"  # what came back is not HTTP
    CODING = "coding"  # the content coding (gzip) cannot be undone
    LIMIT = "limit"  # more than a run is willing to read
    REDIRECT = "redirect"  # a circle, or a way out of the target


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong on the way, in a sentence for the user."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it.

    Attributes:
        number: counts the exchanges of a run from 1, in the order of sending.
        request: what was sent, secrets already redacted.
        response: what came back, or None when no status line did.
        failure: set when the exchange did not end properly; a response may stand beside it (cut in mid-body).
        seconds: from the first byte sent to the last byte read.
        redirects: URLs that were followed on the way.
        label: the step's name, or what the request was for.
    """

    number: int
    request: Request
    response: Response | None = None
    failure: Failure | None = None
    seconds: float = 0.0
    redirects: tuple[str, ...] = ()
    label: str = ""
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """Where readers keep what they read of this exchange, so that each body is read once."""
