"""What we say of Orthanc's renderings, compared with what a person who looked at each exchange says (rendered.yaml)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dwconform import yamldoc
from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.target import load_target

from .server import Orthanc, orthanc_missing

REVIEWED = yamldoc.read(Path(__file__).parent / "rendered.yaml").value
CLAIMS = ("studies.rendered", "studies.thumbnail", "studies.volume")

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("orthanc-rendered")]


@pytest.fixture(scope="module")
def results() -> Results:
    """A run against a server of its own: some of the sizes end it."""
    missing = orthanc_missing()
    if missing and os.environ.get("DWCONFORM_REQUIRE_PEERS") == "1":
        pytest.fail(f"{missing}, and DWCONFORM_REQUIRE_PEERS=1 demands it")
    if missing:
        pytest.skip(missing)
    selection = Selection(suites=("studies/rendered", "studies/viewport-limits"))
    with Orthanc() as server:
        return run(load_target(server.base_url), load_library(), Options(selection, seed=1, dead_cases=1000))


def test_the_verdicts_are_those_that_were_reviewed(results: Results) -> None:
    judged = {case.id: case.claims[:1] for case in results.cases}
    found = {
        item.id: item.verdict.value
        for item in results.requirements
        if item.verdict.value not in ("pass", "not-applicable")
        and any(judged[case][0] in CLAIMS for case in item.cases if case in judged)
    }
    assert found == {key: entry["verdict"] for key, entry in REVIEWED["requirements"].items()}


def test_each_reviewed_verdict_says_why(results: Results) -> None:
    assert all(len(entry["why"]) > 20 for entry in REVIEWED["requirements"].values())


def test_a_server_that_dies_costs_no_case_before_it_a_verdict(results: Results) -> None:
    errors = {case.id.partition("[")[0] for case in results.cases if case.verdict.value == "error"}
    assert errors <= {"studies/viewport-limits/not-supported", "studies/viewport-limits/zero"}
