"""Text and person names: wild cards, literal and fuzzy matching (PS3.4 C.2.2.2.1.1, C.2.2.2.4; PS3.18 8.3.4.2)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["fuzzy", "literal", "pattern"]


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """``*`` is any sequence, ``?`` any one character, all else itself."""
    parts = [{"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in text]
    return re.compile("".join(parts), re.DOTALL)


def _groups(name: str) -> list[str]:
    return [group.rstrip(" ^") for group in name.split("=")]


def literal(wanted: str, stored: str) -> bool:
    """Literal matching of names: one group against each, or several each against its own (C.2.2.2.1.1)."""
    asked, given = _groups(wanted), _groups(stored)
    if len(asked) == 1:
        return any(pattern(asked[0]).fullmatch(group) for group in (*given, "=".join(given)) if group)
    given += [""] * (3 - len(given))
    return len(asked) <= len(given) and all(
        pattern(one).fullmatch(other) for one, other in zip(asked, given, strict=False) if one
    )


def fuzzy(wanted: str, stored: str) -> bool:
    """Fuzzy matching of names (8.3.4.2): every word asked for begins a word of the name.

    Case, accents, order and what separates the words do not count; ``*`` is dropped and ``?`` separates.
    """
    asked, given = _words(wanted.replace("*", "")), _words(stored)
    return bool(asked) and all(any(word.startswith(start) for word in given) for start in asked)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter)
    )
    return tuple(re.findall(r"\w+", plain))
