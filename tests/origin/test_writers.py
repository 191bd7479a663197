"""Both writers, against what was stored."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from lxml import etree

from dwconform.origin import json_writer, xml_writer
from dwconform.origin.elements import Bulk, Dataset, Element, dump, load

from .conftest import Client
from .instances import DOE

NS = {"n": xml_writer.NAMESPACE}

DATASET: Dataset = {
    "00091001": Element("UN", (b"\x01\x02\x03",)),
    "00090010": Element("LO", ("ACME",)),
    "00080008": Element("CS", ("ORIGINAL", None, "AXIAL")),
    "00080018": Element("UI", ("2.25.1",)),
    "00081030": Element("LO"),
    "00100010": Element("PN", ("Wang^XiaoDong=王^小東", None, "=王", "A^B^^Dr.")),
    "00101030": Element("DS", ("70.50", "70.5", "1E3", "-.5", "7")),
    "00200013": Element("IS", ("12", "+3", "007")),
    "00204000": Element("LT", ("a\\b\r\nc\x0c",)),
    "00280010": Element("US", (512,)),
    "00281101": Element("UV", (2**64 - 1, 5)),
    "00186011": Element("SQ", ({"00080060": Element("CS", ("US",))}, {})),
    "00081140": Element("SQ"),
    "00720026": Element("AT", ("0020000D",)),
    "00189809": Element("FD", (0.1, 2.0)),
    "7FE00010": Element("OW", (Bulk("studies/1/pixels"),)),
    "00660016": Element("OF", (b"\0\0\x80?",)),
    "00080005": Element("CS", ("ISO_IR 192",)),
}

VALUES: list[tuple[str, dict[str, Any]]] = [
    ("00080008", {"vr": "CS", "Value": ["ORIGINAL", None, "AXIAL"]}),
    ("00081030", {"vr": "LO"}),
    (
        "00100010",
        {
            "vr": "PN",
            "Value": [
                {"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小東"},
                None,
                {"Ideographic": "王"},
                {"Alphabetic": "A^B^^Dr."},
            ],
        },
    ),
    ("00101030", {"vr": "DS", "Value": ["70.50", 70.5, "1E3", "-.5", 7]}),
    ("00200013", {"vr": "IS", "Value": [12, "+3", "007"]}),
    ("00281101", {"vr": "UV", "Value": ["18446744073709551615", 5]}),
    ("00186011", {"vr": "SQ", "Value": [{"00080060": {"vr": "CS", "Value": ["US"]}}, {}]}),
    ("00081140", {"vr": "SQ"}),
    ("00189809", {"vr": "FD", "Value": [0.1, 2.0]}),
    ("7FE00010", {"vr": "OW", "BulkDataURI": "http://h/studies/1/pixels"}),
    ("00660016", {"vr": "OF", "InlineBinary": "AACAPw=="}),
    ("00091001", {"vr": "UN", "InlineBinary": "AQID"}),
]


def locate(path: str) -> str:
    return f"http://h/{path}"


@pytest.mark.parametrize(("tag", "expected"), VALUES)
def test_json_attribute(tag: str, expected: dict[str, Any]) -> None:
    assert json_writer.model(DATASET, locate)[tag] == expected


def test_json_is_sorted_utf_8() -> None:
    octets = json_writer.encode([json_writer.model(DATASET, locate)])
    (document,) = json.loads(octets.decode("utf-8"))
    assert list(document) == sorted(DATASET)
    assert "王".encode() in octets


def test_json_refuses_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_writer.encode([{"00189809": {"vr": "FD", "Value": [float("nan")]}}])


def test_the_index_gives_back_what_it_was_given() -> None:
    assert load(dump(DATASET)) == DATASET


def xml() -> etree._Element:
    return etree.fromstring(xml_writer.encode(xml_writer.model(DATASET, locate)))


def test_xml_document() -> None:
    root = xml()
    assert root.tag == f"{{{NS['n']}}}NativeDicomModel"
    assert root.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    tags = [node.get("tag") for node in root]
    assert tags == sorted(set(DATASET) - {"00090010", "00091001"} | {"00090001"})


XML = [
    ("00080008", "n:Value/@number", ["1", "2", "3"]),
    ("00080008", "n:Value[1]/text() | n:Value[2]/text() | n:Value[3]/text()", ["ORIGINAL", "AXIAL"]),
    ("00081030", "*", []),
    ("00081030", "@keyword", ["StudyDescription"]),
    ("00100010", "n:PersonName[1]/n:Alphabetic/n:GivenName/text()", ["XiaoDong"]),
    ("00100010", "n:PersonName[1]/n:Ideographic/n:FamilyName/text()", ["王"]),
    ("00100010", "count(n:PersonName[2]/*)", 0.0),
    ("00100010", "n:PersonName[4]/n:Alphabetic/n:NamePrefix/text()", ["Dr."]),
    ("00100010", "count(n:PersonName[4]/n:Alphabetic/n:MiddleName)", 0.0),
    ("00101030", "n:Value[1]/text()", ["70.50"]),
    ("00204000", "n:Value/text()", ["a\\b\r\nc\N{REPLACEMENT CHARACTER}"]),
    ("00186011", "n:Item[1]/n:DicomAttribute/@tag", ["00080060"]),
    ("00186011", "n:Item/@number", ["1", "2"]),
    ("7FE00010", "n:BulkData/@uri", ["http://h/studies/1/pixels"]),
    ("00090001", "@privateCreator", ["ACME"]),
    ("00090001", "n:InlineBinary/text()", ["AQID"]),
    ("00720026", "n:Value/text()", ["0020000D"]),
]


@pytest.mark.parametrize(("tag", "path", "expected"), XML)
def test_xml_attribute(tag: str, path: str, expected: object) -> None:
    (node,) = xml().xpath(f"n:DicomAttribute[@tag='{tag}']", namespaces=NS)
    assert node.xpath(path, namespaces=NS) == expected


@pytest.mark.parametrize("target", ["studies", "series", "instances", f"studies/{DOE}/metadata"])
def test_xml_and_json_say_the_same(client: Client, target: str) -> None:
    documents = client.get(target).json()
    response = client.get(target, 'multipart/related; type="application/dicom+xml"')
    boundary = response.headers["content-type"].rpartition("=")[2]
    parts = response.content.split(f"--{boundary}".encode())[1:-1]
    assert len(parts) == len(documents)
    for part, document in zip(parts, documents, strict=True):
        head, _, octets = part.strip(b"\r\n").partition(b"\r\n\r\n")
        assert b"Content-Type: application/dicom+xml" in head
        root = etree.fromstring(octets)
        standard = {tag: each for tag, each in document.items() if int(tag[:4], 16) % 2 == 0}
        nodes = root.xpath("n:DicomAttribute[not(@privateCreator)]", namespaces=NS)
        assert {node.get("tag"): node.get("vr") for node in nodes} == {t: a["vr"] for t, a in standard.items()}
        for node in nodes:
            values = standard[node.get("tag")].get("Value", [])
            assert len(node.xpath("n:Value | n:Item | n:PersonName", namespaces=NS)) == len(values)
            for child, value in zip(node.xpath("n:Value", namespaces=NS), values, strict=False):
                assert child.text == (None if value is None else str(value))


def test_inline_binary_is_base64_of_the_value() -> None:
    attribute = json_writer.model(DATASET, locate)["00660016"]
    assert base64.b64decode(attribute["InlineBinary"]) == b"\0\0\x80?"
