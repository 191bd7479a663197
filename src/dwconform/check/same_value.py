"""Whether two values of an attribute say the same, whatever their spelling."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dwconform.encoding.dataset import BulkData, Element, PersonName, Value

__all__ = ["meaning", "same_values", "shown"]

_NUMBERS = frozenset({"DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"})
_TIMES = frozenset({"TM"})


def meaning(vr: str, value: Value) -> object:
    """Return what the value says, in a form that can be compared: a number, a padded time, a text without padding."""
    match value:
        case PersonName():
            return tuple(group.strip().rstrip("^ ") for group in (value.alphabetic, value.ideographic, value.phonetic))
        case Mapping():
            return {tag: [meaning(item.vr, one) for one in item.values] for tag, item in value.items()}
        case None | BulkData() | bytes():
            return value
    text = str(value).strip("\0 ")
    if vr in _NUMBERS:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    return _padded(text) if vr in _TIMES else (text or None)


def same_values(vr: str, found: Element, stored: Element, *, unordered: bool = False) -> bool:
    """Whether two elements have the same values; of a sequence only the number of items counts.

    A value that stands elsewhere (BulkDataURI) cannot be compared and is taken for the same.
    """
    if any(isinstance(value, BulkData) for value in found.values):
        return True
    if vr == "SQ":
        return len(found.values) == len(stored.values)
    left, right = ([meaning(vr, value) for value in element.values] for element in (found, stored))
    if unordered:
        return sorted(map(repr, left)) == sorted(map(repr, right))
    return left == right


def shown(element: Element | None) -> str:
    """Return the values of an element as a person would write them."""
    if element is None:
        return "absent"
    if element.vr == "SQ":
        return f"{len(element.values)} item{'' if len(element.values) == 1 else 's'}"
    return "\\".join("" if value is None else str(value) for value in element.values) or "no value"


def _padded(time: str) -> str:
    """Return a TM as hours, minutes, seconds and a fraction without trailing zeros."""
    whole, _, fraction = time.partition(".")
    return f"{whole:0<6}.{fraction.rstrip('0')}"
