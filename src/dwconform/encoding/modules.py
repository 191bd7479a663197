"""What a data set must hold for what it is: the Store Instances Response Module (PS3.18 I), metadata of an instance.

The checks take data sets, and so hold for DICOM JSON and XML alike; where a problem stands is a :data:`Steps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dwconform.encoding.dataset import DataSet, Value
from dwconform.encoding.problem import Fault

__all__ = ["Finding", "Steps", "check_metadata", "check_store_response", "json_steps", "xml_steps"]

Steps: TypeAlias = "tuple[tuple[str, int] | str, ...]"
"""From the data set to the attribute: (tag of a sequence, index of its item) pairs, and a tag at the end."""

_URL, _FAILED, _STORED, _OTHER = "00081190", "00081198", "00081199", "0008119A"
_SOP_CLASS, _SOP_INSTANCE = "00081150", "00081155"
_FAILURE, _WARNING, _ORIGINAL, _MODIFIED, _REASON = "00081197", "00081196", "04000561", "04000550", "04000565"
_ORIGINAL_PARTS = {"04000562": "Attribute Modification DateTime", "04000563": "Modifying System"}
_ORIGINAL_PARTS |= {_REASON: "Reason for the Attribute Modification", _MODIFIED: "Modified Attributes Sequence"}
_WARNINGS = {0xB000, 0xB006, 0xB007}

_NO_URL = Fault("S-URL-01", "The module has no Retrieve URL.", "(0008,1190), with or without a value")
_NO_ITEM_URL = Fault("S-URL-03", "The stored instance has no Retrieve URL.", "(0008,1190), with or without a value")
_EMPTY_URL = Fault("S-URL-04", "The Retrieve URL of the stored instance is empty.", "a URL")
_NO_ITEMS = Fault("S-SEQ-01", "The sequence has no items.", "items, or no sequence")
_NO_CLASS = Fault("S-REF-01", "The item does not name a SOP Class.", "(0008,1150)")
_NO_INSTANCE = Fault("S-REF-02", "The item does not name an instance.", "(0008,1155)")
_NO_REASON = Fault("S-FAIL-01", "The failure has no reason.", "(0008,1197)")
_ZERO_REASON = Fault("S-FAIL-02", "The reason of the failure is that of a success.", "a code of Table I.2-2")
_OTHER_REASON = Fault("S-FAIL-03", "The reason of the failure is a code of the server's own.", "a code of Table I.2-2")
_EMPTY_WARNING = Fault("S-WARN-01", "The warning has no reason.", "a value")
_OTHER_WARNING = Fault("S-WARN-02", "The reason of the warning is a code of the server's own.", "B000, B006 or B007")
_NO_PART = "S-ORIG-01"
_ITEMS = Fault("S-ORIG-02", "The modified attributes are not in one item.", "one item")
_TERM = Fault("S-ORIG-03", "The reason for the modification is another term.", "COERCE or CORRECT")
_BOTH = Fault("S-BOTH-01", "The instance is listed as stored and as failed.", "one of both")
_NOTHING = Fault("S-NONE-01", "The module lists nothing.", "what was stored, and what was not")
_NO_UID = "D-META-01"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a data set, with its place in it."""

    fault: Fault
    steps: Steps
    found: object = ""


def json_steps(steps: Steps) -> str:
    """Return the JSON Pointer of ``steps`` from the data set."""
    return "".join(f"/{step}" if isinstance(step, str) else f"/{step[0]}/Value/{step[1]}" for step in steps)


def xml_steps(steps: Steps) -> str:
    """Return the XPath of ``steps`` from the data set's element."""
    return "".join(
        _attribute(step) if isinstance(step, str) else f"{_attribute(step[0])}/Item[{step[1] + 1}]" for step in steps
    )


def _attribute(tag: str) -> str:
    return f'/DicomAttribute[@tag="{tag}"]'


