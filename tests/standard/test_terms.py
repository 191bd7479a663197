"""The words of a verdict, and their order."""

from __future__ import annotations

from dwconform.standard.terms import Consequence, Level, Verdict, worst


def test_the_worst_verdict():
    assert [verdict.rank for verdict in Verdict] == list(range(7))
    assert worst([Verdict.PASS, Verdict.UNTESTED, Verdict.INFO]) is Verdict.UNTESTED
    assert worst([Verdict.WARN, Verdict.ERROR, Verdict.FAIL]) is Verdict.FAIL
    assert worst([Verdict.UNTESTED, Verdict.WARN]) is Verdict.WARN
    assert worst([]) is Verdict.UNTESTED
    assert worst([], Verdict.NOT_APPLICABLE) is Verdict.NOT_APPLICABLE


def test_what_a_level_earns():
    assert {level: level.finding for level in Level} == {
        Level.SHALL: Verdict.FAIL,
        Level.SHOULD: Verdict.WARN,
        Level.MAY: Verdict.INFO,
    }


def test_consequences_are_ordered_from_the_gravest():
    assert sorted(Consequence, key=lambda item: item.rank) == [
        Consequence.SAFETY,
        Consequence.INTEROP,
        Consequence.LETTER,
    ]
