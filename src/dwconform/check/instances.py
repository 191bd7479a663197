"""Which instances an answer holds, and whether they are what was stored (PS3.18 8.6.2, 10.4.3.3.1, 10.4.3.3.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

from pydantic import Field

from dwconform.check.differences import Difference, Kind, differences
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.represented import represented
from dwconform.check.target_resource import resource_of, stored_in
from dwconform.encoding.dataset import DataSet
from dwconform.standard.dictionary import keyword_of

__all__ = ["ContentArgs", "InstancesArgs", "SameInstancesArgs", "content", "instances", "same_instances"]

_SHOWN = 5


class InstancesArgs(CheckArgs):
    """No arguments."""


@check("instances")
def instances(args: InstancesArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """The answer holds every instance of its resource that is known, each once, and none of another resource."""
    found, known, resource = Counter(represented(evidence).uids), stored_in(evidence), resource_of(evidence)
    foreign = [uid for uid in found if uid in evidence.archive and uid not in known]
    wrong = [
        *((uid, "is missing", "present") for uid in known if uid not in found),
        *((uid, f"is there {times} times", "once") for uid, times in found.items() if uid and times > 1),
        *((uid, "belongs to another resource", "absent") for uid in foreign),
        *(("", "has no SOP Instance UID, or is no data set", "a SOP Instance UID") for uid in found if not uid),
    ]
    for uid, said, expected in wrong[:_SHOWN]:
        path = known[uid].path if uid in known else ""
        name = f"The instance {path or uid}" if uid else "An instance"
        yield Observation(holds=False, message=f"{name} {said}.", expected=expected, observed=said, pointer="body")
    if not wrong and not known:
        yield Observation(holds=None, message=f"Nothing is known about {resource}.")
    elif not wrong:
        yield Observation(holds=True, message=f"All {len(known)} known instances of {resource} are there, once each.")


class SameInstancesArgs(CheckArgs):
    """The step to compare with."""

    as_: str = Field(alias="as")


@check("same-instances")
def same_instances(args: SameInstancesArgs, evidence: Evidence) -> Iterator[Observation]:
    """The answer holds the same instances as that of another step, however each represents them."""
    here = frozenset(represented(evidence).uids)
    there = frozenset(uid for uid in _all_uids(evidence, args.as_))
    only_here, only_there = here - there, there - here
    said = "; ".join(
        f"{len(uids)} only in '{step}', such as {min(uids)}"
        for uids, step in ((only_here, evidence.step), (only_there, args.as_))
        if uids
    )
    yield Observation(
        holds=not said,
        message=f"'{evidence.step}' and '{args.as_}' hold the same {len(here)} instances." if not said else f"{said}.",
        expected=f"{len(there)} instances",
        observed=f"{len(here)} instances",
        pointer="body",
    )


def _all_uids(evidence: Evidence, step: str) -> list[str]:
    if len(evidence.pages(step)) == 1:
        return represented(evidence, step).uids
    datasets = evidence.reading(step).datasets
    return [str(element.values[0]) for dataset in datasets if (element := dataset.get("00080018")) and element.values]


class ContentArgs(CheckArgs):
    """Which differences count; tags are patterns such as ``7FE0*`` and mean what is inside sequences, too."""

    kinds: tuple[Kind, ...] = (Kind.LOST, Kind.ALTERED)
    tags: tuple[str, ...] = ("*",)
    apart_from: tuple[str, ...] = ()
    as_: str | None = Field(default=None, alias="as", description="a step to compare with, instead of what is stored")


@check("content")
def content(args: ContentArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each instance has the attributes that are stored, with their values."""
    data = represented(evidence)
    others = _others(args, evidence)
    compared, wrong = 0, []
    for uid, dataset in zip(data.uids, data.datasets, strict=True):
        if uid in others:
            compared += 1
            wrong += [(uid, each) for each in differences(dataset, others[uid]) if _counts(args, each)]
    for uid, each in islice(wrong, _SHOWN):
        name = keyword_of(each.path.rpartition("/")[2]) or each.path
        told = {Kind.LOST: "is missing", Kind.ADDED: "was added", Kind.ALTERED: "is another"}[each.kind]
        yield Observation(
            holds=False,
            message=f"{name} of the instance {uid} {told} ({len(wrong)} differences in all).",
            expected=each.expected,
            observed=each.observed,
            pointer=f"/{each.path}",
        )
    if not wrong:
        yield Observation(
            holds=True if compared else None,
            message=f"{compared} instances are as {'in ' + repr(args.as_) if args.as_ else 'stored'}."
            if compared
            else "No instance could be compared.",
        )


def _others(args: ContentArgs, evidence: Evidence) -> dict[str, DataSet]:
    if args.as_ is None:
        return {uid: instance.attributes for uid, instance in stored_in(evidence).items()}
    other = represented(evidence, args.as_)
    return dict(zip(other.uids, other.datasets, strict=True))


def _counts(args: ContentArgs, difference: Difference) -> bool:
    def among(patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(difference.tag, pattern) for pattern in patterns)

    return difference.kind in args.kinds and among(args.tags) and not among(args.apart_from)
