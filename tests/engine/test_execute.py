"""One case at a time, against a server that does what the suite says."""

from __future__ import annotations

import pytest

from bench import case, judge, library, record, requirement, small_recipes, suite_text
from dwconform.standard.editions import Edition

STOP = {"tell": False, "stop": True}
HOLDS = [{"tell": True}]
CUT = {"send": {"get": "{studies}/cut"}}


def either(*checks):
    return {"any-of": [{"expect": [check]} for check in checks]}


def run_case(server, folder, *cases, recipes=None, suite=None, **options):
    return judge(server.url, library(folder, suite_text(*cases, **(suite or {})), recipes=recipes), **options)


# fields of the case -> verdict of the case, and a part of its reason
CASES = {
    "holds": ({}, "pass", ""),
    "does not hold": ({"expect": [{"tell": False}]}, "fail", ""),
    "cannot be told": ({"expect": [{"tell": None}]}, "untested", "told None"),
    "worst of several": ({"expect": [{"tell": [True, False, None]}]}, "fail", ""),
    "other requirement": ({"expect": [{"tell": False, "covers": "1/should"}]}, "warn", ""),
    "several requirements": ({"expect": [{"tell": False, "covers": ["1/should", "1/may"]}]}, "warn", ""),
    "other level": ({"expect": [{"tell": False, "level": "may"}]}, "info", ""),
    "any-of first": ({"expect": [either({"tell": True}, {"tell": False})]}, "pass", ""),
    "any-of second, worth a warn": (
        {"expect": [{"any-of": [{"expect": [{"tell": False}]}, {"verdict": "warn", "expect": [{"tell": True}]}]}]},
        "warn",
        "",
    ),
    "any-of none": ({"expect": [either({"tell": False}, {"tell": False})]}, "fail", ""),
    "any-of cannot be told": (
        {"expect": [{"any-of": [{"expect": [{"tell": False}]}, {"expect": [{"tell": None}]}]}]},
        "untested",
        "told None",
    ),
    "any-of that is all or nothing": (
        {"expect": [{"any-of": [{"expect": [{"tell": True}, {"tell": False}]}]}]},
        "fail",
        "",
    ),
    "guard": ({"expect": [{**STOP, "covers": "1/may"}, {"tell": True}]}, "untested", "not looked at"),
    "check crashes": ({"expect": [{"crash": True}]}, "error", "ZeroDivisionError: the bench did it"),
    "check sees nothing": ({"expect": [{"see-nothing": True}]}, "error", "observed nothing"),
    "unknown of the run": ({"send": {"get": "{studies}/{run.nonsense}"}}, "untested", "run.nonsense"),
    "not stored": (
        {"send": {"get": "{studies}/{clinic.ct.PatientID}"}, "fixtures": []},
        "untested",
        "needs what this run does not have",
    ),
    "argument not stored": (
        {"expect": [{"status": "{clinic.ct.PatientID}"}], "fixtures": []},
        "untested",
        "needs what this run does not have",
    ),
    "argument of the wrong type": ({"expect": [{"count": "{run.token}"}]}, "error", "wrong arguments"),
    "control fails": ({"control": {"send": {"get": "{studies}/status/500"}}}, "untested", "answered 500"),
    "control's expectation fails": ({"control": {"expect": [{"tell": False}]}}, "untested", "told False"),
    "control succeeds": ({"control": {"send": {"get": "{studies}/status/299"}}}, "pass", ""),
    "no response": ({"send": {"get": "{studies}/close"}}, "error", "closed"),
    "body cut, status asked": ({"send": {"get": "{studies}/cut"}, "expect": [{"status": 200}]}, "pass", ""),
    "body cut, body asked": ({"send": {"get": "{studies}/cut"}, "expect": [{"count": 0}]}, "error", ""),
    "body cut, status wrong": ({**CUT, "expect": [{"status": 404}, {"count": 0}]}, "fail", ""),
    "nothing to keep": (
        {"steps": [{"step": "a", "send": {"get": "{studies}/"}, "keep": {"x": {"pointer": "/0"}}, "expect": HOLDS}]},
        "untested",
        "nothing at /0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict_of_a_case(name, server, tmp_path):
    fields, verdict, reason = CASES[name]
    results = run_case(server, tmp_path, case(**fields), recipes=small_recipes())
    assert (record(results, "it").verdict, reason in record(results, "it").reason) == (verdict, True)
    assert (results.run.exit_status == 6) == ("crash" in name or "sees nothing" in name)


def test_steps_send_what_earlier_steps_kept(server, tmp_path):
    steps = [
        {"step": "first", "send": {"get": "{studies}/patient"}, "keep": {
            "name": {"pointer": "/0/00100010/Value/0/Alphabetic"},
            "kind": {"header": "Content-Type"},
        }},
        {"step": "second", "send": {
            "get": "{studies}/second", "query": {"name": "{name}"}, "headers": {"X-Kind": "{kind}"},
        }},
    ]  # fmt: skip
    results = run_case(server, tmp_path, case(steps=steps, expect=[{"status": 200, "step": "second"}]))
    assert record(results, "it").verdict == "pass"
    sent = server.requests[-1]
    assert sent.target == "/second?name=ADOPTED%5EREAL"
    assert sent.header("X-Kind") == "application/dicom+json"


def test_an_expectation_looks_at_the_last_step_or_the_one_it_names(server, tmp_path):
    steps = [{"step": "bad", "send": {"get": "{studies}/status/400"}}, {"step": "good", "send": {"get": "{studies}/"}}]
    results = run_case(
        server,
        tmp_path,
        case(steps=steps, expect=[{"status": 200}, {"status": 400, "step": "bad", "covers": "1/other"}]),
    )
    last, named = record(results, "it").observations
    assert (last.verdict, named.verdict) == ("pass", "pass")
    urls = {item.number: item.request.url for item in results.exchanges}
    assert urls[last.exchange].endswith("/")
    assert urls[named.exchange].endswith("/status/400")


def test_a_guard_leaves_open_all_that_stands_behind_it(server, tmp_path):
    steps = [
        {"step": "one", "send": {"get": "{studies}/"}, "expect": [
            {"tell": True}, {**STOP, "covers": "1/should"}, {"tell": True, "covers": "1/other"}]},
        {"step": "two", "send": {"get": "{studies}/never"}, "expect": [{"tell": True, "covers": "1/disputed"}]},
    ]  # fmt: skip
    results = run_case(server, tmp_path, case(steps=steps, expect=[{"tell": True}]))
    verdicts = {item.id: item.verdict for item in results.requirements}
    assert verdicts == {"1/shall": "untested", "1/other": "untested", "1/disputed": "untested", "1/should": "warn"}
    assert not any(item.target == "/never" for item in server.requests)


def test_a_case_that_breaks_off_keeps_the_fail_it_has_earned(server, tmp_path):
    steps = [
        {
            "step": "one",
            "send": {"get": "{studies}/"},
            "expect": [{"tell": False}, {"tell": True, "covers": "1/other"}],
        },
        {"step": "two", "send": {"get": "{studies}/close"}, "expect": [{"tell": True, "covers": "1/disputed"}]},
    ]
    results = run_case(server, tmp_path, case(steps=steps))
    verdicts = {item.id: item.verdict for item in results.requirements}
    assert record(results, "it").verdict == "fail"
    assert verdicts == {"1/shall": "fail", "1/other": "error", "1/disputed": "error"}


def test_a_cut_body_of_one_step_spoils_what_looks_at_bodies(server, tmp_path):
    steps = [{"step": "whole", "send": {"get": "{studies}/cut"}}, {"step": "part", "send": {"get": "{studies}/"}}]
    results = run_case(server, tmp_path, case(steps=steps, expect=[{"count": 0}]))
    assert record(results, "it").verdict == "error"


def test_the_note_of_a_permitted_answer_reaches_the_requirement(server, tmp_path):
    choice = [
        {"note": "answers 404", "expect": [{"status": 404}]},
        {"note": "answers 200", "expect": [{"status": 200}]},
    ]
    results = run_case(server, tmp_path, case(expect=[{"any-of": choice}, {"any-of": choice, "covers": "1/may"}]))
    assert requirement(results, "1/shall").notes == ("answers 200",)
    assert requirement(results, "1/shall").verdict == "pass"
    assert requirement(results, "1/may").verdict == "info"


def test_an_alternative_counts_for_requirements_of_its_own(server, tmp_path):
    choice = [
        {"expect": [{"status": 404}, {"tell": True, "covers": "1/other"}]},
        {"expect": [{"status": 200}, {"tell": False, "covers": "1/should"}]},
        {"expect": [{"status": 200}, {"tell": True, "covers": "1/should"}]},
    ]
    results = run_case(server, tmp_path, case(expect=[{"any-of": choice}]))
    verdicts = {item.id: item.verdict for item in results.requirements}
    assert verdicts == {"1/shall": "pass", "1/should": "pass", "1/other": "not-applicable"}


def test_without_a_fitting_alternative_each_is_told(server, tmp_path):
    choice = [{"note": "answers 404", "expect": [{"status": 404}]}, {"expect": [{"status": 410}]}]
    results = run_case(server, tmp_path, case(expect=[{"any-of": choice}]))
    (seen,) = record(results, "it").observations
    assert seen.message == "not 'answers 404': The server answered 200 (OK).; The server answered 200 (OK)."
    assert seen.expected == "answers 404 or 410 (Gone)"


# editions of the expectation, edition pinned -> verdict of the case
EDITIONS = [("2023e-", None, "fail"), ("2023e-", "2025c", "fail"), ("2023e-", "2020", "not-applicable")]


@pytest.mark.parametrize(("editions", "pinned", "verdict"), EDITIONS)
def test_an_expectation_of_other_editions_is_passed_over(editions, pinned, verdict, server, tmp_path):
    edition = Edition.parse(pinned) if pinned else None
    results = run_case(server, tmp_path, case(expect=[{"tell": False, "editions": editions}]), edition=edition)
    assert record(results, "it").verdict == verdict


@pytest.mark.parametrize(("pinned", "verdict"), [(None, "pass"), ("2025c", "fail"), ("2026a", "pass")])
def test_an_alternative_of_other_editions_is_no_choice(pinned, verdict, server, tmp_path):
    edition = Edition.parse(pinned) if pinned else None
    choice = [{"editions": "-2025e", "expect": [{"status": 204}]}, {"editions": "2026a-", "expect": [{"status": 200}]}]
    results = run_case(server, tmp_path, case(expect=[{"any-of": choice}]), edition=edition)
    assert record(results, "it").verdict == verdict


def test_the_run_has_names_of_its_own(server, tmp_path):
    sent = {
        "get": "{studies}/{run.token}",
        "query": {"a": "{run.uid}", "b": "{run.uid.x}", "c": "{run.uid.x}", "d": "{{x}}"},
    }
    run_case(server, tmp_path, case(send=sent))
    query = dict(pair.split("=") for pair in server.requests[-1].target.partition("?")[2].split("&"))
    assert query["a"] != query["b"] == query["c"]
    assert query["d"] == "%7Bx%7D"
