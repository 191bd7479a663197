"""The data sets that an answer holds, whatever it is: Part 10 files, metadata, search results."""

from __future__ import annotations

from dataclasses import dataclass

from dwconform.check.parts import parts_of
from dwconform.check.registry import Evidence
from dwconform.encoding.dataset import DataSet
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.part10 import Part10Reading, read_part10
from dwconform.encoding.problem import Problem
from dwconform.fixtures.instance import text_of

__all__ = ["Represented", "files_of", "represented"]

_DICOM = "application/dicom"
_SOP_INSTANCE = "00080018"


@dataclass(frozen=True, slots=True)
class Represented:
    """Data sets in the order of the answer, and what the strict readers said.

    A file that could not be read at all is an empty data set.
    """

    datasets: tuple[DataSet, ...]
    problems: tuple[Problem, ...]

    @property
    def uids(self) -> list[str]:
        """The SOP Instance UID of each, empty where it has none."""
        return [text_of(dataset.get(_SOP_INSTANCE)).rstrip("\0 ") for dataset in self.datasets]


def represented(evidence: Evidence, step: str | None = None) -> Represented:
    """Return the data sets of a step's answer; each body is read once."""
    response = evidence.pages(step)[0].response
    media_type = parse_media_type((response.headers.get("Content-Type") if response else None) or "")[0]
    kind = (media_type.parameter("type") or "").lower() if media_type and media_type.type == "multipart" else ""
    if _DICOM not in (kind, media_type.essence if media_type else ""):
        reading = evidence.reading(step)
        return Represented(reading.datasets, reading.problems)
    files = files_of(evidence, step)
    return Represented(
        tuple(file.datasets[0] if file.datasets else {} for file in files),
        tuple(problem for file in files for problem in file.problems),
    )


def files_of(evidence: Evidence, step: str | None = None) -> tuple[Part10Reading, ...]:
    """Return the strict readings of the files in a step's answer: of its parts, or of its body if it has none."""
    exchange = evidence.pages(step)[0]
    files = exchange.cache.get("files")
    if not isinstance(files, tuple):
        response = exchange.response
        multipart = response is not None and "multipart" in (response.headers.get("Content-Type") or "").lower()
        bodies = [part.body for part in parts_of(evidence, step).parts] if multipart else []
        if response is not None and not multipart:
            bodies = [response.body.content]
        files = tuple(read_part10(body) for body in bodies)
        exchange.cache["files"] = files
    return files
