"""The second front end gives the verdicts of the first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import httpx
import pytest

from bench import case, suite_text
from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.run import Options, run
from dwconform.origin.server import OriginServer
from dwconform.target import load_target
from stubs.servers import STUBS, NobodyHome

SUITE = "studies/search/paging"
SEED = 31
OWN_REQUIREMENTS = """
- {id: 99/shall, section: "99", level: shall, consequence: letter, statement: It is as we like it.}
- {id: 99/should, section: "99", level: should, consequence: letter, statement: It is as we like it.}
"""


@pytest.fixture(scope="module", params=["", "qido-ignores-limit"], ids=["healthy", "broken"])
def origin(request) -> Iterator[OriginServer]:
    with OriginServer() as server:
        server.defects.activate(*filter(None, [request.param]))
        yield server


@pytest.fixture(scope="module")
def expected(origin) -> dict[str, str]:
    """The verdicts of the command line's engine."""
    options = Options(Selection(suites=(SUITE,)), seed=SEED)
    return {item.id: str(item.verdict) for item in run(load_target(origin.base_url), load_library(), options).cases}


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_TESTRUNUID", raising=False)

    def call(url: str, *arguments: object) -> pytest.RunResult:
        return pytester.runpytest_subprocess("--dwconform-target", url, *map(str, arguments), timeout=120)

    return call


def reported(path) -> dict[str, str]:
    """The verdicts in a JUnit file."""
    return {
        item.get("name") or "": next(
            value.get("value") or "" for value in item.iter("property") if value.get("name") == "verdict"
        )
        for item in ET.parse(path).getroot().iter("testcase")
    }


COUNTED = {"pass": "passed", "info": "passed", "warn": "passed", "fail": "failed", "error": "failed",
           "untested": "skipped", "not-applicable": "skipped"}  # fmt: skip


@pytest.mark.parametrize("workers", [0, 2])
def test_the_verdicts_are_those_of_the_command_line(workers, origin, expected, run_pytest, pytester):
    done = run_pytest(
        origin.base_url, "--dwconform-suite", SUITE, "--dwconform-seed", SEED, "--junitxml", "junit.xml",
        *(["-n", workers] if workers else []),
    )  # fmt: skip
    judged = {key: verdict for key, verdict in expected.items() if verdict not in ("untested", "not-applicable")}
    assert {key: value for key, value in reported(pytester.path / "junit.xml").items() if key in judged} == judged
    outcomes = done.parseoutcomes()
    for word in ("passed", "failed", "skipped"):
        assert outcomes.get(word, 0) == sum(COUNTED[verdict] == word for verdict in expected.values())
    assert done.ret == (1 if "fail" in expected.values() else 0)


def test_a_failure_reads_as_a_finding(run_pytest):
    with OriginServer() as origin:
        origin.defects.activate("qido-ignores-limit")
        done = run_pytest(origin.base_url, "--dwconform-suite", SUITE, "-k", "paging/limit")
    text = done.stdout.str()
    assert "8.3.4.4/limit: The search returned " in text
    assert "why it matters: " in text
    assert "likely fix: " in text
    assert "pytest_plugin.py" not in text


def test_k_selects_cases_and_runs_what_they_depend_on(healthy, run_pytest):
    done = run_pytest(healthy.base_url, "-k", "paging/order", "-v")
    assert done.ret == 0
    assert done.parseoutcomes()["passed"] == 1
    assert "deselected" in done.parseoutcomes()


def test_workers_share_the_fixtures(run_pytest):
    with OriginServer() as origin:
        done = run_pytest(origin.base_url, "-n", "2", "--dwconform-suite", "studies/search/resources")
        assert done.ret == 0, done.stdout.str()
        # Two workers with seeds of their own would have stored two clinics.
        found = httpx.get(
            f"{origin.base_url}/studies", headers={"Accept": "application/dicom+json"}, trust_env=False
        ).json()
    studies = [item["0020000D"]["Value"][0] for item in found]
    identifiers = {item["00100020"]["Value"][0][:-4] for item in found if item["00100020"]["Value"][0].endswith("0001")}
    assert studies
    assert len(identifiers) == 1


def test_allure(healthy, run_pytest, pytester):
    done = run_pytest(healthy.base_url, "-k", "paging/limit or paging/offset", "--alluredir", "allure")
    assert done.ret == 0
    found = [json.loads(path.read_text()) for path in (pytester.path / "allure").glob("*-result.json")]
    assert {item["status"] for item in found} == {"passed"}
    assert len(found) == done.parseoutcomes()["passed"]


