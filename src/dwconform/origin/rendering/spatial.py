"""Rotation, flip and displayed area of a presentation state (PS3.3 C.10.6, C.10.4)."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

__all__ = ["Spatial"]

_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class Spatial:
    """What a presentation state does to an image.

    Attributes:
        area: columns and rows of the upper left and the lower right corner, from 1; ``None`` for all of it.
        rotation: degrees clockwise.
        flip: whether it is flipped horizontally after that.
        magnification: the factor of MAGNIFY; 0 without one.
    """

    area: tuple[int, int, int, int] | None = None
    rotation: int = 0
    flip: bool = False
    magnification: float = 0.0

    def apply(self, image: Image.Image) -> Image.Image:
        """The displayed area, turned."""
        if self.area is not None:
            left, right = sorted((self.area[0], self.area[2]))
            top, bottom = sorted((self.area[1], self.area[3]))
            image = image.crop((left - 1, top - 1, right, bottom))
        if self.rotation in _TURNS:
            image = image.transpose(_TURNS[self.rotation])
        if self.flip:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if self.magnification > 0:
            size = tuple(max(1, round(side * self.magnification)) for side in image.size)
            image = image.resize((size[0], size[1]), Image.Resampling.BILINEAR)
        return image
