"""Defects of dates, times and their ranges (PS3.4 C.2.2.2.5)."""

from __future__ import annotations

from dataclasses import replace

from dwconform.origin.answer import Refusal
from dwconform.origin.defects import Hook, defect
from dwconform.origin.matching import Match, Matcher
from dwconform.origin.query import Fault, Query


def _ends(match: Match, vr: str) -> tuple[str, str] | None:
    """The two ends of a range, empty where it is open; ``None`` for what is no range of this VR."""
    text = match.key.values[0]
    if match.key.vr != vr or "-" not in text:
        return None
    low, _, high = text.partition("-")
    return low, high


@defect("qido-date-is-month", breaks="8.3.4.1.1/date", hook=Hook.MATCH)
def date_is_month(match: Match) -> bool:
    """Finds all days of the month of a date."""
    single = match.key.vr == "DA" and "-" not in match.key.values[0]
    return match.verdict or (single and any(value[:6] == match.key.values[0][:6] for value in match.values))


@defect("qido-dates-not-indexed", breaks="8.3.4.1.1/date", hook=Hook.MATCH, bugs=("B105",))
def dates_not_indexed(match: Match) -> bool:
    """Finds no study by its date."""
    return match.verdict and match.key.vr != "DA"


@defect("qido-range-excludes-end", breaks="8.3.4.1.1/date-range", hook=Hook.MATCH, bugs=("B200",))
def range_excludes_end(match: Match) -> bool:
    """Leaves the last day of a range out."""
    low, high = _ends(match, "DA") or ("", "")
    return match.verdict and not (low and high and high in match.values)


@defect("qido-range-excludes-start", breaks="8.3.4.1.1/date-from", hook=Hook.MATCH)
def range_excludes_start(match: Match) -> bool:
    """Leaves the first day of an open range out."""
    low, high = _ends(match, "DA") or ("", "")
    return match.verdict and not (low and not high and low in match.values)


@defect("qido-open-range-excludes-end", breaks="8.3.4.1.1/date-to", hook=Hook.MATCH)
def open_range_excludes_end(match: Match) -> bool:
    """Leaves the last day of a range without a start out."""
    low, high = _ends(match, "DA") or ("", "")
    return match.verdict and not (high and not low and high in match.values)


@defect("qido-reversed-range-crashes", breaks="8.3.4.1.1/date-range-reversed", hook=Hook.MATCH)
def reversed_range_crashes(match: Match) -> bool:
    """Answers 500 to a range that begins after its end."""
    low, high = _ends(match, "DA") or ("", "")
    if low and high and low > high:
        raise Refusal(500, "Internal error")
    return match.verdict


@defect("qido-ignores-bad-date", breaks="8.3/date-syntax", hook=Hook.FAULT)
def ignores_bad_date(fault: Fault) -> Fault | None:
    """Searches without the date when it is written in another way."""
    return None if "Date" in fault.parameter else fault


@defect("qido-time-range-without-start", breaks="8.3.4.1.1/time-range", hook=Hook.MATCH)
def time_range_without_start(match: Match) -> bool:
    """Takes a time range for one that begins at midnight."""
    low, high = _ends(match, "TM") or ("", "")
    return match.verdict or (bool(low and high) and any(value[: len(high)] <= high for value in match.values))


@defect("qido-time-from-excludes", breaks="8.3.4.1.1/time-from", hook=Hook.MATCH)
def time_from_excludes(match: Match) -> bool:
    """Leaves the time itself out of the range that begins with it."""
    low, high = _ends(match, "TM") or ("", "")
    return match.verdict and not (low and not high and low in match.values)


@defect("qido-time-to-excludes", breaks="8.3.4.1.1/time-to", hook=Hook.MATCH)
def time_to_excludes(match: Match) -> bool:
    """Leaves the time itself out of the range that ends with it."""
    low, high = _ends(match, "TM") or ("", "")
    return match.verdict and not (high and not low and high in match.values)


@defect("qido-ignores-short-time", breaks="8.3.4.1.1/time-reduced", hook=Hook.QUERY)
def ignores_short_time(query: Query) -> Query:
    """Searches without the time when it has no seconds."""
    return replace(
        query, keys=tuple(key for key in query.keys if not (key.vr == "TM" and len(key.values[0].strip()) == 4))
    )


@defect("qido-date-and-time-apart", breaks="8.3.4.1.1/combined-date-time", hook=Hook.MATCH)
def date_and_time_apart(match: Match) -> bool:
    """Applies the range of the date and that of the time one by one."""
    if match.key.vr not in ("DA", "TM"):
        return match.verdict
    return Matcher(match.query).matches([match.key], match.dataset)


@defect("qido-ignores-timezone", breaks="8.3.4.1.1/timezone", hook=Hook.QUERY)
def ignores_timezone(query: Query) -> Query:
    """Compares the digits of a time, whatever zone the request names."""
    return replace(query, timezone="")
