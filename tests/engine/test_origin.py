"""Runs of the shipped suites against the origin: the same every time, whatever the way."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench import case, judge, library, record, store, suite_text, target
from dwconform.engine.library import Library
from dwconform.engine.plan import Selection
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.fixtures import FixtureSet, Recipe, RunIdentity, build
from dwconform.origin import defects
from dwconform.origin.server import OriginServer
from dwconform.target import load_target
from stubs.servers import Connection, Received, Stub

SEED = 20
DEFECT = "qido-ignores-limit"


def judged(url: str, by: Library, **options: Any) -> Results:
    """The verdict of a run on a server that is known to be there, without hurry."""
    return run(load_target(url), by, Options(**{"seed": SEED, **options}))


@pytest.fixture(scope="session")
def result(healthy: OriginServer, shipped: Library) -> Results:
    """What a plain run finds in the healthy origin.

    Hypothesis mixes constants of all local modules imported so far into what it draws: the defects, which a later test
    loads, are loaded before.
    """
    defects.registry()
    return judged(healthy.base_url, shipped)


def verdicts(results: Results) -> dict[str, str]:
    return {item.id: item.verdict.value for item in (*results.cases, *results.requirements)}


def test_the_healthy_origin_is_conformant(result):
    accused = [item for item in result.cases if item.verdict in ("fail", "warn", "error", "untested")]
    assert accused == []
    assert (result.outcome, result.run.exit_status) == ("conformant", 0)
    assert {item.outcome for item in result.claims} == {"conformant"}


def test_a_defect_is_a_fail_of_its_requirement(shipped):
    with OriginServer() as origin:
        origin.defects.activate(DEFECT)
        results = judged(origin.base_url, shipped)
    assert (results.outcome, results.run.exit_status) == ("not conformant", 1)
    assert "8.3.4.4/limit" in {item.id for item in results.requirements if item.verdict == "fail"}


_TIMES = {"seconds", "started", "requests", "concurrency", "number", "exchange", "exchanges", "sha256", "base64"}
_TIME_HEADERS = ("date",)


def steady(part: Any) -> Any:
    """Results without what differs from run to run: times, and how often the target was polled for the fixtures."""
    if isinstance(part, dict):
        return {key: steady(value) for key, value in part.items() if key not in _TIMES}
    if isinstance(part, list):
        return [
            steady(item) for item in part if not (isinstance(item, list) and item and item[0].lower() in _TIME_HEADERS)
        ]
    return part


def compared(results: Results, url: str) -> tuple[Any, list[Any]]:
    text = results.to_json().replace(urlsplit(url).netloc, "HOST")
    data = json.loads(re.sub(r"part-[0-9a-f]*", "BOUNDARY", text))  # the origin draws it anew for each answer
    exchanges = [item for item in data.pop("exchanges") if item["label"] != "fixtures"]
    for item in exchanges:  # the host's name may differ in length
        item.pop("number")
    return steady(data), steady(exchanges)


@pytest.mark.parametrize("options", [{}, {"concurrency": 4}], ids=["again", "concurrency 4"])
def test_the_same_seed_gives_the_same_results(options, result, healthy, shipped):
    again = judged(healthy.base_url, shipped, **options)
    assert verdicts(again) == verdicts(result)
    assert compared(again, healthy.base_url) == compared(result, healthy.base_url)


def test_another_seed_gives_other_data_and_the_same_verdicts(result, healthy, shipped):
    other = judged(healthy.base_url, shipped, seed=SEED + 1)
    assert verdicts(other) == verdicts(result)
    assert {entry.study for entry in other.ledger}.isdisjoint(entry.study for entry in result.ledger)


class Counting:
    """Passes requests on to a server, octet by octet, and counts them."""

    def __init__(self, url: str) -> None:
        self.address = (urlsplit(url).hostname, urlsplit(url).port)

    def __call__(self, connection: Connection, received: Received) -> None:
        with socket.create_connection(self.address) as onward:
            head = received.head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            onward.sendall(head + received.body)
            while octets := onward.recv(65536):
                connection.send(octets)
        raise ConnectionAbortedError


@pytest.fixture
def counted(healthy: OriginServer) -> Iterator[tuple[Stub, str]]:
    with Stub(Counting(healthy.base_url)) as stub:
        yield stub, f"{stub.url}{urlsplit(healthy.base_url).path}"


SMALL = Selection(suites=("studies/search/resources",))


def test_a_read_only_run_sends_nothing_unsafe(counted, shipped):
    stub, url = counted
    results = judge(target(url), shipped, read_only=True, seed=SEED + 2)
    assert results.run.read_only
    assert stub.requests
    assert {item.method for item in stub.requests} <= {"GET", "HEAD", "OPTIONS"}


def test_a_target_may_be_described_as_read_only(counted, shipped):
    stub, url = counted
    results = run(target(url, **{"read-only": True}), shipped, Options(SMALL, seed=SEED + 2))
    assert results.run.read_only
    assert {item.method for item in stub.requests} == {"GET"}


def test_a_run_that_may_store_does(counted, shipped):
    stub, url = counted
    results = run(load_target(url), shipped, Options(SMALL, seed=SEED + 3))
    assert results.run.exit_status == 0
    assert {item.method for item in stub.requests} == {"GET", "POST"}


def built(by: Library, seed: int) -> list[FixtureSet]:
    return [build(recipe, RunIdentity.from_seed(seed)) for recipe in by.recipes.values()]


def test_what_the_user_loaded_before_serves_a_read_only_run(shipped, result):
    with OriginServer() as origin:
        for fixture in built(shipped, SEED):
            store(origin.base_url, fixture.instances)
        results = judged(origin.base_url, shipped, read_only=True)
    assert {item.source for item in results.run.fixtures} == {"preloaded"}
    assert results.ledger == ()
    read = {key: verdict for key, verdict in verdicts(result).items() if verdicts(results)[key] != "untested"}
    assert {key: verdicts(results)[key] for key in read} == read
    assert len(read) > len(verdicts(result)) * 0.9


REAL = """
fixture: real
title: As hospitals have them
studies:
  one:
    adopt: true
    attributes:
      PatientName: SCHNEIDEWIND^OTTOKAR
      PatientID: KH-4711
      PatientBirthDate: "19441224"
      StudyDate: "20190203"
      StudyTime: "101112"
      AccessionNumber: ACC-99177
      ReferringPhysicianName: QUACKENBUSH^HUGO
      StudyID: SID-5
    series:
      ct:
        iod: ct
        attributes: {SeriesNumber: "1"}
        image: {rows: 4, columns: 4, bits: 16}
        instances: 2
