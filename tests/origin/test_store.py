from __future__ import annotations

import httpx
import pytest
from lxml import etree

from dwconform.origin.server import OriginServer

from .conftest import Client
from .instances import CT, body, instance, part10, post

GOOD = part10(instance("2.25.7", PatientID="P7"))
OTHER = part10(instance("2.25.8"))
CHANGED = part10(instance("2.25.7", PatientID="P8"))
NO_CLASS = part10(instance("2.25.9", SOPClassUID=None))
BAD_UID = part10(instance("2.25.99")).replace(b"2.25.99", b"2.25.x9")
NO_SYNTAX = part10(instance("2.25.9")).replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.9\0")

OUTCOMES = [
    ("one", "", [GOOD], 200, 1, [], 0),
    ("several studies", "", [GOOD, OTHER], 200, 2, [], 0),
    ("twice in one request", "", [GOOD, GOOD], 200, 2, [], 0),
    ("into its study", "2.25.7", [GOOD], 200, 1, [], 0),
    ("into another study", "2.25.77", [GOOD], 409, 0, [0x0110], 0),
    ("one of two in the study", "2.25.7", [GOOD, OTHER], 202, 1, [0x0110], 0),
    ("another with its UID", "", [GOOD, CHANGED], 202, 1, [0x0111], 0),
    ("no Part 10", "", [b"hello"], 409, 0, [], 1),
    ("no Part 10 beside a good one", "", [GOOD, b"hello"], 202, 1, [], 1),
    ("no SOP class", "", [NO_CLASS], 409, 0, [], 1),
    ("a wrong UID", "", [BAD_UID], 409, 0, [0xC000], 0),
    ("an unknown transfer syntax", "", [NO_SYNTAX], 409, 0, [0xC122], 0),
]


@pytest.mark.parametrize(
    ("study", "files", "status", "stored", "failures", "others"),
    [row[1:] for row in OUTCOMES],
    ids=[r[0] for r in OUTCOMES],
)
def test_outcome(
    empty: OriginServer, study: str, files: list[bytes], status: int, stored: int, failures: list[int], others: int
) -> None:
    response = post(empty.base_url, *files, study=study)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/dicom+json"
    module = response.json()
    references = module.get("00081199", {}).get("Value", [])
    failed = module.get("00081198", {}).get("Value", [])
    assert len(references) == stored
    assert [each["00081197"]["Value"][0] for each in failed] == failures
    assert len(module.get("0008119A", {}).get("Value", [])) == others
    assert module["00081190"]["vr"] == "UR"
    for reference in references:
        assert reference["00081150"]["Value"] == [CT]
        (url,) = reference["00081190"]["Value"]
        found = httpx.get(url, headers={"Accept": 'multipart/related; type="application/dicom"'}, trust_env=False)
        assert found.status_code == 200
        assert any(file in found.content for file in files)
    asking = Client(empty.base_url)
    distinct = {reference["00081155"]["Value"][0] for reference in references}
    assert set(asking.found("instances", "00080018")) == distinct
    asking.http.close()


def test_storing_again_changes_nothing(empty: OriginServer) -> None:
    first, again = post(empty.base_url, GOOD), post(empty.base_url, GOOD)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["location"] == first.headers["content-location"] == f"{empty.base_url}/studies/2.25.7"
    assert "location" not in again.headers
    assert first.json() == again.json()


CONTENT = [
    ("multipart/related; type=application/dicom; boundary=frontier", 200),
    ('Multipart/Related; boundary="frontier"; type="application/dicom"', 200),
    ('multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1; boundary=frontier', 200),
    ('multipart/related; type="application/dicom"; boundary=elsewhere', 400),
    ('multipart/related; type="application/dicom"', 400),
    ('multipart/related; type="image/jpeg"; boundary=frontier', 415),
    ("application/dicom", 415),
    ("text/plain", 415),
]


@pytest.mark.parametrize(("content_type", "status"), CONTENT)
def test_content_type(empty: OriginServer, content_type: str, status: int) -> None:
    response = post(empty.base_url, GOOD, content_type=content_type)
    assert response.status_code == status
    if status != 200:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"


BODIES = [
    (b"", 400),
    (body(GOOD)[:-20], 400),
    (b"--frontier\r\nno empty line\r\n--frontier--", 400),
    (b"preamble\r\n" + body(GOOD) + b"epilogue", 200),
    (body(GOOD).replace(b"Content-Type: application/dicom\r\n", b""), 200),
]


@pytest.mark.parametrize(("octets", "status"), BODIES)
@pytest.mark.parametrize("chunked", [False, True])
def test_body(empty: OriginServer, octets: bytes, status: int, chunked: bool) -> None:
    kind = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=frontier', "Accept": "*/*"}
    content = iter([octets[:100], octets[100:]]) if chunked else octets
    response = httpx.post(f"{empty.base_url}/studies", content=content, headers=kind, trust_env=False)
    assert response.status_code == status


ACCEPT = [
    ("*/*", "application/dicom+json"),
    ("application/dicom+xml", "application/dicom+xml"),
    ('multipart/related; type="application/dicom+xml"', "multipart/related"),
    ('multipart/related; type="application/dicom+json"', "multipart/related"),
]


@pytest.mark.parametrize(("accept", "media_type"), ACCEPT)
def test_response_media_type(empty: OriginServer, accept: str, media_type: str) -> None:
    response = post(empty.base_url, GOOD, accept=accept)
    assert response.headers["content-type"].partition(";")[0] == media_type
    if media_type == "application/dicom+xml":
        tags = [node.get("tag") for node in etree.fromstring(response.content)]
        assert tags == ["00081190", "00081199"]


def test_nothing_is_stored_when_no_answer_is_acceptable(empty: OriginServer) -> None:
    assert post(empty.base_url, GOOD, accept="image/jpeg").status_code == 406
    asking = Client(empty.base_url)
    assert asking.get("instances").status_code == 204
    asking.http.close()
