"""The state of a run: what is claimed and planned, what stands ready in the target, and what was found out so far.

Both front ends use it: the command line runs the planned cases one after another or several at a time
(:mod:`dwconform.engine.run`), the pytest plugin asks for each case as pytest comes to it.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from dwconform.engine.claims import FoundClaims, find_claims
from dwconform.engine.events import CaseFinished, CaseStarted, Event, Listener, Notice, RunStarted
from dwconform.engine.execute import execute
from dwconform.engine.ledger import DELETE_CLAIM, LedgerFile, delete_studies
from dwconform.engine.library import Library
from dwconform.engine.plan import Circumstances, Plan, Selection, plan, select
from dwconform.engine.prepare import Prepared, prepare
from dwconform.engine.records import CaseRecord
from dwconform.engine.world import CaseOutcome, World
from dwconform.fixtures import FixtureSet, RunIdentity, build
from dwconform.probe import Exchange, Probe
from dwconform.standard.editions import Edition
from dwconform.standard.terms import Verdict
from dwconform.suite import Case
from dwconform.target import Target

__all__ = ["Options", "Session", "Tally"]

_BLOCKING = (Verdict.FAIL, Verdict.ERROR, Verdict.UNTESTED)


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    Attributes:
        selection: which cases; those they depend on come along.
        edition: judge by this edition; None accepts what any since 2019 allows.
        seed: makes UIDs and identifiers; None draws one.
        read_only: send safe methods only.
        concurrency: how many cases at a time.
        dead_cases: stop after so many cases in a row that got no proper answer.
        redact: keep patient data out of results and reports.
        ledger: a file to write down what is stored, before it is.
    """

    selection: Selection = field(default_factory=Selection)
    edition: Edition | None = None
    seed: int | None = None
    read_only: bool = False
    concurrency: int = 1
    dead_cases: int = 5
    redact: bool = False
    ledger: Path | None = None


