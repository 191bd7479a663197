"""The mutation test: does each defect of the origin make the cases of its requirement say so?

A defect is caught when, with it, some observation that counts for its requirement does not hold, or earns a warn or a
fail, and without it none does. What the observation is worth (fail, warn, info) is the requirement's affair.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dwconform.engine.library import Library, load_library
from dwconform.engine.plan import Selection
from dwconform.engine.prepare import Prepared, prepare
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.errors import UsageError
from dwconform.fixtures import RunIdentity, build
from dwconform.origin import defects as defect_registry
from dwconform.origin.server import OriginServer
from dwconform.probe import Probe
from dwconform.standard.editions import Edition
from dwconform.standard.terms import Verdict
from dwconform.target import Target, load_target
from dwconform.yamldoc import nearest

if TYPE_CHECKING:
    from rich.console import Console

    from dwconform.origin.defects import Defect

__all__ = ["DefectResult", "Score", "print_score", "selftest"]

SEED = 1
DEFAULT_EDITION = "2025c"


@dataclass(frozen=True, slots=True)
class DefectResult:
    """What became of one defect.

    Attributes:
        name: the defect.
        requirement: what it breaks.
        caught: whether an observation that counts for the requirement did not hold.
        reason: why it survived.
        others: other requirements that it made some observation fail for (only when all cases were run).
    """

    name: str
    requirement: str
    caught: bool
    reason: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The mutation score, and what the healthy origin was accused of: nothing, one hopes."""

    results: tuple[DefectResult, ...]
    accusations: Mapping[str, str] = field(default_factory=dict)

    @property
    def caught(self) -> int:
        """How many defects were caught."""
        return sum(result.caught for result in self.results)

    @property
    def survivors(self) -> tuple[DefectResult, ...]:
        """The defects that no case caught."""
        return tuple(result for result in self.results if not result.caught)

    @property
    def complete(self) -> bool:
        """Whether every defect was caught and the healthy origin was accused of nothing."""
        return not self.survivors and not self.accusations


def selftest(
    defects: Collection[str] | None = None,
    folders: Sequence[Path] = (),
    *,
    all_cases: bool = False,
    tell: Callable[[str, bool], None] | None = None,
) -> Score:
    """Run the cases of each defect's requirement against the origin with that defect.

    Args:
        defects: names of defects; None takes all.
        folders: suites of the user's own, besides ours.
        all_cases: run every case against each defect, to see what else it breaks.
        tell: is told each defect and whether it was caught.

    Raises:
        UsageError: there is no such defect.
    """
    registry = defect_registry.registry()
    for name in defects or ():
        if name not in registry:
            message = f"unknown defect '{name}'{nearest(name, registry)}; `dwconform list defects` shows them"
            raise UsageError(message)
    chosen = [defect for name, defect in sorted(registry.items()) if defects is None or name in defects]
    library = load_library(folders)
    results: list[DefectResult] = []
    accusations: dict[str, str] = {}
    for edition in sorted({defect.edition or DEFAULT_EDITION for defect in chosen}):
        with _Bench(library, edition) as bench:
            accusations.update(bench.accusations)
            for defect in chosen:
                if (defect.edition or DEFAULT_EDITION) == edition:
                    results.append(bench.try_out(defect, all_cases=all_cases))
                    if tell:
                        tell(defect.name, results[-1].caught)
    return Score(tuple(sorted(results, key=lambda result: result.name)), accusations)


