"""What a run stored is known, whatever becomes of the run, and can be deleted again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dwconform.cli import main
from dwconform.engine.ledger import read_ledger
from dwconform.engine.plan import Selection
from dwconform.engine.run import Options, run
from dwconform.errors import UsageError
from dwconform.origin.server import OriginServer
from dwconform.probe import Outgoing, Probe
from dwconform.report.results import load_results
from dwconform.target import Target, load_target

ONE = Selection(cases=("studies/search/resources/all-studies",))
DELETING = ("studies.search", "studies.store", "studies.delete")


def deleting(url: str) -> Target:
    return load_target(url).model_copy(update={"claims": DELETING})


def studies_in(origin: OriginServer) -> int:
    with Probe(load_target(origin.base_url)) as probe:
        url = f"{origin.base_url}/studies"
        response = probe.send(Outgoing(method="GET", url=url, accept="application/dicom+json")).response
    return len(json.loads(response.body.content)) if response.status == 200 else 0


def command(*arguments: str) -> int:
    """Run a command of the command line and return its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["dwconform", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
    return int(stopped.value.code or 0)


def test_what_a_target_says_it_can_delete_is_deleted(shipped):
    with OriginServer(allow_delete=True) as origin:
        results = run(deleting(origin.base_url), shipped, Options(ONE, seed=1))
        assert studies_in(origin) == 0
    assert results.ledger
    assert all(entry.deleted for entry in results.ledger)


def test_what_a_target_does_not_claim_to_delete_is_left(shipped):
    with OriginServer(allow_delete=True) as origin:
        results = run(load_target(origin.base_url), shipped, Options(ONE, seed=1))
        assert studies_in(origin) == len(results.ledger) > 0
    assert not any(entry.deleted for entry in results.ledger)


def test_a_delete_that_is_claimed_and_refused_is_told(shipped):
    with OriginServer(allow_delete=False) as origin:
        results = run(deleting(origin.base_url), shipped, Options(ONE, seed=1))
    assert not any(entry.deleted for entry in results.ledger)
    assert any("could not be deleted" in note and "405" in note for note in results.run.notes)


def test_cleanup_deletes_what_results_list(tmp_path):
    with OriginServer(allow_delete=True) as origin:
        command("run", origin.base_url, "-q", "-c", ONE.cases[0], "-o", str(tmp_path))
        assert studies_in(origin) > 0
        assert [path.name for path in tmp_path.glob("ledger-*")] == [], "results.json has it"
        assert command("cleanup", str(tmp_path / "results.json")) == 0
        assert studies_in(origin) == 0
    assert load_results(tmp_path / "results.json").ledger


def test_cleanup_that_is_refused_says_so(tmp_path, capsys):
    with OriginServer() as origin:
        command("run", origin.base_url, "-q", "-c", ONE.cases[0], "-o", str(tmp_path))
        assert command("cleanup", str(tmp_path / "results.json")) == 1
    assert "left: DELETE was answered 405" in capsys.readouterr().out


def test_a_run_that_is_killed_leaves_its_ledger(tmp_path):
    with OriginServer(allow_delete=True) as origin:
        process = subprocess.Popen(
            [sys.executable, "-m", "dwconform", "run", origin.base_url, "-q", "-o", str(tmp_path)], env={**os.environ}
        )
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("ledger-*.jsonl")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        (ledger,) = tmp_path.glob("ledger-*.jsonl")
        url, entries = read_ledger(ledger)
        assert url == origin.base_url
        assert entries
        assert command("cleanup", str(ledger)) == 0
        assert studies_in(origin) == 0


def test_a_file_that_is_no_ledger(tmp_path):
    (tmp_path / "x").write_text("nothing of the kind", encoding="utf-8")
    with pytest.raises(UsageError, match=r"neither a results\.json nor a ledger"):
        read_ledger(tmp_path / "x")
