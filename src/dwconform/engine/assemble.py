"""From what a session found out to the results: judged, numbered, with the evidence beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dwconform import __version__
from dwconform.engine.evidence import record_exchange
from dwconform.engine.judge import judge_claims, judge_requirements, leaves_open, outcome_of
from dwconform.engine.records import CaseRecord, ExchangeRecord, Results, RunRecord, TargetRecord
from dwconform.engine.session import Session
from dwconform.engine.waive import Waived, apply_waivers
from dwconform.probe import Exchange
from dwconform.standard.terms import Outcome, Verdict
from dwconform.target import Target

__all__ = ["assemble"]

_BODY_OF_FINDING = 64 * 1024
_BODY_OF_PASS = 2 * 1024


def assemble(session: Session) -> Results:
    """Return the results of a session whose cases all have their records."""
    catalogue = session.library.catalogue
    records = dict(sorted(session.tally.records.items()))
    numbers = dict(_numbered(session, records))
    cases = tuple(_renumbered(record, numbers) for record in records.values())
    covered = {key: session.library.suites.cases[key].requirements for key in records}
    requirements = judge_requirements(catalogue, cases, covered, session.edition)
    waived = apply_waivers(session.target.waivers, requirements, cases, session.began.date(), session.edition)
    outcome = outcome_of(requirements, cases, catalogue)
    undone = leaves_open(waived.requirements, waived.cases, catalogue, _excused(waived.cases))
    return Results(
        outcome=outcome,
        run=_run_record(session, _exit_status(session, outcome, waived, undone=undone)),
        claims=judge_claims(session.claims.claims, waived.requirements, waived.cases, catalogue),
        requirements=waived.requirements,
        cases=waived.cases,
        exchanges=tuple(_evidence(session, records, numbers)),
        waivers=waived.waivers,
        ledger=tuple(session.prepared.ledger),
    )


def _exit_status(session: Session, outcome: Outcome, waived: Waived, *, undone: bool) -> int:
    if session.unreachable:
        return 5
    if outcome is Outcome.NOT_CONFORMANT and waived.unwaived:
        return 1
    if any(item.state in ("stale", "expired") for item in waived.waivers):
        return 4
    if session.tally.ours:
        return 6
    if outcome is Outcome.INCOMPLETE or session.tally.stopped or undone:
        return 3
    return 0


def _excused(cases: Collection[CaseRecord]) -> set[str]:
    """Return the cases whose fails are all waived, and those that they block: what is known needs no other answer."""
    waived = {case.id for case in cases if case.waiver}
    return waived | {case.id for case in cases if case.blocked_by in waived}


def _numbered(session: Session, records: Mapping[str, CaseRecord]) -> Iterator[tuple[int, int]]:
    """Number the exchanges in the order of the cases, so that runs with several workers read the same."""
    ordered = [*session.prepared.exchanges]
    for key in records:
        ordered.extend(session.tally.exchanges.get(key, ()))
    yield from ((exchange.number, position) for position, exchange in enumerate(ordered, 1))


def _renumbered(record: CaseRecord, numbers: Mapping[int, int]) -> CaseRecord:
    return record.model_copy(
        update={
            "exchanges": tuple(numbers[number] for number in record.exchanges),
            "observations": tuple(
                item if item.exchange is None else item.model_copy(update={"exchange": numbers[item.exchange]})
                for item in record.observations
            ),
        }
    )


def _evidence(
    session: Session, records: Mapping[str, CaseRecord], numbers: Mapping[int, int]
) -> Iterator[ExchangeRecord]:
    groups: list[tuple[list[Exchange], bool]] = [(session.prepared.exchanges, False)]
    for key, record in records.items():
        finding = record.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
        groups.append((session.tally.exchanges.get(key, []), finding))
    for exchanges, finding in groups:
        limit = _BODY_OF_FINDING if finding else _BODY_OF_PASS
        for exchange in exchanges:
            number = numbers[exchange.number]
            yield record_exchange(exchange, number=number, limit=limit, redact=session.options.redact)


def _run_record(session: Session, status: int) -> RunRecord:
    target, tally, prepared = session.target, session.tally, session.prepared
    return RunRecord(
        version=__version__,
        suites_digest=session.library.suites.digest,
        edition=str(session.edition) if session.edition else None,
        seed=session.identity.seed,
        target=TargetRecord(
            name=target.title,
            url=target.base("studies"),
            services=dict(target.services),
            role=target.role,
            authentication=_login(target),
        ),
        started=session.began.isoformat(timespec="seconds"),
        seconds=round(session.seconds, 3),
        requests=session.probe.requests,
        read_only=session.read_only,
        concurrency=session.options.concurrency,
        suites=tuple(sorted({record.suite for record in tally.records.values()})),
        fixtures=tuple(sorted(prepared.records, key=lambda record: record.name)),
        options=dict(sorted(tally.offered.items())),
        notes=tuple(dict.fromkeys((*session.claims.notes, *prepared.notes))),
        stopped=session.hopeless or tally.stopped,
        exit_status=status,
    )


def _login(target: Target) -> str:
    """Name the kinds of authentication in use; never a secret."""
    kinds = [name for name in ("basic", "bearer", "oauth2", "mtls") if getattr(target.auth, name)]
    return " and ".join(kinds) or "none"
