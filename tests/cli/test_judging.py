"""run, demo, report: exit statuses and what is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from bench import case, scripted_server, store, suite_text
from dwconform.fixtures import RunIdentity, build, load_recipes
from dwconform.origin.server import OriginServer
from stubs.servers import NobodyHome, Stub, response

FILES = {"results.json", "report.html", "junit.xml", "summary.md"}
SUITE = "studies/search/paging"


def results(folder):
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_demo(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "dwconform", "demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "conformant" in done.stdout
    assert {path.name for path in (tmp_path / "reports").iterdir()} == FILES
    assert results(tmp_path / "reports")["outcome"] == "conformant"


def test_demo_with_a_defect(cli, tmp_path):
    done = cli("demo", "--defect", "qido-ignores-limit", "--suite", SUITE)
    assert done.status == 1
    assert "8.3.4.4/limit" in done.out
    assert results(tmp_path / "reports")["outcome"] == "not conformant"


def test_quiet_says_nothing(cli, tmp_path):
    done = cli("demo", "-q", "-c", "studies/search/paging/limit", "-o", "there")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert (tmp_path / "there" / "results.json").exists()


def test_run_with_all_its_options(cli, tmp_path, healthy):
    done = cli(
        "run", healthy.base_url, "-s", SUITE, "--seed", "5", "-j", "2", "--edition", "2025c", "-f", "json", "--redact"
    )
    assert done.status == 0, done.out
    run = results(tmp_path / "reports")["run"]
    assert (run["seed"], run["concurrency"], run["edition"], run["read_only"]) == (5, 2, "2025c", False)
    assert SUITE in run["suites"]
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["results.json"]


def test_read_only_run_after_an_export(cli, tmp_path):
    exported = cli("fixtures", "export", "out", "--seed", "11", "--set", "clinic")
    assert exported.status == 0
    assert "dwconform run URL --read-only --seed 11" in exported.out
    files = sorted((tmp_path / "out").rglob("*.dcm"))
    assert files
    with OriginServer() as origin:
        store(origin.base_url, build(load_recipes()["clinic"], RunIdentity.from_seed(11)).instances)
        done = cli("run", origin.base_url, "--read-only", "--seed", "11", "-c", "studies/search/resources/all-studies")
    found = results(tmp_path / "reports")
    assert found["run"]["read_only"]
    assert {item["name"]: item["source"] for item in found["run"]["fixtures"]} == {"clinic": "preloaded"}
    assert found["cases"][0]["verdict"] == "pass"
    assert done.status == 0


def test_report_writes_the_reports_anew(cli, tmp_path):
    cli("demo", "-q", "-c", "studies/search/paging/limit", "-f", "json")
    done = cli("report", "reports/results.json", "-o", "anew")
    assert done.status == 0
    written = {path.name for path in (tmp_path / "anew").iterdir()}
    assert written == FILES
    assert all(name in done.out for name in written)


def test_nobody_home(cli):
    with NobodyHome() as stub:
        done = cli("run", stub.url)
    assert done.status == 5
    assert "cannot be reached" in done.out


def test_a_suite_of_the_users_own(cli, tmp_path, server):
    own = tmp_path / "own"
    own.mkdir()
    cases = (
        case(covers="8.3.4.4/limit", expect=[{"status": 404}]),
        case("b", covers="8.3.4.4/limit", expect=[{"status": 200}]),
    )
    (own / "mine.yaml").write_text(suite_text(*cases, name="mine"), encoding="utf-8")
    done = cli("run", server.url, "--suites", "own", "-s", "mine")
    assert done.status == 1
    assert {item["id"]: item["verdict"] for item in results(tmp_path / "reports")["cases"]} == {
        "mine/it": "fail", "mine/b": "pass"}  # fmt: skip


def test_a_target_file_with_a_fault_is_told_with_its_place(cli, tmp_path):
    (tmp_path / "target.yaml").write_text("url: http://127.0.0.1:9\ntimeout: {read: 1}\n", encoding="utf-8")
    done = cli("run", "target.yaml")
    assert done.status == 2
    assert "target.yaml:2:1: unknown key 'timeout'; did you mean 'timeouts'?" in done.err


def slow_server() -> Stub:
    """Answers at once, but never to /hang."""

    def behave(connection, received):
        if "/hang" in received.target:
            connection.stopped.wait()
        connection.send(response(b"[]"))

    stub = scripted_server()
    stub.behaviour = behave
    return stub


def test_ctrl_c_still_writes_the_reports(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    cases = case("a", expect=[{"status": 200}]), case("b", send={"get": "{studies}/hang"}, expect=[{"status": 200}])
    (own / "mine.yaml").write_text(
        suite_text(*({**item, "covers": "8.3.4.4/limit"} for item in cases), name="mine"), encoding="utf-8"
    )
    command = [sys.executable, "-m", "dwconform", "run"]
    with slow_server() as stub:
        process = subprocess.Popen(
            [*command, stub.url, "--suites", "own", "-s", "mine", "-q"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        while not any("/hang" in item.target for item in stub.requests):
            assert process.poll() is None, process.stdout.read()
        os.kill(process.pid, signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 3, told
    found = results(tmp_path / "reports")
    assert found["run"]["stopped"] == "interrupted by the user"
    assert {item["id"]: item["verdict"] for item in found["cases"]} == {"mine/a": "pass", "mine/b": "untested"}


def test_selftest_of_one_defect(cli):
    done = cli("selftest", "--defect", "qido-ignores-limit")
    assert done.status == 0, done.out
    assert "mutation score: 1 of 1 defects caught (100%)" in done.out


def test_discover_drafts_a_target_that_can_be_run(cli, tmp_path, healthy):
    done = cli("discover", healthy.base_url)
    assert done.status == 0
    (tmp_path / "target.yaml").write_text(done.out, encoding="utf-8")
    assert cli("run", "target.yaml", "-q", "-c", "studies/search/paging/limit").status == 0


def test_discover_nobody(cli):
    with NobodyHome() as stub:
        assert cli("discover", stub.url).status == 5


def test_reports_that_cannot_be_written_are_no_finding(cli, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = cli("demo", "-q", "-c", "studies/search/paging/limit", "-o", "file")
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err


def test_a_fault_of_ours_is_no_finding(cli, monkeypatch):
    def fall(*_: object) -> None:
        raise ZeroDivisionError("the test did it")

    monkeypatch.setattr("dwconform.engine.library.load_library", fall)
    done = cli("demo")
    assert done.status == 6
    assert "ZeroDivisionError: the test did it" in done.err
    assert "a fault of dwconform" in done.err
