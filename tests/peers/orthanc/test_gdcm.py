"""Orthanc with its GDCM plugin, which transcodes more, and whose process in Debian 12 dies when it is asked for frames.

A target that dies in the middle of a run is real: the run says so, and judges what it had asked before.
"""

from __future__ import annotations

import os

import pytest

from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.run import Options, run
from dwconform.target import load_target

from .server import GDCM, Orthanc, orthanc_missing

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("orthanc")]


def test_a_server_that_may_die_is_judged_as_far_as_it_lived() -> None:
    missing = orthanc_missing() or ("" if GDCM.exists() else "orthanc-gdcm is not installed")
    if missing and os.environ.get("DWCONFORM_REQUIRE_PEERS") == "1":
        pytest.fail(f"{missing}, and DWCONFORM_REQUIRE_PEERS=1 demands it")
    if missing:
        pytest.skip(missing)
    with Orthanc(GDCM) as server:
        options = Options(Selection(suites=("studies/retrieve", "studies/rendered")), seed=1)
        results = run(load_target(server.base_url), load_library(), options)
        died = server.died
    verdicts = {case.id: case.verdict.value for case in results.cases}
    assert verdicts["studies/retrieve/instances/files[resource=instance]"] == "pass"
    assert results.run.exit_status in (1, 3), "its fault, not ours"
    errors = [case for case in results.cases if case.verdict == "error"]
    if died:
        assert "no proper answer" in results.run.stopped
        assert errors
        assert all("dwconform failed" not in case.reason for case in errors)
        assert any(case.verdict == "untested" for case in results.cases)
    else:
        assert not errors
