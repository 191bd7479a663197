from __future__ import annotations

import pytest

from dwconform.check.same_value import same_values, shown
from dwconform.encoding.dataset import BulkData, Element, PersonName, Value


@pytest.mark.parametrize(
    ("vr", "found", "stored", "expected"),
    [
        ("DS", ("1.50",), (1.5,), True),
        ("IS", ("+5",), (5,), True),
        ("IS", ("five",), (5,), False),
        ("US", (512,), (2,), False),
        ("DS", ("sNaN",), ("1",), False),
        ("DS", ("Infinity",), ("1",), False),
        ("TM", ("1015",), ("101500",), True),
        ("TM", ("101530",), ("101531",), False),
        ("LO", ("text ",), ("text",), True),
        ("LO", ("Text",), ("text",), False),
        ("UI", ("1.2\0",), ("1.2",), True),
        ("LO", ("a", None, "c"), ("a", None, "c"), True),
        ("LO", ("a", "c"), ("a", None, "c"), False),
        ("PN", (PersonName("DOE^JANE^^"),), (PersonName("DOE^JANE"),), True),
        ("PN", (PersonName("DOE^JANE"),), (PersonName("DOE^JANE", "x"),), False),
        ("SQ", ({}, {}), ({}, {}), True),
        ("SQ", ({},), ({}, {}), False),
        ("UN", (BulkData("http://server/bulk"),), (b"\1",), True),
    ],
)
def test_same_values(vr: str, found: tuple[Value, ...], stored: tuple[Value, ...], expected: bool) -> None:
    assert same_values(vr, Element(vr, found), Element(vr, stored)) is expected


def test_order_can_be_disregarded() -> None:
    assert same_values("CS", Element("CS", ("CT", "SR")), Element("CS", ("SR", "CT")), unordered=True)
    assert not same_values("CS", Element("CS", ("CT", "SR")), Element("CS", ("SR", "CT")))


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (None, "absent"),
        (Element("LO"), "no value"),
        (Element("LO", ("a", None)), "a\\"),
        (Element("SQ", ({},)), "1 item"),
        (Element("SQ", ({}, {})), "2 items"),
    ],
)
def test_shown(element: Element | None, text: str) -> None:
    assert shown(element) == text
