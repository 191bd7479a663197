"""The Value array of DICOM JSON for each group of VRs (PS3.18 F.2.2 to F.2.5), sequences apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from dwconform.encoding.dataset import PersonName, Value
from dwconform.encoding.dictionary import codes
from dwconform.encoding.json_text import NotJson, Path, Repeated, json_pointer
from dwconform.encoding.numbers import check_number, is_special
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems
from dwconform.encoding.values import TEXT_CHECKS, Faults, check_name_group

__all__ = ["NUMBER_OR_STRING_VRS", "NUMBER_VRS", "VALUE_READERS", "Place", "Values"]

NUMBER_VRS = codes("FD FL SL SS UL US")
NUMBER_OR_STRING_VRS = codes("DS IS SV UV")
Values = tuple[Value, ...]

_EMPTY_MEMBER = Fault("J-VAL-02", "An empty attribute has a Value that holds nothing.", "vr only")
_EMPTY_STRING = Fault("J-VAL-03", "An empty value among several is an empty string.", "null")
_NOT_A_STRING = Fault("J-TYPE-STR", "The values of this VR are strings.", "a string or null")
_NOT_A_NUMBER = Fault("J-TYPE-NUM", "The values of this VR are numbers.", "a number or null")
_NEITHER = Fault("J-TYPE-NUMSTR", "The values of this VR are numbers or strings.", "a number, a string or null")
_NOT_FINITE = Fault("J-FLOAT-01", "NaN and infinities have no JSON form.", "a finite number, or a BulkDataURI")
_NOT_AN_OBJECT = Fault("J-PN-01", "A person name is an object of component groups.", "an object or null")
_UNKNOWN_GROUP = Fault("J-PN-02", "The component group has no such name.", "Alphabetic, Ideographic or Phonetic")
_GROUP_NOT_TEXT = Fault("J-PN-03", "A component group is one string.", "components separated by ^")
_EMPTY_GROUP = Fault("J-PN-04", "An empty component group is written out.", "no such member")
_EMPTY_NAME = Fault("J-PN-08", "An empty name is an empty object.", "null")
_REPEATED_GROUP = Fault("J-ATTR-04", "A group of the name occurs more than once.", "each name once")
_NOT_ALPHABETIC = Fault(
    "J-PN-07",
    "In UTF-8, the alphabetic group holds characters that belong to the ideographic one.",
    "U+0020 to U+1FFF and katakana",
)
_alphabetic = re.compile("[\x00-\u1fff\u3001\u3002\u300c\u300d\u3099-\u309c\u30a0-\u30ff]*").fullmatch
_SCALARS = frozenset({str, int, float})
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


class Place(NamedTuple):  # made for each item of each sequence: a frozen dataclass takes three times as long
    """Where an attribute stands: what the checks of its values need to report a problem.

    Attributes:
        problems: where to report.
        path: of the attribute, or of a data set as a whole.
        depth: how many sequences are around it.
        utf8: the first Specific Character Set (0008,0005) in force is UTF-8.
    """

    problems: Problems
    path: Path
    depth: int = 0
    utf8: bool = False

    def report(self, fault: Fault, *tokens: str | int, found: object = "") -> None:
        """Report ``fault`` at the attribute, or at ``tokens`` below it."""
        if self.problems.wants(fault.rule):
            path = self.path
            for token in tokens:
                path = (path, token)
            self.problems.add(fault, json_pointer(path), found)

    def report_value(self, faults: Faults, index: int, found: object) -> None:
        """Report the faults of the value at ``index``."""
        for fault in faults:
            self.report(fault, "Value", index, found=found)


def read_strings(place: Place, vr: str, values: list[Any]) -> Values:
    """Read the values of a VR that travels as strings."""
    check = TEXT_CHECKS[vr]
    for index, value in enumerate(values):
        if type(value) is str and value:
            if faults := check(value):
                place.report_value(faults, index, value)
        elif not _is_empty(place, values, index):
            place.report(_NOT_A_STRING, "Value", index, found=value)
    return _scalars(values)


def read_numbers(place: Place, vr: str, values: list[Any]) -> Values:
    """Read the values of a VR that travels as numbers."""
    for index, value in enumerate(values):
        if type(value) is int or type(value) is float:
            if faults := check_number(vr, value):
                place.report_value(faults, index, value)
        elif not _is_empty(place, values, index):
            special = type(value) is str and vr in {"FD", "FL"} and is_special(value)
            place.report(_NOT_FINITE if special else _NOT_A_NUMBER, "Value", index, found=value)
    return _scalars(values)


def read_numbers_or_strings(place: Place, vr: str, values: list[Any]) -> Values:
    """Read the values of DS, IS, SV or UV, as they are written."""
    check = TEXT_CHECKS[vr]
    for index, value in enumerate(values):
        if type(value) is int or type(value) is float:
            if faults := check_number(vr, value):
                place.report_value(faults, index, value)
        elif type(value) is str and value:
            if faults := check(value):
                place.report_value(faults, index, value)
        elif not _is_empty(place, values, index):
            place.report(_NEITHER, "Value", index, found=value)
    return _scalars(values)


def _is_empty(place: Place, values: list[Any], index: int) -> bool:
    """Say whether a value is empty, or a token already reported; report the forms of emptiness that are wrong."""
    value = values[index]
    if value is not None and value != "":
        return type(value) is NotJson
    if len(values) == 1:
        place.report(_EMPTY_MEMBER, "Value", found="[null]" if value is None else '[""]')
    elif value is not None:
        place.report(_EMPTY_STRING, "Value", index, found='""')
    return True


def _scalars(values: list[Any]) -> Values:
    """Return the values as they are written, None for empty ones and for what is no value of any VR."""
    return _unless_empty([value if type(value) in _SCALARS and value != "" else None for value in values])


def read_names(place: Place, _vr: str, values: list[Any]) -> Values:
    """Read person names."""
    read: list[Value] = [None] * len(values)
    for index, value in enumerate(values):
        if isinstance(value, dict):
            read[index] = _name(place, value, index)
        elif not _is_empty(place, values, index):
            place.report(_NOT_AN_OBJECT, "Value", index, found=value)
            if isinstance(value, str):
                groups = [*value.split("=", 2), "", ""]
                read[index] = PersonName(groups[0], groups[1], groups[2])
    return _unless_empty(read)


def _name(place: Place, members: dict[str, Any], index: int) -> PersonName | None:
    groups = dict.fromkeys(_GROUPS, "")
    if not members:
        place.report(_EMPTY_NAME, "Value", index, found="{}")
    for name in members.names if isinstance(members, Repeated) else ():
        place.report(_REPEATED_GROUP, "Value", index, name, found=name)
    for name, group in members.items():
        if name not in groups:
            place.report(_UNKNOWN_GROUP, "Value", index, name, found=name)
        elif not isinstance(group, str):
            place.report(_GROUP_NOT_TEXT, "Value", index, name, found=group)
        elif not group:
            place.report(_EMPTY_GROUP, "Value", index, name, found='""')
        else:
            for fault in check_name_group(group):
                place.report(fault, "Value", index, name, found=group)
            groups[name] = group
    if place.utf8 and not _alphabetic(groups["Alphabetic"]):
        place.report(_NOT_ALPHABETIC, "Value", index, "Alphabetic", found=groups["Alphabetic"])
    return PersonName(*groups.values()) if any(groups.values()) else None


def _unless_empty(values: list[Value]) -> Values:
    return () if values == [None] else tuple(values)


VALUE_READERS: dict[str, Callable[[Place, str, list[Any]], Values]] = {
    **dict.fromkeys(TEXT_CHECKS, read_strings),
    **dict.fromkeys(NUMBER_VRS, read_numbers),
    **dict.fromkeys(NUMBER_OR_STRING_VRS, read_numbers_or_strings),
    "PN": read_names,
}
