from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwconform.encoding.dataset import BulkData, Element, PersonName
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.rules import RULES

from .json_cases import INVALID, VALID, Case, values


@pytest.mark.parametrize("case", INVALID, ids=str)
def test_an_invalid_document_breaks_exactly_its_rule(case: Case) -> None:
    problems = read_json(case.body, case.context).problems
    assert [(problem.rule, problem.pointer) for problem in problems] == [(case.rule, case.pointer)]


@pytest.mark.parametrize("text", VALID)
def test_a_valid_document_has_no_problems(text: str) -> None:
    assert read_json(text.encode()).problems == ()


def test_values_keep_what_was_written() -> None:
    text = """[{
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00081115": {"vr": "SQ", "Value": [{"0020000E": {"vr": "UI", "Value": ["1.2"]}}, {}]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane", "Phonetic": "p"}]},
        "00100020": {"vr": "LO"},
        "00280030": {"vr": "DS", "Value": ["0.50", 0.5]},
        "00420011": {"vr": "OB", "InlineBinary": "AQID"},
        "7FE00010": {"vr": "OW", "BulkDataURI": "https://h/b"}
    }]"""
    reading = read_json(text.encode(), JsonContext.METADATA)
    assert reading.problems == ()
    assert reading.datasets == (
        {
            "00080005": Element("CS", ("ISO_IR 192",)),
            "00081115": Element("SQ", ({"0020000E": Element("UI", ("1.2",))}, {})),
            "00100010": Element("PN", (PersonName("Doe^Jane", "", "p"),)),
            "00100020": Element("LO"),
            "00280030": Element("DS", ("0.50", 0.5)),
            "00420011": Element("OB", (b"\1\2\3",)),
            "7FE00010": Element("OW", (BulkData("https://h/b"),)),
        },
    )


def test_faulty_documents_are_read_as_far_as_they_can_be() -> None:
    text = '{"0020000d": {"vr": "UI", "Value": "1.2"}, "00100010": {"Value": ["Doe^Jane=王"]}, "PatientID": {}}'
    reading = read_json(text.encode())
    assert reading.datasets == (
        {"0020000D": Element("UI", ("1.2",)), "00100010": Element("", (PersonName("Doe^Jane", "王"),))},
    )
    rules = {problem.rule for problem in reading.problems}
    assert rules == {"J-PN-01", "J-TAG-01", "J-TAG-07", "J-TOP-02", "J-VAL-01", "J-VR-01"}


def test_lost_characters_of_a_wrong_encoding_are_reported_once() -> None:
    reading = read_json('[{"00100020": {"vr": "LO", "Value": ["Müller"]}}]'.encode("latin-1"))
    assert [problem.rule for problem in reading.problems] == ["J-UTF8-01"]
    assert reading.datasets[0]["00100020"].values == ("M\ufffdller",)


def test_a_flood_of_one_problem_hides_no_other() -> None:
    attributes = [f'"00100020": {{"vr": "LO", "Value": ["padded {number} "]}}' for number in range(5000)]
    text = "[" + ", ".join(f"{{{attribute}}}" for attribute in attributes) + ', {"00100020": {}}]'
    rules = [problem.rule for problem in read_json(text.encode()).problems]
    assert rules == ["J-PAD-01"] * 100 + ["J-VR-01", "LIMIT"]


def test_the_list_of_problems_has_a_limit_and_hides_no_rule() -> None:
    item = '{"x": 1, "00080000": [], "00100020": {"foo": 2, "Value": 1}}'
    body = f"[{', '.join([item] * 50)}, 7]".encode()
    everything = read_json(body, limit=10_000).problems
    *listed, last = read_json(body, limit=10).problems
    rules = {problem.rule for problem in everything}
    assert "LIMIT" not in rules
    assert {problem.rule for problem in listed} == rules
    assert len(listed) <= 10 + len(rules) < len(everything)
    assert last.rule == "LIMIT"


JSON_LIKE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["LO", "PN", "SQ", "AQID", ""]),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(
                ["vr", "Value", "InlineBinary", "BulkDataURI", "00100010", "00080005", "00091001", "7FE00010"]
            ),
            children,
            max_size=4,
        )
    ),
    max_leaves=25,
)
CODES = [*sorted(VRS), "??"]
TAGS = st.sampled_from(["00080005", "00080201", "00100010", "00091001", "00090010", "7FE00010", "00081115", "bad"])
ATTRIBUTES = st.fixed_dictionaries(
    {"vr": st.sampled_from(CODES)},
    optional={"Value": st.lists(JSON_LIKE, max_size=3), "InlineBinary": st.text(), "BulkDataURI": st.text()},
)
DATA_SETS = st.lists(st.dictionaries(TAGS, ATTRIBUTES, max_size=5), max_size=3)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")), st.sampled_from(JsonContext))
def test_no_bytes_make_it_raise(body: bytes, context: JsonContext) -> None:
    assert all(problem.rule in RULES for problem in read_json(body, context).problems)


@given(JSON_LIKE | DATA_SETS, st.sampled_from(JsonContext))
def test_no_json_makes_it_raise(document: object, context: JsonContext) -> None:
    reading = read_json(json.dumps(document).encode(), context)
    for problem in reading.problems:
        assert problem.rule in RULES
        (problem.pointer + problem.found + problem.message).encode("utf-8")


def test_a_value_of_every_kind_at_every_vr_is_taken() -> None:
    for vr in CODES:
        for value in (None, True, 1, 1.5, 10**400, "", "x", "\0", "1" * 5000, [], {}, [[]], {"Alphabetic": 1}):
            for tag in ("00091001", "00090010", "00080005", "00080201", "7FE00010"):
                reading = read_json(values(tag, vr, value, value).encode())
                assert len(reading.datasets) == 1
