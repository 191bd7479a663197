"""The data dictionary (PS3.6) as the origin asks it: tags are eight upper-case hex digits."""

from __future__ import annotations

import re
from functools import lru_cache

from pydicom.datadict import dictionary_keyword, dictionary_VR, tag_for_keyword

__all__ = ["creator_tag", "is_private", "keyword_of", "tag_of", "vr_of"]

_TAG = re.compile(r"[0-9A-Fa-f]{8}")


@lru_cache(maxsize=4096)
def tag_of(name: str) -> str | None:
    """The tag of a keyword or of eight hex digits in either case; ``None`` when it is neither (8.3.1)."""
    if _TAG.fullmatch(name):
        return name.upper()
    number = tag_for_keyword(name) if name else None
    return None if number is None else f"{int(number):08X}"


@lru_cache(maxsize=8192)
def vr_of(tag: str) -> str | None:
    """The VR of a standard attribute, the first where the dictionary offers several; ``None`` when unknown."""
    try:
        return str(dictionary_VR(int(tag, 16)))[:2]
    except KeyError:
        return None


@lru_cache(maxsize=8192)
def keyword_of(tag: str) -> str:
    """The keyword of a standard attribute; empty when unknown."""
    try:
        return str(dictionary_keyword(int(tag, 16)))
    except KeyError:
        return ""


def is_private(tag: str) -> bool:
    """Whether the group is odd (PS3.5 7.8.1)."""
    return int(tag[:4], 16) % 2 == 1


def creator_tag(tag: str) -> str | None:
    """The tag of the Private Creator of a private attribute; ``None`` for standard attributes and creators."""
    if not is_private(tag) or int(tag[4:], 16) < 0x1000:
        return None
    return f"{tag[:4]}00{tag[4:6]}"
