from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLosslessSV1

from dwconform.origin.server import OriginServer

from .conftest import Client
from .instances import DOE, instance, part10, post

DICOM = 'multipart/related; type="application/dicom"'


def parts(response: httpx.Response) -> list[bytes]:
    boundary = response.headers["content-type"].rpartition("=")[2].encode()
    found = response.content.split(b"--" + boundary)[1:-1]
    return [part.partition(b"\r\n\r\n")[2][:-2] for part in found]


TARGETS = [
    (f"studies/{DOE}", 3),
    (f"studies/{DOE}/series/{DOE}.1", 2),
    (f"studies/{DOE}/series/{DOE}.1/instances/{DOE}.1.2", 1),
]


@pytest.mark.parametrize(("target", "count"), TARGETS)
def test_instances_and_metadata(client: Client, target: str, count: int) -> None:
    assert len(parts(client.get(target, DICOM))) == count
    documents = client.get(f"{target}/metadata").json()
    assert len(documents) == count
    assert not [tag for document in documents for tag in document if tag.startswith("0002") or tag.endswith("0000")]


@pytest.mark.parametrize("target", ["studies/2.25.9", f"studies/{DOE}/series/2.25.9", "studies/2.25.9/metadata"])
def test_unknown_resources_are_not_found(client: Client, target: str) -> None:
    response = client.get(target, "*/*")
    assert response.status_code == 404
    assert response.text.strip()


def test_bulk_data_is_where_metadata_says(client: Client) -> None:
    (document,) = client.get(f"studies/{DOE}/series/{DOE}.1/instances/{DOE}.1.1/metadata").json()
    uri = document["7FE00010"]["BulkDataURI"]
    response = client.http.get(uri, headers={"Accept": 'multipart/related; type="application/octet-stream"'})
    assert parts(response) == [bytes(range(16))]
    assert client.http.get(uri + "/1/00080018").status_code == 404


SYNTAXES = [
    (ExplicitVRLittleEndian, "", ExplicitVRLittleEndian),
    (ImplicitVRLittleEndian, "", ExplicitVRLittleEndian),
    (ImplicitVRLittleEndian, f"; transfer-syntax={ExplicitVRLittleEndian}", ExplicitVRLittleEndian),
    (ImplicitVRLittleEndian, "; transfer-syntax=*", ExplicitVRLittleEndian),
    (ExplicitVRLittleEndian, f"; transfer-syntax={JPEGLosslessSV1}", None),
]


@pytest.mark.parametrize(("stored", "wanted", "expected"), SYNTAXES)
def test_transfer_syntax(empty: OriginServer, stored: str, wanted: str, expected: str | None) -> None:
    post(empty.base_url, part10(instance("2.25.7", Rows=3), stored))
    asking = Client(empty.base_url)
    response = asking.get("studies/2.25.7", DICOM + wanted)
    asking.http.close()
    if expected is None:
        assert response.status_code == 406
    else:
        (octets,) = parts(response)
        dataset = dcmread(BytesIO(octets))
        assert dataset.file_meta.TransferSyntaxUID == expected
        assert dataset.Rows == 3
