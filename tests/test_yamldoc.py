"""YAML with positions."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from dwconform import yamldoc
from dwconform.errors import SuiteError

# YAML -> value
VALUES = [
    ("a", "a"),
    ("1", 1),
    ("-1", -1),
    ("+1", 1),
    ("0", 0),
    ("007", "007"),  # no octal numbers: identifiers keep their zeros
    ("1_000", "1_000"),
    ("1.5", 1.5),
    ("1.5e3", 1500.0),
    ("1e3", "1e3"),
    (".5", ".5"),
    ("2.25.1", "2.25.1"),
    ("20200115", 20200115),
    ("'20200115'", "20200115"),
    ("2020-01-15", "2020-01-15"),  # no dates
    ("true", True),
    ("false", False),
    ("True", "True"),
    ("yes", "yes"),  # YAML 1.2: the country code of Norway stays what it is
    ("no", "no"),
    ("null", None),
    ("~", None),
    ("''", ""),
    ('"\\u00e9"', "é"),
    ("|\n  a\n  b\n", "a\nb\n"),
    (">\n  a\n  b\n", "a b\n"),
    ("[a, 1, null]", ["a", 1, None]),
    ("{a: {b: [1]}}", {"a": {"b": [1]}}),
    ("{1: a, null: b}", {"1": "a", "null": "b"}),
    ("{a: &x [1], b: *x}", {"a": [1], "b": [1]}),
    ("", None),
    ("# nothing", None),
    ("日本: 山田", {"日本": "山田"}),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text, value):
    read = yamldoc.read_text(text, "a.yaml").value
    assert read == value
    assert type(read) is type(value)


TEXT = """\
suite: a
cases:
  - case: one
    expect: [{status: 200}, {body: empty}]
  - case: two
"""

# path, whether the key is asked for -> line and column
PLACES = [
    ((), False, "1:1"),
    (("suite",), False, "1:8"),
    (("suite",), True, "1:1"),
    (("cases",), False, "3:3"),
    (("cases",), True, "2:1"),
    (("cases", 0), False, "3:5"),
    (("cases", 0, "expect", 1), False, "4:29"),
    (("cases", 0, "expect", 1, "body"), False, "4:36"),
    (("cases", 0, "expect", 1, "body"), True, "4:30"),
    (("cases", 1, "case"), False, "5:11"),
    (("cases", 1, "nosuch", "deeper"), False, "5:5"),  # the nearest thing above it
    (("nosuch",), True, "1:1"),
]


@pytest.mark.parametrize(("path", "key", "place"), PLACES)
def test_places(path, key, place):
    assert str(yamldoc.read_text(TEXT, "a.yaml").place(path, key=key)) == f"a.yaml:{place}"


# YAML -> place and a part of the message
FAULTS = [
    ("a: [", "a.yaml:2:1", "not YAML"),
    ("a: b: c", "a.yaml:1:5", "not YAML"),
    ("a: 1\n\tb: 2", "a.yaml:2:1", "not YAML"),
    ("a: 'x", "a.yaml:1:6", "not YAML"),
    ("a: *x", "a.yaml:1:4", "undefined alias"),
    ("a: 1\nb: 2\na: 3", "a.yaml:3:1", "'a' stands here twice"),
    ("x: {a: 1, a: 2}", "a.yaml:1:11", "'a' stands here twice"),
    ("a: 1\n---\nb: 2", "a.yaml:2:1", "not YAML"),
    ("a: \x00", "a.yaml:1:4", "not YAML"),
    ("a: 1\nb: \x07b", "a.yaml:2:4", "not YAML"),
    ("a: &x [*x]", "a.yaml:1:1", "contains itself"),
    ("[" * 5000 + "]" * 5000, "a.yaml:1:1", "nested too deeply"),
]


@pytest.mark.parametrize(("text", "place", "message"), FAULTS)
def test_faults(text, place, message):
    with pytest.raises(SuiteError) as caught:
        yamldoc.read_text(text, "a.yaml")
    assert str(caught.value).startswith(place)
    assert message in str(caught.value)


@pytest.mark.parametrize("content", [None, b"a: \xff\xfe"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read(content, tmp_path):
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SuiteError, match=r"a\.yaml:1:1: cannot be read"):
        yamldoc.read(path)


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = 0


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    inner: Inner | None = None
    several: tuple[Inner, ...] = ()


def test_what_is_right_becomes_the_model():
    document = yamldoc.read_text("name: a\ninner: {number: 3}", "a.yaml")
    assert yamldoc.validate(document, Outer) == Outer(name="a", inner=Inner(number=3))


# YAML -> lines of the error
COMPLAINTS = [
    (
        "nme: a",
        ["a.yaml:1:1: document: the key 'name' is missing", "a.yaml:1:1: unknown key 'nme'; did you mean 'name'?"],
    ),
    ("name: a\ninner: {numbr: 1}", ["a.yaml:2:9: unknown key 'numbr'; did you mean 'number'?"]),
    ("name: a\ninner: {number: x}", ["a.yaml:2:17: inner.number: "]),
    ("name: a\nseveral: [{number: 1}, {number: x}]", ["a.yaml:2:33: several.1.number: "]),
    ("name: a\nfroboz: 1", ["a.yaml:2:1: unknown key 'froboz'"]),
    ("[]", ["a.yaml:1:1: document: "]),
    ("", ["a.yaml:1:1: document: "]),
]


@pytest.mark.parametrize(("text", "lines"), COMPLAINTS)
def test_what_is_wrong_is_told_in_terms_of_the_file(text, lines):
    with pytest.raises(SuiteError) as caught:
        yamldoc.validate(yamldoc.read_text(text, "a.yaml"), Outer)
    told = str(caught.value).splitlines()
    assert len(told) == len(lines)
    assert all(line.startswith(expected) for line, expected in zip(told, lines, strict=True)), told


def test_a_part_of_a_document_keeps_its_place():
    document = yamldoc.read_text("- name: a\n- nme: b\n  name: c", "a.yaml")
    with pytest.raises(SuiteError, match=r"a\.yaml:2:3: unknown key 'nme'"):
        yamldoc.validate(document, Outer, document.value[1], (1,))


@pytest.mark.parametrize(
    ("word", "told"),
    [("statu", "; did you mean 'status'?"), ("xyz", ""), ("", ""), ("status", "; did you mean 'status'?")],
)
def test_nearest(word, told):
    assert yamldoc.nearest(word, {"status", "count"}) == told
