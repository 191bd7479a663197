"""Media types and the Accept header field: the grammar of RFC 9110 (5.6, 8.3.1, 12.5.1) with PS3.18 8.7 on top."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dwconform.encoding.problem import Fault, Problem
from dwconform.encoding.reading import Problems

__all__ = ["MediaType", "parse_accept", "parse_media_type"]

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_essence = re.compile(rf"[ \t]*({_NAME})/({_NAME})[ \t]*").match
_parameter = re.compile(
    rf'[ \t]*({_NAME})([ \t]*)=([ \t]*)("(?:[^"\\]|\\.)*"(?=[ \t]*(?:;|\Z))|[^;]*)[ \t]*', re.DOTALL
).match
_token = re.compile(_NAME).fullmatch
_quoted_text = re.compile("[\t \x21-\x7e\x80-\xff]*").fullmatch
_weight = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?").fullmatch

_NOT_A_TYPE = Fault("M-MEDIA-01", "The text is not a media type.", "type/subtype")
_BAD_PARAMETER = Fault("M-MEDIA-02", "A parameter does not have the form name=value.", "name=value")
_UNQUOTED = Fault("M-MEDIA-03", "A parameter's value needs quotes.", 'a token or a "quoted string"')
_REPEATED = Fault("M-MEDIA-04", "A parameter occurs more than once.", "each name once")
_SPACE = Fault("M-MEDIA-05", "White space stands around the equals sign of a parameter.", "name=value")
_BAD_WEIGHT = Fault("M-ACCEPT-01", "The weight is not a number from 0 to 1 with up to three decimals.", "q=0.5")
_EMPTY_ELEMENT = Fault("M-ACCEPT-02", "The list has an empty element.", "one media range between commas")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range; type, subtype and parameter names are in lower case.

    Attributes:
        type: such as ``multipart``, or ``*``.
        subtype: such as ``related``, or ``*``.
        parameters: names and values in their order, values without their quotes.
    """

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def essence(self) -> str:
        """Type and subtype, such as ``multipart/related``."""
        return f"{self.type}/{self.subtype}"

    def parameter(self, name: str) -> str | None:
        """Return the value of the first parameter of that name."""
        wanted = name.lower()
        return next((value for key, value in self.parameters if key == wanted), None)

    def matches(self, wanted: MediaType) -> bool:
        """Say whether this is what ``wanted`` asks for: its type, and each of its parameters; more may be there."""
        if wanted.type not in {"*", self.type} or wanted.subtype not in {"*", self.subtype}:
            return False
        return all(_same(name, value, self.parameter(name)) for name, value in wanted.parameters)

    def __str__(self) -> str:
        """The media type as a header field spells it."""
        parameters = (f"; {name}={value if _token(value) else _quoted(value)}" for name, value in self.parameters)
        return self.essence + "".join(parameters)


def _same(name: str, wanted: str, value: str | None) -> bool:
    if value is None:
        return False
    return value.lower() == wanted.lower() if name in {"type", "charset"} else value == wanted


def _quoted(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def parse_media_type(text: str) -> tuple[MediaType | None, tuple[Problem, ...]]:
    """Return the media type in a Content-Type header field, None when there is none; pointers are ``byte N``."""
    problems = Problems()
    return _parse(text, 0, problems), problems.listed()


def parse_accept(text: str) -> tuple[list[tuple[MediaType, float]], tuple[Problem, ...]]:
    """Return the media ranges of an Accept header field with their weights, in their order."""
    problems = Problems()
    ranges: list[tuple[MediaType, float]] = []
    for offset, element in _elements(text):
        if not element.strip(" \t"):
            problems.add(_EMPTY_ELEMENT, f"byte {offset}")
            continue
        media_type = _parse(element, offset, problems)
        if media_type is not None:
            ranges.append(_weighed(media_type, offset, problems))
    return ranges, problems.listed()


def _elements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the elements of a comma-separated list with their offsets; commas in quoted strings do not count."""
    start = 0
    quoted = escaped = False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield start, text[start:position]
            start = position + 1
    if text:
        yield start, text[start:]


def _parse(text: str, offset: int, problems: Problems) -> MediaType | None:
    essence = _essence(text)
    if essence is None or text[essence.end() : essence.end() + 1] not in {"", ";"}:
        problems.add(_NOT_A_TYPE, f"byte {offset}", text)
        return None
    parameters: list[tuple[str, str]] = []
    position = essence.end() + 1
    while position < len(text):
        end = _parse_parameter(text, position, offset, parameters, problems)
        position = end + 1
    return MediaType(essence[1].lower(), essence[2].lower(), tuple(parameters))


def _parse_parameter(
    text: str, position: int, offset: int, parameters: list[tuple[str, str]], problems: Problems
) -> int:
    """Read one parameter into ``parameters``; return the position of the semicolon after it."""
    match = _parameter(text, position)
    where = f"byte {offset + position}"
    if match is None:
        end = text.find(";", position)
        end = len(text) if end < 0 else end
        if text[position:end].strip(" \t"):  # RFC 9110 5.6.6 allows an empty parameter
            problems.add(_BAD_PARAMETER, where, text[position:end])
        return end
    name, value = match[1].lower(), match[4].strip(" \t")
    if match[2] or match[3]:
        problems.add(_SPACE, where, match[0])
    if value.startswith('"') and len(value) > 1 and value.endswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
        if not _quoted_text(value):
            problems.add(_BAD_PARAMETER, where, match[0])
    elif not value:
        problems.add(_BAD_PARAMETER, where, match[0])
    elif not _token(value):
        problems.add(_UNQUOTED, where, match[0])
    if any(name == known for known, _ in parameters):
        problems.add(_REPEATED, where, name)
    parameters.append((name, value))
    return match.end()


def _weighed(media_type: MediaType, offset: int, problems: Problems) -> tuple[MediaType, float]:
    """Split the weight off the parameters; what stands behind it is no longer part of the range."""
    names = [name for name, _ in media_type.parameters]
    if "q" not in names:
        return media_type, 1.0
    at = names.index("q")
    weight = media_type.parameters[at][1]
    rest = media_type.parameters[:at] + media_type.parameters[at + 1 :]
    stripped = MediaType(media_type.type, media_type.subtype, rest)
    if _weight(weight):
        return stripped, float(weight)
    problems.add(_BAD_WEIGHT, f"byte {offset}", f"q={weight}")
    return stripped, 1.0
