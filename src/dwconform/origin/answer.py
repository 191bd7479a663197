"""What goes back to the client: an answer, a Status Report, and the exception that carries one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

__all__ = ["Answer", "Refusal", "report"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it is sent. Content-Type and Content-Length are added at the end, a 204 has neither.

    Attributes:
        status: the status code.
        body: the payload.
        media_type: Content-Type; empty for none.
        headers: the other header fields. A Content-Length or Transfer-Encoding among them replaces the true length.
        chunks: makes the payload piece by piece, where it is too large to be held; ``body`` is empty then.
    """

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: Headers = ()
    chunks: Callable[[], Iterator[bytes]] | None = None

    @property
    def whole(self) -> Answer:
        """The same with all of its payload in memory."""
        return self if self.chunks is None else replace(self, body=b"".join(self.chunks()), chunks=None)

    def header(self, name: str) -> str | None:
        """The first value of a header field of ours, name in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str | None) -> Answer:
        """The answer with one field of this name instead of all that it had; without any for ``None``."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))


class Refusal(Exception):  # noqa: N818 - carries an answer through the layers, is no error of ours
    """The request cannot be served; carries the answer."""

    def __init__(self, status: int, text: str, headers: Headers = ()) -> None:
        super().__init__(text)
        self.answer = report(status, text, headers)

    @classmethod
    def of(cls, answer: Answer) -> Refusal:
        """A refusal that is answered in this way."""
        refusal = cls(answer.status, "")
        refusal.answer = answer
        return refusal


def report(status: int, text: str, headers: Headers = ()) -> Answer:
    """A Status Report as plain text (8.1.2.3)."""
    return Answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8", headers)
