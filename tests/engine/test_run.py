"""Whole runs: exit statuses, blocked cases, options, early stops."""

from __future__ import annotations

import threading

import pytest

from bench import case, judge, library, record, scripted_server, suite_text, target
from dwconform.engine.events import CaseFinished, CaseStarted, Notice, RunFinished, RunStarted
from dwconform.standard.editions import Edition
from stubs.servers import STUBS, NobodyHome, response

FAIL = [{"tell": False}]
WAIVER = {"reason": "known", "owner": "us", "expires": "2999-01-01"}


def lib(folder, *cases, **suite):
    return library(folder, suite_text(*cases, **suite))


# cases, fields of the target -> exit status, outcome
STATUSES = {
    "conformant": ([case()], {}, 0, "conformant"),
    "with warnings": ([case(expect=[{"tell": False, "covers": "1/should"}, {"tell": True}])], {}, 0,
                      "conformant with warnings"),
    "not conformant": ([case(expect=FAIL)], {}, 1, "not conformant"),
    "a mandatory requirement untested": ([case(), case("b", covers="1/other", expect=[{"tell": None}])], {}, 3,
                                         "incomplete"),
    "nothing exercised": ([case(covers="1/may")], {}, 3, "incomplete"),
    "nothing claimed": ([case(claims=["studies.search"])], {"claims": []}, 3, "incomplete"),
    "all fails waived": ([case(expect=FAIL)], {"waivers": [{**WAIVER, "requirement": "1/shall"}]}, 0, "not conformant"),
    "some fails waived": ([case(expect=FAIL), case("b", expect=FAIL)],
                          {"waivers": [{**WAIVER, "case": "bench/b"}]}, 1, "not conformant"),
    "all fails waived, much left open": ([case(expect=FAIL), case("b", covers="1/other", expect=[{"tell": None}])],
                                         {"waivers": [{**WAIVER, "requirement": "1/shall"}]}, 3, "not conformant"),
    "all fails waived, what they block": ([case(expect=FAIL), case("b", covers="1/other", after=["it"])],
                                          {"waivers": [{**WAIVER, "requirement": "1/shall"}]}, 0, "not conformant"),
    "stale waiver": ([case()], {"waivers": [{**WAIVER, "requirement": "1/shall"}]}, 4, "conformant"),
    "expired waiver": ([case(expect=FAIL)], {"waivers": [{**WAIVER, "case": "bench/it", "expires": "2020-01-01"}]}, 4,
                       "not conformant"),
    "unjudged waiver": ([case()], {"waivers": [{**WAIVER, "requirement": "1/elsewhere"}]}, 0, "conformant"),
    "waiver and a fail besides": ([case(expect=FAIL), case("b")],
                                  {"waivers": [{**WAIVER, "case": "bench/b"}]}, 1, "not conformant"),
    "a fault of ours": ([case(expect=[{"crash": True}])], {}, 6, "incomplete"),
    "a fault of ours and a fail": ([case(expect=[{"crash": True}]), case("b", expect=FAIL)], {}, 1, "not conformant"),
}  # fmt: skip


@pytest.mark.parametrize("name", STATUSES)
def test_exit_status(name, server, tmp_path):
    cases, fields, status, outcome = STATUSES[name]
    results = judge(target(server.url, **fields), lib(tmp_path, *cases))
    assert (results.run.exit_status, results.outcome) == (status, outcome)


def test_nobody_home(tmp_path):
    with NobodyHome() as stub:
        results = judge(stub.url, lib(tmp_path, case(claims=["studies.search"])))
    assert results.run.exit_status == 5
    assert "cannot be reached" in results.run.stopped
    assert record(results, "it").verdict == "untested"
    assert "cannot be reached" in record(results, "it").reason
    assert [(item.claim, item.outcome) for item in results.claims] == [("studies.search", "incomplete")]


def test_a_target_that_wants_a_login_is_told_how(tmp_path):
    with STUBS["unauthorized"]() as stub:
        results = judge(stub.url, lib(tmp_path, case(claims=["studies.search"], expect=[{"tell": None}])))
    assert results.run.exit_status == 3
    assert any("401" in note and "auth" in note for note in results.run.notes)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_that_is_not_there_is_not_claimed(status, tmp_path):
    with scripted_server() as stub:
        stub.behaviour = lambda connection, _: connection.send(response(b"", f"{status} Told"))
        results = judge(stub.url, lib(tmp_path, case(claims=["studies.search"])))
    assert [(item.claim, item.claimed, item.outcome) for item in results.claims] == [("studies.search", False, None)]
    assert record(results, "it").reason == "the target does not claim studies.search"
    assert any(str(status) in note for note in results.run.notes)


def test_what_depends_on_a_bad_case_is_blocked_and_names_the_root(server, tmp_path):
    results = judge(
        server.url,
        lib(
            tmp_path,
            case("a", after=["b"]),
            case("b", after=["c"]),
            case("c", expect=FAIL),
            case("d", expect=[{"tell": False, "covers": "1/should"}]),
            case("e", after=["d"]),
        ),
    )
    assert {item.id.partition("/")[2]: (item.verdict, item.blocked_by) for item in results.cases} == {
        "a": ("untested", "bench/c"),
        "b": ("untested", "bench/c"),
        "c": ("fail", ""),
        "d": ("warn", ""),
        "e": ("pass", ""),
    }


