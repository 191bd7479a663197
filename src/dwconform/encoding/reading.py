"""What every strict reader hands back, and the bounded list in which it collects its problems."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.problem import Fault, Problem

__all__ = ["LIMIT", "Problems", "Reading", "shorten"]

LIMIT = 1_000
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """The data sets that could be read, and everything that is wrong with the document."""

    datasets: tuple[DataSet, ...]
    problems: tuple[Problem, ...]


class Problems:
    """Problems in the order in which they were found, about ``limit`` at most (and then one of rule ``LIMIT``).

    No rule may fill more than a tenth of the list, and the first problem of each rule is listed even when the list is
    full: a thousand trailing spaces must not hide a lost value.
    ``seen`` grows with every problem, listed or not.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._share = max(limit // 10, 1)
        self._listed: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._muted: set[str] = set()
        self.seen = 0

    def __bool__(self) -> bool:
        return bool(self._listed)

    def mute(self, rule: str) -> None:
        """Drop what ``rule`` has to say from now on: it would only repeat what another rule said."""
        self._muted.add(rule)

    def wants(self, rule: str) -> bool:
        """Count a problem of ``rule``; false when it will not be listed, so that its pointer need not be built."""
        self.seen += 1
        if rule in self._muted:
            return False
        if self._counts[rule] and (self._counts[rule] >= self._share or len(self._listed) >= self._limit):
            self._left_out[rule] += 1
            return False
        return True

    def add(self, fault: Fault, pointer: str, found: object = "") -> None:
        """List ``fault`` at ``pointer``; ``found`` is shortened to a line."""
        if self.wants(fault.rule):
            self._counts[fault.rule] += 1
            self._listed.append(Problem(fault.rule, pointer, fault.message, fault.expected, shorten(found)))

    def extend(self, problems: tuple[Problem, ...], prefix: str = "") -> None:
        """Take over the problems of another reader, with ``prefix`` before their pointers."""
        for problem in problems:
            fault = Fault(problem.rule, problem.message, problem.expected)
            self.add(fault, prefix + problem.pointer, problem.found)

    def listed(self) -> tuple[Problem, ...]:
        """Return all problems, with a last one about those that found no room."""
        if not self._left_out:
            return tuple(self._listed)
        left_out = ", ".join(f"{rule} {count} times" for rule, count in sorted(self._left_out.items()))
        return (*self._listed, Problem("LIMIT", "", f"More problems were found than are listed: {left_out}."))


def shorten(value: object) -> str:
    """Return at most 80 characters of a value on one line that UTF-8 can hold; containers are only named."""
    match value:
        case dict():
            text = f"an object of {len(value)} members"
        case list():
            text = f"an array of {len(value)} values"
        case bytes():
            text = value[:_WIDTH].decode("ascii", "backslashreplace")
        case bool():
            text = str(value).lower()
        case int() if value.bit_length() > 256:
            text = f"a number of {value.bit_length()} bits"
        case _:
            text = "null" if value is None else str(value)
    if len(text) > _WIDTH:
        text = text[: _WIDTH - 1] + "…"
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
