"""One DicomAttribute of the Native DICOM Model: its XML attributes (PS3.19 A.1.5, A.1.6); the content is apart."""

from __future__ import annotations

import re

from dwconform.encoding.dataset import Element
from dwconform.encoding.dictionary import VRS, Entry, look_up
from dwconform.encoding.problem import Fault
from dwconform.encoding.xml_content import ItemReader, read_content
from dwconform.encoding.xml_text import Node, Site

__all__ = ["read_attribute"]

_NAMES = {"keyword", "privateCreator", "tag", "vr"}
_NOT_DATA_GROUPS = {"0000", "0001", "0002", "0003", "0004", "0005", "0006", "0007", "FFFE", "FFFF"}
_tag = re.compile("[0-9A-F]{8}").fullmatch

_NOT_A_TAG = Fault("X-TAG-01", "The tag is missing, or is none.", "eight hexadecimal digits, upper case")
_GROUP_LENGTH = Fault("X-TAG-02", "Group lengths have no place in the model.", "no element number 0000")
_NOT_DATA = Fault("X-TAG-03", "The group holds no data elements of a data set.", "a group of data elements")
_NO_VR = Fault("X-VR-02", "The attribute has no vr.", "vr")
_NOT_A_VR = Fault("X-VR-01", "The vr is none of the 34 codes.", "a code of PS3.5 6.2")
_NO_KEYWORD = "X-KEY-02"
_NO_CREATOR = Fault("X-PRIV-02", "The private attribute does not name its creator.", "privateCreator")
_OWN_CREATOR = Fault("X-PRIV-03", "A standard attribute names a private creator.", "no privateCreator")
_BLOCK = Fault("X-PRIV-04", "The tag of the private attribute holds its block.", "gggg00ee")
_CREATOR = Fault("X-PRIV-05", "A private creator is listed as an attribute.", "privateCreator of the attributes alone")


def read_attribute(node: Node, site: Site, read_item: ItemReader) -> tuple[str, str | None, Element]:
    """Return tag (empty when it is none), private creator and element of a DicomAttribute."""
    site.check_attributes(node, _NAMES)
    tag = _read_tag(node, site)
    creator = _read_creator(node, tag, site)
    entry = look_up(tag) if tag and creator is None else None
    if entry is not None:
        _check_keyword(node, entry, site)
    vr, reading_vr = _read_vr(node, entry, site)
    return tag, creator, Element(vr, read_content(node, site, reading_vr, entry, read_item))


def _attribute(node: Node, name: str) -> str | None:
    """Return an XML attribute, also one in another case: that is a problem already, and one is enough."""
    value = node.get(name)
    if value is not None:
        return value
    return next((str(text) for key, text in node.attrib.items() if str(key).lower() == name.lower()), None)


def _read_tag(node: Node, site: Site) -> str:
    written = _attribute(node, "tag") or ""
    tag = written.upper()
    if not _tag(tag):
        site.report(_NOT_A_TAG, written or "absent")
        return ""
    if tag != written:
        site.report(_NOT_A_TAG, written)
    if tag[4:] == "0000" and _attribute(node, "privateCreator") is None:
        site.report(_GROUP_LENGTH, tag)
    elif tag[:4] in _NOT_DATA_GROUPS:
        site.report(_NOT_DATA, tag)
    return tag


def _read_creator(node: Node, tag: str, site: Site) -> str | None:
    """Return the private creator of a private attribute, None for all others."""
    creator = _attribute(node, "privateCreator")
    if not tag:
        return None
    if int(tag[3], 16) % 2 == 0:
        if creator is not None:
            site.report(_OWN_CREATOR, creator)
        return None
    if creator is None:
        if "0010" <= tag[4:] <= "00FF":
            site.report(_CREATOR, tag)
        elif tag[4:] != "0000":
            site.report(_NO_CREATOR, tag)
    elif not creator.strip():
        site.report(_NO_CREATOR, '""')
    elif tag[4:6] != "00":
        site.report(_BLOCK, tag)
    return creator


def _check_keyword(node: Node, entry: Entry, site: Site) -> None:
    keyword = _attribute(node, "keyword")
    if not entry.keyword:
        return
    if keyword is None:
        site.report(Fault(_NO_KEYWORD, "The attribute has no keyword.", entry.keyword), "absent")
    elif " ".join(keyword.split()) != entry.keyword:
        site.report(Fault("X-KEY-01", "The keyword is not that of the tag.", entry.keyword), keyword)


def _read_vr(node: Node, entry: Entry | None, site: Site) -> tuple[str, str]:
    """Return the VR as given (empty when it is not), and the VR by which to read."""
    vr = _attribute(node, "vr")
    own = next(iter(entry.vrs)) if entry is not None and len(entry.vrs) == 1 else ""
    if vr is None:
        site.report(_NO_VR, "absent")
        return "", own
    if vr not in VRS:
        site.report(_NOT_A_VR, vr)
        return vr, own
    if entry is not None and vr not in entry.vrs:
        rule = "X-VR-04" if vr == "UN" else "X-VR-03"
        site.report(Fault(rule, "The vr is not that of the dictionary.", " or ".join(sorted(entry.vrs))), vr)
    return vr, vr
