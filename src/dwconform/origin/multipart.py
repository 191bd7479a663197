"""multipart/related: taking a request apart, putting a response together (PS3.18 8.6.1.2, RFC 2046 5.1.1)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Part", "closing", "content_type", "encoded", "join", "new_boundary", "split"]

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: media type with parameters, body, and further header fields."""

    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def join(parts: Iterable[Part], media_type: str) -> tuple[bytes, str]:
    """A body of parts, and its Content-Type; the boundary is new each time, so no part contains it."""
    boundary = new_boundary()
    chunks = [encoded(part, boundary) for part in parts]
    return b"".join(chunks) + closing(boundary), content_type(media_type, boundary)


def new_boundary() -> str:
    """A boundary that no part contains."""
    return f"part-{uuid.uuid4().hex}"


def content_type(media_type: str, boundary: str) -> str:
    """The Content-Type of a body of parts."""
    return f'multipart/related; type="{media_type}"; boundary={boundary}'


def encoded(part: Part, boundary: str) -> bytes:
    """A part with the delimiter before it and the line break after it."""
    fields = (("Content-Type", part.media_type), ("Content-Length", str(len(part.body))), *part.headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in _last(fields))
    return f"--{boundary}\r\n{head}\r\n".encode() + part.body + b"\r\n"


def _last(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The fields, of each name the last; without those whose value is empty."""
    return ((name, value) for name, value in {name.lower(): (name, value) for name, value in fields}.values() if value)


def closing(boundary: str) -> bytes:
    """What ends a body of parts."""
    return f"--{boundary}--\r\n".encode()


def split(body: bytes, boundary: str) -> list[Part]:
    """The parts of a body. Raises ValueError when it is no multipart of this boundary, or is cut off."""
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError("the boundary parameter is missing or not a legal boundary")
    line = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    delimiters = list(line.finditer(body))
    closing = next((at for at, match in enumerate(delimiters) if match[1]), None)
    if not delimiters:
        raise ValueError("the boundary does not occur in the body")
    if closing is None:
        raise ValueError("the closing delimiter is missing: the body is cut off")
    starts, ends = delimiters[:closing], delimiters[1 : closing + 1]
    return [_part(body[start.end() + 2 : end.start()]) for start, end in zip(starts, ends, strict=True)]


def _part(octets: bytes) -> Part:
    if octets.startswith(b"\r\n"):
        return Part("", octets[2:])
    head, gap, body = octets.partition(b"\r\n\r\n")
    if not gap:
        raise ValueError("a part has no empty line after its header fields")
    fields = [line.partition(":") for line in head.decode("latin-1").split("\r\n")]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in fields)
    return Part(dict(headers).get("content-type", ""), body, headers)
