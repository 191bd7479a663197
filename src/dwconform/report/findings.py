"""Findings: the fails and warnings of a run, grouped so that ten fails with one cause read as one.

A finding belongs to one requirement. Its symptoms are the different things that were seen; each names all cases that
show it and keeps the evidence of the first. What a failing case blocked is named under that case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from dwconform.report.results import CaseRecord, ExchangeRecord, ObservationRecord, RequirementRecord, Results
from dwconform.report.text import natural
from dwconform.standard.terms import Consequence, Level, Verdict

__all__ = ["FINDINGS", "Finding", "Sighting", "Symptom", "blocked_cases", "findings", "unique"]

FINDINGS = (Verdict.FAIL, Verdict.WARN)

# Quoted values, numbers, UIDs and the parameters of a matrix are what differs between two messages about one thing.
_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9][0-9.]*")
_PARAMETER = re.compile(r"[\[,][^=\],]+=([^,\]]+)")

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A case that shows a symptom: ``message`` is its first observation of it, ``count`` how often it saw it."""

    case: CaseRecord
    message: str
    count: int
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was seen, with the evidence of the first case that saw it.

    Attributes:
        observation: the first observation of it.
        exchange: the exchange that shows it.
        sightings: all cases that show it; the first is where ``observation`` comes from.
        also: ids of the other requirements that the same observation counts against.
    """

    observation: ObservationRecord
    exchange: ExchangeRecord | None
    sightings: tuple[Sighting, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that fails or earns a warning, and how that showed."""

    requirement: RequirementRecord
    symptoms: tuple[Symptom, ...]

    @property
    def verdict(self) -> Verdict:
        """Fail or warn."""
        return self.requirement.verdict

    @property
    def cases(self) -> tuple[CaseRecord, ...]:
        """The cases that show it."""
        return unique(sighting.case for symptom in self.symptoms for sighting in symptom.sightings)

    @property
    def impacts(self) -> tuple[str, ...]:
        """What breaks for users, as the cases tell it."""
        return unique(case.impact for case in self.cases if case.impact)

    @property
    def fixes(self) -> tuple[str, ...]:
        """The likely fixes, as the cases tell them."""
        return unique(case.fix for case in self.cases if case.fix)

    @property
    def readings(self) -> tuple[str, ...]:
        """How an ambiguous text was read."""
        return unique(text for text in (self.requirement.reading, *(case.reading for case in self.cases)) if text)

    @property
    def headline(self) -> str:
        """The first thing that was seen, or the requirement where no observation was kept."""
        return self.symptoms[0].observation.message if self.symptoms else self.requirement.statement

    @property
    def standing(self) -> str:
        """How the requirement stands, in two words to be read before its statement."""
        if self.verdict is Verdict.FAIL:
            return "Not met"
        return "In doubt" if self.requirement.level is Level.SHALL else "Not followed"

    @property
    def strict(self) -> bool:
        """Whether only the letter of the standard is broken."""
        return self.requirement.consequence is Consequence.LETTER


def findings(results: Results) -> tuple[Finding, ...]:
    """Return all findings: fails before warnings, the gravest consequence first, then in the order of the sections."""
    seen = _observations(results)
    exchanges = {exchange.number: exchange for exchange in results.exchanges}
    blocked = blocked_cases(results)
    found = [
        Finding(requirement, _symptoms(requirement, seen.get(requirement.id, ()), exchanges, blocked))
        for requirement in (*results.requirements, *_unlisted(results, seen))
        if requirement.verdict in FINDINGS
    ]
    return tuple(sorted(found, key=_order))


def blocked_cases(results: Results) -> Mapping[str, tuple[str, ...]]:
    """Return, for the id of each case that blocked others, the ids of those."""
    blocked: dict[str, list[str]] = defaultdict(list)
    for case in results.cases:
        if case.blocked_by:
            blocked[case.blocked_by].append(case.id)
    return {case: tuple(others) for case, others in blocked.items()}


def unique(items: Iterable[ItemT]) -> tuple[ItemT, ...]:
    """Return the items in their order, each once (equal ones are the same)."""
    kept: list[ItemT] = []
    known: set[object] = set()
    for item in items:
        key = item.id if isinstance(item, CaseRecord) else item
        if key not in known:
            known.add(key)
            kept.append(item)
    return tuple(kept)


Seen = tuple[CaseRecord, ObservationRecord]


def _observations(results: Results) -> dict[str, list[Seen]]:
    """From the id of a requirement to the observations that count against it."""
    seen: dict[str, list[Seen]] = defaultdict(list)
    for case in results.cases:
        for observation in case.observations:
            if observation.verdict in FINDINGS:
                for name in observation.covers or case.covers:
                    seen[name].append((case, observation))
    return seen


def _symptoms(
    requirement: RequirementRecord,
    seen: Iterable[Seen],
    exchanges: Mapping[int, ExchangeRecord],
    blocked: Mapping[str, tuple[str, ...]],
) -> tuple[Symptom, ...]:
    groups: dict[tuple[int, str, str], list[Seen]] = defaultdict(list)
    for case, observation in seen:
        groups[-observation.verdict.rank, observation.check, _kind(case, observation)].append((case, observation))
    return tuple(
        Symptom(
            observation=group[0][1],
            exchange=_exchange(*group[0], exchanges),
            sightings=tuple(_sightings(group, blocked)),
            also=tuple(name for name in group[0][1].covers if name != requirement.id),
        )
        # Fails before warnings; otherwise what most cases show comes first. The sort is stable.
        for _, group in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1])))
    )


def _kind(case: CaseRecord, observation: ObservationRecord) -> str:
    message = observation.message
    for parameter in sorted(_PARAMETER.findall(case.id), key=len, reverse=True):
        message = message.replace(parameter, "…")
    return _PARTICULARS.sub("…", message)


def _exchange(
    case: CaseRecord, observation: ObservationRecord, exchanges: Mapping[int, ExchangeRecord]
) -> ExchangeRecord | None:
    number = observation.exchange if observation.exchange is not None else next(reversed(case.exchanges), None)
    return None if number is None else exchanges.get(number)


def _sightings(group: Iterable[Seen], blocked: Mapping[str, tuple[str, ...]]) -> Iterator[Sighting]:
    by_case: dict[str, list[Seen]] = defaultdict(list)
    for case, observation in group:
        by_case[case.id].append((case, observation))
    for name, found in by_case.items():
        case, observation = found[0]
        yield Sighting(case, observation.message, len(found), blocked.get(name, ()))


def _unlisted(results: Results, seen: Mapping[str, list[Seen]]) -> Iterator[RequirementRecord]:
    """Requirements that cases name and the catalogue of this run does not: nothing that was found may get lost."""
    listed = {requirement.id for requirement in results.requirements}
    for name in sorted(set(seen) - listed):
        verdict = max((observation.verdict for _, observation in seen[name]), key=lambda verdict: verdict.rank)
        case = seen[name][0][0]
        yield RequirementRecord(
            id=name,
            section=case.section,
            level=Level.SHALL if verdict is Verdict.FAIL else Level.SHOULD,
            consequence=Consequence.INTEROP,
            statement=case.title,
            verdict=verdict,
        )


def _order(finding: Finding) -> tuple[object, ...]:
    requirement = finding.requirement
    return (-finding.verdict.rank, requirement.consequence.rank, natural(requirement.section), natural(requirement.id))
