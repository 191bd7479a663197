"""Blending of one image over another (PS3.3 C.11.14, PS3.4 N.2.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset

from dwconform.origin.pixels import Pixels
from dwconform.origin.rendering.pipeline import Presentation, picture
from dwconform.origin.rendering.window import WHITE

__all__ = ["Blend"]

_COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True)
class Blend:
    """What is laid over a picture.

    Attributes:
        pixels: the image on top.
        number: its frame, from 1.
        presentation: how its values become grey levels.
        state: the presentation state, which has the palette for them and the opacity.
    """

    pixels: Pixels
    number: int
    presentation: Presentation
    state: Dataset

    def over(self, below: Image.Image) -> Image.Image:
        """Both in one, in colour."""
        levels = np.asarray(picture(self.pixels, self.number, self.presentation).convert("L"))
        above = Image.fromarray(np.stack([self._table(colour)[levels] for colour in _COLOURS], axis=-1))
        opacity = float(self.state.get("RelativeOpacity") or 0)
        return Image.blend(below.convert("RGB"), above.resize(below.size, Image.Resampling.BILINEAR), opacity)

    def _table(self, colour: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """A level of 8 bits for each grey level."""
        entries, _, bits = self.state[f"{colour}PaletteColorLookupTableDescriptor"].value
        data = bytes(self.state[f"{colour}PaletteColorLookupTableData"].value)
        values = np.frombuffer(data, "<u2" if bits == 16 else "u1", entries or 1 << 16).astype(np.float64)
        at = np.rint(np.arange(256) * ((len(values) - 1) / WHITE)).astype(np.intp)
        return np.asarray(np.rint(values[at] * (WHITE / ((1 << bits) - 1))), dtype=np.uint8)
