from __future__ import annotations

import pytest

from dwconform.origin.server import OriginServer

from .conftest import Client
from .instances import PAGE, clinic, post

PAGES = f"studies/{PAGE}/series"
WARNING = "There are {} additional results that can be requested"

CASES = [
    ("", [1, 2, 3, 4, 5, 6, 7], 0),
    ("limit=3", [1, 2, 3], 4),
    ("limit=3&offset=3", [4, 5, 6], 1),
    ("limit=3&offset=6", [7], 0),
    ("limit=7", [1, 2, 3, 4, 5, 6, 7], 0),
    ("limit=99999999999999999999999", [1, 2, 3, 4, 5, 6, 7], 0),
    ("limit=10000000000000000000000", [1, 2, 3, 4, 5, 6, 7], 0),
    ("limit=000000000000000000000002", [1, 2], 5),
    ("offset=5", [6, 7], 0),
    ("offset=0&limit=007", [1, 2, 3, 4, 5, 6, 7], 0),
]


@pytest.mark.parametrize(("query", "numbers", "remaining"), CASES)
def test_page(client: Client, query: str, numbers: list[int], remaining: int) -> None:
    response = client.get(f"{PAGES}?{query}")
    assert [result["00200011"]["Value"][0] for result in response.json()] == numbers
    expected = f"299 {client.base_url}: {WARNING.format(remaining)}" if remaining else None
    assert response.headers.get("warning") == expected
    assert client.get(f"{PAGES}?{query}").content == response.content


@pytest.mark.parametrize("query", ["offset=7", "offset=1000", "limit=0&PatientID=NOSUCH", "PatientID=NOSUCH"])
@pytest.mark.parametrize("accept", ["application/dicom+json", 'multipart/related; type="application/dicom+xml"'])
def test_no_results_are_no_content(client: Client, query: str, accept: str) -> None:
    response = client.get(f"{PAGES}?{query}", accept)
    assert response.status_code == 204
    assert response.content == b""
    assert not {"content-length", "content-type", "warning"} & set(response.headers)


def test_limit_zero_leaves_everything_remaining(client: Client) -> None:
    response = client.get(f"{PAGES}?limit=0")
    assert response.status_code == 204
    assert response.headers["warning"].endswith(WARNING.format(7))


def test_server_limit_caps_the_page_and_the_next_edition_has_an_empty_list() -> None:
    with OriginServer(max_results=2, edition="2026a") as server:
        post(server.base_url, *clinic())
        asking = Client(server.base_url)
        capped = asking.get(f"{PAGES}?limit=5")
        none, none_xml = asking.get("studies?PatientID=X"), asking.get("studies?PatientID=X", "multipart/related")
        asking.http.close()
    assert len(capped.json()) == 2
    assert capped.headers["warning"].endswith(WARNING.format(5))
    assert (none.status_code, none.content, none.headers["content-type"]) == (200, b"[]", "application/dicom+json")
    assert (none_xml.status_code, none_xml.content, none_xml.headers["content-length"]) == (200, b"", "0")
