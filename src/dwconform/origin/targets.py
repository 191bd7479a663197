"""What a retrieve request is about: the instances of a study, series or instance, and the frames of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dwconform.origin.answer import Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.index import Row
from dwconform.origin.levels import Level
from dwconform.origin.pixels import PixelFacts, Pixels, describe

__all__ = ["facts_of", "frame_numbers", "instance_of", "pixels_of", "size_of", "target"]

_NUMBERS = re.compile(r"[0-9]+(,[0-9]+)*", re.ASCII)


def target(context: Context, uids: Sequence[str]) -> list[Entity]:
    """The instances of a study, series or instance, in their lasting order. Raises a 404 Refusal without any."""
    known = [(tag, (uid,)) for tag, uid in zip(("0020000D", "0020000E", "00080018"), uids, strict=False)]
    found: list[Entity] = context.bend(Hook.TARGET, context.archive.entities(Level.INSTANCE, known))
    if not found and context.archive.deleted(uids[-1]):
        raise Refusal(410, "The resource has been deleted.")
    if not found:
        raise Refusal(404, "There is no such resource.")
    return found


def instance_of(entity: Entity) -> Row:
    """The row of an entity that is an instance."""
    assert entity.instance is not None
    return entity.instance


def facts_of(context: Context, entity: Entity) -> PixelFacts | None:
    """What is known about the pixels of an instance."""
    row = instance_of(entity)
    _, syntax = context.archive.file(row)
    return describe(context.archive.document(row), syntax)


def pixels_of(context: Context, entity: Entity, facts: PixelFacts) -> Pixels:
    """The pixels of an instance."""
    path, _ = context.archive.file(instance_of(entity))
    return Pixels(path, facts)


def size_of(context: Context, entities: Sequence[Entity]) -> int:
    """The octets of the files of instances."""
    return sum(context.archive.file(instance_of(each))[0].stat().st_size for each in entities)


def frame_numbers(text: str, facts: PixelFacts | None) -> list[int]:
    """The frames of a list. Raises a 400 Refusal when it is none, a 404 when a frame or all pixels are not there."""
    if not _NUMBERS.fullmatch(text):
        raise Refusal(400, "The frame list has to be frame numbers, with commas between them.")
    numbers = [int(each) for each in text.split(",")]
    if 0 in numbers or any(later <= earlier for earlier, later in pairwise(numbers)):
        raise Refusal(400, "Frame numbers begin with 1, and a list of them is ascending.")
    if facts is None:
        raise Refusal(404, "The instance has no frames.")
    if numbers[-1] > facts.frames:
        raise Refusal(404, f"There is no frame {numbers[-1]}: the instance has {facts.frames}.")
    return numbers
