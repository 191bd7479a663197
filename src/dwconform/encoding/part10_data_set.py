"""The data set of a Part 10 file (PS3.5 7): elements, sequences and items, by their tags and lengths alone.

Nothing here trusts a length: what runs over its container is cut there, and each byte is looked at once for each
sequence around it, of which there are 64 at most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dwconform.encoding.bulk import BINARY_VRS
from dwconform.encoding.dataset import BulkData, DataSet, Element, Value
from dwconform.encoding.part10_header import (
    IMPLICIT,
    ITEM,
    ITEM_END,
    SEQUENCE_END,
    Buffer,
    Encoding,
    Header,
    read_header,
)
from dwconform.encoding.part10_order import Order, check_private_elements
from dwconform.encoding.part10_pixels import PIXEL_DATA, PixelField, read_fragments
from dwconform.encoding.part10_place import Place
from dwconform.encoding.part10_text import DEFAULT, repertoire
from dwconform.encoding.part10_values import read_field
from dwconform.encoding.part10_vr import check_count, resolve_vr
from dwconform.encoding.problem import Fault
from dwconform.encoding.tags import FACTS
from dwconform.encoding.whole import check_tag_values

__all__ = ["DataSetReader"]

_MAX_DEPTH = 64
_MAX_ELEMENTS = 2_000_000
_MAX_PROBLEMS = 100_000
_MAX_TEXT = 1 << 24
_CHARACTER_SET, _PIXEL_REPRESENTATION = "00080005", "00280103"
_TAG_RULES = {"J-CHAR-03": "P-CHAR-03", "J-TZ-01": "P-TZ-01"}

_TOO_LONG = Fault("P-LEN-01", "The length is more than what is there.", "a length inside its container")
_REST = Fault("P-END-01", "The last bytes are no element.", "the end behind an element")
_ODD = Fault("P-EVEN-01", "The length is odd.", "an even length")
_UNDEFINED = Fault("P-UNDEF-01", "The length is undefined, which the VR does not allow.", "a length")
_STRAY = Fault("P-TAG-06", "A delimiter or an item stands where none belongs.", "an element")
_NO_VR = Fault("P-VR-01", "No element can be read here, the rest was left.", "a tag, a VR and a length")
_NOT_CLOSED = Fault("P-SQ-02", "The sequence or item does not end.", "its delimiter")
_END_LENGTH = Fault("P-SQ-03", "The delimiter has a length.", "0")
_NOT_AN_ITEM = Fault("P-SQ-01", "Something else than an item stands in a sequence.", "an item")
_DEEP = Fault("P-DEPTH-01", "The nesting is deeper than any data set needs, it was not read further.", "64 sequences")
_LARGE = Fault("P-LIMIT-01", "The value is larger than what is looked into.", f"up to {_MAX_TEXT} bytes")
_HOPELESS = Fault("P-LIMIT-01", "There are more problems than are looked for.", f"up to {_MAX_PROBLEMS}")
_MANY = Fault("P-LIMIT-01", "There are more elements than are looked at.", f"up to {_MAX_ELEMENTS}")


@dataclass(slots=True)
class _Read:
    """Values, and where the next element begins."""

    values: tuple[Value, ...]
    end: int


class DataSetReader:
    """Reads the data sets of one buffer.

    Attributes:
        pixels: the pixel data of the outermost data set, once it was met.
    """

    def __init__(self, data: Buffer, inline: int | None = None) -> None:
        self._data = data
        self._inline = inline
        self._left = _MAX_ELEMENTS
        self._stopped = False
        self.pixels: PixelField | None = None

    def read(
        self, at: int, end: int, encoding: Encoding, place: Place, *, delimited: bool = False
    ) -> tuple[DataSet, int]:
        """Return the data set from ``at``, and where it ends.

        Args:
            at: where its first element begins.
            end: where its container ends, and the data set with it unless it is ``delimited``.
            encoding: of its elements.
            place: where it stands.
            delimited: it is an item of undefined length.
        """
        elements: dict[str, Element] = {}
        order = Order(place)
        while at < end:
            header = read_header(self._data, at, end, encoding)
            if header is None or not self._spend(place, at):
                if header is None:
                    place.report_at(_REST, at, f"{end - at} bytes")
                at = end
                break
            if header.tag.startswith("FFFE"):
                if delimited and header.tag != ITEM_END:
                    break  # the sequence sees what it is
                if delimited:
                    self._check_delimiter(header, place)
                    delimited = False
                    at = header.start
                    break
                place.report_at(_STRAY, at, header.tag)
                at = header.start
                continue
            if not self._can_follow(header, end):
                place.report_at(_NO_VR, at, self._data[at : at + 8].hex())
                at = end
                break
            facts = FACTS[header.tag]
            order.check(header.tag, facts)
            vr = resolve_vr(header, facts, place, elements)
            elements[header.tag], at = self._read_element(header, vr, end, encoding, place)
            place = _changed(place, header.tag, elements[header.tag].values)
        if delimited:
            place.report_at(_NOT_CLOSED, at)
        check_private_elements(elements, place)
        return elements, at

    def _spend(self, place: Place, at: int) -> bool:
        """Count an element; false when there were too many, or when nothing but problems comes."""
        self._left -= 1
        enough = self._left < 0 or place.problems.seen > _MAX_PROBLEMS
        if enough and not self._stopped:
            self._stopped = True
            place.report_at(_MANY if self._left < 0 else _HOPELESS, at)
        return not enough

    def _can_follow(self, header: Header, end: int) -> bool:
        """Say whether a header without a VR can be believed: with its length it fits."""
        if not any(fault.rule == "P-VR-01" for fault in header.faults):
            return True
        return header.length is None or header.start + header.length <= end

    def _check_delimiter(self, header: Header, place: Place) -> None:
        if header.length != 0:
            place.report_at(_END_LENGTH, header.at, header.length)

    def _read_element(self, header: Header, vr: str, end: int, encoding: Encoding, place: Place) -> tuple[Element, int]:
        """Return the element, and where the next one begins."""
        for fault in header.faults:
            place.report(fault, header.tag, found=self._data[header.at + 4 : header.at + 6])
        if header.length is None:
            read = self._read_undefined(header, vr, end, encoding, place)
            if vr == "UN" and read.values and isinstance(read.values[0], dict):
                vr = "SQ"
        else:
            read = self._read_defined(header, vr, end, encoding, place)
            check_count(FACTS[header.tag], vr, read.values, place)
        for index, fault in check_tag_values(header.tag, read.values):
            own = Fault(_TAG_RULES[fault.rule], fault.message, fault.expected)
            place.report(own, header.tag, "Value", index, found=read.values[index])
        return Element(vr, read.values), read.end

    def _read_defined(self, header: Header, vr: str, end: int, encoding: Encoding, place: Place) -> _Read:
        length = header.length or 0
        stop = header.start + length
        if stop > end:
            place.report(_TOO_LONG, header.tag, found=f"{length} of {end - header.start} bytes")
            stop = end
        if length % 2:
            place.report(_ODD, header.tag, found=f"{length} bytes")
        if vr == "SQ":
            items, _ = self._read_items(header.tag, header.start, stop, encoding, place, delimited=False)
            return _Read(items, stop)
        if header.tag == PIXEL_DATA and not place.depth:
            self.pixels = PixelField(vr, stop - header.start, header.at)
        return _Read(self._read_value(header, vr, stop, encoding, place), stop)

    def _read_value(self, header: Header, vr: str, stop: int, encoding: Encoding, place: Place) -> tuple[Value, ...]:
        size = stop - header.start
        if not size:
            return ()
        binary = vr in BINARY_VRS
        if binary and self._inline is not None and size > self._inline:
            return (BulkData(f"{place.unit} {header.start}"),)
        if not binary and size > _MAX_TEXT:
            place.report(_LARGE, header.tag, found=f"{size} bytes")
            return (BulkData(f"{place.unit} {header.start}"),)
        sets = DEFAULT if place.meta else place.sets
        values, faults = read_field(vr, self._data[header.start : stop], sets, little=encoding.little)
        for field in faults:
            tokens = () if field.index is None else ("Value", field.index)
            place.report(field.fault, header.tag, *tokens, found=field.found)
        return values

    def _read_undefined(self, header: Header, vr: str, end: int, encoding: Encoding, place: Place) -> _Read:
        if vr in {"SQ", "UN"}:
            inner = IMPLICIT if header.vr == "UN" else encoding  # PS3.5 6.2.2
            values, stop = self._read_items(header.tag, header.start, end, inner, place, delimited=True)
            return _Read(values, stop)
        if header.tag == PIXEL_DATA and vr in {"OB", "OW"}:
            fragments = read_fragments(self._data, header.start, end, encoding, place.report_at)
            if not place.depth:
                self.pixels = PixelField(vr, None, header.at, fragments)
            size = fragments.stop - header.start
            if self._inline is not None and size > self._inline:
                return _Read((BulkData(f"{place.unit} {header.start}"),), fragments.end)
            return _Read((self._data[header.start : fragments.stop],), fragments.end)
        place.report(_UNDEFINED, header.tag, found=vr)
        if self._data[header.start : header.start + 4] == b"\xfe\xff\x00\xe0" and encoding.little:
            fragments = read_fragments(self._data, header.start, end, encoding, lambda *_: None)
            return _Read((), fragments.end)
        delimiter = self._data.find(b"\xfe\xff\xdd\xe0\0\0\0\0", header.start, end)
        return _Read((), end if delimiter < 0 else delimiter + 8)

    def _read_items(
        self, tag: str, at: int, end: int, encoding: Encoding, place: Place, *, delimited: bool
    ) -> tuple[tuple[Value, ...], int]:
        """Return the items of a sequence, and where it ends."""
        if place.depth >= _MAX_DEPTH:
            place.report(_DEEP, tag)
            return (), end
        items: list[Value] = []
        while at < end:
            header = read_header(self._data, at, end, encoding)
            if header is None:
                place.report_at(_REST, at, f"{end - at} bytes")
                at = end
                break
            if header.tag == SEQUENCE_END:
                self._check_delimiter(header, place)
                at = header.start
                if delimited:
                    return tuple(items), at
                place.report_at(_STRAY, header.at, header.tag)
                continue
            if header.tag != ITEM or not self._spend(place, at):
                if header.tag != ITEM:
                    place.report_at(_NOT_AN_ITEM, at, header.tag)
                at = at if delimited and header.tag != ITEM else end
                break
            item, at = self._read_item(header, end, encoding, place.item(tag, len(items)))
            items.append(item)
        if delimited:
            place.report_at(_NOT_CLOSED, at, tag)
        return tuple(items), at

    def _read_item(self, header: Header, end: int, encoding: Encoding, place: Place) -> tuple[DataSet, int]:
        if header.length is None:
            return self.read(header.start, end, encoding, place, delimited=True)
        stop = header.start + header.length
        if stop > end:
            place.report_at(_TOO_LONG, header.at, f"{header.length} of {end - header.start} bytes")
            stop = end
        item, _ = self.read(header.start, stop, encoding, place)
        return item, stop


def _changed(place: Place, tag: str, values: tuple[Value, ...]) -> Place:
    """Return the place as an element of its data set changes it for those that follow."""
    if tag == _CHARACTER_SET:
        return replace(place, sets=repertoire(values))
    if tag == _PIXEL_REPRESENTATION:
        return replace(place, signed=values[:1] == (1,))
    return place
