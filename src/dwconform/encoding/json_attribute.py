"""One attribute object of DICOM JSON (PS3.18 F.2.2): its members, its VR, and the one form of its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dwconform.encoding.bulk import BINARY_VRS, BULK_VRS, NUMERIC_VRS, check_uri, read_base64
from dwconform.encoding.dataset import BulkData, Element, Value
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.json_text import NotJson, Repeated
from dwconform.encoding.json_values import VALUE_READERS, Place, Values
from dwconform.encoding.problem import Fault
from dwconform.encoding.tags import TagFacts
from dwconform.encoding.whole import PIXEL_DATA, check_tag_values

__all__ = ["DUPLICATE", "ItemReader", "read_attribute"]

ItemReader = Callable[[Place, list[Any]], Values]

_MEMBERS = frozenset({"vr", "Value", "BulkDataURI", "InlineBinary"})
_FORMS = ("Value", "BulkDataURI", "InlineBinary")
_SINGLE = frozenset({"LT", "ST", "UR", "UT"})

DUPLICATE = Fault("J-TAG-06", "A member name occurs more than once.", "each name once")
_NOT_AN_OBJECT = Fault("J-ATTR-01", "The attribute is not an object.", "an object with vr")
_SEVERAL_FORMS = Fault("J-ATTR-02", "More than one of Value, BulkDataURI, InlineBinary is present.", "at most one")
_UNKNOWN_MEMBER = Fault("J-ATTR-03", "The member has no meaning.", "vr, Value, BulkDataURI or InlineBinary")
_REPEATED_MEMBER = Fault("J-ATTR-04", "A member of the attribute occurs more than once.", "each name once")
_XML_MEMBER = Fault("J-PRIV-04", "privateCreator belongs to the XML form.", "the full element number alone")
_NO_VR = Fault("J-VR-01", "The attribute has no vr, or one that is not a string.", "a string")
_NOT_A_VR = Fault("J-VR-02", "The vr is none of the 34 codes.", "a code of Table F.2.3-1")
_NOT_AN_ARRAY = Fault("J-VAL-01", "Value is not an array.", "an array")
_EMPTY_ARRAY = Fault("J-VAL-02", "An empty attribute has a Value that holds nothing.", "vr only")
_EMPTY_SEQUENCE = Fault("J-SQ-03", "A sequence without items has a Value that holds nothing.", "vr only")
_BINARY_VALUE = Fault("J-VAL-04", "The VR has no Value.", "InlineBinary or BulkDataURI")
_ONE_VALUE = Fault("J-VAL-05", "The VR holds one value only.", "one value")
_URI_TYPE = Fault("J-BULK-01", "BulkDataURI is not a string.", "a string")
_BULK_VR = Fault("J-BULK-02", "The value of this VR cannot stand elsewhere.", "Value")
_BULK_TEXT = Fault("J-BULK-06", "The texts disagree on whether SH, LO and PN may be bulk data.", "Value")
_INLINE_TYPE = Fault("J-BIN-01", "InlineBinary is not one string.", "a string")
_INLINE_VR = Fault("J-BIN-03", "The VR does not use InlineBinary.", "Value")
_INLINE_NUMBER = Fault("J-BIN-09", "InlineBinary of a numeric VR stands in an example only.", "Value")


def read_attribute(place: Place, facts: TagFacts, attribute: Any, items: ItemReader) -> Element:
    """Return the element of an attribute object; ``items`` reads the items of a sequence."""
    if not isinstance(attribute, dict):
        if type(attribute) is not NotJson:
            place.report(_NOT_AN_OBJECT, found=attribute)
        return Element("")
    if not attribute.keys() <= _MEMBERS or isinstance(attribute, Repeated):
        _check_members(place, attribute)
    vr, reading_vr = _read_vr(place, facts, attribute)
    forms = [form for form in _FORMS if form in attribute]
    if not forms:
        return Element(vr)
    if len(forms) > 1:
        place.report(_SEVERAL_FORMS, found=" and ".join(forms))
    match forms[0]:
        case "Value":
            values = _read_value(place, facts, reading_vr, attribute["Value"], items)
        case "BulkDataURI":
            values = _read_bulk(place, reading_vr, attribute["BulkDataURI"])
        case _:
            values = _read_inline(place, reading_vr, attribute["InlineBinary"], pixels=facts.tag == PIXEL_DATA)
    return Element(vr, values)


def _check_members(place: Place, attribute: dict[str, Any]) -> None:
    for name in attribute.keys() - _MEMBERS:
        place.report(_XML_MEMBER if name == "privateCreator" else _UNKNOWN_MEMBER, name, found=name)
    if isinstance(attribute, Repeated):
        for name in attribute.names:
            place.report(_REPEATED_MEMBER, name, found=name)


def _read_vr(place: Place, facts: TagFacts, attribute: dict[str, Any]) -> tuple[str, str]:
    """Return the VR as given (empty when it is not), and the VR by which to read."""
    vr = attribute.get("vr")
    if not isinstance(vr, str):
        place.report(_NO_VR, found=vr if "vr" in attribute else "no vr")
        return "", facts.vr
    if vr not in VRS:
        place.report(_NOT_A_VR, "vr", found=vr)
        return vr, facts.vr
    if vr not in facts.vrs:
        place.report(_mismatch(facts, vr), "vr", found=vr)
    return vr, vr


def _mismatch(facts: TagFacts, vr: str) -> Fault:
    expected = " or ".join(sorted(facts.vrs))
    if vr == "UN":
        return Fault("J-VR-04", "The dictionary knows the VR of this tag.", expected)
    if vr == "DT" and facts.tag in {"00080020", "00100030"}:
        return Fault("J-VR-05", "The vr is that of an old example and not that of the dictionary.", expected)
    return Fault("J-VR-03", "The vr is not that of the dictionary.", expected)


def _read_value(place: Place, facts: TagFacts, vr: str, values: Any, items: ItemReader) -> Values:
    if not isinstance(values, list):
        if type(values) is NotJson:
            return (None,)
        place.report(_NOT_AN_ARRAY, "Value", found=values)
        values = [values]
    if not values:
        place.report(_EMPTY_SEQUENCE if vr == "SQ" else _EMPTY_ARRAY, "Value", found="[]")
        return ()
    if vr == "SQ":
        return items(place, values)
    if vr in BINARY_VRS:
        place.report(_BINARY_VALUE, "Value", found=values)
        return (None,)
    if vr not in VALUE_READERS:  # nothing says how to read it
        return tuple(value if type(value) in {str, int, float} else None for value in values)
    read = VALUE_READERS[vr](place, vr, values)
    _check_count(place, facts, vr, len(values))
    if not facts.plain:
        for index, fault in check_tag_values(facts.tag, read):
            place.report(fault, "Value", index, found=read[index])
    return read


def _check_count(place: Place, facts: TagFacts, vr: str, count: int) -> None:
    if vr in _SINGLE:
        if count > 1:
            place.report(_ONE_VALUE, "Value", found=f"{count} values")
    elif facts.entry is not None and vr in facts.vrs and not facts.entry.allows(count):
        fault = Fault("J-VAL-06", "The dictionary allows another number of values.", facts.entry.vm)
        place.report(fault, "Value", found=f"{count} values")


def _read_bulk(place: Place, vr: str, uri: Any) -> Values:
    if vr and vr not in BULK_VRS:
        place.report(_BULK_TEXT if vr in {"LO", "PN", "SH"} else _BULK_VR, "BulkDataURI", found=vr)
    if not isinstance(uri, str):
        place.report(_URI_TYPE, "BulkDataURI", found=uri)
        return (None,)
    for fault in check_uri(uri):
        place.report(fault, "BulkDataURI", found=uri)
    return (BulkData(uri),)


def _read_inline(place: Place, vr: str, text: Any, *, pixels: bool) -> Values:
    if vr and vr not in BINARY_VRS:
        place.report(_INLINE_NUMBER if vr in NUMERIC_VRS else _INLINE_VR, "InlineBinary", found=vr)
    if not isinstance(text, str):
        place.report(_INLINE_TYPE, "InlineBinary", found=text)
        return (None,)
    data, faults = read_base64(vr, text, pixels=pixels)
    for fault in faults:
        place.report(fault, "InlineBinary", found=text)
    value: Value = data
    return (value,) if text else ()
