"""Frames of an instance: octets or compressed streams, a part for each (PS3.18 10.4.1.1.6)."""

from __future__ import annotations

from collections.abc import Iterator

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.bulkdata import frame_part
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import negotiate
from dwconform.origin.packing import pack, place
from dwconform.origin.pixel_forms import offers
from dwconform.origin.pixels import Frame, Pixels
from dwconform.origin.targets import facts_of, frame_numbers, pixels_of, target
from dwconform.origin.transcode import Choice, frame

__all__ = ["frames"]


def frames(context: Context, uids: tuple[str, ...], text: str) -> Answer:
    """The frames of a list, in its order."""
    (entity,) = target(context, uids)
    context.entity = entity
    facts = facts_of(context, entity)
    numbers = frame_numbers(text, facts)
    assert facts is not None
    negotiation = negotiate(context, offers(facts, alone=len(numbers) == 1))
    choice: Choice = context.bend(Hook.SYNTAX, Choice(facts.syntax, negotiation.wanted, negotiation.syntax))
    if choice.delivered is None:
        raise Refusal(406, "The frames are not available in an acceptable transfer syntax.")
    pixels, syntax = pixels_of(context, entity, facts), choice.delivered
    size = len(numbers) * (facts.frame_bits // 8 + 1)
    here = f"{entity.path}/frames/{text}"
    parts = lambda: _parts(context, pixels, numbers, syntax, entity.path)  # noqa: E731 - called when parts are made
    return pack(context, parts, negotiation.form or Form.OCTETS, size, here)


def _parts(context: Context, pixels: Pixels, numbers: list[int], syntax: str, path: str) -> Iterator[Part]:
    for number in numbers:
        made = Frame(number, frame(pixels, number, syntax), syntax)
        yield frame_part(context, made, place(context, f"{path}/frames/{number}"))
