from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dwconform.encoding.dataset import BulkData, Element, PersonName
from dwconform.encoding.native_xml import read_xml
from dwconform.encoding.reading import Problems
from dwconform.encoding.rules import RULES
from dwconform.encoding.xml_schema import validate

from .xml_cases import ALPHABETIC, INVALID, VALID, Case, as_bytes, attribute, document, name, values


@pytest.mark.parametrize("case", INVALID, ids=str)
def test_an_invalid_document_breaks_exactly_its_rule(case: Case) -> None:
    problems = read_xml(case.body).problems
    assert [(problem.rule, problem.pointer) for problem in problems] == [(case.rule, case.pointer)]


@pytest.mark.parametrize("text", VALID)
def test_a_valid_document_has_no_problems(text: str | bytes) -> None:
    assert read_xml(as_bytes(text)).problems == ()


def test_the_schema_has_the_last_word() -> None:
    problems = Problems()
    validate(etree.fromstring("<Other/>"), problems)
    assert [problem.rule for problem in problems.listed()] == ["X-SCHEMA-01"]


def test_values_are_those_of_dicom_json() -> None:
    text = document(
        values("US", "512", "", "7")
        + attribute("DS", '<Value number="1">0.50</Value>', "00090003")
        + '<DicomAttribute tag="00081115" vr="SQ" keyword="ReferencedSeriesSequence">'
        '<Item number="1"/></DicomAttribute>'
        + name(ALPHABETIC.format("Doe") + "<Phonetic><GivenName>p</GivenName></Phonetic>").replace("0009", "0011")
        + '<DicomAttribute tag="00420011" vr="OB" keyword="EncapsulatedDocument">'
        "<InlineBinary>AQID</InlineBinary></DicomAttribute>"
        '<DicomAttribute tag="7FE00010" vr="OW" keyword="PixelData"><BulkData uri="https://h/b"/></DicomAttribute>'
    )
    reading = read_xml(text.encode())
    assert reading.problems == ()
    assert reading.datasets == (
        {
            "00081115": Element("SQ", ({},)),
            "00090010": Element("LO", ("ACME",)),
            "00091002": Element("US", (512, None, 7)),
            "00091003": Element("DS", ("0.50",)),
            "00110010": Element("LO", ("ACME",)),
            "00111002": Element("PN", (PersonName("Doe", "", "^p"),)),
            "00420011": Element("OB", (b"\1\2\3",)),
            "7FE00010": Element("OW", (BulkData("https://h/b"),)),
        },
    )


def test_creators_of_one_group_get_blocks_of_their_own() -> None:
    text = document(attribute("LO", "") + attribute("LO", "").replace("ACME", "OTHER"))
    (dataset,) = read_xml(text.encode()).datasets
    assert list(dataset) == ["00090010", "00090011", "00091002", "00091102"]


def test_a_listed_creator_keeps_its_block() -> None:
    listed = '<DicomAttribute tag="00090020" vr="LO"><Value number="1">ACME</Value></DicomAttribute>'
    (dataset,) = read_xml(document(listed + attribute("LO", "")).encode()).datasets
    assert list(dataset) == ["00090020", "00092002"]


def test_a_document_without_namespace_is_read() -> None:
    reading = read_xml(b'<NativeDicomModel><DicomAttribute tag="00100020" vr="LO"/></NativeDicomModel>')
    assert reading.datasets == ({"00100020": Element("LO")},)
    assert {problem.rule for problem in reading.problems} == {"X-NS-01", "X-SPACE-01", "X-KEY-02"}


@given(st.binary() | st.text().map(lambda text: document(text.replace("<", "")).encode("utf-8", "surrogatepass")))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    assert all(problem.rule in RULES for problem in read_xml(body).problems)


NAMES = st.sampled_from(
    ["NativeDicomModel", "DicomAttribute", "Value", "Item", "PersonName", "Alphabetic", "FamilyName", "BulkData",
     "InlineBinary", "Other"]
)  # fmt: skip
XML_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["tag", "vr", "number", "keyword", "privateCreator", "uri", "uuid", "Tag"]),
    st.sampled_from(["00100010", "00091001", "0009", "PN", "SQ", "LO", "US", "OB", "", "1", "2", "-1", "\u0661"]),
)
TREES = st.recursive(
    st.builds(
        lambda tag, attributes, text: (tag, attributes, text, []), NAMES, XML_ATTRIBUTES, st.sampled_from("a1\n ")
    ),
    lambda children: st.builds(
        lambda tag, attributes, below: (tag, attributes, "", below),
        NAMES,
        XML_ATTRIBUTES,
        st.lists(children, max_size=4),
    ),
    max_leaves=20,
)
Tree = tuple[str, dict[str, str], str, list["Tree"]]


def serialized(tree: Tree) -> str:
    tag, attributes, text, children = tree
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{given}>{text}{''.join(map(serialized, children))}</{tag}>"


@given(st.lists(TREES, max_size=4))
def test_no_tree_makes_it_raise(trees: list[Tree]) -> None:
    reading = read_xml(document("".join(map(serialized, trees))).encode())
    assert len(reading.datasets) == 1
    assert all(problem.rule in RULES for problem in reading.problems)


@pytest.mark.parametrize("vr", ["FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"])
def test_text_that_is_no_number_is_kept_as_it_is(vr: str) -> None:
    (dataset,) = read_xml(document(values(vr, "x", "1_0", "nan")).encode()).datasets
    assert dataset["00091002"].values == ("x", "1_0", "nan")
