"""What a rendering shows and how large it is, held against the stored image (PS3.18 8.3.5.1, 10.4.3.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from dwconform.check.agreement import Agreement, Grain, compare, neighbourhood, padded
from dwconform.check.appearance import Appearance, Window, appearance_of
from dwconform.check.image import Picture, Pixels, pictures_of, unmet
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.viewport import Viewport
from dwconform.fixtures.instance import Instance

__all__ = ["EvenAreasArgs", "ImageSizeArgs", "PixelsArgs", "even_areas", "image_size", "pixels"]

_STEPS = 12
_LEAST_CONTRAST = 16
_BACKWARDS = 4
_SPREAD, _TOGETHER = 0.3, 0.85
"""How far from the level of its part a pixel may be, of the contrast there is; and how many have to be as near."""
_BLOCK, _MOST_AREAS = 17, 64
_EVEN, _EVEN_LOSSY = 2, 16


class ImageSizeArgs(CheckArgs):
    """The stored image, and the value of the viewport parameter where there was one."""

    of: str = Field(description="SOP Instance UID")
    viewport: str = ""
    within: bool = Field(default=False, description="it is enough that nothing overflows the viewport")


@check("image-size")
def image_size(args: ImageSizeArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each picture has the size of the stored image, or the size that the viewport makes of it."""
    found = _source(evidence, args.of)
    if isinstance(found, Observation):
        yield found
        return
    viewport = Viewport.parse(args.viewport, found.size)
    for picture in _decoded(evidence):
        width, height = picture.size
        holds = viewport.fits(picture.size)
        if args.within and viewport.box:
            holds = width <= viewport.box[0] and height <= viewport.box[1]
        said = picture.problem or f"{width} x {height} pixels"
        wanted = f"within {viewport.box[0]} x {viewport.box[1]}" if args.within and viewport.box else str(viewport)
        yield Observation(holds and not picture.problem, f"The picture: {said}.", wanted, said, "body")


class PixelsArgs(CheckArgs):
    """Which stored frame is to be seen in which of the pictures, and the parameters that change how it looks."""

    of: str = Field(description="SOP Instance UID")
    frame: PositiveInt = 1
    window: str = Field(default="", description="value of the window parameter")
    viewport: str = Field(default="", description="value of the viewport parameter")
    part: PositiveInt = Field(default=1, description="which part of the response")
    picture_frame: PositiveInt = Field(default=1, description="which frame of an animation")
    as_: Literal["exact", "ordered", "auto"] = Field(
        default="auto", alias="as", description="auto: a grey image without a window by the order of its levels"
    )


