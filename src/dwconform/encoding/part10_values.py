"""Value fields of Part 10 to values (PS3.5 6.2, 6.4), with everything that is wrong with them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from dwconform.encoding.bulk import BINARY_VRS
from dwconform.encoding.dataset import PersonName, Value
from dwconform.encoding.dictionary import codes
from dwconform.encoding.part10_text import Repertoire, decode
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import TEXT_CHECKS, check_name_group

__all__ = ["WORDS", "FieldFault", "native_bytes", "read_field"]

WORDS = {"AT": 4, "FD": 8, "FL": 4, "OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2}
WORDS |= {"SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8}
_NUMBERS = {"FD": "d", "FL": "f", "SL": "i", "SS": "h", "SV": "q", "UL": "I", "US": "H", "UV": "Q"}
_DECODED = codes("LO LT PN SH ST UC UT")
_SINGLE = codes("LT ST UR UT")

_WORD_LENGTH = Fault("P-LEN-02", "The length is not a whole number of values of the VR.")
_NOT_ASCII = Fault("P-CHAR-04", "The VR is limited to the default repertoire.", "ASCII")
_NUL = Fault("P-PAD-01", "The value is padded with NUL.", "a space")
_SPACE = Fault("P-PAD-01", "The UID is padded with a space.", "one NUL character")
_NULS = Fault("P-PAD-01", "The UID is padded with several NUL characters.", "one NUL character")
_GROUPS = Fault("P-FMT-01", "The person name has more than three component groups.", "up to two equals signs")

# What JSON tells apart, and what the octets cannot show.
_RULES = {
    "J-CHAR-01": "P-CHAR-01",
    "J-CHAR-04": "P-CHAR-04",
    "J-CHAR-05": "P-CHAR-05",
    "J-CHAR-06": "P-CHAR-06",
    "J-CTRL-01": "P-CTRL-01",
    "J-CTRL-02": "P-CTRL-02",
    "J-LEN-01": "P-LEN-03",
    "J-PN-06": "P-LEN-03",
    "J-VAL-07": "P-VAL-07",
}
_SILENT = {"J-PAD-01", "J-PAD-02"}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a value field: ``index`` is that of the value, None for the field as a whole."""

    fault: Fault
    index: int | None = None
    found: object = ""


Read = tuple[tuple[Value, ...], list[FieldFault]]


def native_bytes(octets: bytes, vr: str, *, little: bool) -> bytes:
    """Return the octets of a binary VR in little endian order, in which they travel elsewhere (PS3.18 F.2.7)."""
    width = WORDS.get(vr, 1)
    if little or width == 1 or len(octets) % width:
        return octets
    swapped = bytearray(len(octets))
    for offset in range(width):
        swapped[offset::width] = octets[width - 1 - offset :: width]
    return bytes(swapped)


def read_field(vr: str, octets: bytes, sets: Repertoire, *, little: bool) -> Read:
    """Return the values of a value field that is not empty, sequences apart, and its faults."""
    faults: list[FieldFault] = []
    width = WORDS.get(vr, 1)
    if len(octets) % width:
        fault = Fault(_WORD_LENGTH.rule, _WORD_LENGTH.message, f"a multiple of {width} bytes")
        faults.append(FieldFault(fault, None, f"{len(octets)} bytes"))
        octets = octets if vr in BINARY_VRS else octets[: len(octets) // width * width]
    if vr in BINARY_VRS:
        return (native_bytes(octets, vr, little=little),), faults
    order = "<" if little else ">"
    if vr in _NUMBERS:
        return struct.unpack(f"{order}{len(octets) // width}{_NUMBERS[vr]}", octets), faults
    if vr == "AT":
        return tuple(f"{group:04X}{element:04X}" for group, element in struct.iter_unpack(f"{order}HH", octets)), faults
    return _read_text(vr, octets, sets)


def _read_text(vr: str, octets: bytes, sets: Repertoire) -> Read:
    faults: list[FieldFault] = []
    bare = octets.rstrip(b"\0 ")
    padding = octets[len(bare) :]
    if vr == "UI":
        if padding not in {b"", b"\0"}:
            faults.append(FieldFault(_SPACE if b" " in padding else _NULS, None, octets))
    elif b"\0" in padding:
        faults.append(FieldFault(_NUL, None, octets))
    if vr in _DECODED:
        text, wrong = decode(bare, sets, name=vr == "PN")
        faults += [FieldFault(fault, None, octets) for fault in wrong]
    else:
        text, wrong = bare.decode("latin-1"), ()
        if not text.isascii():
            faults.append(FieldFault(_NOT_ASCII, None, octets))
    parts = [text] if vr in _SINGLE else [part.rstrip(" ") for part in text.split("\\")]
    if parts == [""]:
        return (), faults
    decoded = not wrong and text.isascii() if vr not in _DECODED else not wrong
    read = _read_name if vr == "PN" else _read_string
    values: list[Value] = []
    for index, part in enumerate(parts):
        value, found = read(vr, part)
        values.append(value)
        if decoded:  # what the wrong character set made of it is no value to judge
            faults.extend(FieldFault(fault, index, part) for fault in found)
    return tuple(values), faults


def _read_string(vr: str, text: str) -> tuple[Value, list[Fault]]:
    if not text:
        return None, []
    return text, list(_mapped(TEXT_CHECKS[vr](text)))


def _read_name(_vr: str, text: str) -> tuple[Value, list[Fault]]:
    groups = [group.rstrip(" ") for group in text.split("=")]
    faults = [fault for group in groups[:3] if group for fault in _mapped(check_name_group(group))]
    if len(groups) > 3:
        faults.append(_GROUPS)
    name = PersonName(*groups[:3])
    return (name if any(groups[:3]) else None), faults


def _mapped(faults: tuple[Fault, ...]) -> Iterator[Fault]:
    """Yield the faults of a value under the rule ids of Part 10."""
    for fault in faults:
        if fault.rule not in _SILENT:
            yield Fault(_RULES.get(fault.rule, "P-FMT-01"), fault.message, fault.expected)
