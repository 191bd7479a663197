from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dwconform.origin.server import OriginServer

from .instances import clinic, post


@pytest.fixture(scope="module")
def origin() -> Iterator[OriginServer]:
    """A server that holds the clinic; tests leave it as they find it."""
    with OriginServer() as server:
        assert post(server.base_url, *clinic()).status_code == 200
        yield server


@pytest.fixture
def empty() -> Iterator[OriginServer]:
    with OriginServer() as server:
        yield server


class Client:
    """Asks the server with raw query strings, which no library re-encodes."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = httpx.Client(trust_env=False)

    def get(self, target: str, accept: str = "application/dicom+json", **headers: str) -> httpx.Response:
        return self.http.get(f"{self.base_url}/{target}", headers={"Accept": accept, **headers})

    def found(self, target: str, tag: str) -> list[Any]:
        """The first value of an attribute in each result."""
        response = self.get(target)
        assert response.status_code in (200, 204), response.text
        results = response.json() if response.status_code == 200 else []
        return [result[tag].get("Value", [None])[0] for result in results]


@pytest.fixture(scope="module")
def client(origin: OriginServer) -> Iterator[Client]:
    asking = Client(origin.base_url)
    yield asking
    asking.http.close()
