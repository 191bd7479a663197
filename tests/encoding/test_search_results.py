from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwconform.encoding.dataset import Element
from dwconform.encoding.rules import RULES
from dwconform.encoding.search_results import read_search_results

from .xml_cases import ID, document

JSON = "application/dicom+json"
XML = 'multipart/related; type="application/dicom+xml"; boundary=b'
TEXT = b'[{"00100020": {"vr": "LO"}}]'
DOCUMENT = document(ID.format("")).encode()
PART = b"--b\r\nContent-Type: application/dicom+xml\r\n\r\n" + DOCUMENT + b"\r\n"
PARTS = PART + PART + b"--b--"
DATASET = {"00100020": Element("LO")}

INVALID = [
    ("J-MT-01", TEXT, "application/json", "Content-Type", 1),
    ("J-MT-02", PARTS.replace(DOCUMENT, TEXT[1:-1]).replace(b"+xml", b"+json"), XML.replace("+xml", "+json"),
     "Content-Type", 2),
    ("J-MT-03", TEXT, JSON + "; charset=ISO-8859-1", "Content-Type", 1),
    ("M-TYPE-03", TEXT, None, "Content-Type", 1),
    ("M-TYPE-04", b"<html/>", "text/html", "Content-Type", 0),
    ("M-TYPE-04", TEXT, "text/plain", "Content-Type", 1),
    ("M-TYPE-04", b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--",
     XML.replace("application/dicom+xml", "image/png"), "Content-Type", 0),
    ("M-MEDIA-01", TEXT, "json", "Content-Type", 1),
    ("M-XML-01", DOCUMENT, "application/dicom+xml", "Content-Type", 1),
    ("M-XML-03", PART + PART.replace(b"application/dicom+xml", b"text/xml") + b"--b--", XML, "part[2]/Content-Type", 2),
    ("M-CLOSE-01", PART + PART, XML, f"byte {2 * len(PART)}", 2),
    ("J-TAG-01", TEXT.replace(b"00100020", b"0010002x"), JSON, "/0/0010002x", 1),
    ("X-KEY-02", PARTS.replace(b' keyword="PatientID"', b"", 1), XML,
     'part[1]/NativeDicomModel/DicomAttribute[@tag="00100020"]', 2),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "body", "content_type", "pointer", "count"), INVALID)
def test_an_invalid_response_breaks_exactly_its_rule(
    rule: str, body: bytes, content_type: str | None, pointer: str, count: int
) -> None:
    reading = read_search_results(body, content_type)
    assert [(problem.rule, problem.pointer) for problem in reading.problems] == [(rule, pointer)]
    assert len(reading.datasets) == count


@pytest.mark.parametrize(
    ("body", "content_type", "count"),
    [
        (TEXT, JSON, 1),
        (b"[]", JSON + ";charset=UTF-8", 0),
        (PARTS, XML, 2),
        (b"", JSON, 0),
        (b"", None, 0),
    ],
)
def test_a_valid_response_has_no_problems(body: bytes, content_type: str | None, count: int) -> None:
    reading = read_search_results(body, content_type)
    assert reading.problems == ()
    assert reading.datasets == (DATASET,) * count


@given(st.binary(), st.none() | st.text() | st.sampled_from([JSON, XML, "application/xml", "text/plain"]))
def test_nothing_makes_it_raise(body: bytes, content_type: str | None) -> None:
    assert all(problem.rule in RULES for problem in read_search_results(body, content_type).problems)
