from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwconform.encoding import capture
from dwconform.encoding.capture import read_capture
from dwconform.encoding.document import Form, guess_form
from dwconform.encoding.validate import validate
from dwconform.errors import UsageError

from . import part10_files as files

JSON = b'[{"00100020": {"vr": "LO", "Value": ["P1"]}}]'
XML = b'<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve"/>'
PART10 = files.file(files.element(0x0020000D, "UI", "2.25.1"))


def parts(*members: tuple[str, bytes], boundary: str = "b") -> bytes:
    text = b"".join(f"--{boundary}\r\n{fields}\r\n\r\n".encode() + body + b"\r\n" for fields, body in members)
    return text + f"--{boundary}--\r\n".encode()


def response(content_type: str, body: bytes, *fields: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {content_type}", *fields])
    return f"{head}\r\n\r\n".encode() + body


RELATED = 'multipart/related; type="application/dicom+xml"; boundary=b'
DICOM = 'multipart/related; type="application/dicom"; boundary=b'
XML_PARTS = parts(("Content-Type: application/dicom+xml", XML))
DICOM_PARTS = parts(("Content-Type: application/dicom", PART10))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (JSON, Form.JSON),
        (b"\xef\xbb\xbf" + JSON, Form.JSON),
        (JSON.decode().encode("utf-16"), Form.JSON),
        (b"\n  {}", Form.JSON),
        (XML, Form.XML),
        (b'<?xml version="1.0"?>' + XML, Form.XML),
        (PART10, Form.PART10),
        (PART10[128:], Form.PART10),
        (PART10[132:], Form.PART10),
        (XML_PARTS, Form.MULTIPART),
        (b"\r\n" + XML_PARTS, Form.MULTIPART),
        (response("application/dicom+json", JSON), Form.JSON),
        (response("application/dicom+json", b"nothing"), Form.JSON),
        (response(RELATED, XML_PARTS), Form.MULTIPART),
        (f"Content-Type: {RELATED}\r\n\r\n".encode() + XML_PARTS, Form.MULTIPART),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + response(RELATED, XML_PARTS), Form.MULTIPART),
        (b"HTTP/1.1 100 Continue\n\n" + response(RELATED, XML_PARTS), Form.MULTIPART),
        (b"", None),
        (b"hello", None),
        (bytes(200), None),
        (response("text/plain", b"hello"), None),
    ],
)
def test_the_form_is_told_from_the_content(body: bytes, form: Form | None) -> None:
    assert guess_form(read_capture(body)) == form


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (JSON, None),
        (b"{}", Form.JSON),
        (XML, None),
        (PART10, None),
        (XML_PARTS, None),
        (DICOM_PARTS, None),
        (response("application/dicom+json", JSON), Form.SEARCH_JSON),
        (response(RELATED, XML_PARTS), Form.XML),
        (response(DICOM, parts(("Content-Type: application/octet-stream", b"any"))).replace(
            b'"application/dicom"', b'"application/octet-stream"'), None),
        (response("application/dicom+json", b"5\r\n" + JSON[:5] + b"\r\n%x\r\n" % (len(JSON) - 5) + JSON[5:]
                  + b"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), None),
        (response("application/dicom+json", JSON, "Transfer-Encoding: chunked"), None),
        (response("application/dicom+json", gzip.compress(JSON), "Content-Encoding: gzip"), None),
        (response("application/dicom+json", JSON, "Content-Encoding: gzip"), None),
    ],
)  # fmt: skip
def test_valid_documents_have_no_findings(body: bytes, form: Form | None) -> None:
    verdict = validate(body, form)
    assert verdict.findings == ()
    assert verdict.valid


def rules(body: bytes, form: Form | None = None) -> list[tuple[str, str, str]]:
    return [(found.rule, found.level.value, found.pointer) for found in validate(body, form).findings]


def test_each_part_is_read_by_its_media_type() -> None:
    body = parts(
        ("Content-Type: application/dicom+json", b'{"0010002":{"vr":"LO"}}'),
        ("Content-Type: application/octet-stream", b"any"),
        ("Content-Type: application/dicom", files.file(b"abcd")),
    )
    assert rules(body) == [("J-TAG-01", "shall", "part[1]/0010002"), ("P-END-01", "shall", "part[3]byte 296")]


def test_parts_are_read_as_what_is_asked_for() -> None:
    found = rules(response(RELATED, XML_PARTS), Form.METADATA_XML)
    assert [rule for rule, *_ in found] == ["D-META-01", "D-META-01"]
    assert found[0][2].startswith("part[1]/NativeDicomModel/")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        (f"Content-Type: application/dicom; transfer-syntax={files.JPEG}", "P-TS-02"),
        ("Content-Type: application/dicom\r\nContent-Location: https://h/studies/2.25.9", "P-UID-02"),
        ("Content-Type: application/dicom\r\nContent-Location: /studies/2.25.1/series/2.25.2", "P-UID-02"),
        ("Content-Type: application/dicom\r\nContent-Location: /studies/2.25.1", ""),
        (f"Content-Type: application/dicom; transfer-syntax={files.EXPLICIT}", ""),
    ],
)
def test_a_file_is_what_the_header_fields_of_its_part_say(fields: str, rule: str) -> None:
    assert [found for found, *_ in rules(response(DICOM, parts((fields, PART10))))] == [rule] * bool(rule)


def test_the_wrapping_is_judged() -> None:
    open_ended = XML_PARTS.removesuffix(b"--b--\r\n")
    assert rules(response(RELATED, open_ended)) == [("M-CLOSE-01", "shall", f"byte {len(open_ended)}")]
    assert rules(response("application/json", JSON)) == [("J-MT-01", "shall", "Content-Type")]


def test_what_is_ambiguous_does_not_make_a_document_invalid() -> None:
    verdict = validate(b'[{"00100020": {"vr": "LO", "Value": ["a\\\\b"]}}]')
    assert [(found.rule, found.level.value) for found in verdict.findings] == [("J-VAL-07", "warn")]
    assert verdict.valid


def test_what_cannot_be_told_is_asked_for() -> None:
    with pytest.raises(UsageError, match="--as"):
        validate(b"hello")


@pytest.mark.parametrize("compressed", [True, False])
def test_what_is_too_large_is_not_read(compressed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "MAX_BODY", 1000)
    text = b"[" + b" " * 2000 + b"]"
    body = response("application/dicom+json", gzip.compress(text), "Content-Encoding: gzip") if compressed else text
    with pytest.raises(UsageError, match="MiB"):
        validate(body)


def test_a_broken_coding_is_said() -> None:
    with pytest.raises(UsageError, match="gzip"):
        validate(response("application/dicom+json", b"\x1f\x8babc", "Content-Encoding: gzip"))


@given(st.binary(), st.sampled_from(Form))
def test_no_bytes_make_it_raise(body: bytes, form: Form) -> None:
    assert json.dumps([found.message for found in validate(body, form).findings])


HEADS = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"Content-Type: multipart/related\r\n"]
)


@given(st.lists(HEADS | st.binary(max_size=40), max_size=5).map(b"".join))
def test_no_capture_makes_it_raise(body: bytes) -> None:
    assert validate(body, Form.JSON).form is Form.JSON
