"""Whether two requests were answered alike: by status, and with the same results."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.search_level import unique_keys

__all__ = ["MoreResultsArgs", "SameStatusArgs", "more_results", "same_status"]


class SameStatusArgs(CheckArgs):
    """The step to compare with."""

    as_: str = Field(alias="as")


@check("same-status", head_only=True)
def same_status(args: SameStatusArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response has the status code of another step's."""
    other = evidence.pages(args.as_)[0].response
    here = evidence.response.status
    there = other.status if other is not None else None
    yield Observation(
        holds=here == there,
        message=f"The server answered {here}, and {there} to '{args.as_}'.",
        expected=str(there),
        observed=str(here),
        pointer="status",
    )


class MoreResultsArgs(CheckArgs):
    """The step to compare with."""

    than: str


@check("more-results")
def more_results(args: MoreResultsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The search returned all results of another step, and further ones."""
    here, there = set(unique_keys(evidence)), set(unique_keys(evidence, args.than))
    lost, added = there - here, here - there
    yield Observation(
        holds=bool(added) and not lost,
        message=f"Beside '{args.than}', {len(added)} results were added and {len(lost)} lost.",
        expected=f"the {len(there)} results of '{args.than}' and more",
        observed=f"{len(here)} results",
        pointer="body",
    )
