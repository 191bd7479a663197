"""Which cases run, in which order, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from dwconform.engine.judge import in_force
from dwconform.errors import UsageError
from dwconform.standard.editions import Edition
from dwconform.standard.requirements import Catalogue
from dwconform.standard.terms import Effect, Verdict
from dwconform.suite import Case
from dwconform.yamldoc import nearest

__all__ = ["Circumstances", "Plan", "Selection", "dependencies", "plan", "select"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means all. Patterns take ``*`` and ``?``; brackets are taken literally."""

    suites: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether a case applies."""

    claims: frozenset[str]
    role: str = "native"
    edition: Edition | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases to run, each after those it depends on, and the verdict and reason of those that will not run."""

    cases: tuple[Case, ...]
    settled: Mapping[str, tuple[Verdict, str]]

    @property
    def fixtures(self) -> tuple[str, ...]:
        """The fixture sets that the cases need, sorted."""
        return tuple(sorted({name for case in self.cases for name in case.fixtures}))


def select(cases: Mapping[str, Case], selection: Selection) -> dict[str, Case]:
    """Return the selected cases and all that they depend on.

    Raises:
        UsageError: a pattern selects nothing.
    """
    chosen: set[str] = set()
    if not (selection.suites or selection.cases or selection.requirements):
        chosen = set(cases)
    for pattern in selection.suites:
        chosen |= _matching(pattern, "suite", {case.id: (case.suite,) for case in cases.values()})
    for pattern in selection.cases:
        chosen |= _matching(
            pattern, "case", {case.id: (case.id, f"{case.suite}/{case.name}") for case in cases.values()}
        )
    for pattern in selection.requirements:
        chosen |= _matching(pattern, "requirement", {case.id: case.requirements for case in cases.values()})
    return {key: cases[key] for key in sorted(_with_dependencies(chosen, cases))}


def _matching(pattern: str, kind: str, words: Mapping[str, Iterable[str]]) -> set[str]:
    literal = pattern.replace("[", "[[]")
    found = {
        key
        for key, own in words.items()
        if any(fnmatchcase(word, literal) or word.startswith(f"{pattern}/") for word in own)
    }
    if not found:
        known = {word for own in words.values() for word in own}
        message = f"no {kind} matches '{pattern}'{nearest(pattern, known)} (`dwconform list` shows what there is)"
        raise UsageError(message)
    return found


def _with_dependencies(chosen: set[str], cases: Mapping[str, Case]) -> set[str]:
    found: set[str] = set()
    pending = set(chosen)
    offering = _offering(cases.values())
    while pending:
        key = pending.pop()
        if key in found:
            continue
        found.add(key)
        pending.update(_dependencies(cases[key], offering))
    return found


def _offering(cases: Iterable[Case]) -> dict[str, list[str]]:
    offering: dict[str, list[str]] = {}
    for case in cases:
        for option in case.offers:
            offering.setdefault(option, []).append(case.id)
    return offering


def _dependencies(case: Case, offering: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from case.after
    for need in case.needs:
        yield from (key for key in offering.get(need, ()) if key != case.id)


def dependencies(case: Case, cases: Mapping[str, Case]) -> set[str]:
    """Return the ids, among the cases, of those that have to run before this one."""
    return {key for key in _dependencies(case, _offering(cases.values())) if key in cases}


def plan(cases: Mapping[str, Case], catalogue: Catalogue, circumstances: Circumstances) -> Plan:
    """Order the cases and settle those that do not apply.

    Raises:
        UsageError: cases depend on each other in a circle.
    """
    offering = _offering(cases.values())
    graph = {key: [other for other in _dependencies(case, offering) if other in cases] for key, case in cases.items()}
    settled = {
        key: reason for key, case in cases.items() if (reason := _why_not(case, catalogue, circumstances)) is not None
    }
    return Plan(tuple(cases[key] for key in _ordered(graph) if key not in settled), settled)


def _ordered(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys so that each comes after its dependencies, otherwise in the order of their names."""
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        message = f"these cases depend on each other in a circle: {' -> '.join(error.args[1])}"
        raise UsageError(message) from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return order


def _why_not(case: Case, catalogue: Catalogue, circumstances: Circumstances) -> tuple[Verdict, str] | None:
    missing = [claim for claim in case.claims if claim not in circumstances.claims]
    if missing:
        return Verdict.NOT_APPLICABLE, f"the target does not claim {', '.join(missing)}"
    edition = circumstances.edition
    if not in_force(case.editions, edition):
        return Verdict.NOT_APPLICABLE, f"it is about the editions {case.editions}; the run pins {edition}"
    if not any(in_force(catalogue[key].editions, edition) for key in case.requirements):
        return Verdict.NOT_APPLICABLE, f"nothing that it covers holds in the edition {edition}"
    for need in case.needs:
        kind, _, value = need.partition(":")
        if kind == "role" and value != circumstances.role:
            return (
                Verdict.NOT_APPLICABLE,
                f"asked only of a {value} implementation; the target is a {circumstances.role}",
            )
    if circumstances.read_only and case.effect is not Effect.READ:
        return Verdict.UNTESTED, f"a read-only run does not {case.effect}"
    return None
