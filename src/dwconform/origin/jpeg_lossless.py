"""Lossless JPEG (ISO/IEC 10918-1 Annex H): a decoder for all predictors, an encoder for the first one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["decode", "encode"]

_SOI, _EOI, _SOF3, _DHT, _SOS, _DRI = 0xD8, 0xD9, 0xC3, 0xC4, 0xDA, 0xDD
_Table = dict[tuple[int, int], int]


def decode(octets: bytes) -> tuple[np.ndarray[Any, Any], int]:
    """The samples of a stream, as rows, columns and, for several components, components; and their precision.

    Raises ValueError for what is no lossless JPEG, or is cut off.
    """
    tables: dict[int, _Table] = {}
    restart, frame = 0, (0, 0, 0, 0)
    for marker, content, after in _segments(octets):
        if marker == _DHT:
            tables.update(_tables(content))
        elif marker == _DRI:
            (restart,) = struct.unpack(">H", content[:2])
        elif marker == _SOF3:
            frame = struct.unpack(">BHHB", content[:6])
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC8, 0xCC):
            raise ValueError("the stream is no lossless JPEG with Huffman codes")
        elif marker == _SOS:
            return _scan(octets[after:], content, frame, tables, restart), frame[0]
    raise ValueError("the stream has no scan")


def _segments(octets: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, content and the place after it, of each segment."""
    if octets[:2] != b"\xff\xd8":
        raise ValueError("the stream does not begin with SOI")
    at = 2
    while at + 4 <= len(octets):
        if octets[at] != 0xFF:
            raise ValueError("a marker is missing")
        marker = octets[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", octets[at + 2 : at + 4])
        yield marker, octets[at + 4 : at + 2 + length], at + 2 + length
        at += 2 + length


def _tables(content: bytes) -> Iterator[tuple[int, _Table]]:
    while content:
        counts, values = content[1:17], content[17 : 17 + sum(content[1:17])]
        table, code, at = {}, 0, 0
        for length, count in enumerate(counts, 1):
            for value in values[at : at + count]:
                table[length, code] = value
                code += 1
            at += count
            code <<= 1
        yield content[0] & 15, table
        content = content[17 + at :]


class _Bits:
    """The bits of a scan between two restart markers."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets.replace(b"\xff\x00", b"\xff")
        self._at = 0
        self._buffer = 0
        self._count = 0

    def take(self, count: int) -> int:
        while self._count < count:
            if self._at >= len(self._octets):
                raise ValueError("the stream is cut off")
            self._buffer = (self._buffer << 8 | self._octets[self._at]) & 0xFFFFFFFF
            self._at += 1
            self._count += 8
        self._count -= count
        return self._buffer >> self._count & ((1 << count) - 1)

    def difference(self, table: _Table) -> int:
        """The next code, and the difference that follows it (H.1.2.2)."""
        code = length = 0
        while (length, code) not in table:
            code = code << 1 | self.take(1)
            length += 1
            if length > 16:
                raise ValueError("a code is in no table")
        category = table[length, code]
        if category in (0, 16):
            return 32768 if category else 0
        value = self.take(category)
        return value if value >> (category - 1) else value - (1 << category) + 1


def _scan(
    octets: bytes, header: bytes, frame: tuple[int, ...], tables: dict[int, _Table], restart: int
) -> np.ndarray[Any, Any]:
    precision, rows, columns, components = frame
    if header[0] != components or not rows or not columns:
        raise ValueError("the components come in several scans, or the number of lines comes later")
    chosen = [tables[header[2 + 2 * at] >> 4] for at in range(components)]
    selection, transform = header[1 + 2 * components], header[3 + 2 * components] & 15
    runs = iter(_runs(octets))
    bits = _Bits(next(runs))
    first = 1 << (precision - transform - 1)
    lines: list[list[list[int]]] = [[[0] * columns for _ in range(rows)] for _ in range(components)]
    fresh = 0  # the row in which prediction began anew
    for row in range(rows):
        if restart and row and row * columns % restart == 0:
            bits, fresh = _Bits(next(runs)), row
        for column in range(columns):
            for component, table in enumerate(chosen):
                plane = lines[component]
                predicted = _predicted(plane, row, column, selection, first, fresh=row == fresh)
                plane[row][column] = (predicted + bits.difference(table)) & 0xFFFF
    array = np.array(lines, np.uint32) << transform
    return array[0] if components == 1 else np.moveaxis(array, 0, -1)


def _runs(octets: bytes) -> list[bytes]:
    """The entropy-coded segments of a scan, parted by restart markers."""
    runs, start, at = [], 0, octets.find(b"\xff")
    while at >= 0 and at + 1 < len(octets):
        marker = octets[at + 1]
        if marker not in (0, 0xFF):
            runs.append(octets[start:at])
            start = at + 2
            if not 0xD0 <= marker <= 0xD7:
                return runs
        at = octets.find(b"\xff", at + 2)
    return [*runs, octets[start:]]


def _predicted(plane: list[list[int]], row: int, column: int, selection: int, first: int, *, fresh: bool) -> int:
    """The prediction of a sample (Table H.1): in the first line from the left, in the first column from above."""
    if fresh:
        return plane[row][column - 1] if column else first
    above = plane[row - 1][column]
    if not column:
        return above
    left, corner = plane[row][column - 1], plane[row - 1][column - 1]
    return (
        0,
        left,
        above,
        corner,
        left + above - corner,
        left + ((above - corner) >> 1),
        above + ((left - corner) >> 1),
        (left + above) >> 1,
    )[selection]


def encode(frame: np.ndarray[Any, Any], precision: int) -> bytes:
    """A stream with first-order prediction of samples from 0 to ``2 ** precision - 1``."""
    planes = frame.reshape(*frame.shape[:2], -1).astype(np.int32)
    rows, columns, components = planes.shape
    predicted = np.empty_like(planes)
    predicted[:, 1:] = planes[:, :-1]
    predicted[1:, 0] = planes[:-1, 0]
    predicted[0, 0] = 1 << (precision - 1)
    differences = ((planes - predicted + 0x8000) % 0x10000 - 0x8000).reshape(-1).tolist()
    counts = bytes(17 if length == 5 else 0 for length in range(1, 17))  # a code of five bits for each category
    header = struct.pack(">BHHB", precision, rows, columns, components)
    header += b"".join(bytes((at + 1, 0x11, 0)) for at in range(components))
    scan = bytes((components,)) + b"".join(bytes((at + 1, 0)) for at in range(components)) + b"\x01\x00\x00"
    segments = ((_SOF3, header), (_DHT, b"\x00" + counts + bytes(range(17))), (_SOS, scan))
    head = b"".join(bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body for kind, body in segments)
    return b"\xff\xd8" + head + _entropy(differences) + b"\xff\xd9"


def _entropy(differences: list[int]) -> bytes:
    octets, buffer, count = bytearray(), 0, 0
    for difference in differences:
        category = abs(difference).bit_length()
        extra = 0 if category in (0, 16) else category
        value = difference if difference >= 0 else difference + (1 << category) - 1
        buffer = (buffer << 5 | category) << extra | (value & ((1 << extra) - 1))
        count += 5 + extra
        while count >= 8:
            count -= 8
            octets.append(buffer >> count & 0xFF)
        buffer &= (1 << count) - 1
    if count:
        octets.append((buffer << (8 - count) | ((1 << (8 - count)) - 1)) & 0xFF)
    return bytes(octets).replace(b"\xff", b"\xff\x00")
