"""The pixel data of a stored instance: what is known about it, and its frames one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset as PydicomDataset
from pydicom.encaps import generate_fragments, get_frame

from dwconform.origin.codecs import decode, inflated
from dwconform.origin.elements import Dataset, texts
from dwconform.origin.syntaxes import BIG_ENDIAN, DEFLATED_FRAMES, NATIVE, VIDEO

__all__ = ["Frame", "PixelFacts", "Pixels", "describe"]

PIXEL_TAGS = ("7FE00010", "7FE00008", "7FE00009")
"""Pixel Data, Float Pixel Data, Double Float Pixel Data: those of the top level (10.4.3.3.6)."""


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """The Image Pixel module (PS3.3 C.7.6.3) of an instance.

    Attributes:
        tag: which of the three pixel data elements it has.
        syntax: the Transfer Syntax UID in which it is stored.
        frames: Number of Frames.
        samples: Samples per Pixel.
        allocated: Bits Allocated.
        stored: Bits Stored.
        signed: Pixel Representation.
    """

    tag: str
    syntax: str
    rows: int
    columns: int
    frames: int = 1
    samples: int = 1
    allocated: int = 8
    stored: int = 8
    signed: bool = False
    photometric: str = "MONOCHROME2"

    @property
    def frame_bits(self) -> int:
        """The bits of a native frame as it is stored, which need not fill octets (PS3.5 8.1.1)."""
        samples = 2 if self.photometric == "YBR_FULL_422" and self.syntax in NATIVE else self.samples
        return self.rows * self.columns * samples * self.allocated

    @property
    def video(self) -> bool:
        """Whether the frames cannot be had one by one."""
        return self.syntax in VIDEO


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, or the whole of a video: its number from 1, its octets, its Transfer Syntax UID."""

    number: int
    octets: bytes
    syntax: str


def describe(dataset: Dataset, syntax: str) -> PixelFacts | None:
    """What the index knows about the pixels of an instance; ``None`` when it has none."""
    tag = next((each for each in PIXEL_TAGS if each in dataset and dataset[each].values), None)
    if tag is None:
        return None

    def number(which: str, default: int) -> int:
        try:
            return int(float(texts(dataset, which)[0]))
        except (IndexError, ValueError):  # it is absent, or no number
            return default

    allocated = number("00280100", {"7FE00008": 32, "7FE00009": 64}.get(tag, 8))
    return PixelFacts(
        tag,
        syntax,
        number("00280010", 0),
        number("00280011", 0),
        max(1, number("00280008", 1)),
        number("00280002", 1),
        allocated,
        number("00280101", allocated),
        bool(number("00280103", 0)),
        next(iter(texts(dataset, "00280004")), "MONOCHROME2"),
    )


class Pixels:
    """The pixels in a Part 10 file, which is read when they are asked for."""

    def __init__(self, path: Path, facts: PixelFacts) -> None:
        self.path = path
        self.facts = facts

    @cached_property
    def dataset(self) -> PydicomDataset:
        """The file, as pydicom reads it."""
        return dcmread(self.path)

    @cached_property
    def _value(self) -> bytes:
        octets: bytes = self.dataset.get_item(int(self.facts.tag, 16)).value
        width = {"7FE00008": 4, "7FE00009": 8}.get(self.facts.tag, self._word)
        if self.facts.syntax == BIG_ENDIAN and width > 1:
            return np.frombuffer(octets, f">u{width}").astype(f"<u{width}").tobytes()
        return octets

    @property
    def _word(self) -> int:
        """The octets of the words of Pixel Data, which big endian turns round (PS3.5 A.3)."""
        words = str(self.dataset[int(self.facts.tag, 16)].VR) == "OW"
        return max(2, self.facts.allocated // 8) if words else 1

    def native(self, number: int) -> bytes:
        """The samples of a frame, little endian, bits from the lowest of the first octet, not padded (Table 8.7.3-4).

        Raises CodecError when there is no decoder for it.
        """
        if self.facts.syntax == DEFLATED_FRAMES:
            return inflated(self._value, number - 1, self.facts.frames)[: (self.facts.frame_bits + 7) // 8]
        if self.facts.syntax not in NATIVE:
            return self.array(number).tobytes()
        bits, start = self.facts.frame_bits, (number - 1) * self.facts.frame_bits
        if bits % 8 == 0:
            return self._value[start // 8 : (start + bits) // 8]
        octets = np.frombuffer(self._value[start // 8 : (start + bits + 7) // 8], np.uint8)
        return np.packbits(np.unpackbits(octets, bitorder="little")[start % 8 :][:bits], bitorder="little").tobytes()

    def array(self, number: int) -> np.ndarray[Any, Any]:
        """The samples of a frame, little endian: rows, columns and, for colour, samples; YBR becomes RGB."""
        facts = self.facts
        if facts.allocated == 1 and facts.syntax in NATIVE:
            bits = np.unpackbits(np.frombuffer(self.native(number), np.uint8), bitorder="little")
            return bits[: facts.frame_bits].reshape(facts.rows, facts.columns)
        return decode(self.dataset, facts.syntax, number - 1)

    def encoded(self, number: int) -> bytes:
        """The stream of a compressed frame as it is stored, without the delimiters of fragments (8.7.3.3.2)."""
        offsets = self.dataset.get("ExtendedOffsetTable"), self.dataset.get("ExtendedOffsetTableLengths")
        octets: bytes = get_frame(
            self._value,
            number - 1,
            number_of_frames=self.facts.frames,
            extended_offsets=offsets if all(offsets) else None,
        )
        return octets

    def stream(self) -> bytes:
        """The whole stream of a video: every item but the first, which is the Basic Offset Table."""
        return b"".join(islice(generate_fragments(self._value), 1, None))

    def value(self) -> Iterator[bytes]:
        """All frames, native, one after the other as in the value field of Pixel Data."""
        if self.facts.syntax in NATIVE:
            yield self._value
            return
        if self.facts.allocated == 1:  # bits go on from frame to frame, without padding
            bits = [self.array(number).reshape(-1) for number in range(1, self.facts.frames + 1)]
            yield np.packbits(np.concatenate(bits), bitorder="little").tobytes()
            return
        for number in range(1, self.facts.frames + 1):
            yield self.native(number)