@pytest.fixture
def own(pytester: pytest.Pytester):
    """A suite of our own: a fail, a warn, a pass, something untested, something that breaks off."""
    folder = pytester.path / "own"
    (folder / "requirements").mkdir(parents=True)
    (folder / "requirements" / "ps3.99.yaml").write_text(OWN_REQUIREMENTS, encoding="utf-8")
    cases = (
        case("passes", covers="99/shall", expect=[{"status": 200}]),
        case("fails", covers="99/shall", expect=[{"status": 404}], impact="It matters.", fix="Mend it."),
        case("warns", covers="99/should", expect=[{"status": 404}]),
        case(
            "untested", covers="99/shall", control={"send": {"get": "{studies}/status/500"}}, expect=[{"status": 404}]
        ),
        case("blocked", covers="99/shall", after=["fails"], expect=[{"status": 200}]),
        case("unclaimed", covers="99/shall", claims=["nobody.does"], expect=[{"status": 200}]),
        case("breaks", covers="99/shall", send={"get": "{studies}/close"}, expect=[{"status": 200}]),
    )
    (folder / "mine.yaml").write_text(suite_text(*cases, name="mine"), encoding="utf-8")
    (pytester.path / "target.yaml").write_text("claims: []\nvisibility-delay: 0\nurl: ", encoding="utf-8")
    return folder


def test_each_verdict_in_the_words_of_pytest(own, server, run_pytest, pytester):
    (pytester.path / "target.yaml").write_text(f"url: {server.url}\nclaims: []\n", encoding="utf-8")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    done = run_pytest("target.yaml", "--dwconform-suites", own, "--dwconform-suite", "mine", "-rA")
    assert done.parseoutcomes() == {"passed": 2, "failed": 2, "skipped": 3, "warnings": 1}
    text = done.stdout.str()
    assert re.search(r"DwconformWarning: mine/warns: 99/should: The server answered 200", text)
    assert "untested: the control, the same request without the fault, did not succeed: answered 500" in text
    assert "untested: blocked: 'mine/fails' has to pass first" in text
    assert "not-applicable: the target does not claim nobody.does" in text
    assert "why it matters: It matters." in text


def test_the_place_of_a_case_is_its_yaml(own, server, run_pytest, pytester):
    (pytester.path / "target.yaml").write_text(f"url: {server.url}\nclaims: []\n", encoding="utf-8")
    done = run_pytest("target.yaml", "--dwconform-suites", own, "--dwconform-suite", "mine", "--collect-only", "-q")
    assert "mine/fails" in done.stdout.str()


def test_nobody_home(run_pytest):
    with NobodyHome() as stub:
        done = run_pytest(stub.url, "-k", "paging/limit")
    assert done.ret == 1
    assert "the target cannot be reached" in done.stdout.str()


def test_nobody_let_in(run_pytest):
    with STUBS["unauthorized"]() as stub:
        done = run_pytest(stub.url, "-k", "paging/limit")
    assert done.ret == 1
    assert "describe how to log in" in done.stdout.str()


def test_a_wrong_target_is_told_in_a_sentence(run_pytest):
    done = run_pytest("nowhere.yaml")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "is neither a URL" in done.stderr.str() + done.stdout.str()
    assert "Traceback" not in done.stderr.str() + done.stdout.str()


def test_a_wrong_edition_is_told_in_a_sentence(run_pytest):
    done = run_pytest("http://127.0.0.1:9", "--dwconform-edition", "soon")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "'soon' is no edition" in done.stderr.str() + done.stdout.str()


def test_without_a_target_the_plugin_is_not_there(pytester):
    pytester.makepyfile("def test_it(): pass")
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(passed=1)


def test_tests_of_the_users_own_run_beside_the_cases(healthy, run_pytest, pytester):
    file = pytester.makepyfile("def test_it(): pass")
    done = run_pytest(healthy.base_url, "--dwconform-suite", SUITE, "-k", "paging/order or test_it", file)
    assert done.ret == 0
    assert done.parseoutcomes()["passed"] == 2
    done = run_pytest(healthy.base_url, "--dwconform-suite", SUITE, "-k", "paging/order or test_it")
    assert done.parseoutcomes()["passed"] == 1


def test_help_shows_the_options(pytester):
    text = pytester.runpytest_subprocess("--help").stdout.str()
    for option in ("target", "suite", "suites", "edition", "seed", "read-only"):
        assert f"--dwconform-{option}" in text
