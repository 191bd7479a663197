"""What we say of a real Orthanc, compared with what a person who looked at each exchange says.

``search.yaml`` has each requirement that is not simply met, its verdict, its cases that are not a pass, and why that is
right. A verdict that changes fails the test: look at the exchange, then change the file.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dwconform import yamldoc
from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.standard.terms import Outcome
from dwconform.target import load_target

from .server import Orthanc, orthanc_missing

HERE = Path(__file__).parent
REVIEWED = yamldoc.read(HERE / "search.yaml").value

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("orthanc")]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    missing = orthanc_missing()
    if missing and os.environ.get("DWCONFORM_REQUIRE_PEERS") == "1":
        pytest.fail(f"{missing}, and DWCONFORM_REQUIRE_PEERS=1 demands it")
    if missing:
        pytest.skip(missing)
    with Orthanc() as server:
        yield server.base_url


def judge(base_url: str, **options: object) -> Results:
    options = {"selection": Selection(suites=("studies/search",)), "seed": 1, **options}
    return run(load_target(base_url), load_library(), Options(**options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def results(base_url: str) -> Results:
    return judge(base_url)


def installed_version() -> str:
    query = ["dpkg-query", "-W", "-f", "${Version}", "orthanc-dicomweb"]
    told = subprocess.run(query, check=False, capture_output=True, text=True)
    return told.stdout.partition("+")[0] if told.returncode == 0 else "unknown"


def test_the_verdicts_are_those_that_were_reviewed(results: Results) -> None:
    assert installed_version() == str(REVIEWED["orthanc-dicomweb"]), "another version: look at its verdicts anew"
    reviewed = {key: entry["verdict"] for key, entry in REVIEWED["requirements"].items()}
    found = {item.id: item.verdict.value for item in results.requirements if item.verdict.value != "pass"}
    assert found == reviewed


def test_the_cases_behind_them_are_those_that_were_reviewed(results: Results) -> None:
    found: dict[str, dict[str, str]] = {key: {} for key in REVIEWED["requirements"]}
    for case in results.cases:
        for observation in case.observations:
            for key in observation.covers:
                if observation.verdict.value in ("fail", "warn") and key in found:
                    found[key][case.id] = max(found[key].get(case.id, ""), observation.verdict.value)
    reviewed = {key: entry.get("cases", {}) for key, entry in REVIEWED["requirements"].items()}
    assert found == reviewed


def test_each_reviewed_verdict_says_why(results: Results) -> None:
    assert all(len(entry["why"]) > 20 for entry in REVIEWED["requirements"].values())


def test_a_read_only_run_on_the_loaded_server_finds_the_same(base_url: str, results: Results) -> None:
    again = judge(base_url, read_only=True)
    assert again.outcome is Outcome.NOT_CONFORMANT
    assert {item.source for item in again.run.fixtures} == {"preloaded"}
    assert {item.id: item.verdict for item in again.requirements} == {
        item.id: item.verdict for item in results.requirements
    }


def test_data_of_the_servers_own_never_gives_a_better_result(base_url: str, results: Results) -> None:
    adopted = judge(base_url, read_only=True, seed=2)
    assert adopted.outcome in (Outcome.NOT_CONFORMANT, Outcome.INCOMPLETE)
    loaded = {item.id: item.verdict for item in results.requirements}
    better = {
        item.id
        for item in adopted.requirements
        if item.verdict.value == "pass" and loaded[item.id].value in ("fail", "warn")
    }
    assert better <= set(REVIEWED["not-seen-in-adopted-data"])
    worse = {
        item.id
        for item in adopted.requirements
        if item.verdict.value == "fail" and loaded[item.id].value in ("pass", "info")
    }
    assert not worse


def test_several_cases_at_a_time_find_the_same(base_url: str, results: Results) -> None:
    again = judge(base_url, concurrency=4, read_only=True)
    assert {item.id: item.verdict for item in again.cases} == {item.id: item.verdict for item in results.cases}


def test_an_empty_archive_is_never_conformant() -> None:
    if orthanc_missing():
        pytest.skip(orthanc_missing())
    with Orthanc() as empty:
        results = judge(empty.base_url, read_only=True)
    assert results.outcome is Outcome.INCOMPLETE
    assert results.run.exit_status == 3
