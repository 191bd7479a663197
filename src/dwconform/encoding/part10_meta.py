"""Preamble, prefix and File Meta Information of a DICOM file (PS3.10 7.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.dictionary import look_up
from dwconform.encoding.part10_data_set import DataSetReader
from dwconform.encoding.part10_header import EXPLICIT, IMPLICIT, Buffer, Encoding, read_header
from dwconform.encoding.part10_place import Place
from dwconform.encoding.problem import Fault

__all__ = ["Meta", "read_meta", "text"]

_PREAMBLE = 128
_GROUP_LENGTH, _VERSION, _CREATOR, _PRIVATE = "00020000", "00020001", "00020100", "00020102"
_REQUIRED = {
    "00020001": "File Meta Information Version",
    "00020002": "Media Storage SOP Class UID",
    "00020003": "Media Storage SOP Instance UID",
    "00020010": "Transfer Syntax UID",
    "00020012": "Implementation Class UID",
}

_NO_PREFIX = Fault("P-PREAMBLE-01", "The file does not begin with 128 bytes and DICM.", "DICM at byte 128")
_NO_META = Fault("P-META-01", "There is no File Meta Information.", "elements of group 0002")
_IMPLICIT_META = Fault("P-META-02", "The File Meta Information has no VRs.", "Explicit VR Little Endian")
_NO_LENGTH = Fault("P-META-03", "The File Meta Information does not begin with its length.", "(0002,0000)")
_LENGTH = Fault("P-META-03", "The length of the File Meta Information is another than the one stated.")
_VERSION_BITS = Fault("P-META-05", "The version is not that of the File Meta Information.", "00H 01H")
_UNKNOWN = Fault("P-META-06", "The element of group 0002 is not defined.", "the elements of PS3.10 7.1")
_NO_CREATOR = Fault("P-META-07", "Private information comes without its creator.", "(0002,0100)")


@dataclass(frozen=True, slots=True)
class Meta:
    """The File Meta Information, and where the data set begins."""

    elements: DataSet
    end: int


def text(elements: DataSet, tag: str) -> str:
    """Return the first value of an element when it is text, else an empty string."""
    element = elements.get(tag)
    value = element.values[0] if element and element.values else None
    return value if isinstance(value, str) else ""


def read_meta(data: Buffer, place: Place) -> Meta:
    """Read what stands before the data set; a file that begins otherwise is read from where elements begin."""
    at = _PREAMBLE + 4
    size = len(data)
    if data[_PREAMBLE:at] != b"DICM":
        place.report_at(_NO_PREFIX, 0, data[:16])
        at = 4 if data[:4] == b"DICM" else 0
    first = read_header(data, at, size, EXPLICIT)
    if first is None or not first.tag.startswith("0002"):
        place.report_at(_NO_META, at, first.tag if first else "the end")
        return Meta({}, at)
    encoding = EXPLICIT
    if not first.vr:
        encoding = IMPLICIT
        place.report_at(_IMPLICIT_META, at, data[at + 4 : at + 6])
    end = _end(data, at, size, encoding)
    elements, _ = DataSetReader(data).read(at, end, encoding, replace(place, meta=True))
    _check_length(elements, end - at - 12, place, first.tag)
    _check_elements(elements, place)
    return Meta(elements, end)


def _end(data: Buffer, at: int, size: int, encoding: Encoding) -> int:
    """Return where the first element behind group 0002 begins."""
    while True:
        header = read_header(data, at, size, encoding)
        if header is None or not header.tag.startswith("0002"):
            return at
        if header.length is None or header.start + header.length > size:
            return size
        at = header.start + header.length


def _check_length(elements: DataSet, found: int, place: Place, first: str) -> None:
    if first != _GROUP_LENGTH:
        place.report(_NO_LENGTH, _GROUP_LENGTH, found=first)
        return
    length = elements.get(_GROUP_LENGTH)
    if length is None or length.values != (found,):
        stated = "".join(map(str, length.values[:1])) if length else ""
        place.report(Fault(_LENGTH.rule, _LENGTH.message, str(found)), _GROUP_LENGTH, found=stated)


def _check_elements(elements: DataSet, place: Place) -> None:
    for tag, name in _REQUIRED.items():
        if tag not in elements or not elements[tag].values:
            place.report(Fault("P-META-04", f"{name} is missing or empty.", "a value"), tag)
    version = elements.get(_VERSION)
    if version is not None and version.values:
        octets = version.values[0]
        if not isinstance(octets, bytes) or len(octets) != 2 or not octets[1] & 1:
            place.report(_VERSION_BITS, _VERSION, found=octets)
    for tag in elements:
        if look_up(tag) is None:
            place.report(_UNKNOWN, tag, found=tag)
    if _PRIVATE in elements and _CREATOR not in elements:
        place.report(_NO_CREATOR, _PRIVATE)
