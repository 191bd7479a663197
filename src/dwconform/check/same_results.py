"""Whether two searches returned the same entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from dwconform.check.matches import Matches, described, matches_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["SameResultsArgs", "same_results"]

_SHOWN = 5


class SameResultsArgs(CheckArgs):
    """The step whose results are the measure, and whether their order counts."""

    as_: str = Field(alias="as", description="the step to compare with")
    order: bool = False


@check("same-results")
def same_results(args: SameResultsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The search returned the same entities as another step."""
    ours, theirs = matches_of(evidence), matches_of(evidence, args.as_)
    for found in (theirs, ours):
        if found.trouble:
            readable = found.readable if found is ours else None
            yield Observation(holds=readable, message=found.trouble, expected="a list of matches", pointer="body")
            return
    different = list(_differences(ours, theirs, args.as_, evidence))
    yield from different
    if not different:
        in_order = not args.order or ours.listed == theirs.listed
        yield Observation(
            holds=in_order,
            message=f"The {len(ours.listed)} results of '{args.as_}' were returned"
            + ("." if in_order else ", in another order."),
            expected=f"the results of '{args.as_}'" + (" in the same order" if args.order else ""),
            observed=", ".join(ours.listed[:_SHOWN]),
            pointer="body",
        )


def _differences(ours: Matches, theirs: Matches, other: str, evidence: Evidence) -> Iterator[Observation]:
    lists = (
        (theirs, ours, f"returned by '{other}' but not here"),
        (ours, theirs, f"returned here but not by '{other}'"),
    )
    for having, lacking, told in lists:
        only = Counter(having.listed) - Counter(lacking.listed)
        doubt = lacking.why_incomplete()
        for uid in sorted(only)[:_SHOWN]:
            yield Observation(
                holds=None if doubt else False,
                message=f"{described(evidence, ours.resource.level, uid)} was {told}"
                + (f": {doubt}." if doubt else "."),
                expected=f"the {len(theirs.listed)} results of '{other}'",
                observed=f"{len(ours.listed)} results",
                pointer="body",
            )
