"""DICOM files in an answer: form, transfer syntax, and the UIDs that identify them (PS3.10 7, PS3.18 8.7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.represented import files_of, represented
from dwconform.check.target_resource import resource_of, stored_in
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.part10 import read_part10
from dwconform.fixtures.instance import text_of
from dwconform.standard.dictionary import keyword_of
from dwconform.standard.pixel_types import OCTET_STREAM, default_syntax

__all__ = [
    "FormArgs",
    "IdentifiersArgs",
    "PartSyntaxArgs",
    "SyntaxArgs",
    "identifiers",
    "part10",
    "part_syntax",
    "transfer_syntax",
]

_SHOWN = 5
_IDENTIFIERS = ("00080016", "00080018", "0020000D", "0020000E")


class FormArgs(CheckArgs):
    """The rules that count here, as patterns: ``P-META-*``. A rule of ``apart_from`` does not count."""

    rules: tuple[str, ...] = Field(min_length=1)
    apart_from: tuple[str, ...] = ()


@check("part10")
def part10(args: FormArgs, evidence: Evidence) -> Iterator[Observation]:
    """The DICOM files break none of these rules of their format."""
    files = files_of(evidence)
    problems = [
        (number, problem)
        for number, file in enumerate(files, 1)
        for problem in file.problems
        if any(fnmatchcase(problem.rule, glob) for glob in args.rules)
        and not any(fnmatchcase(problem.rule, glob) for glob in args.apart_from)
    ]
    for number, problem in islice(problems, _SHOWN):
        yield Observation(
            holds=False,
            message=f"{problem.rule}: {problem.message}",
            expected=problem.expected,
            observed=problem.found,
            pointer=f"part[{number}]{problem.pointer}",
        )
    if not problems:
        yield Observation(
            holds=True if files else None,
            message=f"{len(files)} files keep to {', '.join(args.rules)}." if files else "There is no file to look at.",
        )


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class SyntaxArgs(CheckArgs):
    """The Transfer Syntax UIDs that are right, or those that are wrong."""

    uids: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    not_: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=(), alias="not")

    @model_validator(mode="after")
    def _something(self) -> SyntaxArgs:
        if bool(self.uids) == bool(self.not_):
            message = "transfer-syntax takes either uids or not"
            raise ValueError(message)
        return self


@check("transfer-syntax")
def transfer_syntax(args: SyntaxArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each file is in one of these transfer syntaxes, by its File Meta Information."""
    found = [file.transfer_syntax for file in files_of(evidence)]
    wrong = [uid for uid in found if uid in args.not_ or (args.uids and uid not in args.uids) or not uid]
    wanted = " or ".join(args.uids) or f"not {' or '.join(args.not_)}"
    if not found:
        yield Observation(holds=None, message="There is no file to look at.", expected=wanted)
        return
    yield Observation(
        holds=not wrong,
        message=f"{len(wrong)} of {len(found)} files are in {wrong[0] or 'a transfer syntax that they do not name'}."
        if wrong
        else f"All {len(found)} files are in {', '.join(sorted(set(found)))}.",
        expected=wanted,
        observed=", ".join(sorted(set(found))),
        pointer="/00020010",
    )


class PartSyntaxArgs(CheckArgs):
    """No arguments."""


@check("part-syntax")
def part_syntax(args: PartSyntaxArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """A transfer-syntax parameter of a part names one syntax, that of the file or of the octets in the part."""
    found = parts_of(evidence).parts
    for number, part in enumerate(found, 1):
        media_type = parse_media_type(part.header("Content-Type") or "")[0]
        given = [value for name, value in media_type.parameters if name == "transfer-syntax"] if media_type else []
        is_octets = media_type is not None and media_type.essence == OCTET_STREAM
        actual = default_syntax(OCTET_STREAM) if is_octets else read_part10(part.body, inline=0).transfer_syntax
        if given and given != [actual]:
            yield Observation(
                holds=False,
                message=f"Part {number} says that its transfer syntax is {' and '.join(given)}.",
                expected=actual,
                observed=" and ".join(given),
                pointer=f"part[{number}]/Content-Type",
            )
            return
    yield Observation(holds=True if found else None, message=f"What {len(found)} parts say of their syntax is right.")


class IdentifiersArgs(CheckArgs):
    """No arguments."""


@check("identifiers")
def identifiers(args: IdentifiersArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Each data set has the UIDs of its SOP class, study, series and instance, and they are those of the resource."""
    datasets, known, resource = represented(evidence).datasets, stored_in(evidence), resource_of(evidence)
    due = {"0020000D": resource.study, "0020000E": resource.series, "00080018": resource.instance}
    wrong = []
    for index, dataset in enumerate(datasets):
        uids = {tag: text_of(dataset.get(tag)).rstrip("\0 ") for tag in _IDENTIFIERS}
        stored = known.get(uids["00080018"])
        for tag, uid in uids.items():
            expected = text_of(stored.attributes.get(tag)) if stored else due.get(tag, "")
            if not uid or (expected and uid != expected):
                wrong.append((index, tag, expected, uid))
    for index, tag, expected, uid in wrong[:_SHOWN]:
        yield Observation(
            holds=False,
            message=f"{keyword_of(tag)} of data set {index + 1} is {uid or 'absent'}.",
            expected=expected or "a UID",
            observed=uid or "absent",
            pointer=f"/{index}/{tag}",
        )
    if not wrong:
        yield Observation(holds=True if datasets else None, message=f"{len(datasets)} data sets identify themselves.")
