"""What an expectation sees: one check, or the first of several permitted answers that holds in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from dwconform.check.registry import Observation
from dwconform.engine.conversation import Conversation, told
from dwconform.engine.judge import in_force
from dwconform.engine.world import Stop
from dwconform.standard.terms import Verdict
from dwconform.suite import Alternative, Expectation
from dwconform.suite.template import expand

__all__ = ["Look", "look"]


@dataclass(frozen=True, slots=True)
class Look:
    """What an expectation saw.

    Attributes:
        step: the step that it looked at.
        observations: what was seen.
        note: which of several permitted answers the target gave.
        best: the verdict when it holds.
        offered: options, and whether they were found to exist.
        nested: what inner expectations saw that count for requirements of their own.
    """

    step: str
    observations: tuple[Observation, ...]
    note: str = ""
    best: Verdict = Verdict.PASS
    offered: Mapping[str, bool] = field(default_factory=dict)
    nested: tuple[tuple[Expectation, Observation, Look], ...] = ()


def look(expectation: Expectation, step: str, conversation: Conversation) -> Look:
    """Ask the expectation's check, or those of its alternatives.

    Raises:
        Stop: the response cannot be looked at, or an argument names what this run does not have.
    """
    if expectation.alternatives:
        return _any_of(expectation, step, conversation)
    world = conversation.world
    check = world.checks[expectation.check]
    failure = None if check.head_only else conversation.failure
    if failure:
        raise Stop(Verdict.ERROR, failure)
    try:
        args = check.args.model_validate(expand(expectation.args, conversation.lookup))
    except LookupError as error:
        raise Stop(Verdict.UNTESTED, f"needs what this run does not have: {told(error)}") from error
    except ValidationError as error:
        detail = "" if world.redact else f": {error}"
        raise Stop(Verdict.ERROR, f"{expectation.place}: {expectation.check}: wrong arguments{detail}") from error
    observations = tuple(check.function(args, conversation.evidence(step)))
    if not observations:
        message = f"the check '{expectation.check}' observed nothing"
        raise AssertionError(message)
    if world.redact and not check.head_only:
        observations = tuple(map(_kept_back, observations))
    return Look(step, observations)


def _any_of(expectation: Expectation, step: str, conversation: Conversation) -> Look:
    """Take the first alternative that holds in full; without one, tell what stood in the way of each."""
    edition = conversation.world.edition
    tried: list[tuple[Alternative, Observation]] = []
    offered = {item.offers: False for item in expectation.alternatives if item.offers}
    for alternative in expectation.alternatives:
        if not in_force(alternative.editions, edition):
            continue
        active = [item for item in alternative.expect if in_force(item.editions, edition)]
        looks = [(inner, look(inner, inner.step or step, conversation)) for inner in active]
        seen = [item for _, each in looks for item in each.observations]
        failing = next((item for item in seen if item.holds is not True), None)
        if failing is None:
            return _chosen(alternative, step, looks, offered)
        tried.append((alternative, failing))
    return Look(step, (_none_of(tried),), offered=offered)


def _chosen(
    alternative: Alternative, step: str, looks: Sequence[tuple[Expectation, Look]], offered: Mapping[str, bool]
) -> Look:
    nested = tuple((inner, item, each) for inner, each in looks if inner.covers for item in each.observations)
    message = alternative.note or "; ".join(item.message for _, each in looks for item in each.observations)
    inner_notes = {key: value for _, each in looks for key, value in each.offered.items()}
    return Look(
        step,
        (Observation(holds=True, message=message),),
        note=alternative.note,
        best=alternative.verdict,
        offered={**offered, **inner_notes, **({alternative.offers: True} if alternative.offers else {})},
        nested=nested,
    )


def _kept_back(observation: Observation) -> Observation:
    """Leave out of an observation what may be data of a patient."""
    return replace(observation, message="what was seen is kept back (--redact)", expected="", observed="")


def _none_of(tried: Sequence[tuple[Alternative, Observation]]) -> Observation:
    if not tried:
        return Observation(holds=None, message="no alternative of this expectation holds in the edition pinned")
    unknown = [item for _, item in tried if item.holds is None]
    if unknown:
        return unknown[0]
    told = "; ".join(f"not '{alternative.note}': {item.message}" if alternative.note else item.message
                     for alternative, item in tried)  # fmt: skip
    first = tried[0][1]
    expected = " or ".join(alternative.note or item.expected for alternative, item in tried)
    return replace(first, message=told, expected=expected)