def _values(data_set: DataSet, tag: str) -> tuple[Value, ...]:
    element = data_set.get(tag)
    return tuple(value for value in element.values if value is not None) if element else ()


def check_metadata(data_set: DataSet) -> Iterator[Finding]:
    """Yield what metadata of an instance lacks to say which instance it is."""
    for tag, name in (("00080016", "SOP Class UID"), ("00080018", "SOP Instance UID")):
        if not _values(data_set, tag):
            yield Finding(Fault(_NO_UID, f"The {name} is missing or empty.", "a value"), (tag,))


def check_store_response(data_set: DataSet) -> Iterator[Finding]:
    """Yield what is wrong with a Store Instances Response Module."""
    if _URL not in data_set:
        yield Finding(_NO_URL, (_URL,))
    listed: dict[str, set[Value]] = {}
    for tag in (_FAILED, _STORED, _OTHER):
        if tag in data_set and not data_set[tag].values:
            yield Finding(_NO_ITEMS, (tag,))
        for index, item in enumerate(_values(data_set, tag)):
            if isinstance(item, dict):
                yield from _check_item(tag, item, (tag, index))
                listed.setdefault(tag, set()).update(_values(item, _SOP_INSTANCE)[:1])
    if not any(_values(data_set, tag) for tag in (_FAILED, _STORED, _OTHER)):
        yield Finding(_NOTHING, ())
    for uid in sorted(map(str, listed.get(_FAILED, set()) & listed.get(_STORED, set()))):
        yield Finding(_BOTH, (_STORED,), uid)


def _check_item(tag: str, item: DataSet, step: tuple[str, int]) -> Iterator[Finding]:
    if tag != _OTHER:
        if not _values(item, _SOP_CLASS):
            yield Finding(_NO_CLASS, (step, _SOP_CLASS))
        if not _values(item, _SOP_INSTANCE):
            yield Finding(_NO_INSTANCE, (step, _SOP_INSTANCE))
    if tag != _STORED:
        yield from _check_failure(item, step)
        return
    if _URL not in item:
        yield Finding(_NO_ITEM_URL, (step, _URL))
    elif not item[_URL].values:
        yield Finding(_EMPTY_URL, (step, _URL))
    if _WARNING in item:
        reasons = _values(item, _WARNING)
        if not reasons:
            yield Finding(_EMPTY_WARNING, (step, _WARNING))
        elif reasons[0] not in _WARNINGS:
            yield Finding(_OTHER_WARNING, (step, _WARNING), reasons[0])
    for index, original in enumerate(_values(item, _ORIGINAL)):
        if isinstance(original, dict):
            yield from _check_original(original, (step, (_ORIGINAL, index)))


def _check_failure(item: DataSet, step: tuple[str, int]) -> Iterator[Finding]:
    reasons = _values(item, _FAILURE)
    if not reasons:
        yield Finding(_NO_REASON, (step, _FAILURE))
    elif reasons[0] == 0:
        yield Finding(_ZERO_REASON, (step, _FAILURE), reasons[0])
    elif isinstance(reasons[0], int) and not _is_listed(reasons[0]):
        yield Finding(_OTHER_REASON, (step, _FAILURE), reasons[0])


def _is_listed(reason: int) -> bool:
    return reason in {0x0110, 0x0122} or reason >> 8 in {0xA7, 0xA9} or reason >> 12 == 0xC


def _check_original(original: DataSet, steps: tuple[tuple[str, int], ...]) -> Iterator[Finding]:
    for tag, name in _ORIGINAL_PARTS.items():
        values = _values(original, tag)
        if not values:
            yield Finding(Fault(_NO_PART, f"{name} is missing or empty.", "a value"), (*steps, tag))
        elif tag == _MODIFIED and len(values) > 1:
            yield Finding(_ITEMS, (*steps, tag), f"{len(values)} items")
        elif tag == _REASON and values[0] not in {"COERCE", "CORRECT"}:
            yield Finding(_TERM, (*steps, tag), values[0])
