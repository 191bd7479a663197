"""The parts of a multipart answer and what their header fields say (PS3.18 8.6.1.2, Table 8.6.1-1)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

from pydantic import Field, NonNegativeInt, field_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.multipart import MultipartReading, Part, read_multipart

__all__ = ["FramingArgs", "LengthArgs", "PartsArgs", "multipart", "part_length", "parts", "parts_of"]

_SHOWN = 5


def parts_of(evidence: Evidence, step: str | None = None) -> MultipartReading:
    """Return the parts of a step's answer, and what is wrong with their wrapping; each body is read once."""
    exchange = evidence.pages(step)[0]
    reading = exchange.cache.get("parts")
    if not isinstance(reading, MultipartReading):
        response = exchange.response
        reading = (
            read_multipart(response.body.content, response.headers.get("Content-Type") or "")
            if response is not None
            else MultipartReading((), ())
        )
        exchange.cache["parts"] = reading
    return reading


class PartsArgs(CheckArgs):
    """What each part is, and how many there are."""

    type: str | None = Field(default=None, description="its media type, without parameters")
    count: NonNegativeInt | None = None

    @field_validator("type")
    @classmethod
    def _is_media_type(cls, value: str | None) -> str | None:
        if value is not None and parse_media_type(value)[0] is None:
            message = f"'{value}' is no media type"
            raise ValueError(message)
        return value


@check("parts")
def parts(args: PartsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The body has parts, this many, and each of them names this media type."""
    found = parts_of(evidence).parts
    if not found or args.count not in (None, len(found)):
        wanted = "one part at least" if args.count is None else f"{args.count} parts"
        yield Observation(
            holds=False,
            message=f"The body has {len(found) or 'no'} parts.",
            expected=wanted,
            observed=f"{len(found)} parts",
            pointer="body",
        )
        return
    wrong = [(number, part) for number, part in enumerate(found, 1) if not _is(part, args.type)]
    for number, part in wrong[:_SHOWN]:
        given = part.header("Content-Type")
        yield Observation(
            holds=False,
            message=f"Part {number} of {len(found)} is of the type {given}."
            if given
            else f"Part {number} has no type.",
            expected=args.type or "a Content-Type",
            observed=given or "absent",
            pointer=f"byte {part.offset}",
        )
    if not wrong:
        yield Observation(holds=True, message=f"There are {len(found)} parts of the right type.")


def _is(part: Part, wanted: str | None) -> bool:
    given = part.header("Content-Type")
    found = parse_media_type(given)[0] if given else None
    return found is not None and (wanted is None or found.essence == wanted.lower())


class FramingArgs(CheckArgs):
    """The rules that count here, as patterns: ``M-*``. A rule of ``apart_from`` does not count."""

    rules: tuple[str, ...] = Field(min_length=1)
    apart_from: tuple[str, ...] = ()


@check("multipart")
def multipart(args: FramingArgs, evidence: Evidence) -> Iterator[Observation]:
    """The wrapping of the parts breaks none of these rules."""
    reading = parts_of(evidence)
    problems = [
        problem
        for problem in reading.problems
        if any(fnmatchcase(problem.rule, glob) for glob in args.rules)
        and not any(fnmatchcase(problem.rule, glob) for glob in args.apart_from)
    ]
    for problem in islice(problems, _SHOWN):
        yield Observation(
            holds=False,
            message=f"{problem.rule}: {problem.message}",
            expected=problem.expected,
            observed=problem.found,
            pointer=problem.pointer,
        )
    if not problems:
        yield Observation(holds=True, message=f"{len(reading.parts)} parts keep to {', '.join(args.rules)}.")


class LengthArgs(CheckArgs):
    """No arguments."""


@check("part-length")
def part_length(args: LengthArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Each part states its length."""
    found = parts_of(evidence).parts
    without = [number for number, part in enumerate(found, 1) if part.header("Content-Length") is None]
    if not found:
        yield Observation(holds=None, message="There is no part to look at.")
    elif without:
        yield Observation(
            holds=False,
            message=f"{len(without)} of {len(found)} parts do not state their length.",
            expected="Content-Length",
            observed="absent",
            pointer=f"part[{without[0]}]",
        )
    else:
        yield Observation(holds=True, message=f"Each of the {len(found)} parts states its length.")
