"""Which entities a search returned, judged against what is known to be in the target.

Only known entities are judged: a server may hold any number of others. The ground truth of a query comes from the
archive (PS3.4 C.2.2.2); where the standard leaves a match open, the archive says so and nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from dwconform.check.matches import Matches, described, matches_of, without_value
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["Match", "ResultsArgs", "results"]

_SHOWN = 5
"""How many wrong entities are told one by one."""


class Match(StrEnum):
    """How the returned entities and the expected ones are compared."""

    EXACTLY = "exactly"  # all of the expected, and nothing that must not be there
    INCLUDES = "includes"  # all of the expected
    EXCLUDES = "excludes"  # nothing that must not be there


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class ResultsArgs(CheckArgs):
    """What is expected of the known entities: the answer to the query, or those named by UID."""

    match: Match = Match.EXACTLY
    of: Annotated[tuple[str, ...] | None, BeforeValidator(_listed)] = Field(
        default=None, description="UIDs to expect (or to exclude), instead of the answer to the query"
    )
    combined: bool = Field(default=False, description="demand the combined reading of date and time ranges")
    case_sensitive: bool = Field(default=False, description="what differs in letter case alone must not be returned")


@check("results")
def results(args: ResultsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The search returned the known entities that match, and no known entity that does not."""
    found = matches_of(evidence)
    if found.trouble:
        yield Observation(holds=found.readable, message=found.trouble, expected="a list of matches", pointer="body")
        return
    must, forbidden = _expected(args, evidence, found)
    missing = sorted(must - found.uids)
    surplus = [] if args.match is Match.INCLUDES else sorted(found.uids & forbidden)
    yield from _missing(evidence, found, missing)
    yield from _surplus(evidence, found, surplus)
    if not missing and not surplus:
        yield _good(args, found, must)


def _expected(args: ResultsArgs, evidence: Evidence, found: Matches) -> tuple[frozenset[str], frozenset[str]]:
    """Return what must be returned, and what may not be."""
    if args.of is not None:
        named = frozenset(args.of)
        if args.match is Match.EXCLUDES:
            return frozenset(), named
        return named, found.known - named - without_value(evidence, found)
    answer = evidence.archive.search(found.resource, evidence.sent[found.step].query, combined=args.combined)
    forbidden = answer.forbidden if args.case_sensitive else answer.forbidden - answer.case_variants
    return frozenset() if args.match is Match.EXCLUDES else frozenset(answer.must), forbidden


def _missing(evidence: Evidence, found: Matches, missing: list[str]) -> Iterator[Observation]:
    for uid in missing[:_SHOWN]:
        name = described(evidence, found.resource.level, uid)
        doubt = found.why_incomplete()
        yield Observation(
            holds=None if doubt else False,
            message=f"{name} matches and was not returned{f', but {doubt}' if doubt else ''}.",
            expected=f"{len(missing)} more" if len(missing) > 1 else uid,
            observed=f"{len(found.listed)} results",
            pointer="body",
        )


def _surplus(evidence: Evidence, found: Matches, surplus: list[str]) -> Iterator[Observation]:
    for uid in surplus[:_SHOWN]:
        yield Observation(
            holds=False,
            message=f"{described(evidence, found.resource.level, uid)} was returned and does not match.",
            expected=f"not {uid}",
            observed=f"{len(found.listed)} results",
            pointer=f"/{found.listed.index(uid)}",
        )


def _good(args: ResultsArgs, found: Matches, must: frozenset[str]) -> Observation:
    due = f"All {len(must)} known matches were returned" if must else "No known entity matches"
    told = {
        Match.EXACTLY: f"{due}, and none that must not be was returned.",
        Match.INCLUDES: f"{due}.",
        Match.EXCLUDES: "No known entity was returned that must not be.",
    }
    return Observation(holds=True, message=told[args.match], observed=f"{len(found.listed)} results")
