"""The words in which dwconform judges: levels, consequences, verdicts, outcomes, effects."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Consequence", "Effect", "Level", "Outcome", "Verdict", "worst"]


class Level(StrEnum):
    """How strongly the standard asks for something."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"

    @property
    def finding(self) -> Verdict:
        """The verdict on a miss, where the text leaves no room for another reading."""
        return {Level.SHALL: Verdict.FAIL, Level.SHOULD: Verdict.WARN, Level.MAY: Verdict.INFO}[self]


class Consequence(StrEnum):
    """What breaking a requirement does. It orders every report and never changes a verdict."""

    SAFETY = "safety"
    INTEROP = "interop"
    LETTER = "letter"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Consequence).index(self)


class Verdict(StrEnum):
    """What was found out about a case or a requirement; declared from best to worst."""

    NOT_APPLICABLE = "not-applicable"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    INFO = "info"
    UNTESTED = "untested"
    WARN = "warn"
    ERROR = "error"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Verdict).index(self)


class Outcome(StrEnum):
    """What a run says of a claim, and of the target as a whole."""

    CONFORMANT = "conformant"
    CONFORMANT_WITH_WARNINGS = "conformant with warnings"
    NOT_CONFORMANT = "not conformant"
    INCOMPLETE = "incomplete"


class Effect(StrEnum):
    """What a case does to the target."""

    READ = "read"
    STORE = "store"
    DELETE = "delete"


def worst(verdicts: Iterable[Verdict], default: Verdict = Verdict.UNTESTED) -> Verdict:
    """Return the worst of the verdicts, or ``default`` when there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=default)
