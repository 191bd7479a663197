"""Pixel Data (7FE0,0010): the fragments of encapsulated, and the length of native pixel data (PS3.5 8.1, A.4)."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.part10_header import ITEM, SEQUENCE_END, Buffer, read_header
from dwconform.encoding.part10_header import Encoding as _Encoding
from dwconform.encoding.part10_syntax import TransferSyntax
from dwconform.encoding.problem import Fault

__all__ = ["PIXEL_DATA", "Fragments", "PixelField", "check_pixels", "read_fragments"]

PIXEL_DATA = "7FE00010"
_EXTENDED_OFFSETS = "7FE00001"
_RLE = "1.2.840.10008.1.2.5"

_NATIVE = Fault("P-ENCAPS-01", "The transfer syntax encapsulates pixel data, but it is native.", "undefined length")
_NO_TABLE = Fault("P-ENCAPS-02", "The first item is no Basic Offset Table.", "4 bytes for each frame, or none")
_OFFSETS = Fault("P-ENCAPS-02", "The offsets of the Basic Offset Table do not lead to fragments.", "ascending, from 0")
_TABLE_SIZE = Fault("P-ENCAPS-02", "The Basic Offset Table has another number of offsets than there are frames.")
_TWO_TABLES = Fault("P-ENCAPS-02", "Basic and Extended Offset Table are both there.", "an empty Basic Offset Table")
_ODD = Fault("P-ENCAPS-03", "A fragment has an odd length.", "an even length")
_EMPTY = Fault("P-ENCAPS-03", "A fragment is empty.", "some bytes of a frame")
_NOT_AN_ITEM = Fault("P-ENCAPS-03", "Something else than a fragment stands in the pixel data.", "an item")
_UNDEFINED = Fault("P-ENCAPS-03", "A fragment has an undefined length.", "its length")
_CUT = Fault("P-LEN-01", "A fragment is longer than what is there.", "a length inside the file")
_NOT_CLOSED = Fault("P-ENCAPS-04", "The fragments do not end.", "a Sequence Delimitation Item")
_END_LENGTH = Fault("P-SQ-03", "The delimiter has a length.", "0")
_FEW = Fault("P-ENCAPS-05", "There are fewer fragments than frames.")
_RLE_COUNT = Fault("P-ENCAPS-05", "RLE Lossless has one fragment for each frame.")
_IN_NATIVE = Fault("P-ENCAPS-06", "The transfer syntax is native, but the pixel data is encapsulated.", "a length")
_NOT_OB = Fault("P-ENCAPS-07", "Encapsulated pixel data is OB.", "OB")
_NOT_OW = Fault("P-PIX-03", "Native pixel data of more than 8 bits allocated is OW.", "OW")
_LENGTH = Fault("P-PIX-01", "The length of the pixel data is not what the image attributes say.")
_NO_PIXELS = Fault("P-PIX-02", "Rows are there but the pixel data is empty.", "pixel data")


Report = Callable[[Fault, int, object], None]


@dataclass(slots=True)
class Fragments:
    """The items of encapsulated pixel data.

    Attributes:
        end: behind the sequence delimiter.
        stop: where the last fragment ends.
        table: the Basic Offset Table's offsets.
        starts: of each fragment, relative to the first one.
    """

    end: int
    stop: int
    table: tuple[int, ...] = ()
    starts: array[int] = field(default_factory=lambda: array("Q"))


def read_fragments(data: Buffer, at: int, end: int, encoding: _Encoding, report: Report) -> Fragments:
    """Read items from ``at`` to their delimiter; ``end`` is where the data set ends, ``report`` takes the faults."""
    found = Fragments(end, end)
    first = True
    base = at
    while True:
        header = read_header(data, at, end, encoding)
        if header is None or header.tag not in {ITEM, SEQUENCE_END}:
            if header is not None:
                report(_NOT_AN_ITEM, at, header.tag)
            report(_NOT_CLOSED, at, "the end" if header is None else header.tag)
            found.end = found.stop = end if header is None else at
            break
        if header.tag == SEQUENCE_END:
            if header.length:
                report(_END_LENGTH, at, header.length)
            found.end, found.stop = at + 8, at
            break
        length = _item_length(header.length, header.start, end, report)
        if first:
            found.table = _read_table(data[header.start : header.start + length], at, encoding, report)
            base = header.start + length
            first = False
        else:
            found.starts.append(at - base)
            if not length:
                report(_EMPTY, at, "")
        at = header.start + length
    if first:
        report(_NO_TABLE, at, "no items")
    return found


def _item_length(length: int | None, start: int, end: int, report: Report) -> int:
    if length is None:
        report(_UNDEFINED, start - 8, "FFFFFFFFH")
        return 0
    if length > end - start:
        report(_CUT, start - 8, f"{length} of {end - start} bytes")
        return end - start
    if length % 2:
        report(_ODD, start - 8, length)
    return length


def _read_table(octets: bytes, at: int, encoding: _Encoding, report: Report) -> tuple[int, ...]:
    if len(octets) % 4:
        report(_NO_TABLE, at, f"{len(octets)} bytes")
        return ()
    return struct.unpack(f"{encoding.order}{len(octets) // 4}I", octets)


@dataclass(frozen=True, slots=True)
class PixelField:
    """The field of the pixel data of the whole instance: its VR, length (None when undefined), place and fragments."""

    vr: str
    length: int | None
    at: int
    fragments: Fragments | None = None


def check_pixels(pixels: PixelField, elements: DataSet, syntax: TransferSyntax) -> Iterator[tuple[Fault, object]]:
    """Yield what is wrong with the pixel data of an instance, beside the items themselves."""
    if pixels.fragments is not None:
        yield from _check_encapsulated(pixels.fragments, pixels.vr, elements, syntax)
        return
    if syntax.encapsulated and pixels.length:
        yield _NATIVE, f"{pixels.length} bytes"
        return
    if not pixels.length:
        if elements.get("00280010") and elements["00280010"].values and not syntax.pixels_elsewhere:
            yield _NO_PIXELS, ""
        return
    bits = _number(elements, "00280100")
    if bits is not None and bits > 8 and pixels.vr == "OB":
        yield _NOT_OW, f"OB with {bits} bits"
    expected = _native_length(elements)
    if expected is not None and pixels.length not in {expected, expected + expected % 2}:
        yield Fault(_LENGTH.rule, _LENGTH.message, f"{expected + expected % 2} bytes"), f"{pixels.length} bytes"


def _check_encapsulated(
    fragments: Fragments, vr: str, elements: DataSet, syntax: TransferSyntax
) -> Iterator[tuple[Fault, object]]:
    if vr != "OB":
        yield _NOT_OB, vr
    if syntax.known and not syntax.encapsulated:
        yield _IN_NATIVE, "fragments"
    frames = _number(elements, "00280008") or 1
    count, table = len(fragments.starts), fragments.table
    if table:
        ascending = all(low < high for low, high in pairwise(table))
        if table[0] or not ascending or not all(_starts_at(fragments.starts, offset) for offset in table):
            yield _OFFSETS, ", ".join(map(str, table[:8]))
        if len(table) != frames:
            yield Fault(_TABLE_SIZE.rule, _TABLE_SIZE.message, f"{frames} frames"), f"{len(table)} offsets"
        if _EXTENDED_OFFSETS in elements:
            yield _TWO_TABLES, ""
    if syntax.uid == _RLE and count != frames:
        yield Fault(_RLE_COUNT.rule, _RLE_COUNT.message, f"{frames} fragments"), f"{count} fragments"
    elif count < (1 if syntax.video else frames):
        yield Fault(_FEW.rule, _FEW.message, f"{frames} frames"), f"{count} fragments"


def _starts_at(starts: array[int], offset: int) -> bool:
    at = bisect_left(starts, offset)
    return at < len(starts) and starts[at] == offset


def _number(elements: DataSet, tag: str) -> int | None:
    element = elements.get(tag)
    value = element.values[0] if element and element.values else None
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:  # reported where it stands
        return None


def _native_length(elements: DataSet) -> int | None:
    """Return how many bytes native pixel data has before padding, None when an attribute is missing."""
    rows, columns, samples, bits = (_number(elements, tag) for tag in ("00280010", "00280011", "00280002", "00280100"))
    if rows is None or columns is None or samples is None or bits is None or min(rows, columns, samples, bits) < 0:
        return None
    frames = _number(elements, "00280008")
    photometric = elements.get("00280004")
    if samples == 3 and photometric and photometric.values in {("YBR_FULL_422",), ("YBR_PARTIAL_422",)}:
        samples = 2  # two pixels share their chrominance, PS3.3 C.7.6.3.1.2
    total = rows * columns * samples * bits * (1 if frames is None else max(frames, 0))
    return (total + 7) // 8