"""
PRIVATE = ("SCHNEIDEWIND", "OTTOKAR", "KH-4711", "19441224", "ACC-99177", "QUACKENBUSH", "SID-5")
SEARCH = {"get": "{studies}/studies", "query": {"PatientID": "{real.one.PatientID}"}}
NOBODY = {"term": {"keyword": "PatientName", "terms": ["NOBODY"]}}
ADOPTING = suite_text(
    case("finds", send=SEARCH, expect=[{"status": 200}, {"results": {"match": "exactly"}}]),
    case("wrong", send=SEARCH, expect=[NOBODY]),
    case("control", send=SEARCH, control={"expect": [NOBODY]}),
    case("arguments", send=SEARCH, expect=[{"count": "{real.one.PatientName}"}]),
    fixtures=["real"],
)


@pytest.fixture
def hospital(tmp_path) -> Iterator[tuple[OriginServer, Library]]:
    """An origin that holds data of its own, and suites that ask for such data."""
    file = tmp_path / "real.yaml"
    file.write_text(REAL, encoding="utf-8")
    recipe = Recipe.load(file)
    with OriginServer() as origin:
        store(origin.base_url, build(recipe, RunIdentity.from_seed(3)).instances)
        yield origin, library(tmp_path / "suites", ADOPTING, recipes={"real": recipe})


def test_data_of_the_targets_own_is_adopted(hospital):
    origin, adopting = hospital
    results = judged(origin.base_url, adopting, read_only=True)
    assert [(item.name, item.source, item.instances) for item in results.run.fixtures] == [("real", "adopted", 2)]
    assert record(results, "finds").verdict == "pass"
    assert record(results, "wrong").verdict == "fail"


def test_redacted_results_hold_no_patient_data(hospital):
    origin, adopting = hospital
    told = judged(origin.base_url, adopting, read_only=True).to_json()
    assert [word for word in PRIVATE if word not in told] == []  # or the test would show nothing
    kept = judged(origin.base_url, adopting, read_only=True, redact=True)
    assert [word for word in PRIVATE if word in kept.to_json()] == []
    assert [item.verdict for item in kept.cases] == ["error", "untested", "pass", "fail"]


def test_an_empty_archive_is_never_conformant(shipped):
    with OriginServer() as origin:
        results = judged(origin.base_url, shipped, read_only=True)
    assert (results.outcome, results.run.exit_status) == ("incomplete", 3)
    assert {item.source for item in results.run.fixtures} == {"none"}
