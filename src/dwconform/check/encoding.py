"""How results are encoded: what the strict readers of DICOM JSON and of the Native DICOM Model have to say."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

from pydantic import Field

from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["CharacterSetArgs", "EncodingArgs", "character_set", "encoding"]

_SHOWN = 5
_SPECIFIC_CHARACTER_SET, _UTF_8 = "00080005", "ISO_IR 192"


class EncodingArgs(CheckArgs):
    """The rules that count here, as patterns: ``J-PN-*``. A rule of ``apart_from`` does not count."""

    rules: tuple[str, ...] = Field(min_length=1)
    apart_from: tuple[str, ...] = ()


@check("encoding")
def encoding(args: EncodingArgs, evidence: Evidence) -> Iterator[Observation]:
    """The results break none of these rules of their format."""
    reading = evidence.reading()
    problems = [problem for problem in reading.problems if _matches(problem.rule, args)]
    for problem in islice(problems, _SHOWN):
        yield Observation(
            holds=False,
            message=f"{problem.rule}: {problem.message}",
            expected=problem.expected,
            observed=problem.found,
            pointer=problem.pointer,
        )
    if not problems and not reading.datasets:
        yield Observation(holds=None, message="There is no result to look at.")
    elif not problems:
        yield Observation(holds=True, message=f"{len(reading.datasets)} results keep to {', '.join(args.rules)}.")


def _matches(rule: str, args: EncodingArgs) -> bool:
    return any(fnmatchcase(rule, glob) for glob in args.rules) and not any(
        fnmatchcase(rule, glob) for glob in args.apart_from
    )


class CharacterSetArgs(CheckArgs):
    """No arguments."""


@check("character-set")
def character_set(args: CharacterSetArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Where results name a Specific Character Set, it is that of UTF-8."""
    for index, dataset in enumerate(evidence.reading().datasets):
        element = dataset.get(_SPECIFIC_CHARACTER_SET)
        values = [str(value) for value in element.values if value] if element is not None else []
        if values and values != [_UTF_8]:
            said = f"Result {index + 1} names the character set {', '.join(values)}, and is written in UTF-8."
            yield Observation(
                holds=False,
                message=said,
                expected=_UTF_8,
                observed="\\".join(values),
                pointer=f"/{index}/{_SPECIFIC_CHARACTER_SET}",
            )
            return
    yield Observation(holds=True, message="No result names another character set than that of UTF-8.")
