from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwconform.encoding.media_type import MediaType, parse_accept, parse_media_type
from dwconform.encoding.rules import RULES

XML_PARTS = 'multipart/related; type="application/dicom+xml"'

INVALID = [
    ("M-MEDIA-01", "json", None),
    ("M-MEDIA-01", "", None),
    ("M-MEDIA-01", "a/b/c", None),
    ("M-MEDIA-01", "a/b c", None),
    ("M-MEDIA-02", "a/b; x", "a/b"),
    ("M-MEDIA-02", "a/b; x=", "a/b; x=\"\""),
    ("M-MEDIA-02", 'a/b; x="\x01"', None),
    ("M-MEDIA-03", "a/b; type=c/d", 'a/b; type="c/d"'),
    ("M-MEDIA-03", 'a/b; x="y', None),
    ("M-MEDIA-04", "a/b; x=1; X=2", "a/b; x=1; x=2"),
    ("M-MEDIA-05", "a/b; x = 1", "a/b; x=1"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "read"), INVALID)
def test_an_invalid_media_type_breaks_exactly_its_rule(rule: str, text: str, read: str | None) -> None:
    media_type, problems = parse_media_type(text)
    assert [problem.rule for problem in problems] == [rule]
    if read is not None:
        assert str(media_type) == read


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("Application/DICOM+JSON", ()),
        ("a/b;X=1", (("x", "1"),)),
        ("a/b ; x=1 ;", (("x", "1"),)),
        ("a/b;;x=1", (("x", "1"),)),
        ('a/b; x="1;,\\"2"; y=3', (("x", '1;,"2'), ("y", "3"))),
        (XML_PARTS + "; boundary=b", (("type", "application/dicom+xml"), ("boundary", "b"))),
        ("a/b; x=\"\"", (("x", ""),)),
    ],
)  # fmt: skip
def test_a_valid_media_type_has_no_problems(text: str, parameters: tuple[tuple[str, str], ...]) -> None:
    media_type, problems = parse_media_type(text)
    assert problems == ()
    assert media_type is not None
    assert media_type.parameters == parameters
    assert media_type.essence == text.partition(";")[0].strip().lower()


@pytest.mark.parametrize(
    ("given_type", "wanted", "expected"),
    [
        ("application/dicom+json", "application/dicom+json", True),
        ("APPLICATION/dicom+json; charset=utf-8", "application/dicom+json", True),
        ("application/json", "application/dicom+json", False),
        (XML_PARTS + "; boundary=b", XML_PARTS, True),
        ("multipart/related; boundary=b; type=application/dicom+xml", XML_PARTS, True),
        ('multipart/related; type="application/dicom+json"', XML_PARTS, False),
        ("multipart/related", XML_PARTS, False),
        ("image/png", "image/*", True),
        ("image/png", "*/*", True),
        ("image/png", "text/*", False),
    ],
)
def test_matching(given_type: str, wanted: str, *, expected: bool) -> None:
    one, other = parse_media_type(given_type)[0], parse_media_type(wanted)[0]
    assert one is not None
    assert other is not None
    assert one.matches(other) is expected


def test_parameters_are_found_without_case() -> None:
    media_type = MediaType("a", "b", (("x", "1"),))
    assert media_type.parameter("X") == "1"
    assert media_type.parameter("y") is None


ACCEPT_INVALID = [
    ("M-ACCEPT-01", "a/b;q=2", 1),
    ("M-ACCEPT-01", "a/b;q=0.1234", 1),
    ("M-ACCEPT-01", "a/b;q=x", 1),
    ("M-ACCEPT-02", "a/b,,c/d", 2),
    ("M-ACCEPT-02", "a/b,", 1),
    ("M-MEDIA-01", "a/b, c", 1),
]


@pytest.mark.parametrize(("rule", "text", "count"), ACCEPT_INVALID)
def test_an_invalid_accept_breaks_exactly_its_rule(rule: str, text: str, count: int) -> None:
    ranges, problems = parse_accept(text)
    assert [problem.rule for problem in problems] == [rule]
    assert len(ranges) == count


def test_a_valid_accept_is_read_in_its_order() -> None:
    ranges, problems = parse_accept('*/*;q=0.1 , multipart/related; type="a/b,c"; q=1.000; x=1,text/html;Q=0')
    assert problems == ()
    assert [(str(media_type), weight) for media_type, weight in ranges] == [
        ("*/*", 0.1),
        ('multipart/related; type="a/b,c"; x=1', 1.0),
        ("text/html", 0.0),
    ]
    assert parse_accept("") == ([], ())


@given(st.text() | st.text(alphabet='ab/;=",* \\q.0\t\n'))
def test_no_text_makes_it_raise(text: str) -> None:
    problems = parse_media_type(text)[1] + parse_accept(text)[1]
    assert all(problem.rule in RULES for problem in problems)
