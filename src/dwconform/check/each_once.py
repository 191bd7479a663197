"""That a search lists no entity twice (PS3.18 10.6.3.3: each resource has a unique key)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dwconform.check.matches import described, matches_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["OnceArgs", "each_once"]

_SHOWN = 5


class OnceArgs(CheckArgs):
    """No arguments."""


@check("each-once")
def each_once(args: OnceArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """No entity is listed twice."""
    found = matches_of(evidence)
    if found.trouble:
        yield Observation(holds=found.readable, message=found.trouble, expected="a list of matches", pointer="body")
        return
    twice = [(uid, times) for uid, times in Counter(found.listed).items() if uid and times > 1]
    for uid, times in twice[:_SHOWN]:
        yield Observation(
            holds=False,
            message=f"{described(evidence, found.resource.level, uid)} is listed {times} times.",
            expected="once",
            observed=f"{times} times",
            pointer=f"/{found.listed.index(uid)}",
        )
    if not twice:
        yield Observation(holds=True, message=f"Each of the {len(found.listed)} results is listed once.")
