from __future__ import annotations

import json

import pytest

from dwconform.report.excerpt import LIMIT, excerpt
from dwconform.report.results import BodyRecord, ExchangeRecord

from . import sample

JSON = "application/dicom+json"
MULTIPART = 'multipart/related; type="application/dicom+xml"; boundary=b'
PARTS = (
    "".join(
        '--b\r\nContent-Type: application/dicom+xml\r\n\r\n<NativeDicomModel xmlns="urn:x">'
        '<DicomAttribute tag="00100020" vr="LO">'
        f'<Value number="1">P{number}</Value></DicomAttribute></NativeDicomModel>\r\n'
        for number in (1, 2)
    )
    + "--b--"
)


def seen(content: bytes | str | BodyRecord, pointer: str, media_type: str = JSON) -> tuple[str, str]:
    exchange = sample.exchange(1, "/studies", media_type=media_type)
    body = content if isinstance(content, BodyRecord) else sample.body(content)
    assert exchange.response is not None
    exchange = exchange.model_copy(update={"response": exchange.response.model_copy(update={"body": body})})
    shown = excerpt(exchange, pointer)
    return shown.text, shown.note


@pytest.mark.parametrize(
    ("content", "pointer", "media_type", "part", "note"),
    [
        (sample.MATCHES, "/1/00100020/Value/0", JSON, '"TST-0002"', "/1/00100020/Value/0"),
        (sample.MATCHES, "/0/00100020/Value/0", JSON, "DOE^JANE", "/0, the nearest"),
        (sample.MATCHES, "/7/00100020", JSON, "[", "the whole document, the nearest"),
        (sample.MATCHES, "status", JSON, sample.MATCHES, "all"),
        ('{"a/b": {"~": 1}}', "/a~1b/~0", JSON, "1", "/a/b/~"),
        ("[1, 2", "/1", JSON, "2", "/1"),
        ("[{", "/0", JSON, "[{", "all 2 bytes"),
        ("[" * 100_000, "/0/0", JSON, "[[", f"the first {LIMIT}"),
        ("x" * 900 + "!" + "y" * 900, "byte 900", "text/plain", "!y", "around byte 900"),
        (sample.XML, "/NativeDicomModel/DicomAttribute[1]", "application/dicom+xml", "<FamilyName>DOE", "/Native"),
        (sample.XML, "/Nothing[", "application/dicom+xml", "<NativeDicomModel", "all"),
        (PARTS, "part[2]/NativeDicomModel/DicomAttribute[1]/Value[1]", MULTIPART, ">P2<", "/NativeDicomModel"),
        (PARTS, "/1/00100020", MULTIPART, ">P2<", "part[2]/NativeDicomModel/Dicom"),
        (PARTS, "/0", MULTIPART, ">P1<", "part[1]/Native"),
        (PARTS, "part[9]/x", MULTIPART, "--b", "all"),
        (PARTS, "/1", "multipart/related", "--b", "all"),
        ("", "/0", JSON, "", "no body"),
        (BodyRecord(size=7), "", JSON, "", "7 bytes, not kept"),
        (sample.PIXELS, "/0", "application/octet-stream", "00000000  00 01 02", "the first 256 of 3072 bytes"),
        (b"\x89PNG\x00\x01", "", "text/plain", "89 50 4e 47", "all 6 bytes, not text"),
    ],
)
def test_excerpt(content: bytes | str | BodyRecord, pointer: str, media_type: str, part: str, note: str) -> None:
    text, told = seen(content, pointer, media_type)
    assert part in text
    assert told.startswith(note)
    assert len(text) <= LIMIT


def test_a_body_that_was_cut_still_shows_its_elements() -> None:
    body = sample.body(sample.MATCHES[:-10], truncated=True, size=9_000_000)
    assert seen(body, "/0/00100010/Value/0") == (
        '{\n  "Alphabetic": "DOE^JANE"\n}',
        "/0/00100010/Value/0, indented by us",
    )
    assert seen(body, "")[1] == f"the first {len(sample.MATCHES) - 10} of 9000000 bytes"


def test_a_long_element_is_cut_and_says_so() -> None:
    text, note = seen(json.dumps(["x" * 9_000]), "/0")
    assert (len(text), note) == (LIMIT, "/0, indented by us, its beginning")


def test_entities_are_not_resolved() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a><c>&b;</c></a>'
    assert seen(bomb, "/a/c", "application/xml")[0] == "<c>&b;</c>"


def test_no_response() -> None:
    exchange: ExchangeRecord = sample.exchanges()[4]
    assert exchange.response is None
    assert excerpt(exchange, "/0").note == "no body"