@check("pixels")
def pixels(args: PixelsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The picture shows the stored frame, with this window and viewport."""
    found = _source(evidence, args.of, args.frame)
    if isinstance(found, Observation):
        yield found
        return
    pictures = pictures_of(evidence)
    if len(pictures) < args.part:
        yield unmet(f"The response carries {len(pictures)} pictures.", f"a picture {args.part}", "", "body")
        return
    picture = pictures[args.part - 1]
    if len(picture.frames) < args.picture_frame:
        said = picture.problem or f"it has {len(picture.frames)} frames"
        yield unmet(f"The picture shows nothing to compare: {said}.", "a picture", picture.media_type, "body")
        return
    shown = picture.frames[args.picture_frame - 1]
    ordered = args.as_ == "ordered" or (args.as_ == "auto" and found.grey and not args.window)
    yield _ordered(shown, found) if ordered else _exact(args, picture, shown, found)


def _exact(args: PixelsArgs, picture: Picture, shown: Pixels, found: Appearance) -> Observation:
    viewport = Viewport.parse(args.viewport, found.size)
    size = (shown.shape[1], shown.shape[0])
    expected = found.pixels(Window.parse(args.window) if args.window else _whole(found))
    best: Agreement | None = None
    grain = Grain(0, 0, 1)
    for place in viewport.places(size):
        if not padded(shown, place):
            continue
        scale = place.width / viewport.region[2]
        grain = Grain.of(lossless=picture.lossless, scale=scale, colour=not found.grey)
        agreement = compare(shown, place, viewport, expected, grain)
        best = agreement if best is None or agreement.share > best.share else best
    if best is None:
        return unmet(f"The picture has {size[0]} x {size[1]} pixels, and in it nothing is where it should be.",
                           str(viewport), f"{size[0]} x {size[1]}", "body")  # fmt: skip
    holds = best.share >= grain.share
    wanted = ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in best.wanted)
    return Observation(
        holds,
        f"{best.share:.1%} of the pixels are what the stored image makes them"
        + (
            "."
            if holds
            else f"; at column {best.at[0]}, row {best.at[1]} stands {best.shown}, and {wanted} was expected."
        ),
        expected=f"{grain.share:.0%} within {grain.tolerance:g} levels",
        observed=f"{best.share:.1%}",
        pointer=f"body (column {best.at[0]}, row {best.at[1]})",
    )


def _whole(found: Appearance) -> Window:
    """Return the window that shows all values that can be stored, for where the image says nothing else."""
    low, high = float(found.values.min()), float(found.values.max())
    return Window((low + high) / 2, max(high - low, 1), "linear-exact")


def _ordered(shown: Pixels, found: Appearance) -> Observation:
    """Compare the order of grey levels only: which window a server takes by itself is its own affair."""
    brightness = found.brightness()
    if shown.shape[:2] != brightness.shape:
        size = f"{shown.shape[1]} x {shown.shape[0]}"
        wanted = f"{brightness.shape[1]} x {brightness.shape[0]}"
        return unmet(f"The picture has {size} pixels, the stored image {wanted}.", wanted, size, "body")
    low, high = neighbourhood(brightness, 1)
    span = float(brightness.max() - brightness.min()) or 1.0
    calm = (high - low) <= span / _STEPS
    calm = calm if calm.any() else np.ones_like(calm)
    step = np.floor((brightness - brightness.min()) / span * (_STEPS - 1)).astype(int)
    grey = shown.mean(axis=2)
    groups = [group for number in range(_STEPS) if (group := grey[calm & (step == number)]).size]
    levels = [float(group.mean()) for group in groups]
    fall = max((earlier - later for earlier, later in pairwise(levels)), default=0.0)
    rise = levels[-1] - levels[0]
    near = [np.abs(group - group.mean()) <= max(_LEAST_CONTRAST, _SPREAD * rise) for group in groups]
    together = float(np.concatenate(near).mean())
    told = " ".join(f"{level:.0f}" for level in levels)
    return Observation(
        fall <= _BACKWARDS and rise >= _LEAST_CONTRAST and together >= _TOGETHER,
        f"From the darkest to the brightest parts of the stored image the picture has the grey levels {told}; "
        f"{together:.0%} of its pixels are near the level of their part.",
        expected=f"levels that rise, {_TOGETHER:.0%} near them",
        observed=f"{told}, {together:.0%} near them",
        pointer="body",
    )


class EvenAreasArgs(CheckArgs):
    """The stored image."""

    of: str = Field(description="SOP Instance UID")


@check("even-areas")
def even_areas(args: EvenAreasArgs, evidence: Evidence) -> Iterator[Observation]:
    """Where the stored image is of one value all around, the picture is of one colour: nothing is drawn over it."""
    found = _source(evidence, args.of)
    if isinstance(found, Observation):
        yield found
        return
    for picture in _decoded(evidence):
        if not picture.frames or picture.size != found.size:
            said = picture.problem or f"it has {picture.size[0]} x {picture.size[1]} pixels"
            yield unmet(f"The picture cannot be compared: {said}.", "a picture of the stored size", said)
            continue
        tolerance = _EVEN if picture.lossless else _EVEN_LOSSY
        off = max((_unevenness(picture.frames[0], area) for area in _areas(found)), default=0.0)
        yield Observation(
            off <= tolerance,
            f"Areas of one stored value vary by {off:.0f} levels in the picture.",
            f"at most {tolerance} levels",
            f"{off:.0f} levels",
            "body",
        )


def _areas(found: Appearance) -> Iterator[NDArray[np.bool_]]:
    """Yield where each value stands that is the same all around, as far as JPEG smears colour."""
    values = found.values if found.grey else found.values @ np.array([1.0, 256.0, 65536.0])
    low, high = neighbourhood(values, _BLOCK)
    calm = low == high
    for value in np.unique(values[calm])[:_MOST_AREAS]:
        yield calm & (values == value)


def _unevenness(shown: Pixels, area: NDArray[np.bool_]) -> float:
    levels = shown[area]
    return float(np.abs(levels - np.median(levels, axis=0)).max())


def _source(evidence: Evidence, uid: str, frame: int = 1) -> Appearance | Observation:
    """Return how a stored image looks, or why that cannot be told."""
    instance = evidence.archive.instance(uid) if uid in evidence.archive else None
    if not isinstance(instance, Instance):
        return Observation(None, "What is stored in the image is not known, as this run did not store it.")
    return appearance_of(instance, frame)


def _decoded(evidence: Evidence) -> tuple[Picture, ...]:
    return pictures_of(evidence) or (Picture("", b"", problem="the response carries no picture"),)
