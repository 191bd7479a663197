"""From observations to verdicts: level, edition, claim and waiver decide here, and nowhere else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from dwconform.engine.records import CaseRecord, ClaimRecord, ObservationRecord, RequirementRecord
from dwconform.standard.editions import Edition, EditionRange
from dwconform.standard.requirements import Catalogue, Requirement
from dwconform.standard.terms import Consequence, Level, Outcome, Verdict, worst

__all__ = ["in_force", "judge_claims", "judge_requirements", "judged", "leaves_open", "missed", "outcome_of"]

_OPEN = (Verdict.UNTESTED, Verdict.ERROR)


def in_force(editions: EditionRange, edition: Edition | None) -> bool:
    """Whether a rule of these editions is judged in a run that pins ``edition`` (None: pins none)."""
    return edition is None or edition in editions


def missed(requirement: Requirement, level: Level | None, edition: Edition | None) -> Verdict:
    """Return what a miss of the requirement earns.

    Args:
        requirement: what was missed.
        level: the level that the expectation gives, which outweighs the requirement's.
        edition: the edition pinned. Without one, what some edition since 2019 allows is never more than an info.
    """
    finding = level.finding if level else requirement.finding
    if edition is None and not requirement.editions.spans_all:
        return Verdict.INFO
    return finding


def judged(requirement: Requirement, *, holds: bool | None, note: str, best: Verdict, miss: Verdict) -> Verdict:
    """Return the verdict of one observation on one requirement.

    Args:
        requirement: what the observation counts for.
        holds: what the check says.
        note: which of several permitted answers the target gave.
        best: the verdict when it holds: pass, or what the alternative that held is worth.
        miss: the verdict when it does not.
    """
    if holds is None:
        return Verdict.UNTESTED
    if not holds:
        return miss
    if best is Verdict.PASS and note and requirement.level is Level.MAY:
        return Verdict.INFO
    return best if best.rank <= miss.rank else miss


def judge_requirements(
    catalogue: Catalogue, cases: Sequence[CaseRecord], planned: Mapping[str, Sequence[str]], edition: Edition | None
) -> tuple[RequirementRecord, ...]:
    """Return a record of every requirement that a case of the run covers, in the order of the catalogue.

    Args:
        catalogue: all requirements.
        cases: all cases of the run with their verdicts.
        planned: from the id of a case to the requirements it covers.
        edition: the edition pinned.
    """
    seen: dict[str, list[tuple[CaseRecord, Verdict, str]]] = defaultdict(list)
    for case in cases:
        by_requirement: dict[str, list[ObservationRecord]] = defaultdict(list)
        for observation in case.observations:
            for requirement in observation.covers:
                by_requirement[requirement].append(observation)
        for requirement in planned[case.id]:
            found = by_requirement.get(requirement)
            verdict = worst(item.verdict for item in found) if found else _without_observation(case)
            reason = _reason(case, found or (), verdict)
            seen[requirement].append((case, verdict, reason))
    return tuple(_record(catalogue[key], seen[key], edition) for key in catalogue if key in seen)


def _without_observation(case: CaseRecord) -> Verdict:
    return case.verdict if case.verdict in (*_OPEN, Verdict.NOT_APPLICABLE) else Verdict.NOT_APPLICABLE


def _reason(case: CaseRecord, found: Iterable[ObservationRecord], verdict: Verdict) -> str:
    if verdict not in (*_OPEN, Verdict.NOT_APPLICABLE):
        return ""
    return next((item.message for item in found if item.verdict is verdict), case.reason)


def _record(
    requirement: Requirement, seen: Sequence[tuple[CaseRecord, Verdict, str]], edition: Edition | None
) -> RequirementRecord:
    applicable = in_force(requirement.editions, edition)
    verdict = worst((verdict for _, verdict, _ in seen), Verdict.UNTESTED) if applicable else Verdict.NOT_APPLICABLE
    notes = {
        item.message
        for case, _, _ in seen
        for item in case.observations
        if item.check == "any-of" and item.holds and requirement.id in item.covers
    }
    return RequirementRecord(
        id=requirement.id,
        section=requirement.section,
        table=requirement.table,
        level=requirement.level,
        consequence=requirement.consequence,
        editions=str(requirement.editions) if str(requirement.editions) != "-" else "",
        statement=requirement.statement,
        reading=requirement.reading,
        verdict=verdict,
        reason=_why(requirement, seen, verdict, applicable=applicable, edition=edition),
        notes=tuple(sorted(notes)),
        cases=tuple(sorted(case.id for case, _, _ in seen)),
    )


def _why(
    requirement: Requirement,
    seen: Sequence[tuple[CaseRecord, Verdict, str]],
    verdict: Verdict,
    *,
    applicable: bool,
    edition: Edition | None,
) -> str:
    if not applicable:
        return f"holds for the editions {requirement.editions}; the run pins {edition}"
    reasons = dict.fromkeys(reason for _, found, reason in seen if found is verdict and reason)
    undone = sum(found in _OPEN for _, found, _ in seen)
    if verdict not in (*_OPEN, Verdict.NOT_APPLICABLE) and undone:
        return f"{undone} of {len(seen)} cases could not tell"
    return "; ".join(list(reasons)[:3])


def outcome_of(requirements: Iterable[RequirementRecord], cases: Iterable[CaseRecord], catalogue: Catalogue) -> Outcome:
    """Return what the verdicts add up to.

    A mandatory requirement that some case had to leave open makes it incomplete, and so does a run that showed nothing.
    """
    requirements = list(requirements)
    verdicts = {record.verdict for record in requirements}
    if Verdict.FAIL in verdicts:
        return Outcome.NOT_CONFORMANT
    exercised = any(
        record.verdict in (Verdict.PASS, Verdict.WARN) and record.level is Level.SHALL for record in requirements
    )
    if not exercised or leaves_open(requirements, cases, catalogue):
        return Outcome.INCOMPLETE
    return Outcome.CONFORMANT_WITH_WARNINGS if Verdict.WARN in verdicts else Outcome.CONFORMANT


def leaves_open(
    requirements: Iterable[RequirementRecord],
    cases: Iterable[CaseRecord],
    catalogue: Catalogue,
    excused: Collection[str] = (),
) -> bool:
    """Tell whether some case left a mandatory requirement open; the ``excused`` cases may."""
    open_cases = {case.id for case in cases if case.verdict in _OPEN}.difference(excused)
    return any(
        catalogue[record.id].mandatory
        and record.verdict is not Verdict.NOT_APPLICABLE
        and (
            not open_cases.isdisjoint(record.cases)
            or (record.verdict in _OPEN and set(excused).isdisjoint(record.cases))
        )
        for record in requirements
    )


def judge_claims(
    claims: Mapping[str, bool],
    requirements: Sequence[RequirementRecord],
    cases: Sequence[CaseRecord],
    catalogue: Catalogue,
) -> tuple[ClaimRecord, ...]:
    """Return a record of each claim that some case is judged under: the first of the case's claims.

    The others of a case are conditions: a search may rest on a retrieve without proving anything about it. ``claims``
    maps each claim that suites know to whether the target makes it.
    """
    records = []
    for claim, claimed in sorted(claims.items()):
        own_cases = [case for case in cases if case.claims[:1] == (claim,)]
        if not own_cases:
            continue
        ids = {case.id for case in own_cases}
        own = [record for record in requirements if not ids.isdisjoint(record.cases)]
        records.append(
            ClaimRecord(
                claim=claim,
                outcome=outcome_of(own, own_cases, catalogue) if claimed else None,
                claimed=claimed,
                requirements=_counted(record.verdict for record in own) if claimed else {},
                findings={
                    consequence: counts
                    for consequence in Consequence
                    if (counts := _findings(own, consequence)) and claimed
                },
            )
        )
    return tuple(records)


def _counted(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    counts = Counter(verdicts)
    return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}


def _findings(records: Iterable[RequirementRecord], consequence: Consequence) -> dict[Verdict, int]:
    return _counted(
        record.verdict
        for record in records
        if record.consequence is consequence and record.verdict in (Verdict.FAIL, Verdict.WARN)
    )
