"""How two data sets that ought to be the same differ, attribute by attribute, into sequences."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dwconform.check.same_value import meaning, shown
from dwconform.encoding.dataset import BulkData, DataSet, Element, Value

__all__ = ["Difference", "Kind", "differences"]

_CHARACTER_SET, _ORIGINAL, _PADDING = "00080005", "04000561", "FFFCFFFC"
_MODIFIED, _NONCONFORMING = "04000550", "04000552"
_ALIKE = ({"OB", "OW", "OF", "OD", "OL", "OV", "UN"}, {"US", "SS", "OW", "UN"}, {"LT", "UT", "ST", "UN"})


class Kind(StrEnum):
    """What became of an attribute."""

    LOST = "lost"
    ALTERED = "altered"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute that differs.

    Attributes:
        kind: what became of it.
        path: its tag, behind those and the positions of the items around it: ``00400275/0/00400009``.
        expected: its value as it is stored, short.
        observed: its value as it was found, short.
    """

    kind: Kind
    path: str
    expected: str
    observed: str

    @property
    def tag(self) -> str:
        """The tag at the top level that it belongs to."""
        return self.path.partition("/")[0]


def differences(found: DataSet, stored: DataSet, path: str = "") -> Iterator[Difference]:
    """Yield what differs, in the order of the tags.

    Text is compared as text, so that the character set may differ; numbers as numbers; binary values without padding.
    Group lengths, padding and the record of original attributes do not count, nor what that record explains. What
    stands elsewhere (BulkDataURI) cannot be compared. A VR of UN says nothing (PS3.5 6.2.2).
    """
    excused = _excused(found)
    for tag in sorted(found.keys() | stored.keys()):
        if _is_technical(tag) or tag in excused:
            continue
        here = f"{path}{tag}"
        left, right = found.get(tag), stored.get(tag)
        if left is None or right is None:
            yield Difference(Kind.LOST if left is None else Kind.ADDED, here, _short(right), _short(left))
        elif left.vr == right.vr == "SQ":
            yield from _items(left, right, here)
        elif not _same(left, right):
            yield Difference(Kind.ALTERED, here, _short(right), _short(left))


def _items(found: Element, stored: Element, path: str) -> Iterator[Difference]:
    left = [value for value in found.values if isinstance(value, Mapping)]
    right = [value for value in stored.values if isinstance(value, Mapping)]
    if len(left) != len(right):
        kind = Kind.LOST if len(left) < len(right) else Kind.ADDED
        yield Difference(kind, path, f"{len(right)} items", f"{len(left)} items")
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        yield from differences(one, other, f"{path}/{index}/")


def _is_technical(tag: str) -> bool:
    # A private creator speaks through its attributes in XML, and its block may move (PS3.5 7.8.1).
    return tag.endswith("0000") or tag < "00030000" or tag in (_CHARACTER_SET, _ORIGINAL, _PADDING)


def _excused(dataset: DataSet) -> frozenset[str]:
    """Return the tags whose change the Original Attributes Sequence records (PS3.3 C.12.1.1.9)."""
    found: set[str] = set()
    for record in _datasets(dataset.get(_ORIGINAL)):
        for modified in (_MODIFIED, _NONCONFORMING):
            for item in _datasets(record.get(modified)):
                found |= item.keys()
    return frozenset(found)


def _datasets(element: Element | None) -> list[DataSet]:
    return [value for value in element.values if isinstance(value, Mapping)] if element is not None else []


def _same(found: Element, stored: Element) -> bool:
    values = (*found.values, *stored.values)
    if any(isinstance(value, BulkData) for value in values):
        return True
    if found.vr != stored.vr and not any({found.vr, stored.vr} <= alike for alike in _ALIKE):
        return "UN" in (found.vr, stored.vr)
    if any(isinstance(value, bytes) for value in values):
        return _octets(found) == _octets(stored)
    vr = stored.vr
    left, right = ([_said(vr, value) for value in element.values] for element in (found, stored))
    return left == right or (not any(map(_is_something, left)) and not any(map(_is_something, right)))


def _octets(element: Element) -> bytes:
    """The value without the byte that pads it to an even length."""
    octets = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in element.values if value)
    return octets[:-1] if octets.endswith(b"\0") else octets


def _said(vr: str, value: Value) -> object:
    said = meaning(vr, value)
    if isinstance(said, str):
        return said.replace("\r\n", "\n").rstrip()
    if vr == "FL" and isinstance(value, int | float):
        return _single(float(value))
    return said


def _single(value: float) -> bytes:
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return str(value).encode()


def _is_something(value: object) -> bool:
    return value not in (None, "", ("", "", ""))


def _short(element: Element | None) -> str:
    if element is None:
        return "absent"
    if element.values and isinstance(element.values[0], bytes):
        return f"{sum(len(value) for value in element.values if isinstance(value, bytes))} bytes"
    text = shown(element)
    return text if len(text) <= 80 else f"{text[:79]}…"
