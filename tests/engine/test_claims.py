"""What counts as claimed when the user does not say."""

from __future__ import annotations

import pytest

from dwconform.engine.claims import find_claims
from dwconform.origin.server import OriginServer
from dwconform.probe import Probe
from dwconform.target import load_target
from stubs.servers import Connection, Received, Stub, response

KNOWN = ("studies.search", "studies.retrieve", "studies.rendered", "studies.thumbnail", "studies.volume")


def found(url: str) -> dict[str, bool]:
    target = load_target(url)
    with Probe(target) as probe:
        return dict(find_claims(probe, target, KNOWN).claims)


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        ("404 Not Found", True),
        ("400 Bad Request", True),
        ("200 OK", True),
        ("405 Method Not Allowed", False),
        ("501 Not Implemented", False),
    ],
)
def test_a_retrieve_of_nothing_tells_what_is_there(status: str, claimed: bool) -> None:
    def behave(connection: Connection, received: Received) -> None:
        is_search = "?limit=1" in received.target
        connection.send(response(b"[]") if is_search else response(b"", status))

    with Stub(behave) as stub:
        claims = found(stub.url)
        asked = [received.target for received in stub.requests]
    assert claims == {"studies.search": True, **dict.fromkeys(KNOWN[1:], claimed)}
    assert {received.method for received in stub.requests} == {"GET"}
    assert len(asked) == len(KNOWN)


def test_one_resource_may_be_missing() -> None:
    def behave(connection: Connection, received: Received) -> None:
        missing = received.target.endswith(("/thumbnail", "/renderedmpr"))
        connection.send(response(b"[]", "501 Not Implemented" if missing else "200 OK"))

    with Stub(behave) as stub:
        claims = found(stub.url)
    assert [claim for claim, makes_it in claims.items() if not makes_it] == ["studies.thumbnail", "studies.volume"]


def test_the_origin_claims_everything() -> None:
    with OriginServer() as origin:
        assert all(found(origin.base_url).values())


def test_what_the_user_says_is_not_asked() -> None:
    with OriginServer() as origin:
        target = load_target(origin.base_url).model_copy(update={"claims": ("studies.search",)})
        with Probe(target) as probe:
            claims = find_claims(probe, target, KNOWN).claims
    assert [claim for claim, makes_it in claims.items() if makes_it] == ["studies.search"]
