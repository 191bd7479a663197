"""ICC profiles of rendered pictures (PS3.18 8.3.5.1.5)."""

from __future__ import annotations

import struct
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms

__all__ = ["embeds", "managed"]

_D50 = (0.9642, 1.0, 0.8249)
_SPACES = {  # name, red, green and blue in the D50 connection space, gamma
    "adobergb": (
        "Adobe RGB (1998)",
        ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
        2.19921875,
    ),
    "rommrgb": ("ROMM RGB", ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491)), 1.8),
}


def embeds(media_type: str) -> bool:
    """Whether a media type can hold a profile, here."""
    return media_type in ("image/jpeg", "image/png")


def managed(image: Image.Image, wanted: str, source: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The picture in the wanted space, and the profile to embed.

    Args:
        image: the picture.
        wanted: the iccprofile parameter; empty when it is not there.
        source: the ICC Profile (0028,2000) of the image.
    """
    if wanted == "no":
        return image, None
    usable = source if source and image.mode == "RGB" and _readable(source) else None
    if wanted == "":
        return image, usable
    colour = image.convert("RGB")
    if wanted == "yes":
        return colour, usable or profile("srgb")
    return _converted(colour, usable or profile("srgb"), profile(wanted)), profile(wanted)


def _readable(octets: bytes) -> bool:
    try:
        return bool(ImageCms.ImageCmsProfile(BytesIO(octets)).profile.xcolor_space.strip() == "RGB")
    except (OSError, ImageCms.PyCMSError):
        return False


def _converted(image: Image.Image, source: bytes, target: bytes) -> Image.Image:
    if source == target:
        return image
    before, after = (ImageCms.ImageCmsProfile(BytesIO(octets)) for octets in (source, target))
    found = ImageCms.profileToProfile(image, before, after, ImageCms.Intent.RELATIVE_COLORIMETRIC)
    assert found is not None  # it is only when the picture is changed in place
    return found


@lru_cache
def profile(name: str) -> bytes:
    """A profile of a well-known space."""
    if name == "srgb":
        return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    description, primaries, gamma = _SPACES[name]
    text = description.encode() + b"\0"
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = [
        (b"desc", b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(8 + 3 + 67)),
        (b"cprt", b"text" + bytes(4) + b"No copyright\0"),
        (b"wtpt", _xyz(_D50)),
        *((kind, _xyz(value)) for kind, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)),
        *((kind, curve) for kind in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    return _assembled(tags)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _assembled(tags: list[tuple[bytes, bytes]]) -> bytes:
    """A version 2 display profile (ISO 15076-1, 7)."""
    table, content, at = b"", b"", 128 + 4 + 12 * len(tags)
    for kind, body in tags:
        padded = body + bytes(-len(body) % 4)
        table += kind + struct.pack(">II", at + len(content), len(body))
        content += padded
    size = at + len(content)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz(_D50)[8:]
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + content
