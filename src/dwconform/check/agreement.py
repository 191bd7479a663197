"""Whether a picture shows what it should, whatever filter scaled it and however its codec lost a little.

Each pixel of the picture is held against the stored pixels that it comes from: it may lie anywhere between the darkest
and the brightest of them, give or take a tolerance. Between patches that is a wide range, within them a narrow one, so
that no interpolation is prescribed and a wrong region, a wrong grey or a wrong colour shows all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dwconform.check.image import Pixels
from dwconform.check.viewport import Place, Viewport

__all__ = ["Agreement", "Grain", "compare", "neighbourhood", "padded"]


_PLAIN, _MOSTLY = 24, 0.95
"""Levels that padding may vary by, and how much of it has to be so even."""
_SMEARED, _BAND = 8, 4
"""Pixels outside and inside the content's edge where it and the padding mix."""


@dataclass(frozen=True, slots=True)
class Grain:
    """How exact a picture can be.

    Attributes:
        tolerance: levels (of 255) by which each pixel may be off.
        reach: stored pixels around the right one that it may be mixed from.
        share: how many of the pixels have to be right.
    """

    tolerance: float
    reach: int
    share: float

    @classmethod
    def of(cls, *, lossless: bool, scale: float, colour: bool) -> Grain:
        """Return what is fair to ask.

        Unscaled and lossless, only rounding remains: of the window function, or of a colour transform. Scaling mixes
        neighbours, and sharp filters overshoot beside edges. JPEG rings beside edges too, and most coders halve the
        resolution of colour, so that pure colours bleed into each other over the pixels of a block.
        """
        scaled = scale != 1
        reach = max(2, math.ceil(0.5 + 1.5 / scale)) if scaled else 0
        if lossless:
            return cls(24, reach, 0.97) if scaled else cls(6 if colour else 2, 0, 0.99)
        if colour:
            return cls(60, reach + 2, 0.92)
        return cls(28 if scaled else 12, reach + 1, 0.97)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much of a picture is right, and the pixel that is most wrong: its place, what it shows, what it should."""

    share: float
    at: tuple[int, int] = (0, 0)
    shown: tuple[int, ...] = ()
    wanted: tuple[tuple[int, int], ...] = ()


def compare(shown: Pixels, place: Place, viewport: Viewport, expected: Pixels, grain: Grain) -> Agreement:
    """Hold the content of a picture against the region of the source that it is to show."""
    content = shown[place.top : place.top + place.height, place.left : place.left + place.width]
    low, high = neighbourhood(expected, grain.reach)
    columns = _origins(place.width, viewport.region[0], viewport.region[2], expected.shape[1], turned=viewport.mirrored)
    rows = _origins(
        place.height, viewport.region[1], viewport.region[3], expected.shape[0], turned=viewport.upside_down
    )
    at = np.ix_(rows, columns)
    low, high = low[at], high[at]
    off = np.maximum(np.maximum(low - content, content - high), 0).max(axis=2)
    off[_blurred(shown, place)] = 0
    worst = np.unravel_index(int(off.argmax()), off.shape)
    y, x = int(worst[0]), int(worst[1])
    return Agreement(
        share=float((off <= grain.tolerance).mean()),
        at=(x + place.left, y + place.top),
        shown=tuple(round(float(level)) for level in content[y, x]),
        wanted=tuple((round(float(a)), round(float(b))) for a, b in zip(low[y, x], high[y, x], strict=True)),
    )


def _blurred(shown: Pixels, place: Place) -> NDArray[np.bool_]:
    """Return where the content touches padding and mixes with it; a quarter of a small one at most."""
    height, width = shown.shape[:2]
    across, down = min(_BAND, place.width // 8), min(_BAND, place.height // 8)
    edge = np.zeros((place.height, place.width), dtype=bool)
    edge[:down] |= place.top > 0
    edge[place.height - down :] |= place.top + place.height < height
    edge[:, :across] |= place.left > 0
    edge[:, place.width - across :] |= place.left + place.width < width
    return edge


def padded(shown: Pixels, place: Place) -> bool:
    """Say whether all around the content is of one colour, but for what a coder smears over its edge."""
    around = np.ones(shown.shape[:2], dtype=bool)
    top, left = max(place.top - _SMEARED, 0), max(place.left - _SMEARED, 0)
    around[top : place.top + place.height + _SMEARED, left : place.left + place.width + _SMEARED] = False
    border = shown[around]
    if not border.size:
        return True
    return float((np.abs(border - np.median(border, axis=0)).max(axis=1) <= _PLAIN).mean()) >= _MOSTLY


def neighbourhood(values: NDArray[np.float64], reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest value within ``reach`` pixels of each."""
    if not reach:
        return values, values
    around = [(reach, reach), (reach, reach), *[(0, 0)] * (values.ndim - 2)]
    windows = sliding_window_view(np.pad(values, around, mode="edge"), (2 * reach + 1, 2 * reach + 1), axis=(0, 1))
    return windows.min(axis=(-2, -1)), windows.max(axis=(-2, -1))


def _origins(length: int, start: float, extent: float, limit: int, *, turned: bool) -> NDArray[np.intp]:
    """Return the source's row or column that each row or column of the content comes from."""
    centres = start + (np.arange(length) + 0.5) / length * extent - 0.5
    centres = centres[::-1] if turned else centres
    return np.clip(np.round(centres), 0, limit - 1).astype(np.intp)