@dataclass(slots=True)
class Tally:
    """What has been found out so far. The lock guards it: workers finish at any time."""

    records: dict[str, CaseRecord] = field(default_factory=dict)
    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    offered: dict[str, bool] = field(default_factory=dict)
    dead_in_a_row: int = 0
    ours: bool = False
    stopped: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Session:
    """One run against one target; a context manager that holds the connections.

    Attributes:
        plan: the cases that will run, and the verdicts of those that will not.
        prepared: what stands ready in the target.
        tally: what has been found out so far.
        unreachable: why the target cannot be reached; empty when it can.
    """

    plan: Plan
    claims: FoundClaims

    def __init__(self, target: Target, library: Library, options: Options, listeners: Sequence[Listener] = ()) -> None:
        self.target = target
        self.library = library
        self.options = options
        self.listeners = listeners
        self.read_only = options.read_only or target.read_only
        self.edition = options.edition or target.edition
        self.identity = RunIdentity.from_seed(secrets.randbelow(2**31) if options.seed is None else options.seed)
        self.probe = Probe(target, read_only=self.read_only)
        self.prepared = Prepared()
        self.tally = Tally()
        self.unreachable = ""
        self.began = dt.datetime.now(dt.UTC)
        self._started = time.perf_counter()

    def __enter__(self) -> Self:
        self.probe.__enter__()
        try:
            self._plan()
        except BaseException:
            self.probe.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.probe.__exit__(kind, error, trace)

    @property
    def hopeless(self) -> str:
        """Why no case can be judged at all: the target cannot be reached, or lets nobody in; else empty."""
        return self.unreachable or self.claims.refused

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.perf_counter() - self._started

    def tell(self, event: Event) -> None:
        """Tell every listener."""
        for listener in self.listeners:
            listener(event)

    def _plan(self) -> None:
        chosen = select(self.library.suites.cases, self.options.selection)
        known = sorted({claim for case in self.library.suites.cases.values() for claim in case.claims})
        self.claims = find_claims(self.probe, self.target, known)
        self.unreachable = self.claims.unreachable
        claimed = frozenset(name for name, makes_it in self.claims.claims.items() if makes_it)
        circumstances = Circumstances(claimed, self.target.role, self.edition, self.read_only)
        self.plan = plan(chosen, self.library.catalogue, circumstances)
        for key, (verdict, reason) in self.plan.settled.items():
            self.tally.records[key] = _record(chosen[key], CaseOutcome(verdict=verdict, reason=reason))
        self.tell(RunStarted(self.target.title, len(self.plan.cases), len(self.plan.fixtures), self.read_only))

    def prepare(self, prepared: Prepared | None = None) -> None:
        """Bring the fixtures of the planned cases into the target, or take over what stands ready there."""
        recipes = {name: self.library.recipes[name] for name in self.plan.fixtures}

        def built(name: str) -> FixtureSet:
            return build(recipes[name], self.identity)

        if prepared is not None:
            self.prepared = prepared
            return
        ledger = LedgerFile(self.options.ledger, self.target.base("studies")) if self.options.ledger else None
        prepare(
            self.probe,
            self.target,
            recipes,
            built,
            read_only=self.read_only,
            tell=self.tell,
            write_down=ledger.add if ledger else lambda _: None,
            into=self.prepared,
        )

    def clean_up(self) -> None:
        """Delete what was stored, where the target claims that it can."""
        if DELETE_CLAIM not in (self.target.claims or ()) or self.read_only:
            return
        base, stored = self.target.base("studies"), self.prepared.ledger
        deletions = {item.study: item for item in delete_studies(self.probe, base, stored)}
        self.prepared.ledger = [
            entry.model_copy(update={"deleted": deletions[entry.study].gone}) for entry in self.prepared.ledger
        ]
        left = [item for item in deletions.values() if not item.gone]
        if left:
            self.prepared.notes.append(
                f"{len(left)} of {len(deletions)} stored studies could not be deleted, although the target claims "
                f"{DELETE_CLAIM}: {left[0].reason}"
            )

    @property
    def world(self) -> World:
        """What every case shares."""
        return World(
            self.target,
            self.probe,
            self.prepared.archive,
            self.identity,
            self.library.catalogue,
            self.library.checks,
            self.edition,
            self.options.redact,
            {path: reason for record in self.prepared.records for path, reason in record.refused.items()},
        )

    def judge(self, case: Case) -> CaseRecord:
        """Run one case, or say what keeps it from telling anything."""
        blocked = self._blocked(case)
        if blocked is not None:
            return self.finish(case, *blocked)
        self.tell(CaseStarted(case.id))
        return self.finish(case, execute(case, self.world))

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

    def finish(self, case: Case, outcome: CaseOutcome, blocked_by: str = "") -> CaseRecord:
        """Take down what a case came to."""
        record = _record(case, outcome, blocked_by)
        stopped = ""
        with self.tally.lock:
            self.tally.records[case.id] = record
            self.tally.exchanges[case.id] = outcome.exchanges
            for option, offered in outcome.offered.items():
                self.tally.offered[option] = offered or self.tally.offered.get(option, False)
            self.tally.ours |= outcome.ours
            stopped = self._count_the_dead(outcome, record)
        if stopped:
            self.tell(Notice(f"stopping early: {stopped}"))
        self.tell(CaseFinished(record))
        return record

    def _count_the_dead(self, outcome: CaseOutcome, record: CaseRecord) -> str:
        """Count cases in a row that got no proper answer; return why the run stops when they are too many now."""
        if not outcome.exchanges:
            return ""
        dead = record.verdict is Verdict.ERROR and any(exchange.failure for exchange in outcome.exchanges)
        self.tally.dead_in_a_row = self.tally.dead_in_a_row + 1 if dead else 0
        if self.tally.dead_in_a_row < self.options.dead_cases or self.tally.stopped:
            return ""
        self.tally.stopped = f"{self.tally.dead_in_a_row} cases in a row got no proper answer"
        return self.tally.stopped

    def give_up(self, reason: str) -> None:
        """Leave every case that has not run untested."""
        for case in self.plan.cases:
            if case.id not in self.tally.records:
                self.finish(case, CaseOutcome(reason=reason))


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
