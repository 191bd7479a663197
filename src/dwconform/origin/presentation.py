"""Softcopy presentation states: which frames they show, and how (PS3.3 A.33, PS3.18 8.3.5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset

from dwconform.origin.archive import Entity
from dwconform.origin.codecs import CodecError, decodable
from dwconform.origin.context import Context
from dwconform.origin.levels import Level
from dwconform.origin.rendering.blend import Blend
from dwconform.origin.rendering.pipeline import Presentation, functional_group, window_in
from dwconform.origin.rendering.spatial import Spatial
from dwconform.origin.shown import Shown
from dwconform.origin.targets import facts_of, instance_of, pixels_of

__all__ = ["Shown", "is_state", "shown_by"]

_STATES = tuple(f"1.2.840.10008.5.1.4.1.1.11.{kind}" for kind in (1, 2, 4))
"""Grayscale, colour and blending softcopy presentation states."""


def is_state(sop_class: str) -> bool:
    """Whether instances are presentation states that are rendered here."""
    return sop_class in _STATES


def shown_by(context: Context, entity: Entity) -> list[Shown]:
    """The frames that a presentation state shows and that are here, ordered by where they lie (8.3.5.1.6)."""
    state = dcmread(context.archive.file(instance_of(entity))[0])
    try:
        return sorted(_pictures(context, state), key=_order)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise CodecError(f"the attributes of the presentation state contradict each other: {error}") from error


def _order(shown: Shown) -> tuple[tuple[float, ...], ...]:
    """By dimension indices, then by the place along the normal of the image; the rest stays in the order it came."""
    dataset, number = shown.pixels.dataset, shown.number
    content = functional_group(dataset, number, "FrameContentSequence") or Dataset()
    position = _values(dataset, number, "PlanePositionSequence", "ImagePositionPatient")
    orientation = _values(dataset, number, "PlaneOrientationSequence", "ImageOrientationPatient")
    indices = content.get("DimensionIndexValues") or ()
    depth = np.dot(position, np.cross(orientation[:3], orientation[3:])) if position and orientation else 0.0
    return tuple(indices if hasattr(indices, "append") else (indices,) if indices else ()), (float(depth),)


def _values(dataset: Dataset, number: int, group: str, keyword: str) -> tuple[float, ...]:
    value = (functional_group(dataset, number, group) or dataset).get(keyword)
    return tuple(float(each) for each in value) if value else ()


def _pictures(context: Context, state: Dataset) -> list[Shown]:
    """The frames that are shown, those of a blending state with what lies over each (PS3.3 C.11.14)."""
    positions = {str(item.BlendingPosition): item for item in state.get("BlendingSequence") or []}
    if not positions:
        return list(_frames(context, state, state))
    above = {_place(each): each for each in _frames(context, state, positions["SUPERIMPOSED"])}
    return [
        replace(each, blend=Blend(over.pixels, over.number, over.presentation, state)) if over else each
        for each in _frames(context, state, positions["UNDERLYING"])
        for over in (above.get(_place(each)),)
    ]


def _place(shown: Shown) -> tuple[float, ...]:
    return _values(shown.pixels.dataset, shown.number, "PlanePositionSequence", "ImagePositionPatient")


def _frames(context: Context, state: Dataset, source: Dataset) -> Iterator[Shown]:
    """The frames that a state, or one of its inputs, refers to."""
    profile = bytes(state.get("ICCProfile") or b"") or None
    for series in source.get("ReferencedSeriesSequence") or []:
        for reference in series.get("ReferencedImageSequence") or []:
            uid = str(reference.get("ReferencedSOPInstanceUID"))
            for entity in context.archive.entities(Level.INSTANCE, [("00080018", (uid,))]):
                facts = facts_of(context, entity)
                if facts is None or facts.video or not decodable(facts.syntax, facts.stored):
                    continue
                pixels = pixels_of(context, entity, facts)
                for number in _numbers(reference, facts.frames):
                    how = _presentation(source, uid)
                    yield Shown(entity, pixels, number, facts.frames == 1, how, _spatial(state, uid), profile)


def _numbers(reference: Dataset, frames: int) -> list[int]:
    given = reference.get("ReferencedFrameNumber")
    if given is None:
        return list(range(1, frames + 1))
    values = given if hasattr(given, "append") else [given]
    return [int(value) for value in values if 1 <= int(value) <= frames]


def _applies(item: Dataset, uid: str) -> bool:
    """Whether an item is about an image: about all, when it names none."""
    references = item.get("ReferencedImageSequence")
    return not references or any(each.get("ReferencedSOPInstanceUID") == uid for each in references)


def _presentation(state: Dataset, uid: str) -> Presentation:
    inverse = state.get("PresentationLUTShape") == "INVERSE"
    for item in state.get("SoftcopyVOILUTSequence") or []:
        if _applies(item, uid):
            tables = item.get("VOILUTSequence")
            return Presentation(window_in(item), tables[0] if tables else None, inverse)
    return Presentation(None, None, inverse)


def _spatial(state: Dataset, uid: str) -> Spatial:
    rotation, flip = int(state.get("ImageRotation") or 0), state.get("ImageHorizontalFlip") == "Y"
    for item in state.get("DisplayedAreaSelectionSequence") or []:
        if _applies(item, uid):
            corners = (*item.DisplayedAreaTopLeftHandCorner, *item.DisplayedAreaBottomRightHandCorner)
            left, top, right, bottom = (int(corner) for corner in corners)
            magnified = item.get("PresentationSizeMode") == "MAGNIFY"
            factor = float(item.get("PresentationPixelMagnificationRatio") or 0) if magnified else 0.0
            return Spatial((left, top, right, bottom), rotation, flip, factor)
    return Spatial(None, rotation, flip)
