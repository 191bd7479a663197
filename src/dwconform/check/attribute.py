"""One attribute of search results against what is stored (PS3.18 Tables 10.6.3-3 to 10.6.3-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice

from pydantic import Field, field_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.same_value import same_values, shown
from dwconform.check.search_level import level_of_results, unique_key
from dwconform.encoding.dataset import DataSet, Element
from dwconform.standard.dictionary import tag_of, vr_of
from dwconform.standard.search import QueryLevel

__all__ = ["AttributeArgs", "MayBeAbsent", "TermArgs", "attribute", "term"]

_SHOWN = 5


class MayBeAbsent(StrEnum):
    """When a result may lack the attribute."""

    NEVER = "never"
    WITHOUT_VALUE = "without-value"  # where nothing is stored
    ALWAYS = "always"


class AttributeArgs(CheckArgs):
    """The attribute, and when it may be absent."""

    keyword: str = Field(description="keyword or tag; with a dot before an attribute of each item of a sequence")
    may_be_absent: MayBeAbsent = MayBeAbsent.NEVER
    unordered: bool = Field(default=False, description="the order of its values says nothing")
    unknown_vr: bool = Field(
        default=False, description="a private attribute may stand there as octets of the VR UN (PS3.5 6.2.2)"
    )

    @field_validator("keyword")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if any(tag_of(part) is None for part in value.split(".")):
            message = f"'{value}' is no keyword or tag"
            raise ValueError(message)
        return value


@check("attribute")
def attribute(args: AttributeArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each known result has the attribute, with the right VR and the stored value; empty where nothing is stored."""
    level = level_of_results(evidence)
    known = frozenset(evidence.archive.uids(level))
    judged, wrong = 0, []
    for index, dataset in enumerate(evidence.reading().datasets):
        uid = unique_key(dataset, level)
        if uid not in known:
            continue
        observation = _judged(args, dataset, evidence, (level, uid), f"/{index}")
        judged += observation is not None
        if observation is not None and not observation.holds:
            wrong.append(observation)
    if wrong:
        yield from islice(wrong, _SHOWN)
    elif judged:
        yield Observation(holds=True, message=f"{args.keyword} is right in {judged} results.", pointer=args.keyword)
    else:
        yield Observation(
            holds=None,
            message=f"No result could be compared with what is stored of {args.keyword}.",
            pointer=args.keyword,
        )


def _judged(
    args: AttributeArgs, dataset: DataSet, evidence: Evidence, entity: tuple[QueryLevel, str], pointer: str
) -> Observation | None:
    path = [tag_of(part) or part for part in args.keyword.split(".")]
    level, uid = entity
    stored, unknown = evidence.archive.attributes(level, uid), path[0] in evidence.archive.unknown(level, uid)
    pointer = f"{pointer}/{path[0]}"
    if len(path) == 1:
        problem = _difference(args, dataset.get(path[0]), None if unknown else stored.get(path[0]), unknown=unknown)
    else:
        found = _items(dataset.get(path[0]), path[1])
        if unknown or not found:
            return None  # a missing sequence is a finding about the sequence
        problem = _items_differ(found, _items(stored.get(path[0]), path[1]))
    if problem is None:
        return Observation(holds=True, message="", pointer=pointer)
    expected, observed = problem
    said = f"{args.keyword} of the {level} {uid} is {observed}, and {expected} is stored."
    return Observation(holds=False, message=said, expected=expected, observed=observed, pointer=pointer)


def _difference(
    args: AttributeArgs, found: Element | None, stored: Element | None, *, unknown: bool
) -> tuple[str, str] | None:
    """Return what was expected and what stands there, None where they agree."""
    due = shown(stored) if stored is not None else "no value"
    if found is None:
        empty = not unknown and (stored is None or _without_value(stored))
        lax = args.may_be_absent
        allowed = lax is MayBeAbsent.ALWAYS or (lax is MayBeAbsent.WITHOUT_VALUE and empty)
        return None if allowed else (due, "absent")
    tag = tag_of(args.keyword) or ""
    vr = vr_of(tag) or found.vr
    if found.vr and found.vr != vr and vr_of(tag):
        return f"the VR {vr}", f"of the VR {found.vr}"
    if unknown or (args.unknown_vr and found.vr == "UN" and not vr_of(tag) and not _without_value(found)):
        return None
    if stored is None or _without_value(stored):
        return None if _without_value(found) else (due, f"'{shown(found)}'")
    same = same_values(vr, found, stored, unordered=args.unordered)
    return None if same else (f"'{due}'", f"'{shown(found)}'")


def _items(sequence: Element | None, tag: str) -> list[Element | None]:
    items = sequence.values if sequence is not None else ()
    return [item.get(tag) for item in items if isinstance(item, Mapping)]


def _items_differ(found: list[Element | None], stored: list[Element | None]) -> tuple[str, str] | None:
    left, right = sorted(map(shown, found)), sorted(map(shown, stored))
    return None if left == right else (f"'{', '.join(right)}'", f"'{', '.join(left)}'")


def _without_value(element: Element) -> bool:
    return all(value is None or value == "" for value in element.values)


class TermArgs(CheckArgs):
    """An attribute, and the only values that it has."""

    keyword: str
    terms: tuple[str, ...] = Field(default=(), description="its defined terms; any value where there are none")
    pattern: str = Field(default="", description="the regular expression that each value matches as a whole")


@check("term")
def term(args: TermArgs, evidence: Evidence) -> Iterator[Observation]:
    """Where results have the attribute, its value is one of the terms, or of the form; absence is no finding."""
    tag = tag_of(args.keyword) or args.keyword
    seen = 0
    for index, dataset in enumerate(evidence.reading().datasets):
        for value in element.values if (element := dataset.get(tag)) else ():
            seen += 1
            text = str(value).strip()
            if (args.terms and text not in args.terms) or (args.pattern and not re.fullmatch(args.pattern, text)):
                yield Observation(
                    holds=False,
                    message=f"{args.keyword} has the value '{text}'.",
                    expected=f"one of {', '.join(args.terms)}" if args.terms else args.pattern,
                    observed=text,
                    pointer=f"/{index}/{tag}",
                )
                return
    said = f"All {seen} values of {args.keyword} are right." if seen else f"No result has a value of {args.keyword}."
    yield Observation(holds=True, message=said, pointer=tag)
