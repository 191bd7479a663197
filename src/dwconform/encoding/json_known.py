"""The fast way through DICOM JSON: attributes with which nothing is wrong.

Responses repeat themselves: what was found good is kept with its element, by the name of the attribute, so that most
attributes cost a look-up. Whatever may be wrong is left to ``json_attribute``, which says what it is.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from dwconform.encoding.dataset import Element
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.json_values import NUMBER_OR_STRING_VRS, NUMBER_VRS
from dwconform.encoding.numbers import check_number
from dwconform.encoding.tags import FACTS, Kind
from dwconform.encoding.values import TEXT_CHECKS

__all__ = ["KNOWN", "SEQUENCE", "KnownName"]

SEQUENCE: Final = Element("SQ")
"""Stands for a sequence whose items are still to be read."""

_Key: TypeAlias = "str | int | tuple[Any, ...]"
_EMPTY = {vr: Element(vr) for vr in VRS}
_SINGLE = frozenset({"LT", "ST", "UR", "UT"})
_NUMBERS = NUMBER_VRS | NUMBER_OR_STRING_VRS
_STRINGS = frozenset(TEXT_CHECKS)
_SCALARS = frozenset({str, int, float})
_STRUCTURED = frozenset({"PN", "SQ"})
_MOST_KEPT = 50_000
_LONGEST_KEPT = 64  # what is longer hardly comes twice


class KnownName:
    """What is known of one member name.

    Attributes:
        facts: what the name says.
        tag: the tag that it names, empty when it names none.
        private: whether rules about private attributes apply to the data set.
    """

    __slots__ = ("_good", "facts", "private", "tag")

    def __init__(self, name: str) -> None:
        facts = FACTS[name]
        self.facts = facts
        self.tag = facts.tag
        self.private = facts.kind is not Kind.STANDARD
        usable = facts.plain and facts.fault is None
        self._good: dict[str, dict[_Key, Element]] = {vr: {} for vr in facts.vrs} if usable else {}

    def find(self, attribute: Any) -> Element | None:
        """Return the element of an attribute object, None when something may be wrong with it."""
        if type(attribute) is not dict or type(vr := attribute.get("vr")) is not str:
            return None
        good = self._good.get(vr)
        if good is None or len(attribute) > 2:
            return None
        values = attribute.get("Value")
        if type(values) is not list:
            return _EMPTY[vr] if len(attribute) == 1 else None
        value = values[0] if len(values) == 1 else None
        if type(value) is str or type(value) is int:
            return good.get(value) or self._keep(good, value, self._check(vr, values))
        return self._find_others(good, vr, values)

    def _find_others(self, good: dict[_Key, Element], vr: str, values: list[Any]) -> Element | None:
        """Return what :meth:`find` returns for several values, and for one that is neither string nor integer."""
        if vr in _STRUCTURED:
            return SEQUENCE if vr == "SQ" and values else None
        kinds = tuple(map(type, values))
        if not _SCALARS.issuperset(kinds):
            return None
        if float in kinds and 0 in values:  # 0 is equal to -0
            return self._check(vr, values)
        key = (*values, kinds)  # 1 is equal to 1.0
        return good.get(key) or self._keep(good, key, self._check(vr, values))

    def _check(self, vr: str, values: list[Any]) -> Element | None:
        """Return the element of strings and numbers that were not met before; None when they are not all good."""
        for value in values:
            if type(value) is str:
                if not value or vr not in _STRINGS or TEXT_CHECKS[vr](value):
                    return None
            elif vr not in _NUMBERS or check_number(vr, value):
                return None
        count = len(values)
        entry = self.facts.entry
        if not count or (count > 1 and vr in _SINGLE) or (entry is not None and not entry.allows(count)):
            return None
        return Element(vr, tuple(values))

    def _keep(self, good: dict[_Key, Element], key: _Key, element: Element | None) -> Element | None:
        if element is not None and (type(key) is not str or len(key) <= _LONGEST_KEPT):
            KNOWN.count()
            good[key] = element
        return element


class _KnownNames(dict[str, KnownName]):
    """What is known of the names met so far; forgotten when it becomes too much."""

    kept = 0

    def __missing__(self, name: str) -> KnownName:
        self.count()
        known = self[name] = KnownName(name)
        return known

    def count(self) -> None:
        """Count one more name or value, and begin anew when there are too many."""
        self.kept += 1
        if self.kept > _MOST_KEPT:
            self.clear()
            self.kept = 0


KNOWN: Final = _KnownNames()
"""What is known of each member name, in the whole process: answers repeat each other, too."""
