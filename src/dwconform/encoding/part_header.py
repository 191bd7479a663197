"""The header fields of one part of a multipart payload (RFC 2046 5.1, RFC 5322 2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems

__all__ = ["MAX_HEADER", "HeaderBlock", "Headers", "find_header", "read_headers"]

MAX_HEADER = 65_536
Headers: TypeAlias = tuple[tuple[str, str], ...]

_field = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL).fullmatch
_BAD_FIELD = Fault("M-HEADER-01", "A line of the part's header is no header field.", "Name: value")
_ENDLESS = Fault("M-HEADER-02", "The header fields of the part do not end.", "an empty line before the payload")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The header fields of a part, and how many bytes they take up to the line feed before the payload."""

    headers: Headers
    size: int
    bare: bool


def find_header(headers: Headers, name: str) -> str | None:
    """Return the value of a header field, None when it is absent; names are compared without case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def read_headers(
    buffer: bytearray, delimiter: bytes, position: int, problems: Problems, *, final: bool
) -> HeaderBlock | None:
    """Read the header fields at the start of ``buffer``, which is at ``position`` in the body.

    Returns:
        None while their end is not in the buffer. Without an end they are a problem: what looks like header fields up
        to the next delimiter is taken as such.
    """
    lines: list[tuple[int, bytes]] = []
    start = 0
    while True:
        end = buffer.find(b"\n", start)
        line = bytes(buffer[start : end if end >= 0 else len(buffer)])
        if line in {b"", b"\r"} and end >= 0:
            return _block(lines, end, position, problems)
        at_delimiter = bool(lines) and line.startswith(delimiter)
        if end < 0 and not at_delimiter and not final and len(buffer) <= MAX_HEADER:
            return None
        if end < 0 or at_delimiter or start > MAX_HEADER:
            problems.add(_ENDLESS, f"byte {position}", bytes(buffer[:80]))
            return _block(lines, max(start - 1, 0), position, problems)
        lines.append((start, line))
        start = end + 1


def _block(lines: list[tuple[int, bytes]], size: int, position: int, problems: Problems) -> HeaderBlock:
    fields: list[tuple[int, str]] = []
    for offset, line in lines:
        text = line.removesuffix(b"\r").decode("latin-1")
        if text.startswith((" ", "\t")) and fields:  # a folded line continues the one before
            fields[-1] = (fields[-1][0], fields[-1][1] + " " + text.strip(" \t"))
        else:
            fields.append((offset, text))
    headers: list[tuple[str, str]] = []
    for offset, text in fields:
        match = _field(text)
        if match is None:
            problems.add(_BAD_FIELD, f"byte {position + offset}", text)
        else:
            headers.append((match[1], match[2]))
    return HeaderBlock(tuple(headers), size, any(not line.endswith(b"\r") for _, line in lines))
