from __future__ import annotations

from collections.abc import Iterator

import pytest

from .retrieving import OCTETS, Asking, asking, instance, url

BULK = "bulk.values.one.1"


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("bulk") as client:
        yield client


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=8000-", 206, 8000, 8192),
        ("bytes=-10", 206, 8182, 8192),
        ("bytes=8000-999999", 206, 8000, 8192),
        ("bytes=9-1", 200, 0, 8192),
        ("bytes=0-1,4-5", 200, 0, 8192),
        ("lines=1-2", 200, 0, 8192),
        ("bytes=-", 200, 0, 8192),
    ],
)
def test_a_range_of_a_single_part(server: Asking, asked: str, status: int, start: int, stop: int) -> None:
    target = f"{url(BULK)}/bulkdata/7FE00010"
    response = server.get(target, "application/octet-stream", Range=asked)
    assert response.status_code == status
    assert response.content == instance(BULK).dataset.PixelData[start:stop]
    assert response.headers.get("content-range") == (f"bytes {start}-{stop - 1}/8192" if status == 206 else None)
    assert int(response.headers["content-length"]) == stop - start


def test_what_no_range_is_for(server: Asking) -> None:
    target = f"{url(BULK)}/bulkdata/7FE00010"
    beyond = server.get(target, "application/octet-stream", Range="bytes=8192-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */8192")
    assert server.get(target, OCTETS, Range="bytes=0-9").status_code == 200
    assert server.get("studies", "application/dicom+json", Range="bytes=0-9").status_code == 200
