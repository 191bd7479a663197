"""A run, from the plan to the results: one stream of events, one case after another or several at a time."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from dwconform import __version__
from dwconform.engine.claims import find_claims
from dwconform.engine.events import CaseFinished, CaseStarted, Event, Listener, Notice, RunFinished, RunStarted
from dwconform.engine.evidence import record_exchange
from dwconform.engine.execute import CaseOutcome, World, execute
from dwconform.engine.judge import judge_claims, judge_requirements, outcome_of
from dwconform.engine.library import Library
from dwconform.engine.plan import Circumstances, Plan, Selection, plan, select
from dwconform.engine.prepare import Prepared, prepare
from dwconform.engine.records import CaseRecord, Results, RunRecord, TargetRecord
from dwconform.engine.waive import apply_waivers
from dwconform.fixtures import FixtureSet, RunIdentity, build
from dwconform.probe import Exchange, Probe
from dwconform.standard.editions import Edition
from dwconform.standard.terms import Outcome, Verdict
from dwconform.suite import Case
from dwconform.target import Target

__all__ = ["Options", "run"]

_BLOCKING = (Verdict.FAIL, Verdict.ERROR, Verdict.UNTESTED)
_BODY_OF_FINDING = 64 * 1024
_BODY_OF_PASS = 2 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    Attributes:
        edition: judge by this edition; None accepts what any since 2019 allows.
        seed: makes UIDs and identifiers; None draws one.
        concurrency: how many cases at a time.
        dead_cases: stop after so many cases in a row that got no proper answer.
        redact: keep patient data out of results and reports.
        keep_bodies: keep bodies of passing cases as long as those of findings.
    """

    selection: Selection = field(default_factory=Selection)
    edition: Edition | None = None
    seed: int | None = None
    read_only: bool = False
    concurrency: int = 1
    dead_cases: int = 5
    redact: bool = False
    keep_bodies: bool = False


def run(
    target: Target,
    library: Library,
    options: Options,
    listeners: Sequence[Listener] = (),
    prepared: Prepared | None = None,
) -> Results:
    """Judge a target.

    Nothing that the target does makes it raise; Ctrl-C ends it early, and the results say so.

    Args:
        target: what is under test.
        library: what it is judged by.
        options: how to run.
        listeners: are told each event, on whatever thread it happens.
        prepared: fixtures of the same seed that stand ready in the target; without it the run prepares its own.

    Raises:
        UsageError: the selection selects nothing, or the suites contradict themselves.
    """
    judging = _Run(target, library, options, listeners)
    if prepared is not None:
        judging.prepared = prepared
        judging.ready = True
    return judging.go()


