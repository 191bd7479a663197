from __future__ import annotations

import pytest

from dwconform.origin.temporal import offset_of, range_of, span_of

SAME = [
    ("DT", "19980128103000", "19980128103000.0", True),
    ("DT", "19980128103000+0000", "19980128073000-0300", True),
    ("DT", "199801", "19980131235959.999999", True),
    ("DT", "199801", "19980201", False),
    ("DT", "2020", "20201231", True),
    ("TM", "2230", "223000", True),
    ("TM", "22", "225959.9", True),
    ("TM", "22", "23", False),
    ("DA", "20200229", "2020.02.29", True),
]


@pytest.mark.parametrize(("vr", "wide", "narrow", "inside"), SAME)
def test_a_value_covers_its_unit(vr: str, wide: str, narrow: str, inside: bool) -> None:
    span, other = span_of(vr, wide), span_of(vr, narrow)
    assert span is not None
    assert other is not None
    assert ((other.low or 0) in span) is inside


@pytest.mark.parametrize(
    ("vr", "text"),
    [
        ("DA", "20190229"),
        ("DA", "2020-01-01"),
        ("TM", "2400"),
        ("TM", "1"),
        ("TM", "10:00"),
        ("DT", "202013"),
        ("DT", "x"),
    ],
)
def test_what_is_no_value(vr: str, text: str) -> None:
    assert span_of(vr, text) is None


def test_ranges_of_date_times_with_offsets() -> None:
    span = range_of("DT", "20200101-0500-20200102-0500")
    assert span is not None
    assert span == range_of("DT", "2020010105+0000-2020010304+0000")
    assert range_of("DA", "-") is None


@pytest.mark.parametrize(
    ("text", "known"), [("+1400", True), ("-1200", True), ("-0000", False), ("+1500", False), ("1", False)]
)
def test_offsets(text: str, known: bool) -> None:
    assert (offset_of(text) is not None) is known