def offering(holds):
    return {
        "any-of": [{"note": "offers it", "offers": "magic", "expect": [{"tell": holds}]}, {"expect": [{"tell": True}]}]
    }


@pytest.mark.parametrize(
    ("holds", "expected"),
    [(True, ("pass", "")), (False, ("not-applicable", "magic is not offered"))],
)
def test_needs_what_another_case_found_offered(holds, expected, server, tmp_path):
    results = judge(
        server.url, lib(tmp_path, case("z", expect=[offering(holds)]), case("a", needs=["magic"])), cases=["bench/a"]
    )
    assert (record(results, "a").verdict, record(results, "a").reason) == expected
    assert results.run.options == {"magic": holds}


def test_an_option_that_nothing_is_known_about_leaves_its_cases_untested(server, tmp_path):
    cases = case("z", expect=[{"crash": True}, offering(True)]), case("a", needs=["magic"])
    results = judge(server.url, lib(tmp_path, *cases))
    assert record(results, "a").verdict == "untested"
    assert "could not find out whether magic is offered" in record(results, "a").reason


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_target_that_has_died_ends_the_run(concurrency, server, tmp_path):
    names = [f"c{number:02d}" for number in range(20)]
    cases = [case(name, send={"get": "{studies}/close"}) for name in names]
    notices = []
    results = judge(
        server.url, lib(tmp_path, *cases), dead_cases=4, concurrency=concurrency, listeners=[notices.append]
    )
    verdicts = [item.verdict for item in results.cases]
    assert 4 <= verdicts.count("error") < 4 + concurrency
    assert verdicts.count("untested") == 20 - verdicts.count("error")
    assert results.run.stopped == "4 cases in a row got no proper answer"
    assert results.run.exit_status == 3
    assert sum(isinstance(event, Notice) for event in notices) == 1


def test_a_living_case_starts_the_count_of_the_dead_anew(server, tmp_path):
    dead = {"send": {"get": "{studies}/close"}}
    cases = [case(f"c{number}", **({} if number % 2 else dead)) for number in range(9)]
    results = judge(server.url, lib(tmp_path, *cases), dead_cases=2)
    assert results.run.stopped == ""
    assert [item.verdict for item in results.cases] == ["error", "pass"] * 4 + ["error"]


@pytest.mark.parametrize("concurrency", [1, 2])
def test_ctrl_c_ends_the_run_with_results(concurrency, server, tmp_path):
    finished = []

    def press(event):
        if isinstance(event, CaseFinished):
            finished.append(event.record.id)
            if len(finished) == 2:
                raise KeyboardInterrupt

    cases = [case(f"c{number}") for number in range(9)]
    results = judge(server.url, lib(tmp_path, *cases), listeners=[press], concurrency=concurrency)
    assert results.run.stopped == "interrupted by the user"
    assert results.run.exit_status == 3
    assert len(results.cases) == 9
    assert {item.reason for item in results.cases if item.verdict == "untested"} == {"interrupted by the user"}
    assert sum(item.verdict == "pass" for item in results.cases) in range(2, 2 + concurrency)


def test_events_come_in_order(server, tmp_path):
    events = []
    results = judge(server.url, lib(tmp_path, case("a"), case("b", claims=["x.y"])), listeners=[events.append])
    kinds = [type(event) for event in events]
    assert kinds == [RunStarted, CaseStarted, CaseFinished, CaseStarted, CaseFinished, RunFinished]
    assert events[0].cases == 2
    assert events[-1].results == results


def test_cases_run_at_the_same_time_but_never_before_what_they_depend_on(server, tmp_path):
    gate = threading.Barrier(3, timeout=10)
    order = []

    def listen(event):
        if isinstance(event, CaseStarted):
            order.append(event.case_id)
            if event.case_id != "bench/last":
                gate.wait()

    cases = case("a"), case("b"), case("c"), case("last", after=["a", "b", "c"])
    results = judge(server.url, lib(tmp_path, *cases), concurrency=3, listeners=[listen])
    assert order[-1] == "bench/last"
    assert {item.verdict for item in results.cases} == {"pass"}


def test_the_edition_of_the_run_outweighs_that_of_the_target(server, tmp_path):
    cases = [case(covers="1/new", expect=FAIL), case("b")]
    described = target(server.url, edition="2025c")
    results = judge(described, lib(tmp_path, *cases))
    assert (record(results, "it").verdict, results.run.edition) == ("fail", "2025c")
    results = judge(described, lib(tmp_path, *cases), edition=Edition.parse("2020"))
    assert (record(results, "it").verdict, results.run.edition) == ("not-applicable", "2020a")
    results = judge(server.url, lib(tmp_path, *cases))
    assert (record(results, "it").verdict, results.run.edition) == ("info", None)


def test_every_exchange_of_a_case_is_in_the_evidence(server, tmp_path):
    steps = [{"step": name, "send": {"get": "{studies}/" + name}} for name in ("one", "two")]
    results = judge(server.url, lib(tmp_path, case(steps=steps, expect=[{"status": 200}]), case("b")))
    assert [item.number for item in results.exchanges] == [1, 2, 3]
    numbers = record(results, "it").exchanges
    shown = [item.request.url.rpartition("/")[2] for item in results.exchanges if item.number in numbers]
    assert shown == ["one", "two"]
