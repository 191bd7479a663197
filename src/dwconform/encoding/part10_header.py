"""The header of one data element: tag, VR and length, in the four encodings of PS3.5 (7.1, 7.3, A.1 to A.5)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from mmap import mmap
from typing import TypeAlias

from dwconform.encoding.dictionary import VRS, codes, look_up
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import Faults

__all__ = [
    "BIG",
    "EXPLICIT",
    "IMPLICIT",
    "ITEM",
    "ITEM_END",
    "LONG_VRS",
    "SEQUENCE_END",
    "Buffer",
    "Encoding",
    "Header",
    "read_header",
    "recognise",
]

Buffer: TypeAlias = bytes | mmap

LONG_VRS = codes("OB OD OF OL OV OW SQ SV UC UN UR UT UV")
ITEM, ITEM_END, SEQUENCE_END = "FFFEE000", "FFFEE00D", "FFFEE0DD"
UNDEFINED = 0xFFFFFFFF
_letters = re.compile(rb"[A-Z]{2}").fullmatch

_NOT_A_VR = Fault("P-VR-01", "The VR is none of the 34 codes.", "a VR of PS3.5 6.2")
_NO_VR = Fault("P-VR-01", "The element has no VR, although the transfer syntax is explicit.", "a VR of PS3.5 6.2")
_RESERVED = Fault("P-VR-04", "The two reserved bytes behind the VR are not zero.", "0000H")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How elements are written: with their VR or without, and in which byte order."""

    explicit: bool
    little: bool

    @property
    def order(self) -> str:
        """The byte order as :mod:`struct` spells it."""
        return "<" if self.little else ">"

    def __str__(self) -> str:
        """The encoding in the words of PS3.5 A."""
        return f"{'Explicit' if self.explicit else 'Implicit'} VR {'Little' if self.little else 'Big'} Endian"


IMPLICIT = Encoding(explicit=False, little=True)
EXPLICIT = Encoding(explicit=True, little=True)
BIG = Encoding(explicit=True, little=False)


@dataclass(frozen=True, slots=True)
class Header:
    """One element's header.

    Attributes:
        tag: eight hexadecimal digits.
        vr: as written, empty where none is.
        length: of the value field, None when it is undefined.
        at: where the header begins.
        start: where the value field begins.
        faults: what is wrong with the header itself.
    """

    tag: str
    vr: str
    length: int | None
    at: int
    start: int
    faults: Faults = ()


def read_header(data: Buffer, at: int, end: int, encoding: Encoding) -> Header | None:
    """Return the header at ``at``, None when it does not fit before ``end``."""
    if end - at < 8:
        return None
    group, element, length = struct.unpack_from(f"{encoding.order}HHI", data, at)
    tag = f"{group:04X}{element:04X}"
    if group == 0xFFFE or not encoding.explicit:
        return Header(tag, "", _length(length), at, at + 8)
    octets = data[at + 4 : at + 6]
    if not _letters(octets):
        return Header(tag, "", _length(length), at, at + 8, (_NO_VR,))
    vr = octets.decode("ascii")
    if vr in VRS and vr not in LONG_VRS:
        (short,) = struct.unpack_from(f"{encoding.order}H", data, at + 6)
        return Header(tag, vr, short, at, at + 8)
    if end - at < 12:
        return None
    # a VR that is not known has the long form, PS3.5 7.1.2
    (length,) = struct.unpack_from(f"{encoding.order}I", data, at + 8)
    faults: Faults = () if vr in VRS else (_NOT_A_VR,)
    if data[at + 6 : at + 8] != b"\0\0":
        faults = (*faults, _RESERVED)
    return Header(tag, vr, _length(length), at, at + 12, faults)


def _length(length: int) -> int | None:
    return None if length == UNDEFINED else length


def recognise(data: Buffer, at: int, end: int, declared: Encoding) -> Encoding:
    """Return the encoding that the first element of a data set has, the declared one where nothing speaks against."""
    if end - at < 8:
        return declared
    first: bytes = data[at : at + 8]
    little, big = struct.unpack("<HH", first[:4]), struct.unpack(">HH", first[:4])
    known = {True: _is_known(*little), False: _is_known(*big)}
    is_little = declared.little if known[declared.little] or not known[not declared.little] else not declared.little
    vr = first[4:6].decode("latin-1")
    written = vr in VRS and _fits(vr, *(little if is_little else big))
    if declared.explicit == written or (declared.explicit and _letters(first[4:6])):
        return Encoding(declared.explicit, is_little)
    if declared.explicit:  # no VR there: implicit, if a length stands in its place
        length = struct.unpack("<I" if is_little else ">I", first[4:])[0]
        return Encoding(not (at + 8 + length <= end or length == UNDEFINED), is_little)
    return Encoding(explicit=True, little=is_little)


def _is_known(group: int, element: int) -> bool:
    return element == 0 or look_up(f"{group:04X}{element:04X}") is not None


def _fits(vr: str, group: int, element: int) -> bool:
    entry = look_up(f"{group:04X}{element:04X}")
    return entry is None or vr in entry.vrs
