from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from check.evidence import answer, holds, results, search, uid
from dwconform.check.media_type import MediaTypeArgs

XML = 'multipart/related; type="application/dicom+xml"'
MODEL = b'<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM"/>'


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("application/dicom+json", "application/dicom+json", True),
        ("application/dicom+json", "Application/DICOM+json; charset=utf-8", True),
        ("application/dicom+json", "application/json", False),
        ("application/dicom+json", None, False),
        ("application/dicom+json", "nonsense", False),
        (["application/json", "application/dicom+json"], "application/json", True),
        (XML, 'multipart/related; boundary=b; type="application/dicom+xml"', True),
        (XML, 'multipart/related; boundary=b; type="application/dicom"', False),
        (XML, "multipart/related; boundary=b", False),
    ],
)
def test_media_type(wanted: Any, given: str | None, expected: bool) -> None:
    headers = {} if given is None else {"Content-Type": given}
    assert holds("media-type", wanted, search(answer(b"x", headers=headers))) is expected


def test_an_argument_that_is_no_media_type_is_refused() -> None:
    with pytest.raises(ValidationError, match="no media type"):
        MediaTypeArgs.model_validate("json")


def multipart(*parts: tuple[str, bytes]) -> bytes:
    head = (b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n" % (kind.encode(), body) for kind, body in parts)
    return b"".join(head) + b"--b--\r\n"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("application/dicom+xml", MODEL), ("application/dicom+xml", MODEL)], True),
        ([("application/dicom+xml; charset=utf-8", MODEL)], True),
        ([("application/xml", MODEL)], False),
        ([("application/dicom+xml", MODEL), ("application/dicom+xml", b"<results/>")], False),
        ([("application/dicom+xml", MODEL + MODEL)], False),
        ([], False),
    ],
)
def test_each_part_is_a_document(parts: list[tuple[str, bytes]], expected: bool) -> None:
    response = answer(multipart(*parts), headers={"Content-Type": f"{XML}; boundary=b"})
    assert holds("documents", None, search(response)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (results(uid("clinic.ct")), True),
        (results(uid("clinic.ct"))[1:-1], False),
        (b'["a"]', False),
        (b"[]", None),
    ],
)
def test_results_form_an_array(body: bytes, expected: bool | None) -> None:
    assert holds("array", None, search(answer(body))) is expected
