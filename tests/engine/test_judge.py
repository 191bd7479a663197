"""From observations to verdicts."""

from __future__ import annotations

import itertools

import pytest

from bench import CATALOGUE
from dwconform.engine.judge import in_force, judge_claims, judge_requirements, judged, missed, outcome_of
from dwconform.engine.records import CaseRecord, ObservationRecord
from dwconform.standard.editions import Edition, EditionRange
from dwconform.standard.terms import Level, Outcome, Verdict

PASS, INFO, WARN, FAIL = Verdict.PASS, Verdict.INFO, Verdict.WARN, Verdict.FAIL
UNTESTED, ERROR, NONE = Verdict.UNTESTED, Verdict.ERROR, Verdict.NOT_APPLICABLE

# requirement, level of the expectation, edition pinned -> what a miss earns
MISSES = [
    ("1/shall", None, None, FAIL),
    ("1/shall", None, "2025c", FAIL),
    ("1/shall", Level.SHOULD, None, WARN),
    ("1/shall", Level.MAY, None, INFO),
    ("1/disputed", None, None, WARN),
    ("1/disputed", Level.SHALL, None, FAIL),
    ("1/should", None, None, WARN),
    ("1/should", Level.MAY, None, INFO),
    ("1/may", None, None, INFO),
    ("1/new", None, None, INFO),
    ("1/new", None, "2025c", FAIL),
    ("1/new", Level.SHOULD, "2025c", WARN),
    ("1/new", Level.SHALL, None, INFO),
    ("1/old", None, None, INFO),
    ("1/old", None, "2020", FAIL),
    ("1/new-should", None, None, INFO),
    ("1/new-should", None, "2025c", WARN),
]


@pytest.mark.parametrize(("key", "level", "edition", "verdict"), MISSES)
def test_what_a_miss_earns(key, level, edition, verdict):
    assert missed(CATALOGUE[key], level, edition and Edition.parse(edition)) is verdict


# requirement, holds, note, verdict of the alternative -> verdict (a miss earns what MISSES says)
HELD = [
    ("1/shall", True, "", PASS, PASS),
    ("1/shall", True, "answered 204", PASS, PASS),
    ("1/shall", True, "", INFO, INFO),
    ("1/shall", True, "", WARN, WARN),
    ("1/shall", False, "", PASS, FAIL),
    ("1/shall", None, "", PASS, UNTESTED),
    ("1/disputed", True, "", WARN, WARN),
    ("1/disputed", False, "", PASS, WARN),
    ("1/should", True, "", WARN, WARN),
    ("1/may", True, "", PASS, PASS),
    ("1/may", True, "offers it", PASS, INFO),
    ("1/may", True, "", WARN, INFO),  # no alternative is worse than a miss
    ("1/may", False, "", PASS, INFO),
]


@pytest.mark.parametrize(("key", "holds", "note", "best", "verdict"), HELD)
def test_what_an_observation_earns(key, holds, note, best, verdict):
    requirement = CATALOGUE[key]
    miss = missed(requirement, None, None)
    assert judged(requirement, holds=holds, note=note, best=best, miss=miss) is verdict


def test_a_rule_is_in_force_for_its_editions_and_in_a_run_that_pins_none():
    editions = EditionRange.parse("2020-2023b")
    assert in_force(editions, None)
    assert in_force(editions, Edition.parse("2023b"))
    assert not in_force(editions, Edition.parse("2023c"))


def observed(verdict: Verdict, *covers: str) -> ObservationRecord:
    holds = {PASS: True, UNTESTED: None, ERROR: None}.get(verdict, False)
    return ObservationRecord(check="tell", holds=holds, verdict=verdict, covers=covers, message=f"saw {verdict}")


def judged_case(name: str, verdict: Verdict, *observations: ObservationRecord, **fields) -> CaseRecord:
    return CaseRecord(id=name, suite="bench", title=name, verdict=verdict, observations=observations, **fields)


def requirements(*cases: CaseRecord, covers=("1/shall",), edition: str | None = None):
    planned = {item.id: covers for item in cases}
    return judge_requirements(CATALOGUE, cases, planned, edition and Edition.parse(edition))


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations_with_replacement(Verdict, 2)))
def test_a_requirement_gets_its_worst_case(one, other):
    cases = [
        judged_case(str(number), verdict, observed(verdict, "1/shall")) for number, verdict in enumerate((one, other))
    ]
    (found,) = requirements(*cases)
    assert found.verdict is max(one, other, key=list(Verdict).index)
    assert found.cases == ("0", "1")


