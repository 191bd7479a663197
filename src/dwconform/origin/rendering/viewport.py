"""Cropping, flipping and scaling (PS3.18 8.3.5.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

__all__ = ["Viewport", "apply"]


@dataclass(frozen=True, slots=True)
class Viewport:
    """The size of the picture and the region of the source.

    Attributes:
        width: columns at most.
        height: rows at most.
        left: where the region begins.
        top: as above.
        region_width: 0 reaches to the right edge; negative flips.
        region_height: 0 reaches to the lower edge; negative flips.
    """

    width: int
    height: int
    left: float = 0.0
    top: float = 0.0
    region_width: float = 0.0
    region_height: float = 0.0


def apply(image: Image.Image, viewport: Viewport) -> Image.Image | None:
    """The region, as large as the viewport allows with its aspect kept; ``None`` when it lies beside the image."""
    right = min(image.width, viewport.left + (abs(viewport.region_width) or image.width))
    bottom = min(image.height, viewport.top + (abs(viewport.region_height) or image.height))
    width, height = right - viewport.left, bottom - viewport.top
    if width <= 0 or height <= 0:
        return None
    scale = min(viewport.width / width, viewport.height / height)
    size = (max(1, min(viewport.width, round(width * scale))), max(1, min(viewport.height, round(height * scale))))
    box = (viewport.left, viewport.top, right, bottom)
    scaled = image.resize(size, Image.Resampling.BILINEAR if scale != int(scale) else Image.Resampling.NEAREST, box)
    if viewport.region_width < 0:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if viewport.region_height < 0:
        scaled = scaled.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return scaled
