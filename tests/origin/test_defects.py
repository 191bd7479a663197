"""Each sample defect bends the server, and only while it is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from dwconform.errors import UsageError
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Defect, DefectSet, Hook, registry
from dwconform.origin.search import Page
from dwconform.origin.server import OriginServer

from .conftest import Client
from .instances import WANG, clinic, post
from .test_retrieve_hooks import HOOKS

XML = 'multipart/related; type="application/dicom+xml"'
SERIES = "studies/2.25.500/series"

SAMPLES: list[tuple[str, str, str, Callable[[httpx.Response], object]]] = [
    ("qido-ignores-limit", f"{SERIES}?limit=2", "", lambda response: len(response.json())),
    ("qido-accepts-any-limit", f"{SERIES}?limit=x", "", lambda response: response.status_code),
    ("qido-partial-content", f"{SERIES}?limit=2", "", lambda response: response.status_code),
    ("qido-plus-is-space", "studies?StudyDescription=Thorax+*", "", lambda response: response.status_code),
    ("qido-case-insensitive", "studies?PatientID=p1", "", lambda response: response.status_code),
    (
        "qido-matches-across-items",
        "series?RequestAttributesSequence.ScheduledProcedureStepID=SPS1&00400275.RequestedProcedureID=RP2",
        "",
        lambda response: response.status_code,
    ),
    ("qido-crashes-on-bad-date", "studies?StudyDate=x", "", lambda response: response.status_code),
    ("qido-omits-modalities", "studies", "", lambda response: "00080061" in response.json()[0]),
    ("qido-json-only", "studies", XML, lambda response: response.headers["content-type"].partition(";")[0]),
    ("json-name-as-string", "studies", "", lambda response: response.json()[0]["00100010"]["Value"]),
    ("xml-no-preserve", "studies", XML, lambda response: b"preserve" in response.content),
]


@pytest.mark.parametrize(("name", "target", "accept", "look"), SAMPLES, ids=[row[0] for row in SAMPLES])
def test_a_defect_shows_while_it_is_on(
    origin: OriginServer, client: Client, name: str, target: str, accept: str, look: Callable[[httpx.Response], object]
) -> None:
    def seen() -> object:
        return look(client.get(target, accept or "application/dicom+json"))

    right = seen()
    origin.defects.activate(name)
    try:
        assert name in origin.defects
        assert seen() != right
    finally:
        origin.defects.clear()
    assert seen() == right


def test_a_store_defect_needs_a_fresh_archive(empty: OriginServer) -> None:
    assert registry()["stow-names-to-ascii"].fresh
    empty.defects.activate("stow-names-to-ascii")
    post(empty.base_url, *clinic())
    asking = Client(empty.base_url)
    (study,) = asking.get(f"studies?StudyInstanceUID={WANG}").json()
    asking.http.close()
    assert study["00080090"]["Value"] == [{"Alphabetic": "M?ller^?sa"}]


def backwards(rows: list[Entity], context: Context) -> list[Entity]:
    return rows[::-1] if context.kind == "series" else rows


def silent(page: Page, _context: Context) -> Page:
    return replace(page, remaining=0)


INLINE = [
    (Hook.ROWS, backwards, lambda response: response.json()[0]["0020000E"]),
    (Hook.PAGE, silent, lambda response: response.headers.get("warning")),
]


@pytest.mark.parametrize(("hook", "function", "look"), INLINE)
def test_rows_and_pages_can_be_bent(
    client: Client, hook: Hook, function: Callable[..., object], look: Callable[[httpx.Response], object]
) -> None:
    bent = DefectSet((Defect("bent", "none", hook, function),))
    with OriginServer(defects=bent) as server:
        post(server.base_url, *clinic())
        asking = Client(server.base_url)
        wrong = look(asking.get(f"{SERIES}?limit=2"))
        bent.clear()
        right = look(asking.get(f"{SERIES}?limit=2"))
        asking.http.close()
    assert right != wrong


def test_every_hook_has_a_sample() -> None:
    proven = {hook for hook, *_ in INLINE} | {hook for hook, *_ in HOOKS}
    assert {defect.hook for defect in registry().values()} | proven | {
        Hook.RENDER,
        Hook.IMAGE,
        Hook.TEXT,
        Hook.WADL,
    } >= set(Hook)


def test_every_defect_is_described() -> None:
    for name, defect in registry().items():
        assert name == defect.name
        assert defect.summary.endswith("."), name
        assert defect.breaks, name


def test_an_unknown_defect_is_told_with_its_neighbours() -> None:
    with pytest.raises(UsageError, match="qido-ignores-limit"):
        DefectSet.of(["qido-ignore-limit"])
