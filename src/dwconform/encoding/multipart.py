"""multipart payloads (PS3.18 8.6.1.2, RFC 2046 5.1, RFC 2387), whole or as a stream.

:class:`MultipartReader` is fed chunks and gives events; :func:`read_multipart` collects them into parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from dwconform.encoding.multipart_stream import MultipartReader, PartData, PartEnd, PartEvent, PartStart
from dwconform.encoding.part_header import Headers, find_header
from dwconform.encoding.problem import Problem
from dwconform.encoding.reading import LIMIT

__all__ = [
    "MultipartReader",
    "MultipartReading",
    "Part",
    "PartData",
    "PartEnd",
    "PartEvent",
    "PartStart",
    "read_multipart",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One part; ``offset`` is where its payload begins in the body."""

    headers: Headers
    body: bytes
    offset: int

    def header(self, name: str) -> str | None:
        """Return the value of a header field, None when it is absent."""
        return find_header(self.headers, name)


@dataclass(frozen=True, slots=True)
class MultipartReading:
    """The parts that could be read, and everything that is wrong with their wrapping."""

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]


def read_multipart(body: bytes, content_type: str, *, limit: int = LIMIT) -> MultipartReading:
    """Read a whole multipart payload.

    Args:
        body: the bytes of the payload.
        content_type: the value of the message's Content-Type header field.
        limit: how many problems to list at most.

    Returns:
        The parts, also those of a faulty payload, and the problems of the wrapping. Pointers are ``byte N`` of the body
        or ``Content-Type``.
    """
    reader = MultipartReader(content_type, limit)
    parts: list[Part] = []
    data: list[bytes] = []
    start = PartStart((), 0)
    for event in [*reader.feed(body), *reader.close()]:
        match event:
            case PartStart():
                start = event
                data = []
            case PartData():
                data.append(event.data)
            case PartEnd():
                parts.append(Part(start.headers, b"".join(data), start.offset))
    return MultipartReading(tuple(parts), reader.problems)
