from __future__ import annotations

import httpx

from dwconform.origin.server import OriginServer

from .instances import DOE, clinic, post


def test_what_is_known_to_be_deleted_is_gone_until_it_is_stored_again() -> None:
    with OriginServer(allow_delete=True) as server, httpx.Client(trust_env=False) as client:
        post(server.base_url, *clinic())
        targets = [f"studies/{DOE}", f"studies/{DOE}/series/{DOE}.1", f"studies/{DOE}/series/{DOE}.1/metadata"]

        def statuses() -> list[int]:
            return [
                client.get(f"{server.base_url}/{target}", headers={"Accept": "*/*"}).status_code for target in targets
            ]

        assert statuses() == [200, 200, 200]
        assert client.delete(f"{server.base_url}/{targets[0]}").status_code == 204
        assert statuses() == [410, 410, 410]
        post(server.base_url, *clinic())
        assert statuses() == [200, 200, 200]
