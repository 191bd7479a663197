"""Dates and times by their meaning: DA, TM and DT values and the ranges of PS3.4 C.2.2.2.5.

A moment is a number of microseconds: of a DA since year 1, of a TM since midnight, of a DT since year 1 in UTC where
its offset is known and in its own zone otherwise. A value of reduced precision is the span of moments that it covers.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

__all__ = ["DAY", "Span", "offset_of", "range_of", "span_of"]

DAY = 86_400_000_000
_UNITS = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}
_DA = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")
_TM = re.compile(r"(?P<hour>[01]\d|2[0-3])((?P<minute>[0-5]\d)((?P<second>[0-5]\d|60)(\.(?P<part>\d{1,6}))?)?)?")
_DT = re.compile(r"(?P<year>\d{4})((?P<month>\d\d)((?P<day>\d\d)(?P<time>[\d.]*))?)?(?P<offset>[+-]\d{4})?")
_OFFSET = re.compile(r"([+-])(\d\d)([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """The moments from ``low`` to ``high``, both included; ``None`` is open. An empty span has low above high."""

    low: int | None
    high: int | None

    def __contains__(self, moment: int) -> bool:
        return (self.low is None or moment >= self.low) and (self.high is None or moment <= self.high)


def offset_of(text: str) -> int | None:
    """The microseconds that an offset such as ``+0100`` is ahead of UTC; ``None`` for no offset (PS3.3 C.12.1.1)."""
    match = _OFFSET.fullmatch(text.strip())
    if not match or text.strip() == "-0000":
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > (14 * 60 if match[1] == "+" else 12 * 60):
        return None
    return minutes * _UNITS["minute"] * (1 if match[1] == "+" else -1)


def span_of(vr: str, text: str, zone: int | None = None) -> Span | None:
    """What a single DA, TM or DT value covers; ``None`` when it is no such value.

    Args:
        vr: DA, TM or DT.
        text: the value.
        zone: the offset of a DT that has none of its own, in microseconds.
    """
    text = text.strip()
    if vr == "DA":
        match = _DA.fullmatch(text)
        day = _day(*(int(part) for part in match.groups())) if match else None
        return None if day is None else Span(day, day)
    return _time(text) if vr == "TM" else _datetime(text, zone)


def range_of(vr: str, text: str, zone: int | None = None) -> Span | None:
    """What ``a-b``, ``a-`` or ``-b`` covers; ``None`` when the text is no range."""
    text = text.strip()
    for at in (place for place, letter in enumerate(text) if letter == "-"):
        before, after = text[:at].strip(), text[at + 1 :].strip()
        low = span_of(vr, before, zone) if before else Span(None, None)
        high = span_of(vr, after, zone) if after else Span(None, None)
        if low and high and (before or after):
            return Span(low.low, high.high)
    return None


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day).toordinal() - 1) * DAY
    except ValueError:
        return None


def _time(text: str) -> Span | None:
    match = _TM.fullmatch(text)
    if not match:
        return None
    low = sum(int(match[unit] or 0) * size for unit, size in _UNITS.items())
    part = match["part"]
    if part:
        step = 10 ** (6 - len(part))
        low += int(part) * step
    else:
        step = _UNITS["second"] if match["second"] else _UNITS["minute"] if match["minute"] else _UNITS["hour"]
    return Span(low, low + step - 1)


def _datetime(text: str, zone: int | None) -> Span | None:
    match = _DT.fullmatch(text)
    if not match:
        return None
    shift = offset_of(match["offset"]) if match["offset"] else zone or 0
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    first = _day(year, month, day)
    if first is None or shift is None:
        return None
    if match["time"]:
        clock = _time(match["time"])
        return Span(first + (clock.low or 0) - shift, first + (clock.high or 0) - shift) if clock else None
    if match["day"]:
        days = 1
    elif match["month"]:
        days = calendar.monthrange(year, month)[1]
    else:
        days = 366 if calendar.isleap(year) else 365
    return Span(first - shift, first + days * DAY - 1 - shift)
