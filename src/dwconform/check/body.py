"""Whether a response has a body."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["BodyArgs", "Presence", "body"]


class Presence(StrEnum):
    """What the body is expected to be."""

    EMPTY = "empty"
    NOT_EMPTY = "not-empty"


class BodyArgs(CheckArgs):
    """Whether octets are expected."""

    presence: Presence


@check("body")
def body(args: BodyArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response has a body, or has none."""
    size = evidence.response.body.size
    yield Observation(
        holds=(size == 0) is (args.presence is Presence.EMPTY),
        message=f"The body has {size} bytes." if size else "The response has no body.",
        expected="no body" if args.presence is Presence.EMPTY else "a body",
        observed=f"{size} bytes",
        pointer="body",
    )
