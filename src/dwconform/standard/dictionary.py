"""Keyword, tag and VR of the data elements of PS3.6, looked up in pydicom's dictionary.

A tag is written as eight upper-case hexadecimal digits, as in the DICOM JSON Model. pydicom is imported with the first
look-up, because that costs a quarter of a second that ``dwconform --help`` should not pay.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import ModuleType

__all__ = ["creator_tag", "is_private", "keyword_of", "keywords", "tag_of", "vr_of"]

_TAG = re.compile(r"[0-9A-Fa-f]{8}")


@cache
def _datadict() -> ModuleType:
    from pydicom import datadict  # noqa: PLC0415 - slow to import, see the module's docstring

    return datadict  # type: ignore[no-any-return]  # pydicom is not typed here


@lru_cache(maxsize=4096)
def tag_of(name: str) -> str | None:
    """Return the tag of a keyword or of a tag in either letter case; None for any other text.

    Keywords are case-sensitive (PS3.18 8.3.1). Private tags are returned as they are.
    """
    if _TAG.fullmatch(name):
        return name.upper()
    if not name:
        return None  # pydicom's dictionary has entries without a keyword
    number: int | None = _datadict().tag_for_keyword(name)
    return None if number is None else f"{number:08X}"


@lru_cache(maxsize=4096)
def keyword_of(tag: str) -> str:
    """Return the keyword of a tag, or an empty text for a tag without one."""
    keyword: str = _datadict().keyword_for_tag(int(tag, 16))
    return keyword


@lru_cache(maxsize=4096)
def vr_of(tag: str) -> str | None:
    """Return the VR of a tag, the first one where PS3.6 gives several; None for an unknown tag."""
    number = int(tag, 16)
    if is_private(tag):
        return "LO" if creator_tag(tag) == tag else None
    try:
        return str(_datadict().dictionary_VR(number)).split(" or ", maxsplit=1)[0]
    except KeyError:
        return None


def is_private(tag: str) -> bool:
    """Tell whether the tag's group is odd (PS3.5 7.8)."""
    return int(tag[:4], 16) % 2 == 1


def creator_tag(tag: str) -> str | None:
    """Return the tag of the Private Creator that reserves the block of a private tag (PS3.5 7.8.1).

    A Private Creator's own tag is its own answer. None for tags that are not private, or stand outside every block.
    """
    if not is_private(tag):
        return None
    element = int(tag[4:], 16)
    block = element if element <= 0xFF else element >> 8
    return f"{tag[:4]}{block:04X}" if 0x10 <= block <= 0xFF else None


@cache
def keywords() -> frozenset[str]:
    """Return every keyword of PS3.6, for suggestions of the nearest known word."""
    return frozenset(entry[4] for entry in _datadict().DicomDictionary.values() if entry[4])
