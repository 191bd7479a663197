"""Which values a matching key may have (PS3.18 8.3.1, PS3.5 6.2, PS3.4 C.2.2.2). Anything else is a 400 (8.3)."""

from __future__ import annotations

import re

from dwconform.origin.temporal import range_of, span_of

__all__ = ["LISTABLE", "WILDCARD", "why_invalid"]

WILDCARD = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
"""The VRs for which ``*`` and ``?`` are wild cards (PS3.4 C.2.2.2.4)."""

LISTABLE = frozenset({"AE", "AS", "AT", "CS", "LO", "PN", "SH", "UC"})
"""The VRs of Multiple Value Matching (PS3.4 C.2.2.2.8)."""

_UID = re.compile(r"(?=.{1,64}$)(0|[1-9]\d*)(\.(0|[1-9]\d*))*", re.ASCII)
_PATTERNS = {
    "IS": (re.compile(r" *[+-]?\d{1,11} *", re.ASCII), "an integer"),
    "DS": (re.compile(r" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *", re.ASCII), "a decimal number"),
    "AS": (re.compile(r"\d{3}[DWMY]", re.ASCII), "an age such as 018M"),
    "AT": (re.compile(r"[0-9A-Fa-f]{8}"), "eight hexadecimal digits"),
    "UI": (_UID, "a UID; wild cards are not defined for UIDs"),
    **dict.fromkeys(("US", "UL", "UV"), (re.compile(r"\d+", re.ASCII), "an unsigned integer")),
    **dict.fromkeys(("SS", "SL", "SV"), (re.compile(r"[+-]?\d+", re.ASCII), "an integer")),
    **dict.fromkeys(("FL", "FD"), (re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII), "a number")),
}
_TEMPORAL = {"DA": "a date as YYYYMMDD", "TM": "a time as HHMMSS", "DT": "a date-time as YYYYMMDDHHMMSS"}


def why_invalid(vr: str, value: str) -> str | None:
    """Why a value does not fit a VR; ``None`` when it does, or the VR is one of free text or not known."""
    if vr in _TEMPORAL:
        fits = span_of(vr, value) is not None or range_of(vr, value) is not None
        return None if fits else f"the value is not {_TEMPORAL[vr]}, or a range of two with a hyphen between"
    pattern, form = _PATTERNS.get(vr, (None, ""))
    return f"the value is not {form}" if pattern and not pattern.fullmatch(value.strip()) else None


def is_uid(text: str) -> bool:
    """Whether the text is a UID (PS3.5 9.1)."""
    return bool(_UID.fullmatch(text))