@dataclass(slots=True)
class _Tally:
    """What has been found out so far. Guarded by a lock: workers finish at any time."""

    records: dict[str, CaseRecord] = field(default_factory=dict)
    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    offered: dict[str, bool] = field(default_factory=dict)
    dead_in_a_row: int = 0
    ours: bool = False
    stopped: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Run:
    def __init__(self, target: Target, library: Library, options: Options, listeners: Sequence[Listener]) -> None:
        self.target = target
        self.library = library
        self.options = options
        self.listeners = listeners
        self.read_only = options.read_only or target.read_only
        self.edition = options.edition or target.edition
        self.identity = RunIdentity.from_seed(secrets.randbelow(2**31) if options.seed is None else options.seed)
        self.tally = _Tally()
        self.prepared = Prepared()
        self.ready = False
        self.unreachable = ""
        self.started = time.perf_counter()
        self.began = dt.datetime.now(dt.UTC)

    def tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def go(self) -> Results:
        chosen = select(self.library.suites.cases, self.options.selection)
        known = sorted({claim for case in self.library.suites.cases.values() for claim in case.claims})
        with Probe(self.target, read_only=self.read_only) as probe:
            found = find_claims(probe, self.target, known)
            self.unreachable = found.unreachable
            planned = plan(
                chosen,
                self.library.catalogue,
                Circumstances(
                    frozenset(name for name, claimed in found.claims.items() if claimed),
                    self.target.role,
                    self.edition,
                    self.read_only,
                ),
            )
            for key, (verdict, reason) in planned.settled.items():
                self.tally.records[key] = _record(chosen[key], CaseOutcome(verdict=verdict, reason=reason))
            self.tell(RunStarted(self.target.title, len(planned.cases), len(planned.fixtures), self.read_only))
            try:
                if not self.unreachable:
                    if not self.ready:
                        self._prepare(probe, planned)
                    self._execute(probe, planned)
            except KeyboardInterrupt:
                self.tally.stopped = "interrupted by the user"
            reason = self.unreachable or self.tally.stopped
            for case in planned.cases:
                if case.id not in self.tally.records:
                    self._finish(case, CaseOutcome(reason=reason), "")
            results = self._results(found.claims, found.notes, probe.requests)
        self.tell(RunFinished(results))
        return results

    def _prepare(self, probe: Probe, planned: Plan) -> None:
        recipes = {name: self.library.recipes[name] for name in planned.fixtures}

        def built(name: str) -> FixtureSet:
            return build(recipes[name], self.identity)

        self.prepared = prepare(probe, self.target, recipes, built, read_only=self.read_only, tell=self.tell)

    def _execute(self, probe: Probe, planned: Plan) -> None:
        world = World(
            self.target,
            probe,
            self.prepared.archive,
            self.identity,
            self.library.catalogue,
            self.library.checks,
            self.edition,
        )
        if self.options.concurrency <= 1:
            for case in planned.cases:
                if self.tally.stopped:
                    return
                self._one(case, world)
        else:
            self._several(planned.cases, world)

    def _several(self, cases: Sequence[Case], world: World) -> None:
        """Run cases on threads; each starts when all that it depends on are done."""
        waiting = list(cases)
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(self.options.concurrency, thread_name_prefix="case") as pool:
            while (waiting and not self.tally.stopped) or running:
                busy = {*(case.id for case in waiting), *running.values()}
                ready = [case for case in waiting if busy.isdisjoint(self._dependencies(case))]
                for case in ready[: self.options.concurrency - len(running)] if not self.tally.stopped else ():
                    waiting.remove(case)
                    running[pool.submit(self._one, case, world)] = case.id
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    future.result()

    def _dependencies(self, case: Case) -> set[str]:
        offering = {other.id for other in self.library.suites.cases.values() if other.offers & set(case.needs)}
        return {*case.after, *offering} - {case.id}

    def _one(self, case: Case, world: World) -> None:
        blocked = self._blocked(case)
        if blocked is not None:
            self._finish(case, *blocked)
            return
        self.tell(CaseStarted(case.id))
        self._finish(case, execute(case, world), "")

    def _blocked(self, case: Case) -> tuple[CaseOutcome, str] | None:
        """Return why the case cannot tell anything, and the case that is to blame."""
        for key in case.after:
            other = self.tally.records.get(key)
            if other is None:
                continue
            if other.verdict is Verdict.NOT_APPLICABLE:
                return CaseOutcome(verdict=other.verdict, reason=other.reason), ""
            if other.verdict in _BLOCKING:
                root = other.blocked_by or key
                return CaseOutcome(reason=f"blocked: '{root}' has to pass first"), root
        for need in case.needs:
            if ":" in need or "/" in need:
                continue
            if need not in self.tally.offered:
                return CaseOutcome(reason=f"could not find out whether {need} is offered"), ""
            if not self.tally.offered[need]:
                return CaseOutcome(verdict=Verdict.NOT_APPLICABLE, reason=f"{need} is not offered"), ""
        return None

    def _finish(self, case: Case, outcome: CaseOutcome, blocked_by: str) -> None:
        record = _record(case, outcome, blocked_by)
        with self.tally.lock:
            self.tally.records[case.id] = record
            self.tally.exchanges[case.id] = outcome.exchanges
            for option, offered in outcome.offered.items():
                self.tally.offered[option] = offered or self.tally.offered.get(option, False)
            self.tally.ours |= outcome.ours
            if outcome.exchanges:
                failing = any(exchange.failure for exchange in outcome.exchanges) and record.verdict is Verdict.ERROR
                self.tally.dead_in_a_row = self.tally.dead_in_a_row + 1 if failing else 0
            if self.tally.dead_in_a_row >= self.options.dead_cases and not self.tally.stopped:
                self.tally.stopped = f"{self.tally.dead_in_a_row} cases in a row got no proper answer"
        if self.tally.stopped and outcome.exchanges and self.tally.dead_in_a_row == self.options.dead_cases:
            self.tell(Notice(f"stopping early: {self.tally.stopped}"))
        self.tell(CaseFinished(record))

    def _results(self, claims: Mapping[str, bool], notes: Iterable[str], requests: int) -> Results:
        catalogue = self.library.catalogue
        records = dict(sorted(self.tally.records.items()))
        numbered = dict(self._numbered(records))
        cases = tuple(_renumbered(record, numbered) for record in records.values())
        covered = {key: self.library.suites.cases[key].requirements for key in records}
        requirements = judge_requirements(catalogue, cases, covered, self.edition)
        waived = apply_waivers(self.target.waivers, requirements, cases, self.began.date())
        outcome = outcome_of(requirements, cases, catalogue)
        status = self._exit_status(outcome, unwaived=waived.unwaived, states={item.state for item in waived.waivers})
        return Results(
            outcome=outcome,
            run=self._run_record((*notes, *self.prepared.notes), requests, status),
            claims=judge_claims(claims, waived.requirements, waived.cases, catalogue),
            requirements=waived.requirements,
            cases=waived.cases,
            exchanges=tuple(self._evidence(records, numbered)),
            waivers=waived.waivers,
            ledger=tuple(self.prepared.ledger),
        )

    def _numbered(self, records: Mapping[str, CaseRecord]) -> Iterator[tuple[int, int]]:
        """Number the exchanges in the order of the cases, so that runs with several workers read the same."""
        ordered = [*self.prepared.exchanges]
        for key in records:
            ordered.extend(self.tally.exchanges.get(key, ()))
        yield from ((exchange.number, position) for position, exchange in enumerate(ordered, 1))

    def _evidence(self, records: Mapping[str, CaseRecord], numbered: Mapping[int, int]) -> Iterator[object]:
        groups: list[tuple[list[Exchange], bool]] = [(self.prepared.exchanges, False)]
        for key, record in records.items():
            found = record.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
            groups.append((self.tally.exchanges.get(key, []), found or self.options.keep_bodies))
        for exchanges, long in groups:
            for exchange in exchanges:
                limit = _BODY_OF_FINDING if long else _BODY_OF_PASS
                record_ = record_exchange(exchange, limit=limit, redact=self.options.redact)
                yield record_.model_copy(update={"number": numbered[exchange.number]})

    def _run_record(self, notes: tuple[str, ...], requests: int, status: int) -> RunRecord:
        return RunRecord(
            version=__version__,
            suites_digest=self.library.suites.digest,
            edition=str(self.edition) if self.edition else None,
            seed=self.identity.seed,
            target=TargetRecord(
                name=self.target.title,
                url=self.target.base("studies"),
                services=dict(self.target.services),
                role=self.target.role,
                authentication=_login(self.target),
            ),
            started=self.began.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self.started, 3),
            requests=requests,
            read_only=self.read_only,
            concurrency=self.options.concurrency,
            suites=tuple(sorted({record.suite for record in self.tally.records.values()})),
            fixtures=tuple(sorted(self.prepared.records, key=lambda record: record.name)),
            options=dict(sorted(self.tally.offered.items())),
            notes=tuple(dict.fromkeys(notes)),
            stopped=self.unreachable or self.tally.stopped,
            exit_status=status,
        )

    def _exit_status(self, outcome: Outcome, *, unwaived: bool, states: set[str]) -> int:
        if self.unreachable:
            return 5
        if outcome is Outcome.NOT_CONFORMANT and unwaived:
            return 1
        if states & {"stale", "expired"}:
            return 4
        if self.tally.ours:
            return 6
        if outcome is Outcome.INCOMPLETE or self.tally.stopped:
            return 3
        return 0


def _login(target: Target) -> str:
    """Name the kinds of authentication in use; never a secret."""
    kinds = [name for name in ("basic", "bearer", "oauth2", "mtls") if getattr(target.auth, name)]
    return " and ".join(kinds) or "none"


def _record(case: Case, outcome: CaseOutcome, blocked_by: str = "") -> CaseRecord:
    return CaseRecord(
        id=case.id,
        suite=case.suite,
        title=case.title,
        section=case.section,
        claims=case.claims,
        covers=case.requirements,
        effect=case.effect,
        verdict=outcome.verdict,
        reason=outcome.reason,
        blocked_by=blocked_by,
        reading=case.reading,
        impact=case.impact,
        fix=case.fix,
        seconds=round(outcome.seconds, 6),
        observations=tuple(outcome.observations),
        exchanges=tuple(exchange.number for exchange in outcome.exchanges),
    )


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
