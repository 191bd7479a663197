"""Part 10 files into data sets of ours.

pydicom splits the file into elements; the values are decoded here from the octets, because pydicom's own conversion
changes the spelling of IS and DS, and stops at values that it does not like.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pydicom import dcmread
from pydicom.charset import convert_encodings, decode_bytes, python_encoding
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset as PydicomDataset

from dwconform.origin.elements import Bulk, Dataset, Element, Value

__all__ = ["Instance", "parse", "value_field"]

INLINE_LIMIT = 1024
"""Octets above which a binary value becomes a resource of its own."""

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"}
_ENCODED = frozenset({"SH", "LO", "ST", "LT", "UC", "UT", "PN"})
_WORDS = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
_SINGLE = frozenset({"LT", "ST", "UT", "UR"})
_CHARSET = "00080005"
_LONGEST = 0xFFFE
_ITEM = b"\xfe\xff\x00\xe0"
_PIXELS = frozenset({"7FE00008", "7FE00009", "7FE00010"})


@dataclass(frozen=True, slots=True)
class Instance:
    """A parsed Part 10 file: its data set and its Transfer Syntax UID (0002,0010)."""

    dataset: Dataset
    transfer_syntax: str


def parse(octets: bytes) -> Instance:
    """Read a Part 10 file. Raises whatever pydicom raises for what is none."""
    source = dcmread(BytesIO(octets))
    uids = [_uid(source, tag) for tag in _IDENTITY]
    place = f"studies/{uids[0]}/series/{uids[1]}/instances/{uids[2]}/bulkdata"
    syntax = str(source.file_meta.TransferSyntaxUID)
    return Instance(_Reader(place).dataset(source, ["iso8859"]), syntax)


_IDENTITY = (0x0020000D, 0x0020000E, 0x00080018)


def _uid(source: PydicomDataset, tag: int) -> str:
    """A UID of the file; empty when it has none, as in a DICOMDIR: whether that may be stored, Store decides."""
    value = source.get_item(tag).value if tag in source else b""
    octets = value if isinstance(value, bytes) else _octets(value)
    return octets.decode("ascii", "replace").rstrip(" \0")


def value_field(octets: bytes, path: str) -> bytes | None:
    """The octets of one value, little endian, named as in a Bulk path; ``None`` when there is no such value."""
    dataset: Any = dcmread(BytesIO(octets))
    steps = path.split("/")
    try:
        for tag, number in zip(steps[:-1:2], steps[1::2], strict=True):
            dataset = dataset[int(tag, 16)].value[int(number) - 1]
        raw = dataset.get_item(int(steps[-1], 16))
    except (AttributeError, KeyError, IndexError, ValueError, TypeError):
        return None  # the path leads nowhere; what stopped it depends on what stands there instead
    return _little(raw.value, _vr(raw, steps[-1], dataset), raw) if raw and isinstance(raw.value, bytes) else None


class _Reader:
    """Decodes the elements of one instance."""

    def __init__(self, place: str) -> None:
        self.place = place

    def dataset(self, source: PydicomDataset, inherited: list[str], path: str = "") -> Dataset:
        """All elements but group lengths and those that no data set has (PS3.5 7.1)."""
        encodings = _encodings(source) or inherited
        result: Dataset = {}
        # All at once: to read a sequence, pydicom converts attributes beside it, whose octets are gone then.
        elements = {number: source.get_item(number) for number in sorted(source.keys())}
        for number, raw in elements.items():
            tag = f"{int(number):08X}"
            if int(tag[:4], 16) < 8 or tag.endswith("0000") or (path and tag == _CHARSET):
                continue
            result[tag] = self._element(source, raw, encodings, f"{path}{tag}")
        if _CHARSET in result:
            result[_CHARSET] = Element("CS", ("ISO_IR 192",))  # what travels is UTF-8 (8.8, Annex F)
        return result

    def _element(self, source: PydicomDataset, raw: Any, encodings: list[str], here: str) -> Element:
        tag = here[-8:]
        vr = _vr(raw, tag, source)
        if vr == "SQ":
            items = source[int(tag, 16)].value or ()
            return Element(
                vr,
                tuple(self.dataset(item, encodings, f"{here}/{number}/") for number, item in enumerate(items, 1)),
            )
        octets = raw.value if isinstance(raw.value, bytes) else _octets(raw.value)
        if vr in _BINARY:
            if not octets:
                return Element(vr)
            large = len(octets) > INLINE_LIMIT or tag in _PIXELS
            return Element(vr, (Bulk(f"{self.place}/{here}") if large else _little(octets, vr, raw),))
        values = _values(vr, octets, encodings, little=getattr(raw, "is_little_endian", True))
        if any(isinstance(value, float) and not math.isfinite(value) for value in values):
            return Element(vr, (Bulk(f"{self.place}/{here}"),))  # JSON cannot spell NaN (F.2.3)
        return Element(vr, values)


def _encodings(source: PydicomDataset) -> list[str]:
    """The Python codecs of (0008,0005) of this data set; unknown terms read as Latin-1."""
    raw = source.get_item(0x00080005) if 0x00080005 in source else None
    if raw is None or not raw.value:
        return []
    text = raw.value.decode("ascii", "replace") if isinstance(raw.value, bytes) else "\\".join(_strings(raw.value))
    terms = [term.strip(" \0") for term in text.split("\\")]
    if any(term not in python_encoding for term in terms):
        return ["iso8859"]
    return list(convert_encodings(terms))


def _strings(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _octets(value: Any) -> bytes:
    """The value field of an element that pydicom has converted already; only text is."""
    if value is None:
        return b""
    parts: Iterable[Any] = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    return "\\".join(str(part) for part in parts).encode("latin-1", "replace")


def _vr(raw: Any, tag: str, source: PydicomDataset) -> str:
    """The VR of the file; of the dictionary where the file has none (implicit VR) or has UN for a known attribute.

    UN stays where the value is too long for the 16 bit length of its VR (PS3.5 6.2.2).
    """
    given = str(raw.VR or "")
    if given and given != "UN" and " or " not in given:
        return given
    known = _known_vr(tag)
    if given == "UN" and known not in {"", "SQ"} and len(raw.value or b"") > _LONGEST:
        return given
    if known == "SQ" and given == "UN":  # pydicom reads the items, unless they are none
        return str(source[int(tag, 16)].VR)
    if known == "US or SS":
        signed = source.get_item(0x00280103) if 0x00280103 in source else None
        return "SS" if signed is not None and signed.value in (1, b"\x01\x00") else "US"
    if known == "OB or OW" and (raw.value or b"").startswith(_ITEM):
        return "OB"  # encapsulated (PS3.5 A.4)
    return "OW" if known.endswith("OW") else known or "UN"


def _known_vr(tag: str) -> str:
    """The VR that the dictionary gives, or that of private creators; empty when there is none."""
    try:
        return str(dictionary_VR(int(tag, 16)))
    except KeyError:
        return "LO" if int(tag[:4], 16) % 2 and 0x10 <= int(tag[4:], 16) <= 0xFF else ""


def _little(octets: bytes, vr: str, raw: RawDataElement) -> bytes:
    """Octets in little endian order (F.2.7)."""
    width = struct.calcsize(_NUMBERS[vr]) if vr in _NUMBERS else _WORDS.get(vr, 1)
    if width == 1 or getattr(raw, "is_little_endian", True):
        return octets
    return b"".join(octets[at : at + width][::-1] for at in range(0, len(octets), width))


def _values(vr: str, octets: bytes, encodings: list[str], *, little: bool) -> tuple[Value, ...]:
    order = "<" if little else ">"
    if vr in _NUMBERS:
        width = struct.calcsize(_NUMBERS[vr])
        return tuple(
            struct.unpack(f"{order}{len(octets) // width}{_NUMBERS[vr]}", octets[: len(octets) // width * width])
        )
    if vr == "AT":
        words = struct.unpack(f"{order}{len(octets) // 2}H", octets[: len(octets) // 2 * 2])
        return tuple(f"{words[at]:04X}{words[at + 1]:04X}" for at in range(0, len(words) - 1, 2))
    text = _decode(octets, encodings, vr) if vr in _ENCODED else octets.decode("latin-1")
    if vr in _SINGLE:
        return (text.rstrip(" \0"),) if text.rstrip(" \0") else ()
    padding = " \0^=" if vr == "PN" else " \0"  # delimiters alone are no name
    values = [part.rstrip(" \0") if part.strip(padding) else None for part in text.rstrip("\0").split("\\")]
    return () if values == [None] else tuple(values)


def _decode(octets: bytes, encodings: list[str], vr: str) -> str:
    if len(encodings) == 1 and "iso2022" not in encodings[0]:
        return octets.decode(encodings[0], "replace")
    delimiters = {0x5C, 0x5E, 0x3D} if vr == "PN" else {0x5C, 0x09, 0x0A, 0x0C, 0x0D}
    return str(decode_bytes(octets, encodings, delimiters))
