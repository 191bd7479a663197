"""Small rules of writing that all reports share: what a target said is shown, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["natural", "plural", "series", "shorten", "visible"]

# Controls other than tab and newline, bidirectional overrides (they reorder what a reader sees), lone surrogates and
# non-characters: all that a terminal would obey, an XML parser would refuse, or a reader would not see.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_NUMBER = re.compile(r"([0-9]+)")


def visible(text: str) -> str:
    r"""Return the text with every invisible or dangerous character written out, such as ``\x1b`` or ``\u202e``."""
    return _INVISIBLE.sub(_written_out, text.replace("\r\n", "\n"))


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, limit: int) -> str:
    """Return the text, cut to ``limit`` characters with an ellipsis where it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plural(count: int, noun: str, many: str = "") -> str:
    """Return ``1 case`` or ``2 cases``."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def series(parts: Iterable[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    *head, last = list(parts) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts section 8.3 before 10.6 and 10.6.9 before 10.6.10."""
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in _NUMBER.split(text)
        if part not in ("", ".")
    )
