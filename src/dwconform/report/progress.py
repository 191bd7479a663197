"""How far a run has come, while it runs: a live bar on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from dwconform.engine.events import (
    CaseFinished,
    CaseStarted,
    Event,
    FixtureReady,
    FixtureStarted,
    Notice,
    RunFinished,
    RunStarted,
)
from dwconform.report.results import CaseRecord, FixtureRecord
from dwconform.report.terminal import STYLES
from dwconform.report.text import plural, shorten, visible
from dwconform.standard.terms import Verdict

__all__ = ["ProgressDisplay"]

_TOLD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
_WIDTH = 60


class ProgressDisplay:
    """A listener of the engine that shows what it hears.

    Args:
        console: where to; write it to standard error, so that standard output stays free.
        every: without a terminal, a line after so many cases.
        verbose: name every case with its verdict as it finishes.
    """

    def __init__(self, console: Console, *, every: int = 50, verbose: bool = False) -> None:
        self._console = console
        self._every = max(every, 1)
        self._verbose = verbose
        self._total = 0
        self._verdicts: Counter[Verdict] = Counter()
        self._task = TaskID(0)
        self._bar: Progress | None = None

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self._start(event)
            case FixtureStarted(name):
                self._doing(f"fixture {name}")
            case FixtureReady(record):
                self._fixture(record)
            case CaseStarted(case_id):
                self._doing(case_id)
            case CaseFinished(record):
                self._finished(record)
            case Notice(message):
                self._say(message)
            case RunFinished():
                self.close()

    def close(self) -> None:
        """Take the bar down; also where a run ends without :class:`RunFinished`. May be called twice."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _start(self, event: RunStarted) -> None:
        self._total = event.cases
        reading = " (read-only)" if event.read_only else ""
        sets = f" on {plural(event.fixtures, 'fixture set')}" if event.fixtures else ""
        self._say(f"{event.target}: {plural(event.cases, 'case')}{sets}{reading}")
        if self._console.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                MofNCompleteColumn(),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task("", total=event.cases)
            self._bar.start()

    def _fixture(self, record: FixtureRecord) -> None:
        if record.refused:
            self._say(f"fixture {record.name}: {plural(len(record.refused), 'instance')} not there")

    def _finished(self, record: CaseRecord) -> None:
        self._verdicts[record.verdict] += 1
        if self._verbose:
            self._console.print(Text.assemble((f"{record.verdict:<14} ", STYLES[record.verdict]), visible(record.id)))
        if self._bar is not None:
            self._bar.advance(self._task)
            return
        done = self._verdicts.total()
        if not self._verbose and (done % self._every == 0 or done == self._total):
            self._say(f"{done} of {plural(self._total, 'case')}{self._tally()}")

    def _doing(self, what: str) -> None:
        if self._bar is not None:
            self._bar.update(self._task, description=f"{shorten(visible(what), _WIDTH)}{self._tally()}")

    def _tally(self) -> str:
        counts = [f"{self._verdicts[verdict]} {verdict}" for verdict in _TOLD if self._verdicts[verdict]]
        return f": {', '.join(counts)}" if counts else ""

    def _say(self, line: str) -> None:
        self._console.print(Text(visible(line)))