# verdict of a case without an observation for the requirement -> verdict of the requirement
UNSEEN = [(UNTESTED, UNTESTED), (ERROR, ERROR), (NONE, NONE), (PASS, NONE), (FAIL, NONE)]


@pytest.mark.parametrize(("verdict", "expected"), UNSEEN)
def test_a_requirement_that_its_case_says_nothing_about(verdict, expected):
    (found,) = requirements(judged_case("a", verdict, reason="for a reason"))
    assert found.verdict is expected
    assert found.reason == "for a reason"


def test_a_requirement_of_another_edition_is_not_applicable():
    (found,) = requirements(judged_case("a", FAIL, observed(FAIL, "1/new")), covers=("1/new",), edition="2020")
    assert found.verdict is NONE
    assert "2023e-" in found.reason
    assert "2020a" in found.reason


def test_a_requirement_that_some_case_could_not_tell_says_so():
    (found,) = requirements(judged_case("a", PASS, observed(PASS, "1/shall")), judged_case("b", ERROR, reason="cut"))
    assert found.verdict is ERROR
    (found,) = requirements(judged_case("a", FAIL, observed(FAIL, "1/shall")), judged_case("b", ERROR, reason="cut"))
    assert (found.verdict, found.reason) == (FAIL, "1 of 2 cases could not tell")


# (requirement, verdict) ... -> outcome
OUTCOMES = [
    ((), Outcome.INCOMPLETE),
    ((("1/shall", PASS),), Outcome.CONFORMANT),
    ((("1/shall", PASS), ("1/should", PASS), ("1/may", INFO)), Outcome.CONFORMANT),
    ((("1/shall", PASS), ("1/should", WARN)), Outcome.CONFORMANT_WITH_WARNINGS),
    ((("1/disputed", WARN),), Outcome.CONFORMANT_WITH_WARNINGS),
    ((("1/shall", FAIL), ("1/other", PASS)), Outcome.NOT_CONFORMANT),
    ((("1/shall", FAIL), ("1/other", UNTESTED)), Outcome.NOT_CONFORMANT),
    ((("1/shall", UNTESTED), ("1/other", PASS)), Outcome.INCOMPLETE),
    ((("1/shall", ERROR), ("1/other", PASS)), Outcome.INCOMPLETE),
    ((("1/shall", PASS), ("1/should", UNTESTED)), Outcome.CONFORMANT),
    ((("1/shall", PASS), ("1/untestable", UNTESTED)), Outcome.CONFORMANT),
    ((("1/shall", NONE),), Outcome.INCOMPLETE),
    ((("1/should", PASS), ("1/may", PASS)), Outcome.INCOMPLETE),  # no shall was exercised
    ((("1/new", INFO), ("1/should", WARN)), Outcome.INCOMPLETE),
]


@pytest.mark.parametrize(("verdicts", "outcome"), OUTCOMES)
def test_outcome(verdicts, outcome):
    cases = [judged_case(key, verdict, observed(verdict, key)) for key, verdict in verdicts]
    planned = {key: (key,) for key, _ in verdicts}
    assert outcome_of(judge_requirements(CATALOGUE, cases, planned, None), cases, CATALOGUE) is outcome


def test_every_outcome_is_reached():
    assert {outcome for _, outcome in OUTCOMES} == set(Outcome)


def test_a_mandatory_requirement_that_one_of_its_cases_left_open_is_incomplete():
    cases = [judged_case("a", PASS, observed(PASS, "1/shall")), judged_case("b", ERROR, observed(PASS, "1/shall"))]
    assert outcome_of(requirements(*cases), cases, CATALOGUE) is Outcome.INCOMPLETE


def test_a_claim_is_judged_by_its_own_cases():
    cases = [
        judged_case("a", PASS, observed(PASS, "1/shall"), claims=("studies.search",)),
        judged_case("b", FAIL, observed(FAIL, "1/other"), claims=("studies.store",)),
        judged_case("c", NONE, claims=("studies.retrieve",)),
    ]
    planned = {"a": ("1/shall",), "b": ("1/other",), "c": ("1/should",)}
    records = judge_requirements(CATALOGUE, cases, planned, None)
    claims = {"studies.search": True, "studies.store": True, "studies.retrieve": False}
    judged_by_claim = {item.claim: item for item in judge_claims(claims, records, cases, CATALOGUE)}
    search, store, retrieve = (judged_by_claim[name] for name in claims)
    assert (search.outcome, search.requirements) == (Outcome.CONFORMANT, {PASS: 1})
    assert (store.outcome, store.findings) == (Outcome.NOT_CONFORMANT, {"interop": {FAIL: 1}})
    assert (retrieve.outcome, retrieve.claimed, retrieve.requirements) == (None, False, {})
