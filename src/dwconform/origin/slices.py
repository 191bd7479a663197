"""Which instances or frames make a volume (PS3.3 C.11.23.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from dwconform.origin.archive import Entity
from dwconform.origin.codecs import decodable
from dwconform.origin.context import Context
from dwconform.origin.pixels import Pixels
from dwconform.origin.rendering.pipeline import functional_group, modality
from dwconform.origin.rendering.volume import Volume
from dwconform.origin.targets import facts_of, pixels_of

__all__ = ["Slice", "slices_of", "stacks", "volume"]

_TOLERANCE = 0.1  # of the distance of slices


@dataclass(frozen=True, slots=True)
class Slice:
    """An image or frame, and where it lies.

    Attributes:
        entity: the instance.
        pixels: its pixels.
        number: the frame, from 1.
        position: Image Position (Patient).
        kind: what the slices of a volume have in common: series, frame of reference, orientation, spacing, size.
    """

    entity: Entity
    pixels: Pixels
    number: int
    position: tuple[float, ...]
    kind: tuple[Any, ...]


def slices_of(context: Context, entity: Entity, numbers: Sequence[int] = ()) -> list[Slice]:
    """The slices of an instance, or of some of its frames; those that have no place in the patient are left out."""
    facts = facts_of(context, entity)
    if facts is None or facts.video or facts.samples != 1 or not decodable(facts.syntax, facts.stored):
        return []
    pixels = pixels_of(context, entity, facts)
    found = []
    for number in numbers or range(1, facts.frames + 1):
        try:
            place = _place(pixels.dataset, number)
        except (TypeError, ValueError):  # a position that is no position
            place = None
        if place is not None:
            position, kind = place
            found.append(Slice(entity, pixels, number, position, (entity.series, facts.rows, facts.columns, *kind)))
    return found


def _place(dataset: Dataset, number: int) -> tuple[tuple[float, ...], tuple[Any, ...]] | None:
    def values(group: str, keyword: str) -> tuple[float, ...]:
        item = functional_group(dataset, number, group) or dataset
        value = item.get(keyword)
        return tuple(float(each) for each in value) if value else ()

    position = values("PlanePositionSequence", "ImagePositionPatient")
    orientation = values("PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = values("PixelMeasuresSequence", "PixelSpacing")
    if len(position) != 3 or len(orientation) != 6 or len(spacing) != 2:
        return None
    rounded = tuple(round(value, 4) for value in orientation)
    return position, (str(dataset.get("FrameOfReferenceUID") or ""), rounded, spacing)


def stacks(slices: Sequence[Slice]) -> list[list[Slice]]:
    """The slices that belong together, in the order of their places; only where they make a volume."""
    kinds: dict[tuple[Any, ...], list[Slice]] = {}
    for each in slices:
        kinds.setdefault(each.kind, []).append(each)
    ordered = [sorted(group, key=_depth) for group in kinds.values()]
    return [group for group in ordered if _is_volume(group)]


def _normal(each: Slice) -> np.ndarray[Any, Any]:
    orientation = np.array(each.kind[4])
    return np.cross(orientation[:3], orientation[3:])


def _depth(each: Slice) -> float:
    return float(np.dot(each.position, _normal(each)))


def _is_volume(group: Sequence[Slice]) -> bool:
    """Whether there are slices one above the other at even distances."""
    if len(group) < 2:
        return False
    gaps = np.diff([_depth(each) for each in group])
    return bool(gaps.min() > 0 and np.ptp(gaps) <= _TOLERANCE * gaps.mean())


def volume(group: Sequence[Slice]) -> Volume:
    """The volume of a stack. Raises CodecError."""
    voxels = np.stack([modality(each.pixels.dataset, each.pixels.array(each.number), each.number) for each in group])
    orientation, (row_spacing, column_spacing) = np.array(group[0].kind[4]), group[0].kind[5]
    positions = np.array([each.position for each in group])
    between = (positions[-1] - positions[0]) / (len(group) - 1)
    steps = np.array([orientation[:3] * column_spacing, orientation[3:] * row_spacing, between])
    return Volume(voxels.astype(np.float64), positions[0], steps)
