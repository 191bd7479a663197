"""A multipart answer taken apart while it arrives: each part is read and let go, whatever the length of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.multipart import MultipartReader, PartData, PartEnd, PartStart
from dwconform.encoding.part10 import read_part10
from dwconform.errors import DwconformError

if TYPE_CHECKING:
    from dwconform.encoding.dataset import DataSet
    from dwconform.encoding.problem import Problem

__all__ = ["PartStream", "StreamedInstancesArgs", "StreamedPart", "streamed_instances"]

PART_LIMIT = 64 * 2**20
"""A part longer than this is counted; of its content only the beginning is read."""
_INLINE = 1024
_SHOWN = 5
_STUDY, _SERIES, _INSTANCE = "0020000D", "0020000E", "00080018"


@dataclass(frozen=True, slots=True)
class StreamedPart:
    """What is left of a part that went by.

    Attributes:
        media_type: as its header says, without parameters; empty where it says nothing.
        size: in bytes.
        study, series, instance: the UIDs of the DICOM file that it is, empty where it is none.
        problems: how many rules of DICOM files it breaks.
    """

    media_type: str
    size: int
    study: str = ""
    series: str = ""
    instance: str = ""
    problems: int = 0


class PartStream:
    """A sink of the probe's for multipart answers.

    Attributes:
        parts: those that are complete.
        wanted: whether the answer was one to be taken apart.
    """

    def __init__(self, part_limit: int = PART_LIMIT) -> None:
        self._part_limit = part_limit
        self._closed = False
        self._forget("")
        self.wanted = False

    def begin(self, status: int, content_type: str) -> bool:
        """Want answers of 200 with parts."""
        self._forget(content_type)
        found = parse_media_type(content_type)[0]
        self.wanted = status == 200 and found is not None and found.type == "multipart"
        return self.wanted

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the body."""
        for event in self._reader.feed(piece):
            match event:
                case PartStart(headers, _):
                    self._media_type = next((value for name, value in headers if name.lower() == "content-type"), "")
                    self._begin_part()
                case PartData(data):
                    if self._kept < self._part_limit:
                        self._content.append(data[: self._part_limit - self._kept])
                        self._kept += len(self._content[-1])
                case PartEnd(length):
                    self.parts.append(self._part(length))
                    self._begin_part()

    def close(self) -> tuple[Problem, ...]:
        """Return what is wrong with the wrapping; call it when the answer has come to its end."""
        if not self._closed:
            self._reader.close()
            self._closed = True
        return self._reader.problems

    def _forget(self, content_type: str) -> None:
        self._reader = MultipartReader(content_type)
        self._closed = False
        self.parts: list[StreamedPart] = []
        self._media_type = ""
        self._begin_part()

    def _begin_part(self) -> None:
        self._content: list[bytes] = []
        self._kept = 0

    def _part(self, length: int) -> StreamedPart:
        found = parse_media_type(self._media_type)[0]
        essence = found.essence if found else ""
        if essence != "application/dicom":
            return StreamedPart(essence, length)
        reading = read_part10(b"".join(self._content), inline=_INLINE)
        dataset: DataSet = reading.datasets[0] if reading.datasets else {}
        study, series, instance = (_text(dataset, tag) for tag in (_STUDY, _SERIES, _INSTANCE))
        problems = 0 if length > self._part_limit else len(reading.problems)
        return StreamedPart(essence, length, study, series, instance, problems)


def _text(dataset: DataSet, tag: str) -> str:
    element = dataset.get(tag)
    return str(element.values[0]) if element and element.values else ""


class StreamedInstancesArgs(CheckArgs):
    """Which study the parts should be of."""

    study: str


@check("streamed-instances")
def streamed_instances(args: StreamedInstancesArgs, evidence: Evidence) -> Iterator[Observation]:
    """The parts that went by are the instances of the study: each that is known, once, and of no other study."""
    stream = evidence.exchange.cache.get("sink")
    if not isinstance(stream, PartStream):
        message = "streamed-instances looks at a step that is sent with `stream: parts`"
        raise DwconformError(message)
    if not stream.wanted:
        yield Observation(holds=False, message="The answer has no parts.", expected="multipart", pointer="Content-Type")
        return
    known = {item.sop_instance_uid for item in evidence.archive.study(args.study)}
    wrong = list(islice(_wrong(stream, known, args.study), _SHOWN))
    yield from wrong
    if not wrong:
        size = sum(part.size for part in stream.parts)
        yield Observation(holds=True, message=f"{len(stream.parts)} instances of {size} bytes went by, each once.")


def _wrong(stream: PartStream, known: set[str], study: str) -> Iterator[Observation]:
    for problem in stream.close():
        if problem.rule in ("M-CLOSE-01", "M-BOUNDARY-04", "M-ZERO-01"):
            yield Observation(holds=False, message=problem.message, expected=problem.expected, pointer=problem.pointer)
    times = Counter(part.instance for part in stream.parts)
    for number, part in enumerate(stream.parts, 1):
        if part.study != study:
            what = f"an instance of the study {part.study}" if part.study else "no readable DICOM file"
            yield Observation(holds=False, message=f"Part {number} is {what}.", expected=study, observed=part.study)
        elif times[part.instance] > 1:
            yield Observation(holds=False, message=f"The instance {part.instance} comes {times[part.instance]} times.")
    for uid in sorted(known - times.keys()):
        yield Observation(holds=False, message=f"The instance {uid} is missing.", expected=uid)
