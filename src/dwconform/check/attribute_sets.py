"""Which attributes results have at all: those asked for, none of a lower level, the same as another answer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, field_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.search_level import level_of_results, unique_key
from dwconform.encoding.dataset import DataSet
from dwconform.standard.dictionary import creator_tag, is_private, keyword_of, tag_of
from dwconform.standard.search import QueryLevel

__all__ = [
    "AttributesArgs",
    "PrivateCreatorArgs",
    "SameAttributesArgs",
    "attributes",
    "private_creator",
    "same_attributes",
]


class AttributesArgs(CheckArgs):
    """Attributes by keyword or tag, and how many of them results are to have."""

    keywords: tuple[str, ...] = Field(min_length=1)
    present: bool = True
    any_of: bool = Field(default=False, description="one of them is enough")
    stored: bool = Field(default=False, description="of those only that are known to be stored, with a value")

    @field_validator("keywords")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [keyword for keyword in value if tag_of(keyword) is None]
        if unknown:
            message = f"'{unknown[0]}' is no keyword or tag"
            raise ValueError(message)
        return value


@check("attributes")
def attributes(args: AttributesArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each result has these attributes, one of them, or none, whatever their value."""
    datasets = evidence.reading().datasets
    if not datasets:
        yield Observation(holds=None, message="There is no result to look at.")
        return
    wanted = {tag_of(keyword) or keyword: keyword for keyword in args.keywords}
    expected = f"{'one of ' if args.any_of else ''}{', '.join(args.keywords)} {'present' if args.present else 'absent'}"
    level = level_of_results(evidence)
    for index, dataset in enumerate(datasets):
        asked = _stored(wanted, evidence, (level, unique_key(dataset, level))) if args.stored else wanted
        if not asked:
            yield Observation(holds=None, message=f"None of {', '.join(args.keywords)} is known to be stored.")
            return
        there = [keyword for tag, keyword in asked.items() if tag in dataset]
        missing = [keyword for tag, keyword in asked.items() if tag not in dataset]
        wrong = (missing if not (args.any_of and there) else []) if args.present else there
        if wrong:
            said = f"{'lacks' if args.present else 'has'} {', '.join(wrong)}"
            yield Observation(
                holds=False,
                message=f"Result {index + 1} {said}.",
                expected=expected,
                observed=said,
                pointer=f"/{index}",
            )
            return
    yield Observation(holds=True, message=f"So it is in all {len(datasets)} results.", expected=expected)


def _stored(wanted: Mapping[str, str], evidence: Evidence, entity: tuple[QueryLevel, str]) -> Mapping[str, str]:
    """Return those of the tags that have a stored value in the entity."""
    level, uid = entity
    stored = evidence.archive.attributes(level, uid) if uid in evidence.archive.uids(level) else {}
    return {tag: keyword for tag, keyword in wanted.items() if tag in stored and stored[tag].values}


class SameAttributesArgs(CheckArgs):
    """The step to compare with, and whether more attributes are right as well."""

    of: str
    superset: bool = False


@check("same-attributes")
def same_attributes(args: SameAttributesArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each result has the attributes that the same entity has in another step's answer, or more."""
    before, after = _by_key(evidence, args.of), _by_key(evidence, evidence.step)
    shared = [uid for uid in before if uid in after]
    if not shared:
        yield Observation(holds=None, message=f"No result is in both answers, this one and that of '{args.of}'.")
        return
    for uid in shared:
        lost, added = before[uid].keys() - after[uid].keys(), after[uid].keys() - before[uid].keys()
        if lost or (added and not args.superset):
            said = " and ".join(
                f"{word} {_named(tags)}"
                for word, tags in (("lacks", lost), ("adds", added))
                if tags and _judged(word, args)
            )
            yield Observation(
                holds=False,
                message=f"The result {uid} {said}.",
                expected=f"the attributes of '{args.of}'",
                observed=said,
            )
            return
    yield Observation(holds=True, message=f"{len(shared)} results have the attributes of '{args.of}'.")


class PrivateCreatorArgs(CheckArgs):
    """No arguments."""


@check("private-creator")
def private_creator(args: PrivateCreatorArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - as it says
    """Each private attribute of a result has its private creator beside it (PS3.5 7.8.1)."""
    seen = 0
    for index, dataset in enumerate(evidence.reading().datasets):
        for tag in dataset:
            creator = creator_tag(tag) if is_private(tag) else None
            if creator is None or creator == tag:
                continue
            seen += 1
            if creator not in dataset:
                said = f"{tag} stands in result {index + 1} without {creator}."
                yield Observation(
                    holds=False,
                    message=said,
                    expected=f"{creator} present",
                    observed="absent",
                    pointer=f"/{index}/{tag}",
                )
                return
    yield Observation(
        holds=True, message=f"{seen} private attributes have their creators." if seen else "None is private."
    )


def _by_key(evidence: Evidence, step: str) -> Mapping[str, DataSet]:
    level = level_of_results(evidence, step)
    return {unique_key(dataset, level): dataset for dataset in evidence.reading(step).datasets}


def _judged(word: str, args: SameAttributesArgs) -> bool:
    return word == "lacks" or not args.superset


def _named(tags: set[str]) -> str:
    return ", ".join(keyword_of(tag) or tag for tag in sorted(tags))
