"""One DICOM JSON Model object (PS3.18 F.2.2): its attributes, its sequences, and what holds of it as a whole."""

from __future__ import annotations

from typing import Any

from dwconform.encoding.dataset import DataSet, Element, Value
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.json_attribute import DUPLICATE, read_attribute
from dwconform.encoding.json_text import Path, Repeated
from dwconform.encoding.json_values import Place, Values
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems
from dwconform.encoding.tags import FACTS, Kind, TagFacts
from dwconform.encoding.whole import PIXEL_DATA, check_private, has_empty_pixels, is_utf8

__all__ = ["MAX_DEPTH", "JsonDataSetReader"]

MAX_DEPTH = 64
_EMPTY = {vr: Element(vr) for vr in VRS}

_MOST_KNOWN = 4096
_LONGEST_KNOWN = 64
_KNOWN: dict[str, dict[str | int, Element]] = {vr: {} for vr in VRS}
"""Responses repeat themselves and each other: single values that were found good, with their elements, by VR."""

_ORDER = Fault("J-TAG-07", "The members are not in ascending order.", "ascending lexicographic order of names")
_NOT_AN_ITEM = Fault("J-SQ-01", "An item is not a data set object.", "an object")
_NULL_ITEM = Fault("J-SQ-02", "An empty item is null.", "{}")
_EMPTY_PIXELS = Fault("J-PIX-01", "Rows are there but the pixel data is empty.", "a BulkDataURI")
_DEEP = Fault("J-DEPTH-01", "The nesting is deeper than any data set needs, it was not read further.", "64 sequences")


class JsonDataSetReader:
    """Reads the data sets of one document into one list of problems."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def read(self, members: dict[str, Any], place: Place) -> DataSet:
        """Return the data set of the object at ``place``, whose ``utf8`` is that of the enclosing data set."""
        elements: dict[str, Element] = {}
        previous = ""
        disorder = ""
        private = False
        for name, attribute in members.items():
            facts = FACTS[name]
            tag = facts.tag
            if tag:
                if tag < previous and not disorder:
                    disorder = name
                previous = tag
            if not facts.clean:
                private = private or facts.kind is not Kind.STANDARD
                if facts.fault is not None:
                    Place(self._problems, (place.path, name)).report(facts.fault, found=name)
            element = self._known_element(facts, attribute)
            if element is None:
                element = self._read_attribute(name, facts, attribute, place)
            if tag:
                elements[tag] = element
                if tag == "00080005":
                    place = Place(place.problems, place.path, place.depth, is_utf8(element.values))
        self._check_names(members, disorder, place)
        self._check_whole(elements, place, private=private)
        return elements

    def _known_element(self, facts: TagFacts, attribute: Any) -> Element | None:
        """Return the element of an attribute of which nothing can be wrong, None for all others."""
        if type(attribute) is not dict or not facts.plain:
            return None
        vr = attribute.get("vr")
        if type(vr) is not str or vr not in facts.vrs:
            return None
        if len(attribute) == 1:
            return _EMPTY[vr]
        values = attribute.get("Value")
        if len(attribute) != 2 or type(values) is not list or len(values) != 1:
            return None
        value = values[0]
        return _KNOWN[vr].get(value) if type(value) is str or type(value) is int else None

    def _read_attribute(self, name: str, facts: TagFacts, attribute: Any, parent: Place) -> Element:
        before = self._problems.seen
        place = Place(self._problems, (parent.path, name), parent.depth, parent.utf8)
        element = read_attribute(place, facts, attribute, self._read_items)
        if self._problems.seen == before and facts.plain and len(element.values) == 1:
            _keep(element, element.values[0])
        return element

    def _read_items(self, place: Place, items: list[Any]) -> Values:
        if place.depth >= MAX_DEPTH:
            place.report(_DEEP, "Value")
            return ()
        path: Path = (place.path, "Value")
        read: list[Value] = []
        for index, item in enumerate(items):
            if isinstance(item, dict):
                read.append(self.read(item, Place(self._problems, (path, index), place.depth + 1, place.utf8)))
            else:
                place.report(_NULL_ITEM if item is None else _NOT_AN_ITEM, "Value", index, found=item)
                read.append({})
        return tuple(read)

    def _check_names(self, members: dict[str, Any], disorder: str, place: Place) -> None:
        if isinstance(members, Repeated):
            for name in members.names:
                place.report(DUPLICATE, name, found=name)
        elif disorder:
            place.report(_ORDER, disorder, found=disorder)

    def _check_whole(self, elements: DataSet, place: Place, *, private: bool) -> None:
        if private:
            for tag, fault in check_private(elements):
                place.report(fault, tag)
        if PIXEL_DATA in elements and has_empty_pixels(elements):
            place.report(_EMPTY_PIXELS, PIXEL_DATA)


def _keep(element: Element, value: Value) -> None:
    """Remember the element of a value, unless it is one that hardly comes twice."""
    if type(value) is int or (type(value) is str and len(value) <= _LONGEST_KNOWN):
        known = _KNOWN[element.vr]
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[value] = element
