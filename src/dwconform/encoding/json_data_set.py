"""One DICOM JSON Model object (PS3.18 F.2.2): its attributes, its sequences, and what holds of it as a whole."""

from __future__ import annotations

from typing import Any

from dwconform.encoding.dataset import DataSet, Element, Value
from dwconform.encoding.json_attribute import DUPLICATE, read_attribute
from dwconform.encoding.json_known import KNOWN, SEQUENCE, KnownName
from dwconform.encoding.json_text import Repeated
from dwconform.encoding.json_values import Place, Values
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems
from dwconform.encoding.whole import PIXEL_DATA, check_private, has_empty_pixels, is_utf8

__all__ = ["MAX_DEPTH", "JsonDataSetReader"]

MAX_DEPTH = 64

_ORDER = Fault("J-TAG-07", "The members are not in ascending order.", "ascending lexicographic order of names")
_NOT_AN_ITEM = Fault("J-SQ-01", "An item is not a data set object.", "an object")
_NULL_ITEM = Fault("J-SQ-02", "An empty item is null.", "{}")
_EMPTY_PIXELS = Fault("J-PIX-01", "Rows are there but the pixel data is empty.", "a BulkDataURI")
_DEEP = Fault("J-DEPTH-01", "The nesting is deeper than any data set needs, it was not read further.", "64 sequences")


class JsonDataSetReader:
    """Reads the data sets of one document into one list of problems.

    Attributes:
        members: how many members the objects have that were read, where nothing is wrong with them.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.members = 0

    def read(self, members: dict[str, Any], place: Place) -> DataSet:
        """Return the data set of the object at ``place``, whose ``utf8`` is that of the enclosing data set."""
        elements: dict[str, Element] = {}
        previous = disorder = ""
        private = False
        count = len(members)
        for name, attribute in members.items():
            known = KNOWN[name]
            element = known.find(attribute)
            if type(attribute) is dict:
                count += len(attribute)
            if element is None:
                element = self._read_attribute(name, known, attribute, place)
            elif element is SEQUENCE:
                element = Element("SQ", self._read_items(self._below(place, name), attribute["Value"]))
            if known.private:
                private = True
            tag = known.tag
            if tag:
                if tag < previous and not disorder:
                    disorder = name
                previous = tag
                elements[tag] = element
                if tag == "00080005":
                    place = Place(place.problems, place.path, place.depth, is_utf8(element.values))
        self.members += count
        if disorder or type(members) is Repeated:
            self._check_names(members, disorder, place)
        if private or PIXEL_DATA in elements:
            self._check_whole(elements, place)
        return elements

    def _below(self, place: Place, name: str) -> Place:
        return Place(self._problems, (place.path, name), place.depth, place.utf8)

    def _read_attribute(self, name: str, known: KnownName, attribute: Any, parent: Place) -> Element:
        """Read an attribute of which something may be wrong, or that is not worth to be known."""
        place = self._below(parent, name)
        if known.facts.fault is not None:
            place.report(known.facts.fault, found=name)
        element = read_attribute(place, known.facts, attribute, self._read_items)
        if element.vr == "PN" and type(attribute) is dict:
            self.members += sum(len(name) for name in attribute.get("Value", ()) if type(name) is dict)
        return element

    def _read_items(self, place: Place, items: list[Any]) -> Values:
        problems, path, depth, utf8 = place
        if depth >= MAX_DEPTH:
            place.report(_DEEP, "Value")
            return ()
        path = (path, "Value")
        read: list[Value] = []
        for index, item in enumerate(items):
            if isinstance(item, dict):
                read.append(self.read(item, Place(problems, (path, index), depth + 1, utf8)))
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

    def _check_whole(self, elements: DataSet, place: Place) -> None:
        for tag, fault in check_private(elements):
            place.report(fault, tag)
        if has_empty_pixels(elements):
            place.report(_EMPTY_PIXELS, PIXEL_DATA)
