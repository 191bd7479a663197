"""The mutation score, and the count of what is covered."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bench import CATALOGUE, case, library, suite_text
from dwconform import coverage
from dwconform.errors import UsageError
from dwconform.origin import defects
from dwconform.selftest import DefectResult, Score, print_score, selftest

CAUGHT = DefectResult("b-caught", "1/shall", caught=True, others=("1/other",))
SURVIVOR = DefectResult("a-survivor", "1/other", caught=False, reason="no case covers its requirement")


def printed(score: Score) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_score(score, console)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("score", "complete", "told"),
    [
        (Score((CAUGHT,)), True, "mutation score: 1 of 1 defects caught (100%)"),
        (Score((CAUGHT, SURVIVOR)), False, "survived: a-survivor (breaks 1/other): no case covers its requirement"),
        (Score((CAUGHT, SURVIVOR)), False, "mutation score: 1 of 2 defects caught (50%)"),
        (Score((CAUGHT,)), True, "b-caught (breaks 1/shall) also shows in: 1/other"),
        (Score((CAUGHT,), {"s/c[a=b]": "warn: odd"}), False, "the healthy origin is accused: s/c[a=b]: warn: odd"),
        (Score(()), True, "mutation score: 0 of 0 defects caught"),
    ],
)
def test_score(score, complete, told):
    assert score.complete == complete
    assert told in printed(score)


def test_an_unknown_defect():
    with pytest.raises(UsageError, match="unknown defect 'qido-ignores-limits'; did you mean 'qido-ignores-limit'"):
        selftest(["qido-ignores-limits"])


def test_a_defect_that_no_case_looks_for_survives(monkeypatch, tmp_path):
    suites = library(tmp_path, suite_text(case(expect=[{"status": 200}])))
    monkeypatch.setattr("dwconform.selftest.load_library", lambda _: suites)
    told = []
    score = selftest(["qido-ignores-limit"], tell=lambda name, caught: told.append((name, caught)))
    assert told == [("qido-ignores-limit", False)]
    (result,) = score.survivors
    assert result.reason.startswith("it breaks an unknown requirement")


def test_coverage_counts_by_chapter(tmp_path):
    suites = library(tmp_path, suite_text(case(covers=["1/shall", "1/may"])))
    (chapter,) = coverage.count(suites)
    assert (chapter.chapter, chapter.catalogued, chapter.covered, chapter.with_defect) == ("1", len(CATALOGUE), 2, 0)
    assert chapter.untestable == {"1/untestable": "It happens behind the door."}
    assert set(chapter.uncovered) == set(CATALOGUE) - {"1/shall", "1/may", "1/untestable"}
    assert set(chapter.without_defect) == set(CATALOGUE) - {"1/untestable"}
    assert json.loads(coverage.to_json((chapter,)))["total"] == {
        "catalogued": len(CATALOGUE), "entries": 0, "covered": 2, "with_defect": 0, "untestable": 1}  # fmt: skip
    console = Console(file=io.StringIO(), width=200)
    coverage.print_table((chapter,), console, missing=True)
    assert "no case: 1/should" in console.file.getvalue()


def test_every_defect_has_a_name_of_its_own_kind():
    assert all(name == defect.name for name, defect in defects.registry().items())
