"""Waivers: what they cover, and what becomes of them."""

from __future__ import annotations

import datetime as dt

import pytest

from bench import case, judge, library, record, requirement, suite_text, target
from dwconform.standard.editions import Edition

FAIL = [{"tell": False}]
TODAY = dt.datetime.now(dt.UTC).date()
COMMON = {"reason": "known", "owner": "us", "expires": "2999-01-01"}
YESTERDAY, TOMORROW = (str(TODAY + dt.timedelta(days=days)) for days in (-2, 2))

# cases, waiver, options -> state of the waiver
STATES = {
    "a requirement that fails": ([case(expect=FAIL)], {"requirement": "1/shall"}, {}, "used"),
    "a pattern": ([case(expect=FAIL)], {"requirement": "1/*"}, {}, "used"),
    "a case that fails": ([case(expect=FAIL)], {"case": "bench/it"}, {}, "used"),
    "a case of a matrix": ([case(expect=FAIL, for_={"a": ["b"]})], {"case": "bench/it[a=b]"}, {}, "used"),
    "both": ([case(expect=FAIL)], {"requirement": "1/shall", "case": "bench/*"}, {}, "used"),
    "both, another case": ([case(expect=FAIL)], {"requirement": "1/shall", "case": "bench/b"}, {}, "unjudged"),
    "what passes": ([case()], {"requirement": "1/shall"}, {}, "stale"),
    "what warns": ([case(covers="1/should", expect=FAIL)], {"requirement": "1/should"}, {}, "stale"),
    "nothing that ran": ([case()], {"requirement": "1/other"}, {}, "unjudged"),
    "what was left open": ([case(expect=[{"tell": None}])], {"requirement": "1/shall"}, {}, "unjudged"),
    "what was left open in part": (
        [case(), case("b", expect=[{"tell": None}])], {"requirement": "1/shall"}, {}, "unjudged"),
    "what was not applicable": ([case(claims=["x.y"])], {"requirement": "1/shall"}, {}, "unjudged"),
    "until today": ([case(expect=FAIL)], {"case": "bench/it", "expires": TOMORROW}, {}, "used"),
    "until the day before": ([case(expect=FAIL)], {"case": "bench/it", "expires": YESTERDAY}, {}, "expired"),
    "expired and not needed": ([case()], {"case": "bench/it", "expires": YESTERDAY}, {}, "expired"),
    "of the edition": (
        [case(expect=FAIL)], {"case": "bench/it", "edition": "2025-"}, {"edition": Edition.parse("2025c")}, "used"),
    "of another edition": (
        [case(expect=FAIL)], {"case": "bench/it", "edition": "-2020"}, {"edition": Edition.parse("2025c")}, "unjudged"),
    "of an edition, none pinned": ([case(expect=FAIL)], {"case": "bench/it", "edition": "-2020"}, {}, "used"),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_state(name, server, tmp_path):
    cases, waiver, options, state = STATES[name]
    described = target(server.url, waivers=[{**COMMON, **waiver}], claims=[])
    results = judge(described, library(tmp_path, suite_text(*cases)), **options)
    assert [item.state for item in results.waivers] == [state]


def test_a_waiver_names_itself_and_changes_no_verdict(server, tmp_path):
    cases = case(expect=FAIL), case("b", expect=FAIL, covers="1/other")
    described = target(server.url, waivers=[{**COMMON, "requirement": "1/shall"}])
    results = judge(described, library(tmp_path, suite_text(*cases)))
    assert (record(results, "it").verdict, requirement(results, "1/shall").verdict) == ("fail", "fail")
    assert record(results, "it").waiver == requirement(results, "1/shall").waiver == "known (us, until 2999-01-01)"
    assert (record(results, "b").waiver, requirement(results, "1/other").waiver) == ("", "")


def test_a_requirement_is_waived_when_each_of_its_fails_is(server, tmp_path):
    cases = case(expect=FAIL), case("b", expect=FAIL)
    some = target(server.url, waivers=[{**COMMON, "case": "bench/b"}])
    judged_by = library(tmp_path, suite_text(*cases))
    results = judge(some, judged_by)
    assert (requirement(results, "1/shall").waiver, record(results, "b").waiver != "") == ("", True)
    both = target(server.url, waivers=[{**COMMON, "case": "bench/b"}, {**COMMON, "case": "bench/it", "reason": "too"}])
    assert "too" in requirement(judge(both, judged_by), "1/shall").waiver
