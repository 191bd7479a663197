"""Captured messages: a status line and header fields before a body, or header fields alone, or nothing but a body."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from dwconform.encoding.part10_header import Buffer
from dwconform.encoding.part_header import Headers, find_header
from dwconform.errors import UsageError

__all__ = ["MAX_BODY", "Capture", "read_capture"]

MAX_BODY = 1 << 29
"""How many bytes a body may have that must be held in memory, as text must, and what came in chunks or compressed."""

_MAX_HEAD = 1 << 16
_status_line = re.compile(rb"HTTP/[0-9.]+ (?P<code>[0-9]{3})[^\n]*\n").match
_fields = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\n]*\n)+\r?\n").match
_empty_line = re.compile(rb"\r?\n").match
_content_type = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE).search
_chunk = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]{0,200}\r\n").match


@dataclass(frozen=True, slots=True)
class Capture:
    """A body, which begins at ``at``, and the header fields before it, if there are any."""

    data: Buffer
    at: int = 0
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """Return the value of a header field, None when it is absent."""
        return find_header(self.headers, name)

    def body(self) -> bytes:
        """Return the whole body.

        Raises:
            UsageError: it is larger than what is held in memory.
        """
        if len(self.data) - self.at > MAX_BODY:
            message = f"the body has more than {MAX_BODY >> 20} MiB, which is more than is read at once"
            raise UsageError(message)
        return self.data[self.at :]


def read_capture(data: Buffer) -> Capture:
    """Split what was captured into header fields and body, transfer and content codings removed.

    Raises:
        UsageError: a coding cannot be removed, or the body is too large once it is.
    """
    at = 0
    headers: Headers = ()
    while True:  # interim responses and redirects come before the one with the body
        head = data[at : at + _MAX_HEAD]
        status = _status_line(head)
        fields = _fields(head, status.end() if status else 0)
        bare = _empty_line(head, status.end()) if status else None  # a head without fields, as of 100 Continue
        if fields is None and bare:
            at += bare.end()
            continue
        if fields is None or (status is None and (headers or not _content_type(fields[0]))):
            break
        headers = _parse(fields[0])
        at += fields.end()
        if status is None:
            break
    return _decoded(Capture(data, at, headers))


def _parse(block: bytes) -> Headers:
    lines = block.decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines if line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _decoded(capture: Capture) -> Capture:
    """Remove chunks and compression, unless the tool that captured has done so already."""
    if "chunked" in (capture.header("Transfer-Encoding") or "").lower():
        whole = _joined(capture.body())
        if whole is not None:
            capture = Capture(whole, 0, capture.headers)
    coding = (capture.header("Content-Encoding") or "").lower()
    if coding in {"gzip", "x-gzip"} and capture.data[capture.at : capture.at + 2] == b"\x1f\x8b":
        inflater = zlib.decompressobj(31)
        try:
            octets = inflater.decompress(capture.body(), MAX_BODY)
        except zlib.error as error:
            message = f"the body is no gzip, although Content-Encoding says so: {error}"
            raise UsageError(message) from None
        if inflater.unconsumed_tail:
            message = f"the body inflates to more than {MAX_BODY >> 20} MiB"
            raise UsageError(message)
        return Capture(octets, 0, capture.headers)
    return capture


def _joined(body: bytes) -> bytes | None:
    """Return the data of the chunks (RFC 9112 7.1), None when the body is not in chunks."""
    pieces: list[bytes] = []
    at = 0
    while match := _chunk(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(pieces)
        if body[match.end() + size : match.end() + size + 2] != b"\r\n":
            return None
        pieces.append(body[match.end() : match.end() + size])
        at = match.end() + size + 2
    return None
