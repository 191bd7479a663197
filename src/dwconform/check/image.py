"""Rendered payloads as pictures (PS3.18 8.7.4): each part of a response decoded once, within bounds.

What cannot be decoded is a picture with a problem, never an exception: the bytes come from a stranger.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from dwconform.check.parts import parts_of
from dwconform.check.registry import Evidence, Observation
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.multipart import Part
from dwconform.probe.exchange import Response

__all__ = ["IMAGE_TYPES", "Picture", "Pixels", "decode", "essence", "pictures_of", "unmet"]

Pixels = NDArray[np.float64]
"""Height x width x 3 (red, green, blue), 0 to 255; fractions where the picture has more than 8 bits."""

IMAGE_TYPES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/jp2": "JPEG2000",
    "image/jph": "JPEG2000",
}
"""Media types that Pillow decodes, and its names of them."""
_MOST_PIXELS = 2**25
"""Of all frames together: a fixture has thousands, a rendering of a fixture at most a few millions."""
_MOST_FRAMES = 500
_DEEP = {"I;16", "I;16B", "I;16L", "I"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One rendered representation: a part of a multipart payload, or the payload itself.

    Attributes:
        media_type: as declared, without parameters, in lower case.
        content: its bytes.
        headers: where it says so: the Content-Type, and for a part the Content-Location too.
        size: width and height; zeros where it was not decoded.
        frames: the pixels of each frame.
        icc: the embedded ICC profile, None where there is none.
        problem: why it cannot be decoded as what it is declared to be; empty when it can.
    """

    media_type: str
    content: bytes = field(repr=False)
    content_type: str = ""
    location: str = ""
    size: tuple[int, int] = (0, 0)
    frames: tuple[Pixels, ...] = field(default=(), repr=False)
    icc: bytes | None = field(default=None, repr=False)
    problem: str = ""

    @property
    def is_image(self) -> bool:
        """Whether it is declared to be an image that is decoded here."""
        return self.media_type in IMAGE_TYPES

    @property
    def lossless(self) -> bool:
        """Whether its media type keeps grey values as they are."""
        return self.media_type in ("image/png", "image/gif")


def essence(content_type: str | None) -> str:
    """Return type and subtype in lower case; empty where there is none."""
    return (content_type or "").partition(";")[0].strip().lower()


def pictures_of(evidence: Evidence, step: str | None = None) -> tuple[Picture, ...]:
    """Return what a step's response carries, each part of a multipart payload by itself."""
    exchange = evidence.pages(step)[0]
    known = exchange.cache.get("pictures")
    if known is None:
        parts = parts_of(evidence, step).parts if _wrapped(exchange.response) else ()
        known = tuple(_pictures(exchange.response, parts)) if exchange.response else ()
        exchange.cache["pictures"] = known
    return cast("tuple[Picture, ...]", known)


def _wrapped(response: Response | None) -> bool:
    return response is not None and essence(response.headers.get("Content-Type")).startswith("multipart/")


def _pictures(response: Response, parts: Sequence[Part]) -> Iterator[Picture]:
    content_type = response.headers.get("Content-Type") or ""
    if _wrapped(response):
        for part in parts:
            yield decode(part.body, part.header("Content-Type") or _root_type(content_type),
                         part.header("Content-Location") or "")  # fmt: skip
    elif response.body.size:
        yield decode(response.body.content, content_type, response.headers.get("Content-Location") or "")


def _root_type(content_type: str) -> str:
    """Return the type that a multipart payload says its parts have (RFC 2387)."""
    parsed = parse_media_type(content_type)[0]
    return parsed.parameter("type") or "" if parsed else ""


def decode(content: bytes, content_type: str, location: str = "") -> Picture:
    """Decode bytes as what they are declared to be; other types than images are left as they are."""
    media_type = essence(content_type)
    if media_type not in IMAGE_TYPES:
        return Picture(media_type, content, content_type, location)
    try:
        with Image.open(io.BytesIO(content), formats=[IMAGE_TYPES[media_type]]) as image:
            frames = getattr(image, "n_frames", 1)
            width, height = image.size
            if frames > _MOST_FRAMES or width * height * frames > _MOST_PIXELS:
                problem = f"it has {width} x {height} pixels in {frames} frames, more than is decoded here"
                return Picture(media_type, content, content_type, location, image.size, problem=problem)
            icc = image.info.get("icc_profile")
            pixels = tuple(_pixels(each) for each in ImageSequence.Iterator(image))
            return Picture(media_type, content, content_type, location, (width, height), pixels, icc)
    except Exception as error:  # noqa: BLE001 - decoders raise all kinds of things on bytes of a stranger
        return Picture(
            media_type, content, content_type, location, problem=f"it does not decode ({type(error).__name__})"
        )


def _pixels(image: Image.Image) -> Pixels:
    if image.mode in _DEEP:
        grey = np.asarray(image, dtype=np.float64) / 257
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    return np.asarray(image.convert("RGB"), dtype=np.float64)


def unmet(message: str, expected: str, observed: str, pointer: str = "body") -> Observation:
    """Return an observation that does not hold."""
    return Observation(holds=False, message=message, expected=expected, observed=observed, pointer=pointer)
