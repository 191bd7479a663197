"""The stream under a multipart payload (RFC 2046 5.1): chunks in, events out, in constant memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from dwconform.encoding.media_type import MediaType, parse_media_type
from dwconform.encoding.part_header import Headers, find_header, read_headers
from dwconform.encoding.problem import Fault, Problem
from dwconform.encoding.reading import LIMIT, Problems
from dwconform.encoding.related import RelatedParts

__all__ = ["MultipartReader", "PartData", "PartEnd", "PartEvent", "PartStart"]

_boundary = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]").fullmatch
_behind_delimiter = re.compile(rb"--|[ \t]*\r?\n").match
_may_become_delimiter = re.compile(rb"-?|[ \t]*\r?").fullmatch
_MAX_LINE = 1_000  # of white space behind a delimiter

_NOT_MULTIPART = Fault("M-TYPE-01", "The media type is not multipart.", 'multipart/related; type="..."; boundary=...')
_NO_TYPE = Fault("M-TYPE-02", "The type parameter, which names the media type of the parts, is missing.", 'type="..."')
_NO_BOUNDARY = Fault("M-BOUNDARY-01", "The boundary parameter is missing.", "boundary=...")
_BAD_BOUNDARY = Fault("M-BOUNDARY-02", "The boundary is too long or has other characters.", "1 to 70 bchars")
_INSIDE = Fault("M-BOUNDARY-03", "The boundary begins a line inside a part.", "a boundary that occurs in no part")
_NO_START = Fault("M-BOUNDARY-04", "The boundary never occurs in the payload.", "-- and the boundary")
_PREAMBLE = Fault("M-PREAMBLE-01", "Text stands before the first boundary.", "the boundary first")
_EPILOGUE = Fault("M-EPILOGUE-01", "Text stands behind the closing boundary.", "nothing, or a line break")
_LINE_ENDS = Fault("M-LINE-01", "Lines end in LF alone.", "CRLF")
_NOT_CLOSED = Fault("M-CLOSE-01", "The closing boundary is missing.", "-- the boundary and --")
_NO_PARTS = Fault("M-ZERO-01", "The payload has no part.", "one part at least")
_LENGTH = Fault("M-LENGTH-01", "The Content-Length of the part is not the length of its payload.")


@dataclass(frozen=True, slots=True)
class PartStart:
    """A part begins: its header fields are complete, its payload begins at ``offset``."""

    headers: Headers
    offset: int


@dataclass(frozen=True, slots=True)
class PartData:
    """A piece of the payload of the current part."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The current part is complete after ``length`` bytes."""

    length: int


PartEvent: TypeAlias = PartStart | PartData | PartEnd


class _State(Enum):
    PREAMBLE = auto()
    HEADERS = auto()
    PAYLOAD = auto()
    EPILOGUE = auto()


def _read_boundary(content_type: str, problems: Problems) -> tuple[MediaType | None, str | None]:
    """Return media type and boundary of a multipart Content-Type, None where nothing can be read without them."""
    media_type, faults = parse_media_type(content_type)
    for problem in faults:
        problems.add(Fault(problem.rule, problem.message, problem.expected), "Content-Type", problem.found)
    if media_type is None or media_type.type != "multipart":
        problems.add(_NOT_MULTIPART, "Content-Type", content_type)
        return None, None
    if media_type.subtype == "related" and media_type.parameter("type") is None:
        problems.add(_NO_TYPE, "Content-Type", content_type)
    boundary = media_type.parameter("boundary")
    if not boundary:
        problems.add(_NO_BOUNDARY, "Content-Type", content_type)
        return media_type, None
    if not _boundary(boundary):
        problems.add(_BAD_BOUNDARY, "Content-Type", boundary)
    return media_type, boundary


