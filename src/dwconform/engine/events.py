"""What the engine tells its listeners while it runs. A listener is any callable that takes an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dwconform.engine.records import CaseRecord, FixtureRecord, Results

__all__ = [
    "CaseFinished",
    "CaseStarted",
    "Event",
    "FixtureReady",
    "FixtureStarted",
    "Listener",
    "Notice",
    "RunFinished",
    "RunStarted",
]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The plan stands: so many cases will run, on so many fixture sets."""

    target: str
    cases: int
    fixtures: int
    read_only: bool


@dataclass(frozen=True, slots=True)
class FixtureStarted:
    """A fixture set is about to be stored, or looked for."""

    name: str


@dataclass(frozen=True, slots=True)
class FixtureReady:
    """What became of a fixture set."""

    record: FixtureRecord


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """A case sends its first request."""

    case_id: str


@dataclass(frozen=True, slots=True)
class CaseFinished:
    """A case has its verdict."""

    record: CaseRecord


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user should know now."""

    message: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over; also after Ctrl-C or an early stop."""

    results: Results


Event = RunStarted | FixtureStarted | FixtureReady | CaseStarted | CaseFinished | Notice | RunFinished
Listener = Callable[[Event], None]
