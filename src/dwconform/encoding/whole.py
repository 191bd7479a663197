"""Rules that need more than one attribute, or belong to one tag: character set, time zone, private creators, pixels."""

from __future__ import annotations

from collections.abc import Iterator

from dwconform.encoding.dataset import DataSet, Value
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import Faults, check_timezone

__all__ = ["check_private", "check_tag_values", "has_empty_pixels", "is_utf8"]

PIXEL_DATA = "7FE00010"
_ODD = frozenset("13579BDF")
_CHARACTER_SET = "00080005"
_OFFSET = "00080201"
_ALONE = {"ISO_IR 192", "GB18030", "GBK"}
_SINGLE_BYTE = ("100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "13", "166")
_DEFINED = {
    *_ALONE,
    "ISO_IR 6",
    *(f"ISO_IR {number}" for number in _SINGLE_BYTE),
    *(f"ISO 2022 IR {number}" for number in ("6", *_SINGLE_BYTE, "87", "159", "149", "58")),
}

_NOT_DEFINED = Fault("J-CHAR-03", "The character set is none of the defined terms.", "a term of PS3.3 C.12.1.1.2")
_NOT_ALONE = Fault("J-CHAR-03", "The character set cannot be combined with others.", "one value")
_NOT_FIRST = Fault("J-CHAR-03", "Only the first of several character sets may be empty.", "a defined term")
_NO_CREATOR = Fault("J-PRIV-01", "The private attribute has no creator in its data set.", "the creator gggg00XX")
_BAD_CREATOR = Fault("J-PRIV-02", "A private creator is LO with one value.", "LO with one value")
_CREATOR_AGAIN = Fault("J-PRIV-03", "The group has this private creator twice.", "each creator once")
_CREATOR_TEXT = Fault("J-PRIV-03", "A private creator is plain ASCII.", "ASCII")


def check_tag_values(tag: str, values: tuple[Value, ...]) -> Iterator[tuple[int, Fault]]:
    """Yield the faults, with the index of their value, of the tags that have rules of their own."""
    if tag == _CHARACTER_SET:
        yield from _check_character_sets(values)
    elif tag == _OFFSET:
        for index, value in enumerate(values):
            if isinstance(value, str):
                yield from ((index, fault) for fault in check_timezone(value))


def _check_character_sets(values: tuple[Value, ...]) -> Iterator[tuple[int, Fault]]:
    for index, value in enumerate(values):
        term = value.strip(" ") if isinstance(value, str) else value
        if term is None:
            if index:
                yield index, _NOT_FIRST
        elif term not in _DEFINED:
            yield index, _NOT_DEFINED
        elif term in _ALONE and len(values) > 1:
            yield index, _NOT_ALONE


def is_utf8(values: tuple[Value, ...]) -> bool:
    """Say whether values of (0008,0005) begin with UTF-8."""
    return bool(values) and isinstance(values[0], str) and values[0].strip(" ") == "ISO_IR 192"


def check_private(elements: DataSet) -> Iterator[tuple[str, Fault]]:
    """Yield the faults, with their tag, of private attributes and their creators (PS3.5 7.8.1)."""
    creators: set[tuple[str, str]] = set()
    for tag, element in elements.items():
        if tag[3] not in _ODD:
            continue
        if "0010" <= tag[4:] <= "00FF":
            yield from ((tag, fault) for fault in _check_creator(element.vr, element.values))
            creator = element.values[0] if element.values else None
            if isinstance(creator, str):
                if (tag[:4], creator) in creators:
                    yield tag, _CREATOR_AGAIN
                creators.add((tag[:4], creator))
        elif tag[4:] >= "1000" and f"{tag[:4]}00{tag[4:6]}" not in elements:
            yield tag, _NO_CREATOR


def _check_creator(vr: str, values: tuple[Value, ...]) -> Faults:
    if vr != "LO" or len(values) != 1:
        return (_BAD_CREATOR,)
    return () if isinstance(values[0], str) and values[0].isascii() else (_CREATOR_TEXT,)


def has_empty_pixels(elements: DataSet) -> bool:
    """Say whether the data set has rows but its pixel data is empty (PS3.18 F.2.5)."""
    pixels, rows = elements.get(PIXEL_DATA), elements.get("00280010")
    return pixels is not None and not pixels.values and rows is not None and bool(rows.values)
