"""Templates."""

from __future__ import annotations

import pytest

from dwconform.suite.template import expand, names

VALUES = {"n": 3, "text": "x^y", "flag": True, "none": None, "list": ["a", "b"], "braces": "{n}", "a.b": "dotted"}

# value -> expanded
FILLED = [
    ("plain", "plain"),
    ("", ""),
    ("{n}", 3),
    ("{flag}", True),
    ("{none}", None),
    ("{list}", ["a", "b"]),
    ("{a.b}", "dotted"),
    ("<{n}>", "<3>"),
    ("{n}{n}", "33"),
    ("{text}-{n}", "x^y-3"),
    ("{braces}", "{n}"),  # what was filled in is not looked at again
    ("{{n}}", "{n}"),
    ("{{{n}}}", "{3}"),
    ("a{{b", "a{b"),
    ("}}", "}"),
    ("{", "{"),
    ("{}", "{}"),
    (["{n}", {"{text}": "{n}"}], [3, {"x^y": 3}]),
    (("{n}", "b"), (3, "b")),
    (7, 7),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), FILLED)
def test_expand(value, expected):
    expanded = expand(value, VALUES.__getitem__)
    assert expanded == expected
    assert type(expanded) is type(expected)


@pytest.mark.parametrize("value", ["{other}", "a {other}", ["{other}"], {"k": "{other}"}])
def test_an_unknown_name_is_an_error_or_kept(value):
    with pytest.raises(LookupError):
        expand(value, VALUES.__getitem__)
    assert expand(value, VALUES.__getitem__, keep_unknown=True) == value


def test_doubled_braces_outlive_a_first_pass():
    first = expand("{{{n}}} {later}", VALUES.__getitem__, keep_unknown=True)
    assert expand(first, {"later": 4}.__getitem__) == "{3} 4"


def test_names():
    value = {"{k}": ["{a.b} and {c}", ("{d}", 5, None)], "e": "{{not}}"}
    assert list(names(value)) == ["k", "a.b", "c", "d"]
