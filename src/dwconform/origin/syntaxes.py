"""Transfer syntaxes (PS3.6 A), and the media types of compressed bulk data that go with them (Table 8.7.3-5)."""

from __future__ import annotations

from dwconform.origin.forms import Form

__all__ = [
    "BIG_ENDIAN",
    "COMPRESSED",
    "DEFLATED_FRAMES",
    "EXPLICIT",
    "FORBIDDEN",
    "IMPLICIT",
    "JPEG_LOSSLESS",
    "LOSSY",
    "NATIVE",
    "VIDEO",
    "form_of",
]

IMPLICIT, EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
"""Deflated Image Frame Compression, which pydicom does not know."""
NATIVE = frozenset({IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED})
FORBIDDEN = frozenset({IMPLICIT, BIG_ENDIAN})
"""What never travels (8.7.3.4)."""

_JPEG = "1.2.840.10008.1.2.4."
COMPRESSED: dict[Form, tuple[str, ...]] = {
    Form.JPEG: tuple(f"{_JPEG}{number}" for number in (70, 50, 51, 57)),
    Form.JPEG_LS: tuple(f"{_JPEG}{number}" for number in (80, 81)),
    Form.JPEG_2000: tuple(f"{_JPEG}{number}" for number in (90, 91)),
    Form.JPEG_2000_PART_2: tuple(f"{_JPEG}{number}" for number in (92, 93)),
    Form.HTJ2K: tuple(f"{_JPEG}{number}" for number in (201, 202, 203)),
    Form.JPEG_XL: tuple(f"{_JPEG}{number}" for number in (110, 111, 112)),
    Form.RLE: ("1.2.840.10008.1.2.5",),
    Form.DEFLATE: (DEFLATED_FRAMES,),
    Form.MPEG_2: tuple(f"{_JPEG}{number}" for number in ("101", "100", "100.1", "101.1")),
    Form.MPEG_4: tuple(f"{_JPEG}{number}{end}" for end in ("", ".1") for number in (102, 103, 104, 105, 106)),
    Form.HEVC: tuple(f"{_JPEG}{number}" for number in (107, 108)),
}
"""The transfer syntaxes of each media type, the default first."""

JPEG_LOSSLESS = frozenset({f"{_JPEG}57", f"{_JPEG}70"})
VIDEO = frozenset(COMPRESSED[Form.MPEG_2] + COMPRESSED[Form.MPEG_4] + COMPRESSED[Form.HEVC])
LOSSY = VIDEO | frozenset(f"{_JPEG}{number}" for number in (50, 51, 81, 91, 93, 111, 112, 203))
"""What may have lost something; of the stored pixels, nothing better is known."""


def form_of(syntax: str) -> Form | None:
    """The media type of compressed bulk data in a transfer syntax, in parts; ``None`` for those that have none."""
    return next((form for form, syntaxes in COMPRESSED.items() if syntax in syntaxes), None)
