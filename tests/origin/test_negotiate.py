from __future__ import annotations

import pytest

from dwconform.origin.negotiate import Range, ranges

from .conftest import Client
from .instances import DOE

JSON, XML = "application/dicom+json", "multipart/related"

ACCEPT = [
    ("application/dicom+json", JSON),
    ("APPLICATION/DICOM+JSON", JSON),
    ("application/json", JSON),
    ("application/*", JSON),
    ("*/*", JSON),
    ("application/dicom+json; charset=utf-8; transfer-syntax=1.2.840.10008.1.2.1", JSON),
    ('multipart/related; type="application/dicom+xml"', XML),
    ("multipart/related;type=application/dicom+xml", XML),
    ('multipart/related ; boundary=** ; type="application/dicom+xml"', XML),
    ('MultiPart/Related; Type="Application/Dicom+XML"', XML),
    ("multipart/*", XML),
    ('application/dicom+json;q=0.5, multipart/related;type="application/dicom+xml"', XML),
    ('application/dicom+json;q=0.9, multipart/related;type="application/dicom+xml";q=0.8', JSON),
    ('application/dicom+json, multipart/related;type="application/dicom+xml"', JSON),
    ("application/dicom+json;q=0, */*", XML),
    ("nonsense, application/dicom+json;q=2, ;;;, multipart/*", XML),
    ('text/x-none, "a,b", */*;q=0.1', JSON),
    ("image/jpeg", 406),
    ("application/dicom+json;q=0", 406),
    ('multipart/related; type="application/dicom"', 406),
    ('multipart/related; type="application/dicom+json"', 406),
    ("application/dicom+xml", 406),
    ("", 406),
    ("application/dicom+json, image/jpeg", 400),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPT)
def test_accept(client: Client, accept: str, expected: str | int) -> None:
    response = client.get("studies?limit=1", accept)
    if isinstance(expected, int):
        assert response.status_code == expected
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
    else:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(expected)
        assert "accept" in response.headers["vary"].lower()
        assert int(response.headers["content-length"]) == len(response.content)


PARAMETER = [
    ("multipart/related;type%3D%22application/dicom%2Bxml%22", "*/*", XML),
    ('multipart/related;type="application/dicom%2Bxml"', "*/*", XML),
    ("multipart/related;type=application/dicom+xml", "multipart/*, application/dicom+json", XML),
    ("application/dicom%2Bjson", "*/*", JSON),
    ("multipart/related;type=application/dicom%2Bxml", "application/dicom+json", JSON),
    ("application/x-none", "application/dicom+json", JSON),
    ("application/x-none", "application/x-none2", 406),
]


@pytest.mark.parametrize(("parameter", "accept", "expected"), PARAMETER)
def test_accept_parameter(client: Client, parameter: str, accept: str, expected: str | int) -> None:
    response = client.get(f"studies?accept={parameter}&limit=1", accept)
    if isinstance(expected, int):
        assert response.status_code == expected
    else:
        assert response.headers["content-type"].startswith(expected)


def test_head_is_get_without_a_body(client: Client) -> None:
    whole = client.get("studies")
    head = client.http.head(f"{client.base_url}/studies", headers={"Accept": JSON})
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("PUT", "studies", "GET, HEAD, POST"),
        ("POST", "series", "GET, HEAD"),
        ("DELETE", f"studies/{DOE}", "GET, HEAD, POST"),
        ("PATCH", f"studies/{DOE}/metadata", "GET, HEAD"),
    ],
)
def test_other_methods_are_named_in_allow(client: Client, method: str, target: str, allow: str) -> None:
    response = client.http.request(method, f"{client.base_url}/{target}")
    assert response.status_code == 405
    assert response.headers["allow"] == allow


@pytest.mark.parametrize("target", ["patients", "studies/", "studies/1/2", "studies//series"])
def test_other_paths_are_not_found(client: Client, target: str) -> None:
    assert client.get(target).status_code == 404


def test_uris_are_those_of_the_client(client: Client) -> None:
    host = client.get("studies?limit=1", Host="pacs.example:8080").json()[0]["00081190"]["Value"]
    proxy = client.get("studies?limit=1", **{"X-Forwarded-Host": "front", "X-Forwarded-Proto": "https"}).json()[0]
    assert host == [f"http://pacs.example:8080/dicom-web/studies/{DOE}"]
    assert proxy["00081190"]["Value"] == [f"https://front/dicom-web/studies/{DOE}"]


def test_ranges_reads_quotes_and_weights() -> None:
    found = ranges('a/b;x="1,\\"2";q=0.25, c/*')
    assert found == [Range("a/b", (("x", '1,"2'),), 0.25), Range("c/*")]
