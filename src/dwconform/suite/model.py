"""What a suite says once it is loaded: cases of the matrix, with their matrix parameters filled in.

Strings may still hold templates of fixtures, of the run, and of values kept on the way; :mod:`dwconform.suite.template`
fills them in when the case runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from dwconform.standard.editions import ALL_EDITIONS, EditionRange
from dwconform.standard.terms import Effect, Level, Verdict
from dwconform.yamldoc import Place

__all__ = [
    "DEFAULT_ACCEPT",
    "Alternative",
    "Case",
    "CheckType",
    "Control",
    "Expectation",
    "Keep",
    "Send",
    "Step",
    "Vocabulary",
]

DEFAULT_ACCEPT = "application/dicom+json"
QueryValue = str | tuple[str, ...] | None


class CheckType(Protocol):
    """What the loader needs to know of a check: the model of its arguments, and what it is for."""

    @property
    def args(self) -> type[BaseModel]:
        """The model of its arguments."""

    @property
    def summary(self) -> str:
        """One line for people."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that suites may use, given by the stages above."""

    checks: Mapping[str, CheckType]
    requirements: frozenset[str]
    fixtures: frozenset[str]
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several answers that the standard allows.

    ``verdict`` is what the target earns when only this one holds; ``offers`` names the option that it shows to exist.
    """

    expect: tuple[Expectation, ...]
    note: str = ""
    verdict: Verdict = Verdict.PASS
    editions: EditionRange = ALL_EDITIONS
    offers: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One check with its arguments, or ``any-of`` with alternatives (then ``check`` is ``any-of``)."""

    check: str
    args: Any = None
    covers: tuple[str, ...] = ()
    level: Level | None = None
    stop: bool = False
    step: str | None = None
    editions: EditionRange = ALL_EDITIONS
    reading: str = ""
    alternatives: tuple[Alternative, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """One request. ``query`` keeps order and repetition; a tuple value is a comma-separated list."""

    method: str
    url: str
    query: tuple[tuple[str, QueryValue], ...] = ()
    raw_query: str = ""
    accept: str | None = DEFAULT_ACCEPT
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    all_pages: bool = False
    raw: bool = False
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Where a value to be kept stands in a response: exactly one of the three is set.

    Without an ``optional`` value the case does not apply; without another it is untested.
    """

    header: str = ""
    pointer: str = ""
    xpath: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a case, what to keep of its response, and what to expect of it."""

    name: str
    send: Send
    keep: Mapping[str, Keep] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The positive twin of a negative case: it must succeed, or the rejection proves nothing."""

    send: Send
    expect: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One test: a case of the YAML with one combination of its matrix."""

    id: str
    suite: str
    name: str
    title: str
    place: Place
    section: str = ""
    claims: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    effect: Effect = Effect.READ
    parameters: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    editions: EditionRange = ALL_EDITIONS
    reading: str = ""
    impact: str = ""
    fix: str = ""
    steps: tuple[Step, ...] = ()
    expect: tuple[Expectation, ...] = ()
    control: Control | None = None
    property_name: str = ""

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """Every expectation of the case, those of its steps first; the control's are not among them."""
        return (*(item for step in self.steps for item in step.expect), *self.expect)

    @property
    def requirements(self) -> tuple[str, ...]:
        """Every requirement that the case can say something about, sorted."""
        found = set(self.covers)
        pending = list(self.expectations)
        while pending:
            item = pending.pop()
            found.update(item.covers)
            pending.extend(inner for alternative in item.alternatives for inner in alternative.expect)
        return tuple(sorted(found))

    @property
    def offers(self) -> frozenset[str]:
        """The options that the case can show to exist."""
        return frozenset(
            alternative.offers for item in self.expectations for alternative in item.alternatives if alternative.offers
        )
