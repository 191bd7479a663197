from __future__ import annotations

import pytest

from dwconform.report.headline import edition, exit_status, headline, mode, summary
from dwconform.report.results import Results
from dwconform.standard.terms import Consequence, Outcome, Verdict

from . import sample


@pytest.mark.parametrize(
    ("outcome", "verdict", "consequence", "words"),
    [
        (Outcome.NOT_CONFORMANT, Verdict.FAIL, Consequence.SAFETY, "patient data may be wrong"),
        (Outcome.NOT_CONFORMANT, Verdict.FAIL, Consequence.INTEROP, "real clients break"),
        (Outcome.NOT_CONFORMANT, Verdict.FAIL, Consequence.LETTER, "clients do not notice"),
        (Outcome.CONFORMANT_WITH_WARNINGS, Verdict.WARN, Consequence.SAFETY, "with 1 warning:"),
        (Outcome.INCOMPLETE, Verdict.UNTESTED, Consequence.SAFETY, "Too little"),
        (Outcome.CONFORMANT, Verdict.PASS, Consequence.SAFETY, "is met"),
    ],
)
def test_headline(outcome: Outcome, verdict: Verdict, consequence: Consequence, words: str) -> None:
    requirement = sample.requirement("8/x", verdict, "x", consequence=consequence)
    assert words in headline(sample.clean().model_copy(update={"outcome": outcome, "requirements": (requirement,)}))


def test_summary_counts_and_gives_no_grade(faulty: Results) -> None:
    told = " ".join(summary(faulty))
    assert told.startswith("5 requirements are violated: 2 where patient data may be wrong, lost or hidden, 2 where")
    for part in ("2 warnings", "1 violation is waived", "2 requirements could not be tested", "2 requirements hold."):
        assert part in told
    assert "%" not in told


def test_circumstances(faulty: Results, clean: Results) -> None:
    assert edition(faulty.run) == "PS3.18 2025c"
    assert edition(clean.run) == "any edition of PS3.18 since 2019"
    assert mode(clean.run).startswith("read-only")
    assert exit_status(faulty.run) == "1 (not conformant)"
