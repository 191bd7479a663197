from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from dwconform.errors import UsageError
from dwconform.origin.server import OriginServer

from .conftest import Client
from .instances import DOE, clinic, instance, part10, post


def test_a_restart_keeps_the_content(tmp_path: Path) -> None:
    with OriginServer(tmp_path) as server:
        post(server.base_url, *clinic())
        asking = Client(server.base_url)
        before = [asking.get(target).content for target in ("studies", f"studies/{DOE}/metadata")]
        first = server.base_url
        asking.http.close()
    with OriginServer(tmp_path) as server:
        asking = Client(server.base_url)
        after = [asking.get(target).content for target in ("studies", f"studies/{DOE}/metadata")]
        asking.http.close()
    assert [octets.replace(first.encode(), b"") for octets in before] == [
        octets.replace(server.base_url.encode(), b"") for octets in after
    ]


def test_temporary_storage_is_gone_afterwards() -> None:
    with OriginServer() as server:
        folder = server._temporary
        assert folder is not None
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url, trust_env=False)


def test_an_address_in_use_is_the_users_mistake() -> None:
    with OriginServer() as server:
        port = int(server.base_url.split(":")[2].split("/")[0])
        with pytest.raises(UsageError, match=str(port)), OriginServer(port=port):
            pass


def test_delete_is_an_option() -> None:
    with OriginServer(allow_delete=True) as server:
        post(server.base_url, *clinic())
        target = f"{server.base_url}/studies/{DOE}"
        assert httpx.delete(target, trust_env=False).status_code == 204
        assert httpx.delete(target, trust_env=False).status_code == 404
        asking = Client(server.base_url)
        assert DOE not in asking.found("studies", "0020000D")
        assert len(asking.found("instances", "00080018")) == len(clinic()) - 3
        asking.http.close()
        assert post(server.base_url, *clinic()[:1]).status_code == 200


def test_many_clients_at_once(empty: OriginServer) -> None:
    statuses: list[int] = []

    def work(number: int) -> None:
        statuses.append(post(empty.base_url, part10(instance("2.25.7", 1, number + 1))).status_code)
        statuses.append(httpx.get(f"{empty.base_url}/instances", trust_env=False).status_code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    (study,) = httpx.get(f"{empty.base_url}/studies", trust_env=False).json()
    assert study["00201208"]["Value"] == [8]
