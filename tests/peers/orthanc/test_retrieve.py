"""What we say of Orthanc's Retrieve, compared with what a person who looked at each exchange says (retrieve.yaml)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dwconform import yamldoc
from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.target import load_target

from .server import Orthanc, orthanc_missing

REVIEWED = yamldoc.read(Path(__file__).parent / "retrieve.yaml").value

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("orthanc-retrieve")]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    missing = orthanc_missing()
    if missing and os.environ.get("DWCONFORM_REQUIRE_PEERS") == "1":
        pytest.fail(f"{missing}, and DWCONFORM_REQUIRE_PEERS=1 demands it")
    if missing:
        pytest.skip(missing)
    with Orthanc() as server:
        yield server.base_url


def judge(base_url: str, *, seed: int, read_only: bool = False) -> Results:
    selection = Selection(suites=("studies/retrieve", "studies/service"))
    options = Options(selection, seed=seed, read_only=read_only, dead_cases=1000)
    return run(load_target(base_url), load_library(), options)


@pytest.fixture(scope="module")
def results(base_url: str) -> Results:
    return judge(base_url, seed=1)


def test_the_verdicts_are_those_that_were_reviewed(results: Results) -> None:
    found = {
        item.id: item.verdict.value
        for item in results.requirements
        if item.verdict.value not in ("pass", "not-applicable")
    }
    assert found == {key: entry["verdict"] for key, entry in REVIEWED["requirements"].items()}


def test_each_reviewed_verdict_says_why(results: Results) -> None:
    assert all(len(entry["why"]) > 20 for entry in REVIEWED["requirements"].values())


def test_no_case_is_an_error(results: Results) -> None:
    assert [case.id for case in results.cases if case.verdict.value == "error"] == []


def test_data_of_the_servers_own_gives_no_accusation_of_its_own(base_url: str, results: Results) -> None:
    loaded = {item.id: item.verdict.value for item in results.requirements}
    adopted = judge(base_url, seed=2, read_only=True)
    worse = [
        item.id
        for item in adopted.requirements
        if item.verdict.value == "fail" and loaded[item.id] in ("pass", "info", "warn")
    ]
    assert worse == []
