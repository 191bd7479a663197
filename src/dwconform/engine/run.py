"""A run, from the plan to the results: one case after another, or several at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from dwconform.engine.assemble import assemble
from dwconform.engine.collecting import seldom_collecting
from dwconform.engine.events import Listener, RunFinished
from dwconform.engine.library import Library
from dwconform.engine.plan import dependencies
from dwconform.engine.prepare import Prepared
from dwconform.engine.records import CaseRecord, Results
from dwconform.engine.session import Options, Session
from dwconform.target import Target

__all__ = ["Options", "run"]


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
    with seldom_collecting(), Session(target, library, options, listeners) as session:
        try:
            if not session.hopeless:
                session.prepare(prepared)
                _sequential(session) if options.concurrency <= 1 else _concurrent(session)
        except KeyboardInterrupt:
            session.tally.stopped = "interrupted by the user"
        session.give_up(session.hopeless or session.tally.stopped)
        if prepared is None and not session.hopeless:
            session.clean_up()
        results = assemble(session)
    session.tell(RunFinished(results))
    return results


def _sequential(session: Session) -> None:
    for case in session.plan.cases:
        if session.tally.stopped:
            return
        session.judge(case)


def _concurrent(session: Session) -> None:
    """Run cases on threads; each starts when all that it depends on are done."""
    planned = {case.id: case for case in session.plan.cases}
    waiting = {key: dependencies(case, planned) for key, case in planned.items()}
    running: dict[Future[CaseRecord], str] = {}
    workers = session.options.concurrency
    with ThreadPoolExecutor(workers, thread_name_prefix="case") as pool:
        while running or (waiting and not session.tally.stopped):
            if not session.tally.stopped:
                ready = [key for key, needed in waiting.items() if needed.isdisjoint(waiting.keys() | running.values())]
                for key in ready[: workers - len(running)]:
                    del waiting[key]
                    running[pool.submit(session.judge, planned[key])] = key
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                future.result()