class MultipartReader:
    """Reads one multipart payload, chunk by chunk; never raises and never repeats what it gave.

    Memory: what is kept between chunks is the header fields of one part, or a possible delimiter.
    """

    def __init__(self, content_type: str, limit: int = LIMIT) -> None:
        self._problems = Problems(limit)
        media_type, boundary = _read_boundary(content_type, self._problems)
        self._related = RelatedParts(media_type, self._problems) if media_type else None
        self._delimiter = b"--" + (boundary or "").encode("latin-1", "replace")
        self._readable = boundary is not None
        self._state = _State.PREAMBLE
        # A delimiter follows a line feed. Where none was sent, or where it belongs to what went before, the buffer's
        # first byte is that line feed, and _lead says that it is no content.
        self._buffer = bytearray(b"\n")
        self._lead = 1
        self._position = -1  # of the buffer's first byte in the body
        self._headers: Headers = ()
        self._offset = 0
        self._length = 0
        self._parts = 0
        self._preamble: int | None = None
        self._said: set[str] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found so far; complete after :meth:`close`."""
        return self._problems.listed()

    def feed(self, chunk: bytes) -> list[PartEvent]:
        """Take the next bytes of the body and return what they complete."""
        if not self._readable:
            return []
        self._buffer += chunk
        return self._advance(final=False)

    def close(self) -> list[PartEvent]:
        """Take note that the body has ended, and return what that completes."""
        if not self._readable:
            return []
        events = self._advance(final=True)
        if self._state is _State.PREAMBLE:
            self._problems.add(_NO_START, "byte 0")
        elif self._state is not _State.EPILOGUE:
            if self._state is _State.PAYLOAD:
                self._take(events, len(self._buffer))
                self._end_part(events)
            self._report_once(_NOT_CLOSED, len(self._buffer))
        elif not self._parts:
            self._problems.add(_NO_PARTS, "byte 0")
        if self._related is not None and self._parts:
            self._related.close()
        self._readable = False
        return events

    def _report_once(self, fault: Fault, at: int) -> None:
        if fault.rule not in self._said:
            self._said.add(fault.rule)
            self._problems.add(fault, f"byte {self._position + at}")

    def _advance(self, *, final: bool) -> list[PartEvent]:
        events: list[PartEvent] = []
        more = True
        while more:
            if self._state is _State.HEADERS:
                more = self._read_headers(events, final=final)
            elif self._state is _State.EPILOGUE:
                more = self._read_epilogue()
            else:
                more = self._read_payload(events, final=final)
        return events

    def _take(self, events: list[PartEvent], count: int) -> None:
        """Remove ``count`` bytes from the buffer: payload of the part, or a preamble, which is a problem."""
        with memoryview(self._buffer) as view:
            data = bytes(view[self._lead : count])
        if self._state is _State.PAYLOAD:
            self._length += len(data)
            if data:
                events.append(PartData(data))
        elif self._state is _State.PREAMBLE and self._preamble is None and data.strip(b"\r\n"):
            self._preamble = self._position + self._lead + _white_space(data, b"\r\n")
        self._drop(count)

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._position += count
        self._lead = max(self._lead - count, 0)

    def _read_payload(self, events: list[PartEvent], *, final: bool) -> bool:
        """Give the payload up to the next delimiter and leave it; false when more bytes are needed."""
        at = self._buffer.find(b"\n" + self._delimiter)
        if at < 0:
            keep = len(self._delimiter) + 2
            if len(self._buffer) > keep + self._lead:
                self._take(events, len(self._buffer) - keep)
            return False
        behind = at + 1 + len(self._delimiter)
        rest = bytes(self._buffer[behind : behind + _MAX_LINE])
        end = _behind_delimiter(rest)
        if end is None:
            if _may_become_delimiter(rest) and len(rest) < _MAX_LINE:
                if not final:
                    return False
                end = re.match(b".*", rest, re.DOTALL)
            else:
                self._problems.add(_INSIDE, f"byte {self._position + at + 1}")
                self._take(events, behind)
                return True
        has_return = at > self._lead and self._buffer[at - 1] == ord("\r")
        closing = rest.startswith(b"--")
        if (at >= self._lead and not has_return) or (not closing and rest.lstrip(b" \t").startswith(b"\n")):
            self._report_once(_LINE_ENDS, at + 1)
        content = at - 1 if has_return else at
        line = at + 1 - content + len(self._delimiter) + (end.end() if end else 0)
        self._take(events, content)
        if self._state is _State.PAYLOAD:
            self._end_part(events)
        elif self._preamble is not None:
            self._problems.add(_PREAMBLE, f"byte {self._preamble}")
        self._drop(line)
        self._lead = 0
        self._state = _State.EPILOGUE if closing else _State.HEADERS
        return True

    def _read_headers(self, events: list[PartEvent], *, final: bool) -> bool:
        if final and not self._buffer:
            return False
        block = read_headers(self._buffer, self._delimiter, self._position, self._problems, final=final)
        if block is None:
            return False
        if block.bare:
            self._report_once(_LINE_ENDS, 0)
        if self._related is not None:
            self._related.check(block.headers, self._position)
        self._drop(block.size)
        self._headers = block.headers
        self._lead = 1 if self._buffer.startswith(b"\n") else 0
        self._offset = self._position + self._lead
        self._length = 0
        self._state = _State.PAYLOAD
        self._parts += 1
        events.append(PartStart(self._headers, self._offset))
        return True

    def _end_part(self, events: list[PartEvent]) -> None:
        stated = find_header(self._headers, "Content-Length")
        if stated is not None and stated != str(self._length):
            fault = Fault(_LENGTH.rule, _LENGTH.message, str(self._length))
            self._problems.add(fault, f"byte {self._offset}", stated)
        events.append(PartEnd(self._length))

    def _read_epilogue(self) -> bool:
        if self._buffer.strip(b"\r\n \t"):
            self._report_once(_EPILOGUE, _white_space(self._buffer, b"\r\n \t"))
        self._drop(len(self._buffer))
        return False


def _white_space(data: bytes | bytearray, characters: bytes) -> int:
    """Return how many of the ``characters`` stand at the start of the data."""
    return len(data) - len(data.lstrip(characters))
