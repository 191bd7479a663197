"""Order and pages of search results (PS3.18 8.3.4.4), and their unique keys (10.6.3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import Field

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.search_level import level_of_results, unique_keys
from dwconform.standard.dictionary import keyword_of

__all__ = [
    "CutAnnouncedArgs",
    "PageArgs",
    "PagesTileArgs",
    "UniqueKeyArgs",
    "cut_announced",
    "page",
    "pages_tile",
    "unique_key_present",
]


class PageArgs(CheckArgs):
    """The step whose results are the whole list, and which part of it this one is to be."""

    of: str
    offset: int = Field(default=0, ge=0)
    limit: int | None = Field(default=None, ge=0, description="all of the rest without one")


@check("page")
def page(args: PageArgs, evidence: Evidence) -> Iterator[Observation]:
    """The results are those of a part of another step's list, in its order."""
    whole, part = unique_keys(evidence, args.of), unique_keys(evidence)
    if not whole:
        yield Observation(holds=None, message=f"The step '{args.of}' has no results to compare with.")
        return
    end = None if args.limit is None else args.offset + args.limit
    yield _compared(part, whole[args.offset : end], f"'{args.of}' from {args.offset}")


class PagesTileArgs(CheckArgs):
    """The steps that are pages, in order, and the one that is the whole list."""

    pages: tuple[str, ...] = Field(min_length=2)
    of: str


@check("pages-tile")
def pages_tile(args: PagesTileArgs, evidence: Evidence) -> Iterator[Observation]:
    """The results of several steps, one after the other, are those of the whole list."""
    whole = unique_keys(evidence, args.of)
    joined = [uid for step in args.pages for uid in unique_keys(evidence, step)]
    if not whole:
        yield Observation(holds=None, message=f"The step '{args.of}' has no results to compare with.")
        return
    yield _compared(joined, whole, f"'{args.of}'")


def _compared(found: Sequence[str], wanted: Sequence[str], name: str) -> Observation:
    expected, observed = f"{len(wanted)} results, those of {name}", f"{len(found)} results"
    twice = [uid for uid, count in Counter(found).items() if count > 1]
    missing, extra = [uid for uid in wanted if uid not in set(found)], [uid for uid in found if uid not in set(wanted)]
    if list(found) == list(wanted):
        said = f"The {len(found)} results are those of {name}, in the same order."
    elif twice:
        said = f"{len(twice)} results come twice, {twice[0]} among them."
    elif missing or extra:
        words = ((missing, "missing"), (extra, "too many"))
        said = (
            f"Of the results of {name}, " + ", ".join(f"{len(uids)} are {word}" for uids, word in words if uids) + "."
        )
    else:
        said = f"The results are those of {name} in another order."
    return Observation(list(found) == list(wanted), said, expected, observed)


class UniqueKeyArgs(CheckArgs):
    """No arguments."""


@check("unique-key")
def unique_key_present(args: UniqueKeyArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Each result has a value of the unique key of its level."""
    keys = unique_keys(evidence)
    keyword = keyword_of(level_of_results(evidence).unique_key)
    if not keys:
        yield Observation(holds=None, message="There is no result to look at.", pointer=keyword)
        return
    empty = keys.count("")
    said = f"{empty} of {len(keys)} results have no {keyword}." if empty else f"Each of {len(keys)} results has one."
    yield Observation(holds=not empty, message=said, expected=f"a {keyword} each", pointer=keyword)


class CutAnnouncedArgs(CheckArgs):
    """The step that asked for what comes late in the same list."""

    beyond: str


@check("cut-announced")
def cut_announced(args: CutAnnouncedArgs, evidence: Evidence) -> Iterator[Observation]:
    """The list has the results of a later part too, or a Warning tells that it was cut."""
    listed, late = set(unique_keys(evidence)), unique_keys(evidence, args.beyond)
    hidden = [uid for uid in late if uid not in listed]
    if not listed or not late:
        yield Observation(holds=None, message=f"There are no results to compare with those of '{args.beyond}'.")
        return
    warned = evidence.response.headers.get("Warning")
    said = (
        f"{len(listed)} results came, others can be had with offset, and "
        + (f"the Warning says: {warned}" if warned else "nothing tells that the list was cut.")
        if hidden
        else f"The list of {len(listed)} results was not cut."
    )
    yield Observation(
        holds=not hidden or warned is not None,
        message=said,
        expected="all results, or a Warning",
        observed=warned or "no Warning",
        pointer="Warning",
    )
