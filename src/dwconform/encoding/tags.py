"""What the member name of a DICOM JSON object says: a tag, its place in the dictionary, or why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from dwconform.encoding.dictionary import VRS, Entry, look_up
from dwconform.encoding.problem import Fault

__all__ = ["FACTS", "Kind", "TagFacts"]


class Kind(Enum):
    """The sorts of attributes that PS3.5 7.1 and 7.8 tell apart."""

    STANDARD = auto()
    CREATOR = auto()
    PRIVATE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What is known of a tag before its attribute is looked at.

    Attributes:
        tag: the tag in upper case, empty when the name is no tag.
        kind: what sort of attribute it names.
        fault: what is wrong with the name itself.
        entry: the dictionary's line, None for private and unknown tags.
        vrs: the VRs that fit.
        vr: the only VR that fits, by which a value without VR is read; empty when there are several.
        plain: no rule of its own holds for this tag.
        clean: the dictionary knows the tag, and its name is right.
    """

    tag: str
    kind: Kind
    fault: Fault | None
    entry: Entry | None
    vrs: frozenset[str]
    vr: str
    plain: bool
    clean: bool = False


_tag = re.compile("[0-9A-F]{8}").fullmatch
_KEPT = 20_000
_RULED = {"00080005", "00080201", "7FE00010"}
_NOT_DATA_GROUPS = {"0000", "0001", "0003", "0004", "0005", "0006", "0007", "FFFE", "FFFF"}

_NOT_A_TAG = Fault("J-TAG-01", "The member name is not a tag.", "eight hexadecimal digits, upper case")
_GROUP_LENGTH = Fault("J-TAG-03", "Group lengths have no place in DICOM JSON.", "no element number 0000")
_FILE_META = Fault("J-TAG-04", "Group 0002 describes the file, not the data set.", "no group 0002")
_NOT_DATA = Fault("J-TAG-05", "The group holds no data elements of a data set.", "a group of data elements")
_UNUSABLE = Fault("J-TAG-09", "The element number is unusable in a private group.", "0010-00FF or 1000-FFFF")


def facts_of(name: str) -> TagFacts:
    """Return what is known of a member name."""
    tag = name.upper()
    if not _tag(tag):
        return TagFacts("", Kind.NONE, _NOT_A_TAG, None, VRS, "", plain=True)
    fault = _fault(tag) if name == tag else _NOT_A_TAG
    if int(tag[3], 16) % 2:
        kind = Kind.CREATOR if "0010" <= tag[4:] <= "00FF" else Kind.PRIVATE
        return TagFacts(tag, kind, fault, None, VRS, "", plain=True)
    entry = look_up(tag)
    if entry is None:
        return TagFacts(tag, Kind.STANDARD, fault, None, VRS, "", plain=True)
    vr = next(iter(entry.vrs)) if len(entry.vrs) == 1 else ""
    plain = tag not in _RULED
    return TagFacts(tag, Kind.STANDARD, fault, entry, entry.vrs, vr, plain=plain, clean=fault is None)


def _fault(tag: str) -> Fault | None:
    group, element = tag[:4], tag[4:]
    if element == "0000":
        return _GROUP_LENGTH
    if group == "0002":
        return _FILE_META
    if group in _NOT_DATA_GROUPS:
        return _NOT_DATA
    if int(group[3], 16) % 2 and (element < "0010" or "0100" <= element < "1000"):
        return _UNUSABLE
    return None


class _Facts(dict[str, TagFacts]):
    """The facts of every name met so far; of names outside the dictionary, of which there is no end, the first ones."""

    def __missing__(self, name: str) -> TagFacts:
        facts = facts_of(name)
        if facts.clean or len(self) < _KEPT:
            self[name] = facts
        return facts


FACTS = _Facts()
