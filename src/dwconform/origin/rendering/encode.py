"""Pictures into the rendered media types of images (Table 8.7.4-1)."""

from __future__ import annotations

import struct
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
    """Pictures of one size as a GIF that shows them for ever.

    Put together here, because Pillow leaves out pictures that look like the one before.
    """
    singles = [encode(image, "image/gif") for image in images]
    columns, rows = images[0].size
    head = b"GIF89a" + struct.pack("<HHBBB", columns, rows, 0x70, 0, 0)
    forever = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    control = b"\x21\xf9\x04\x04" + struct.pack("<H", max(2, round(milliseconds / 10))) + b"\x00\x00"
    return head + forever + b"".join(control + _picture(single) for single in singles) + b"\x3b"


def _picture(single: bytes) -> bytes:
    """The image of a GIF that has one, with the colours of the file as its own."""
    bits = single[10] & 7
    at = 13 + (3 << (bits + 1) if single[10] & 0x80 else 0)
    colours = single[13:at]
    while single[at] == 0x21:  # an extension: its label, then blocks that begin with their length
        at += 2
        while single[at]:
            at += single[at] + 1
        at += 1
    descriptor, data = single[at : at + 9], single[at + 10 : -1]
    return descriptor + bytes((0x80 | bits,)) + colours + data
