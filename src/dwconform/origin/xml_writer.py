"""The Native DICOM Model (PS3.19 A.1)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from lxml import etree

from dwconform.origin.dictionary import creator_tag, is_private, keyword_of
from dwconform.origin.elements import Bulk, Dataset, Element, Value, texts

__all__ = ["NAMESPACE", "encode", "model"]

NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
_DEFAULT: dict[str | None, str] = {None: NAMESPACE}
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Locate = Callable[[str], str]


def model(dataset: Dataset, locate: Locate) -> etree._Element:
    """A data set as a document element; ``locate`` makes a Bulk path a URI."""
    root = etree.Element(f"{{{NAMESPACE}}}NativeDicomModel", nsmap=_DEFAULT)  # type: ignore[arg-type]  # the stubs forget the default namespace
    root.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    _attributes(root, dataset, locate)
    return root


def encode(root: etree._Element) -> bytes:
    """The document in UTF-8."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _attributes(parent: etree._Element, dataset: Dataset, locate: Locate) -> None:
    for tag in sorted(dataset):
        if not is_private(tag):
            names = {"keyword": keyword_of(tag)} if keyword_of(tag) else {}
            node = _child(parent, "DicomAttribute", tag=tag, vr=dataset[tag].vr, **names)
        else:
            creator = creator_tag(tag)
            owner = texts(dataset, creator) if creator else ()
            if not owner:  # a creator speaks through the privateCreator of its elements (A.1.5)
                continue
            node = _child(
                parent, "DicomAttribute", tag=f"{tag[:4]}00{tag[6:]}", vr=dataset[tag].vr, privateCreator=owner[0]
            )
        _content(node, dataset[tag], locate)


def _content(node: etree._Element, element: Element, locate: Locate) -> None:
    for number, value in enumerate(element.values, 1):
        if isinstance(value, Bulk):
            _child(node, "BulkData", uri=locate(value.path))
        elif isinstance(value, bytes):
            _child(node, "InlineBinary").text = base64.b64encode(value).decode()
        elif isinstance(value, dict):
            _attributes(_child(node, "Item", number=str(number)), value, locate)
        elif element.vr == "PN":
            _name(_child(node, "PersonName", number=str(number)), value)
        else:
            _child(node, "Value", number=str(number)).text = _text(value)


def _name(node: etree._Element, value: Value) -> None:
    for group, text in zip(_GROUPS, str(value or "").split("="), strict=False):
        if text.rstrip(" ^"):
            parent = _child(node, group)
            for component, part in zip(_COMPONENTS, text.split("^"), strict=False):
                if part.strip():
                    _child(parent, component).text = _text(part)


def _text(value: Value) -> str | None:
    """Text that XML can hold: characters outside XML 1.0 have no form in it, not even as references."""
    return None if value is None else _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value))
