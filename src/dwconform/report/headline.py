"""What a run found out, in plain words: no grade and no percentage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dwconform.report.results import RequirementRecord, Results, RunRecord
from dwconform.report.text import plural, series
from dwconform.standard.terms import Consequence, Outcome, Verdict

__all__ = [
    "CONSEQUENCES",
    "EXIT_STATUS",
    "VERDICTS",
    "edition",
    "exit_status",
    "headline",
    "mode",
    "requirement_counts",
    "summary",
]

VERDICTS: Mapping[Verdict, str] = {
    Verdict.FAIL: "a requirement is violated",
    Verdict.WARN: "a recommendation is not followed, or a requirement that can be read in more than one way is not met",
    Verdict.ERROR: "the network, the server or this tool broke off before anything could be said",
    Verdict.UNTESTED: "could not be tested; the reason is given",
    Verdict.INFO: "something optional: whether it is offered, or which of several permitted answers was given",
    Verdict.PASS: "holds",
    Verdict.NOT_APPLICABLE: "not claimed, not offered, or no part of the pinned edition",
}
"""What each verdict means, the gravest first."""

CONSEQUENCES: Mapping[Consequence, str] = {
    Consequence.SAFETY: "patient data may be wrong, lost or hidden",
    Consequence.INTEROP: "real clients break",
    Consequence.LETTER: "only the letter of the standard is broken; clients do not notice",
}

EXIT_STATUS: Mapping[int, str] = {
    0: "conformant, or every fail is waived",
    1: "not conformant",
    2: "the command or the configuration is wrong",
    3: "incomplete: too little could be tested",
    4: "a waiver is stale or expired",
    5: "the target cannot be reached",
    6: "a fault of dwconform",
}


def headline(results: Results) -> str:
    """Return the outcome in one or two sentences."""
    match results.outcome:
        case Outcome.NOT_CONFORMANT:
            gravest = min((record.consequence for record in _failed(results)), key=_rank, default=Consequence.INTEROP)
            return f"What the server claims does not hold: {CONSEQUENCES[gravest]}."
        case Outcome.CONFORMANT_WITH_WARNINGS:
            warnings = plural(requirement_counts(results)[Verdict.WARN], "warning")
            return (
                f"No requirement is found violated, with {warnings}: "
                "recommendations not followed, or wording that can be read in more than one way."
            )
        case Outcome.INCOMPLETE:
            return "Too little could be tested to say whether the server conforms. What is missing is listed below."
    return "Every requirement that was tested is met."


def _failed(results: Results) -> list[RequirementRecord]:
    return [record for record in results.requirements if record.verdict is Verdict.FAIL]


def _rank(consequence: Consequence) -> int:
    return consequence.rank


def summary(results: Results) -> tuple[str, ...]:
    """Return the main counts, one sentence each, the gravest first."""
    counts = requirement_counts(results)
    lines = [_by_consequence(results, verdict) for verdict in (Verdict.FAIL, Verdict.WARN) if counts[verdict]]
    waived = sum(1 for requirement in results.requirements if requirement.waiver)
    if waived:
        lines.append(f"{plural(waived, 'violation is', 'violations are')} waived: known, with a reason and an end.")
    if counts[Verdict.ERROR]:
        lines.append(f"{plural(counts[Verdict.ERROR], 'requirement')} could not be judged because of errors.")
    if counts[Verdict.UNTESTED]:
        lines.append(f"{plural(counts[Verdict.UNTESTED], 'requirement')} could not be tested.")
    if counts[Verdict.INFO]:
        lines.append(f"{plural(counts[Verdict.INFO], 'optional point was', 'optional points were')} noted.")
    lines.append(f"{plural(counts[Verdict.PASS], 'requirement holds', 'requirements hold')}.")
    return tuple(lines)


def requirement_counts(results: Results) -> Counter[Verdict]:
    """Return how many requirements have each verdict."""
    return Counter(requirement.verdict for requirement in results.requirements)


def _by_consequence(results: Results, verdict: Verdict) -> str:
    hit = [requirement for requirement in results.requirements if requirement.verdict is verdict]
    counts = Counter(requirement.consequence for requirement in hit)
    parts = [f"{counts[consequence]} {_AT_STAKE[consequence]}" for consequence in Consequence if counts[consequence]]
    return f"{_subject(hit, verdict)}: {series(parts)}."


_AT_STAKE = {
    Consequence.SAFETY: "where patient data may be wrong, lost or hidden",
    Consequence.INTEROP: "where real clients break",
    Consequence.LETTER: "where only the letter of the standard is broken",
}


def _subject(hit: list[RequirementRecord], verdict: Verdict) -> str:
    if verdict is Verdict.FAIL:
        return plural(len(hit), "requirement is violated", "requirements are violated")
    return plural(len(hit), "warning")


def edition(run: RunRecord) -> str:
    """Return the edition that the run judged by."""
    return f"PS3.18 {run.edition}" if run.edition else "any edition of PS3.18 since 2019"


def mode(run: RunRecord) -> str:
    """Return what the run was allowed to do to the target."""
    return "read-only: nothing was stored or deleted" if run.read_only else "read and write"


def exit_status(run: RunRecord) -> str:
    """Return the exit status with its meaning."""
    return f"{run.exit_status} ({EXIT_STATUS.get(run.exit_status, 'unknown')})"
