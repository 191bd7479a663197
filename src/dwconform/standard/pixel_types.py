"""Media types of compressed bulk data and their transfer syntaxes (PS3.18 Table 8.7.3-5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["OCTET_STREAM", "PIXEL_TYPES", "default_syntax"]

OCTET_STREAM = "application/octet-stream"
_ROOT = "1.2.840.10008.1.2"


def _uids(*ends: str) -> tuple[str, ...]:
    return tuple(f"{_ROOT}{end}" for end in ends)


PIXEL_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image/jpeg": _uids(".4.70", ".4.50", ".4.51", ".4.57"),
        "application/x-deflate": _uids(".8.1"),
        "image/dicom-rle": _uids(".5"),
        "image/jls": _uids(".4.80", ".4.81"),
        "image/jp2": _uids(".4.90", ".4.91"),
        "image/jpx": _uids(".4.92", ".4.93"),
        "image/jphc": _uids(".4.201", ".4.202", ".4.203"),
        "image/jxl": _uids(".4.110", ".4.111", ".4.112"),
        "video/mpeg": _uids(".4.101", ".4.100", ".4.100.1", ".4.101.1"),
        "video/mp4": _uids(
            *(".4.102", ".4.102.1", ".4.103", ".4.104", ".4.105", ".4.106"),
            *(".4.103.1", ".4.104.1", ".4.105.1", ".4.106.1"),
        ),
        "video/h265": _uids(".4.107", ".4.108"),
    }
)
"""From media type, in lower case, to its transfer syntaxes, the default one first."""


def default_syntax(media_type: str) -> str:
    """Return the transfer syntax of a part that names none; empty for a media type without one."""
    if media_type.lower() == OCTET_STREAM:
        return f"{_ROOT}.1"
    return next(iter(PIXEL_TYPES.get(media_type.lower(), ())), "")
