"""Where the reader of Part 10 stands, and what a data set hands down to the items in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dwconform.encoding.part10_text import DEFAULT, Repertoire
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A data set.

    Attributes:
        problems: where to report.
        path: the JSON Pointer that the data set has in DICOM JSON, as (path of the parent, token).
        depth: how many sequences are around it.
        sets: the character sets in force.
        signed: Pixel Representation (0028,0103) in force says that pixel values have a sign.
        meta: it is the File Meta Information.
        directory: it is that of a DICOMDIR, which alone has elements of group 0004.
        unit: what offsets count, ``inflated byte`` in what was deflated.
    """

    problems: Problems
    path: tuple[object, ...] = ()
    depth: int = 0
    sets: Repertoire = DEFAULT
    signed: bool = False
    meta: bool = False
    directory: bool = False
    unit: str = "byte"

    def item(self, tag: str, index: int) -> Place:
        """Return the place of an item of a sequence in this data set."""
        return replace(self, path=(((self.path, tag), "Value"), index), depth=self.depth + 1)

    def report(self, fault: Fault, *tokens: str | int, found: object = "") -> None:
        """Report ``fault`` at the data set or at ``tokens`` below it."""
        if self.problems.wants(fault.rule):
            path = self.path
            for token in tokens:
                path = (path, token)
            steps: list[str] = []
            while path:
                path, step = path  # type: ignore[assignment]  # a pair, as it was built above
                steps.append(f"/{step}")
            self.problems.add(fault, "".join(reversed(steps)), found)

    def report_at(self, fault: Fault, at: int, found: object = "") -> None:
        """Report ``fault`` at a byte."""
        if self.problems.wants(fault.rule):
            self.problems.add(fault, f"{self.unit} {at}", found)
