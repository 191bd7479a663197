"""How many results a search returned."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, NonNegativeInt, model_validator

from dwconform.check.matches import matches_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["CountArgs", "count"]


class CountArgs(CheckArgs):
    """The number, or its bounds."""

    equals: NonNegativeInt | None = None
    at_least: NonNegativeInt | None = Field(default=None)
    at_most: NonNegativeInt | None = Field(default=None)

    @model_validator(mode="after")
    def _something(self) -> CountArgs:
        if self.equals is None and self.at_least is None and self.at_most is None:
            message = "count takes a number, at-least or at-most"
            raise ValueError(message)
        return self


@check("count")
def count(args: CountArgs, evidence: Evidence) -> Iterator[Observation]:
    """The search returned this many results."""
    found = matches_of(evidence)
    number = len(found.listed)
    wanted = " and ".join(
        f"{word} {bound}".strip()
        for word, bound in (("", args.equals), ("at least", args.at_least), ("at most", args.at_most))
        if bound is not None
    )
    if found.trouble:
        yield Observation(holds=found.readable, message=found.trouble, expected=f"{wanted} results", pointer="body")
        return
    holds = (
        args.equals in (None, number)
        and (args.at_least is None or number >= args.at_least)
        and (args.at_most is None or number <= args.at_most)
    )
    yield Observation(
        holds=holds,
        message=f"The search returned {number} results.",
        expected=f"{wanted} results",
        observed=f"{number} results",
        pointer="body",
    )
