"""Pictures into the rendered media types of images (Table 8.7.4-1)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

__all__ = ["animation", "encode"]

_QUALITY = 90


def encode(image: Image.Image, media_type: str, quality: int | None = None, profile: bytes | None = None) -> bytes:
    """A picture as baseline JPEG, GIF or PNG; ``profile`` is embedded where the media type can hold one."""
    target = BytesIO()
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if media_type == "image/jpeg":
        image.save(target, "JPEG", quality=quality or _QUALITY, progressive=False, **options)
    elif media_type == "image/png":
        image.save(target, "PNG", **options)
    else:
        image.save(target, "GIF")
    return target.getvalue()


def animation(images: Sequence[Image.Image], milliseconds: int) -> bytes:
    """Pictures as one GIF that shows them for ever. Pillow joins pictures in a row that look the same."""
    target = BytesIO()
    first, *others = [
        image.convert("P", palette=Image.Palette.ADAPTIVE) if image.mode == "RGB" else image for image in images
    ]
    first.save(
        target, "GIF", save_all=True, append_images=others, duration=max(20, milliseconds), loop=0, optimize=False
    )
    return target.getvalue()
