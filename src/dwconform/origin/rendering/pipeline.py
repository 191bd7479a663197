"""Stored samples into a picture of 8 bits: modality, VOI and presentation transformations, colour (PS3.4 N.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi

from dwconform.origin.codecs import CodecError
from dwconform.origin.pixels import Pixels
from dwconform.origin.rendering.window import WHITE, Array, Window, apply, stretch

__all__ = ["Presentation", "functional_group", "modality", "picture", "window_in", "window_of"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What replaces the image's own transformations: of a request, or of a presentation state.

    Attributes:
        window: instead of the VOI LUT of the image.
        table: a VOI LUT Sequence item instead of it.
        inverse: instead of the Presentation LUT Shape of the image.
    """

    window: Window | None = None
    table: Dataset | None = None
    inverse: bool | None = None


def picture(pixels: Pixels, number: int, presentation: Presentation) -> Image.Image:
    """One frame as a picture, ``L`` or ``RGB``. Raises CodecError."""
    dataset, array = pixels.dataset, pixels.array(number)
    try:
        if pixels.facts.photometric == "PALETTE COLOR":
            return _eight_bits(apply_color_lut(array, dataset), 16)
        if pixels.facts.samples == 3:
            return _eight_bits(array, pixels.facts.stored)
        return Image.fromarray(_grey(dataset, array, number, presentation))
    except (AttributeError, KeyError, ValueError, TypeError, IndexError) as error:
        raise CodecError(f"the attributes of the image contradict each other: {error}") from error


def _eight_bits(array: Array, stored: int) -> Image.Image:
    if array.dtype.itemsize > 1:
        array = array >> max(0, stored - 8)
    return Image.fromarray(array.astype(np.uint8))


def _grey(dataset: Dataset, array: Array, number: int, presentation: Presentation) -> np.ndarray[Any, Any]:
    values = modality(dataset, array, number)
    window = presentation.window or (None if presentation.table else window_of(dataset, number))
    if presentation.table is not None:
        shown = _table(values, presentation.table)
    elif window is not None:
        shown = apply(values, window)
    elif dataset.get("VOILUTSequence"):
        shown = _table(values, dataset.VOILUTSequence[0])
    else:
        shown = stretch(values)
    inverse = presentation.inverse
    if inverse is None:
        inverse = dataset.PhotometricInterpretation == "MONOCHROME1" or dataset.get("PresentationLUTShape") == "INVERSE"
    if inverse:
        shown = WHITE - shown
    return np.rint(shown).astype(np.uint8)


def modality(dataset: Dataset, array: Array, number: int) -> Array:
    """The output of the Modality LUT: of a table, or of a rescale of the image or the frame."""
    if dataset.get("ModalityLUTSequence"):
        return np.asarray(apply_modality_lut(array, dataset))
    group = functional_group(dataset, number, "PixelValueTransformationSequence") or dataset
    slope, intercept = group.get("RescaleSlope"), group.get("RescaleIntercept")
    if slope is None or intercept is None:
        return array
    return array.astype(np.float64) * float(slope) + float(intercept)


def window_of(dataset: Dataset, number: int) -> Window | None:
    """The first window of the image or the frame."""
    group = functional_group(dataset, number, "FrameVOILUTSequence") or dataset
    return window_in(group)


def window_in(item: Dataset) -> Window | None:
    """The first window of a data set."""
    centre, width = _first(item.get("WindowCenter")), _first(item.get("WindowWidth"))
    if centre is None or width is None:
        return None
    function = str(item.get("VOILUTFunction") or "LINEAR").lower().replace("_", "-")
    function = function if function in ("linear-exact", "sigmoid") else "linear"
    if float(width) < (1 if function == "linear" else 0) or float(width) == 0:
        return None
    return Window(float(centre), float(width), function)


def _first(value: Any) -> Any:
    if value is None or value == "":
        return None
    return value[0] if hasattr(value, "append") else value


def functional_group(dataset: Dataset, number: int, keyword: str) -> Dataset | None:
    """A functional group of a frame, or of all (PS3.3 C.7.6.16)."""
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    for item in (*frames[number - 1 : number], *(dataset.get("SharedFunctionalGroupsSequence") or [])):
        if item.get(keyword):
            found: Dataset = item[keyword].value[0]
            return found
    return None


def _table(values: Array, item: Dataset) -> Array:
    """The output of a VOI LUT as white at its largest entry."""
    holder = Dataset()
    holder.VOILUTSequence = [item]
    bits = int(item.LUTDescriptor[2])
    looked_up = apply_voi(np.rint(values).astype(np.int32), holder)
    return np.asarray(looked_up, np.float64) * (WHITE / ((1 << bits) - 1))
