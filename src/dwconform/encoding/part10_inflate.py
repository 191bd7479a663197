"""Deflated data sets (PS3.5 A.5), inflated up to a bound."""

from __future__ import annotations

import zlib

from dwconform.encoding.part10_header import Buffer
from dwconform.encoding.part10_place import Place
from dwconform.encoding.problem import Fault

__all__ = ["INFLATE_LIMIT", "inflate"]

INFLATE_LIMIT = 1 << 28
_CHUNK = 1 << 16

_BROKEN = Fault("P-DEFLATE-01", "The data set is no complete deflate stream.", "RFC 1951")
_WRAPPED = Fault("P-DEFLATE-01", "The deflate stream is wrapped as zlib does it.", "RFC 1951 without a header")
_BOMB = Fault("P-DEFLATE-02", "The data set inflates to more than any object needs, it was not read.")
_TRAILING = Fault("P-DEFLATE-03", "Bytes follow the deflate stream.", "one NUL at most")


def inflate(data: Buffer, at: int, place: Place, limit: int = INFLATE_LIMIT) -> bytes | None:
    """Return the inflated data set from ``at`` to the end; as much as there is of a broken one, None of a bomb."""
    raw = _inflate(data, at, -15, limit)
    if raw.broken and not raw.octets:
        wrapped = _inflate(data, at, 15, limit)
        if wrapped.octets:
            place.report_at(_WRAPPED, at, data[at : at + 2].hex())
            return wrapped.octets
    if raw.bomb:
        place.report_at(Fault(_BOMB.rule, _BOMB.message, f"up to {limit} bytes"), at)
        return None
    if raw.broken:
        place.report_at(_BROKEN, at, raw.broken)
    elif raw.rest not in {b"", b"\0"}:
        place.report_at(_TRAILING, len(data) - raw.left, f"{raw.left} bytes")
    return raw.octets


class _Inflated:
    """What inflating came to."""

    def __init__(self) -> None:
        self.octets = b""
        self.broken = ""
        self.bomb = False
        self.rest = b""
        self.left = 0


def _inflate(data: Buffer, at: int, window: int, limit: int) -> _Inflated:
    result = _Inflated()
    inflater = zlib.decompressobj(window)
    output = bytearray()
    try:
        while not inflater.eof and at < len(data):
            chunk = inflater.unconsumed_tail or data[at : at + _CHUNK]
            if chunk is not inflater.unconsumed_tail:
                at += len(chunk)
            output += inflater.decompress(chunk, limit + 1 - len(output))
            if len(output) > limit:
                result.bomb = True
                return result
    except zlib.error as error:
        result.broken = str(error)
    if not result.broken and not inflater.eof:
        output += inflater.flush()
        result.broken = "" if inflater.eof else "it does not end"
    result.octets = bytes(output)
    result.rest = inflater.unused_data[:2]
    result.left = len(inflater.unused_data) + len(data) - at
    if result.left > len(inflater.unused_data):
        result.rest = b"more"
    return result
