"""The shape of a DICOM JSON answer with several results (PS3.18 F.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["ArrayArgs", "array"]

_SHAPE = frozenset({"J-TOP-01", "J-TOP-02"})
"""The rules of the JSON reader about the top level."""


class ArrayArgs(CheckArgs):
    """No arguments."""


@check("array")
def array(args: ArrayArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """The top level of a JSON answer is an array of objects, however many there are."""
    reading = evidence.reading()
    wrong = [problem for problem in reading.problems if problem.rule in _SHAPE]
    if not wrong and not reading.datasets:
        yield Observation(holds=None, message="There is no result whose place could be judged.", pointer="body")
    for problem in wrong[:1]:
        yield Observation(holds=False, message=problem.message, expected=problem.expected, pointer=problem.pointer)
    if not wrong and reading.datasets:
        yield Observation(holds=True, message=f"The {len(reading.datasets)} results form an array.")
