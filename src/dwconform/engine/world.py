"""What every case of a run shares, and what one case comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dwconform.check.registry import Check
from dwconform.engine.records import ObservationRecord
from dwconform.fixtures import Archive, RunIdentity
from dwconform.probe import Exchange, Probe
from dwconform.standard.editions import Edition
from dwconform.standard.requirements import Catalogue
from dwconform.standard.terms import Verdict
from dwconform.target import Target

__all__ = ["CaseOutcome", "Stop", "World"]


class Stop(Exception):  # noqa: N818 - the end of a case, not an error
    """The case ends here, with this verdict."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


@dataclass(frozen=True, slots=True)
class World:
    """What every case of a run shares."""

    target: Target
    probe: Probe
    archive: Archive
    identity: RunIdentity
    catalogue: Catalogue
    checks: Mapping[str, Check]
    edition: Edition | None = None
    redact: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    """Paths of the instances that the target refused to store, each with the reason."""


@dataclass(slots=True)
class CaseOutcome:
    """What a case came to. ``ours`` marks a crash of dwconform itself."""

    observations: list[ObservationRecord] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    offered: dict[str, bool] = field(default_factory=dict)
    verdict: Verdict = Verdict.UNTESTED
    reason: str = ""
    seconds: float = 0.0
    ours: bool = False
