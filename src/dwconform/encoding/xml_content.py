"""The content of a DicomAttribute (PS3.19 A.1.5): Values, Items, PersonNames, BulkData or InlineBinary."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from dwconform.encoding.bulk import BINARY_VRS, BULK_VRS, check_uri, read_base64
from dwconform.encoding.dataset import BulkData, DataSet, PersonName, Value
from dwconform.encoding.dictionary import Entry
from dwconform.encoding.problem import Fault
from dwconform.encoding.xml_text import Node, Site, local_name
from dwconform.encoding.xml_values import COMPONENTS, GROUPS, check_component, check_groups, check_value, native_value

__all__ = ["SINGLE_VRS", "ItemReader", "read_content"]

ItemReader = Callable[[Node, Site], DataSet]
_Values = tuple[Value, ...]

_KINDS = ("BulkData", "InlineBinary", "Item", "PersonName", "Value")
SINGLE_VRS = frozenset({"LT", "ST", "UR", "UT"})
_number = re.compile(r"[ \t\r\n]*\+?0*([1-9][0-9]{0,17})[ \t\r\n]*").fullmatch

_FOREIGN = Fault("X-CHOICE-02", "The element is none that the model has here.", "an element of the model")
_MIXED = Fault("X-CHOICE-01", "The attribute has more than one kind of content.", "one kind")
_TWO_INLINE = Fault("X-CHOICE-01", "The attribute has more than one InlineBinary.", "one for the whole value")
_NO_NUMBER = Fault("X-NUM-01", "The element has no number.", "1, 2, 3 and so on")
_BAD_NUMBER = Fault("X-NUM-02", "The numbers do not count from 1 in document order.", "1, 2, 3 and so on")
_VALUE_VR = Fault("X-VAL-01", "The VR does not use Value.", "Item for SQ, PersonName for PN")
_VALUE_BINARY = Fault("X-VAL-05", "The VR is expected as InlineBinary or BulkData.", "InlineBinary or BulkData")
_EMPTY_VALUE = Fault("X-VAL-02", "An empty attribute has a Value that holds nothing.", "no Value")
_ONE_VALUE = Fault("X-VM-02", "The VR holds one value only.", "one value")
_ITEM_VR = Fault("X-SQ-02", "The VR has no items.", "SQ")
_NAME_VR = Fault("X-PN-03", "The VR has no person names.", "PN")
_GROUP_ORDER = Fault("X-PN-01", "The groups are not these, once each, in this order.", ", ".join(GROUPS))
_COMPONENT_ORDER = Fault("X-PN-02", "The components are not these, once each, in this order.", ", ".join(COMPONENTS))
_INLINE_VR = Fault("X-BIN-02", "The VR does not use InlineBinary.", "Value")
_BULK_VR = Fault("X-BULK-06", "The value of this VR cannot stand elsewhere.", "Value")
_BULK_TEXT = Fault("X-BULK-07", "The texts disagree on whether SH, LO and PN may be bulk data.", "Value")
_BULK_TWICE = Fault("X-BULK-04", "BulkData is empty and stands once for the whole value.", "one empty element")
_BULK_REFERENCE = Fault("X-BULK-03", "BulkData has not exactly one of uri and uuid.", "uri")
_BULK_UUID = Fault("X-BULK-01", "BulkData has a uuid, which only application hosting knows.", "uri")
_RULES = {
    "J-BIN-02": "X-BIN-01",
    "J-BIN-04": "X-BIN-03",
    "J-BIN-05": "X-BIN-04",
    "J-BIN-08": "X-BIN-05",
    "J-BULK-01": "X-BULK-01",
    "J-BULK-03": "X-BULK-01",
    "J-BULK-04": "X-BULK-05",
    "J-PIX-02": "X-PIX-02",
}


def read_content(node: Node, site: Site, vr: str, entry: Entry | None, read_item: ItemReader) -> _Values:
    """Return the values of an attribute and report what is wrong with its content."""
    site.check_no_text(node)
    kinds: dict[str, list[Node]] = {}
    for number, child in enumerate(node, start=1):
        kind = local_name(child)
        if kind in _KINDS:
            kinds.setdefault(kind, []).append(child)
        else:
            site.report(_FOREIGN, child.tag if isinstance(child.tag, str) else "an entity", f"/*[{number}]")
    if not kinds:
        return ()
    if len(kinds) > 1:
        site.report(_MIXED, " and ".join(kinds))
    kind, children = next(iter(kinds.items()))
    match kind:
        case "Value":
            return _read_values(children, site, vr, entry)
        case "PersonName":
            return _read_names(children, site, vr, entry)
        case "Item":
            return _read_items(children, site, vr, read_item)
        case "BulkData":
            return (_read_bulk(children, site, vr),)
        case _:
            return _read_inline(children, site, vr, pixels=entry is not None and entry.keyword == "PixelData")


def _check_numbers(children: list[Node], site: Site) -> None:
    for position, child in enumerate(children, start=1):
        here = site.below(f"{local_name(child)}[{position}]")
        here.check_attributes(child, {"number"})
        text = child.get("number")
        match = _number(text or "")
        if match is None:
            here.report(_NO_NUMBER, "absent" if text is None else text)
        elif int(match[1]) != position:
            here.report(_BAD_NUMBER, text)


def _check_count(count: int, site: Site, vr: str, entry: Entry | None) -> None:
    if vr in SINGLE_VRS and count > 1:
        site.report(_ONE_VALUE, f"{count} values")
    elif entry is not None and vr in entry.vrs and not entry.allows(count):
        site.report(Fault("X-VM-01", "The dictionary allows another number of values.", entry.vm), f"{count} values")


def _leaf_text(node: Node, site: Site) -> str:
    """Return the text of an element that holds text alone; entities were not expanded and count for nothing."""
    for child in node:
        site.report(_FOREIGN, child.tag if isinstance(child.tag, str) else "an entity")
    return node.text or ""


def _read_values(children: list[Node], site: Site, vr: str, entry: Entry | None) -> _Values:
    _check_numbers(children, site)
    if vr in {"PN", "SQ"}:
        site.report(_VALUE_VR, vr)
    elif vr in BINARY_VRS:
        site.report(_VALUE_BINARY, vr)
    values: list[Value] = []
    for position, child in enumerate(children, start=1):
        here = site.below(f"Value[{position}]")
        text = _leaf_text(child, here)
        for fault in check_value(vr, text) if text else ():
            here.report(fault, text)
        values.append(native_value(vr, text) if text else None)
    if values == [None]:
        site.report(_EMPTY_VALUE)
        return ()
    if vr not in {"PN", "SQ"} | BINARY_VRS:
        _check_count(len(values), site, vr, entry)
    return tuple(values)


def _read_names(children: list[Node], site: Site, vr: str, entry: Entry | None) -> _Values:
    _check_numbers(children, site)
    if vr and vr != "PN":
        site.report(_NAME_VR, vr)
    names: list[Value] = []
    for position, child in enumerate(children, start=1):
        here = site.below(f"PersonName[{position}]")
        groups = _ordered(child, here, GROUPS, _GROUP_ORDER)
        texts = {name: _read_group(group, here.below(name)) for name, group in groups.items()}
        name = PersonName(*(texts.get(group, "") for group in GROUPS))
        for fault in check_groups(name):
            here.report(fault, str(name))
        names.append(name if any(texts.values()) else None)
    if vr == "PN":
        _check_count(len(names), site, vr, entry)
    return tuple(names) if names != [None] else ()


def _ordered(node: Node, site: Site, names: tuple[str, ...], fault: Fault) -> dict[str, Node]:
    """Return the children by name, which must be among ``names``, once each and in their order."""
    site.check_no_text(node)
    found = [local_name(child) for child in node]
    known = [names.index(name) for name in found if name in names]
    if len(known) < len(found) or any(first >= second for first, second in pairwise(known)):
        site.report(fault, ", ".join(name or "another" for name in found))
    return {name: child for name, child in zip(found, node, strict=True) if name in names}


def _read_group(node: Node, site: Site) -> str:
    site.check_attributes(node, ())
    parts = _ordered(node, site, COMPONENTS, _COMPONENT_ORDER)
    texts: list[str] = []
    for name in COMPONENTS:
        text = ""
        if name in parts:
            here = site.below(name)
            here.check_attributes(parts[name], ())
            text = _leaf_text(parts[name], here)
            for fault in check_component(text) if text else ():
                here.report(fault, text)
        texts.append(text)
    return "^".join(texts).rstrip("^")


def _read_items(children: list[Node], site: Site, vr: str, read_item: ItemReader) -> _Values:
    _check_numbers(children, site)
    if vr and vr != "SQ":
        site.report(_ITEM_VR, vr)
    return tuple(
        read_item(child, site.below(f"Item[{position}]").item()) for position, child in enumerate(children, start=1)
    )


def _read_bulk(children: list[Node], site: Site, vr: str) -> BulkData:
    node, here = children[0], site.below("BulkData")
    if len(children) > 1 or len(node) or node.text:
        here.report(_BULK_TWICE, f"{len(children)} elements")
    if vr and vr not in BULK_VRS:
        here.report(_BULK_TEXT if vr in {"LO", "PN", "SH"} else _BULK_VR, vr)
    uri, uuid = node.get("uri"), node.get("uuid")
    other = {str(name): text for name, text in node.attrib.items() if name not in {"uri", "uuid"}}
    if (uri is None) == (uuid is None):
        here.report(_BULK_REFERENCE, ", ".join(map(str, node.attrib)) or "none")
    elif uri is None:
        here.report(_BULK_UUID, uuid)
    else:
        here.check_attributes(node, {"uri", "uuid"})
        for fault in check_uri(uri):
            here.report(Fault(_RULES[fault.rule], fault.message, fault.expected), uri)
    return BulkData(str(uri or other.get("URI") or uuid or ""))


def _read_inline(children: list[Node], site: Site, vr: str, *, pixels: bool) -> _Values:
    here = site.below("InlineBinary")
    if len(children) > 1:
        site.report(_TWO_INLINE, f"{len(children)} elements")
    if vr and vr not in BINARY_VRS:
        here.report(_INLINE_VR, vr)
    here.check_attributes(children[0], ())
    text = "".join(_leaf_text(children[0], here).split())  # xsd:base64Binary takes white space
    data, faults = read_base64(vr, text, pixels=pixels)
    for fault in faults:
        here.report(Fault(_RULES[fault.rule], fault.message, fault.expected), text)
    return (data,) if text else ()
