"""Properties: requests that Hypothesis draws, for what no list of examples covers.

A property of the test language names a strategy here. Each request that it draws is held against the case's
expectations; the first that does not hold is shrunk to the smallest request that still does not, and that one is
recorded as the evidence: a case that anyone can repeat. Seeded by the run, with a budget of requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dwconform.engine.search_requests import search_requests
from dwconform.suite import Send

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from dwconform.engine.world import World

__all__ = ["PROPERTIES", "Property", "draw"]


@dataclass(frozen=True, slots=True)
class Property:
    """A strategy of requests, and how many of them to try."""

    requests: Callable[[World], SearchStrategy[Send]]
    examples: int


PROPERTIES: Mapping[str, Property] = {"search": Property(search_requests, examples=40)}
_SHRINKING = 2
"""Shrinking may cost so many times the requests that were drawn."""


class _Falsified(Exception):  # noqa: N818 - how Hypothesis is told that an example fails, not an error
    pass


def draw(name: str, world: World, holds: Callable[[Send], bool]) -> Send:
    """Return the smallest request that was found not to hold, or else one of those that do.

    Args:
        name: of the property.
        world: what the requests may be about.
        holds: sends the request and says whether it is answered as expected.
    """
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415 - slow, and not always needed
    from hypothesis.errors import Flaky  # noqa: PLC0415 - as above

    chosen = PROPERTIES[name]
    tried: list[Send] = []
    falsified: list[Send] = []

    @seed(world.identity.seed)
    @settings(
        max_examples=chosen.examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(chosen.requests(world))
    def each(send: Send) -> None:
        if len(tried) >= chosen.examples * (1 + _SHRINKING):
            return
        tried.append(send)
        if not holds(send):
            falsified.append(send)
            raise _Falsified

    try:
        each()
    except (_Falsified, Flaky):
        return falsified[-1]
    return tried[-1]