class _Bench:
    """A healthy origin of one edition with all fixtures in it, into which defects are switched one at a time."""

    def __init__(self, library: Library, edition: str) -> None:
        self.library = library
        self.edition = edition
        self.identity = RunIdentity.from_seed(SEED)
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        self.stack.enter_context(_quiet())
        self.origin = self.stack.enter_context(OriginServer(edition=self.edition))
        self.target = load_target(self.origin.base_url)
        self.prepared = self._prepare()
        self.healthy = self._judge(self.target, Selection(), self.prepared)
        return self

    def __exit__(self, *exception: object) -> None:
        self.stack.close()

    @property
    def accusations(self) -> dict[str, str]:
        """What the healthy origin is accused of: case -> verdict and reason."""
        bad = ("fail", "warn", "untested", "error")
        return {
            case.id: f"{case.verdict}: {_first_reason(self.healthy, case.id)}"
            for case in self.healthy.cases
            if case.verdict in bad
        }

    def try_out(self, defect: Defect, *, all_cases: bool) -> DefectResult:
        """Switch the defect on and run the cases of its requirement, or all."""
        if defect.breaks not in self.library.catalogue:
            reason = f"it breaks an unknown requirement{nearest(defect.breaks, self.library.catalogue)}"
            return DefectResult(defect.name, defect.breaks, caught=False, reason=reason)
        try:
            selection = Selection() if all_cases else Selection(requirements=(defect.breaks,))
            with self._broken(defect) as (target, prepared):
                results = self._judge(target, selection, prepared)
        except UsageError:
            return DefectResult(defect.name, defect.breaks, caught=False, reason="no case covers its requirement")
        missed = _missed(results) - _missed(self.healthy)
        caught = defect.breaks in missed
        verdict = next((item for item in results.requirements if item.id == defect.breaks), None)
        reason = "" if caught or verdict is None else f"the requirement is {verdict.verdict} {verdict.reason}".strip()
        return DefectResult(defect.name, defect.breaks, caught, reason, tuple(sorted(missed - {defect.breaks})))

    @contextmanager
    def _broken(self, defect: Defect) -> Iterator[tuple[Target, Prepared | None]]:
        if defect.fresh:
            with OriginServer(edition=self.edition) as origin:
                origin.defects.activate(defect.name)
                yield load_target(origin.base_url), None
            return
        self.origin.defects.activate(defect.name)
        try:
            yield self.target, self.prepared
        finally:
            self.origin.defects.clear()

    def _prepare(self) -> Prepared:
        with Probe(self.target) as probe:
            return prepare(
                probe,
                self.target,
                self.library.recipes,
                lambda name: build(self.library.recipes[name], self.identity),
                read_only=False,
                tell=lambda _: None,
            )

    def _judge(self, target: Target, selection: Selection, prepared: Prepared | None) -> Results:
        options = Options(selection, edition=Edition.parse(self.edition), seed=SEED, dead_cases=1000)
        return run(target, self.library, options, prepared=prepared)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let the origin break without a word: some defects make it fail, which is what they are for."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _missed(results: Results) -> set[str]:
    return {
        requirement
        for case in results.cases
        for observation in case.observations
        if observation.holds is False or observation.verdict in (Verdict.FAIL, Verdict.WARN)
        for requirement in observation.covers
    }


def _first_reason(results: Results, case_id: str) -> str:
    case = next(case for case in results.cases if case.id == case_id)
    return case.reason or next((item.message for item in case.observations if item.verdict == case.verdict), "")


def print_score(score: Score, console: Console) -> None:
    """Print the mutation score, the survivors, and what the healthy origin was accused of."""
    for result in score.survivors:
        console.print(
            f"survived: {result.name} (breaks {result.requirement}): {result.reason}", markup=False, soft_wrap=True
        )
    for result in score.results:
        if result.others:
            console.print(f"{result.name} (breaks {result.requirement}) also shows in: {', '.join(result.others)}",
                          markup=False, soft_wrap=True)  # fmt: skip
    for case, reason in sorted(score.accusations.items()):
        console.print(f"the healthy origin is accused: {case}: {reason}", markup=False, soft_wrap=True)
    total = len(score.results)
    share = f" ({score.caught / total:.0%})" if total else ""
    console.print(f"mutation score: {score.caught} of {total} defects caught{share}", markup=False, soft_wrap=True)
