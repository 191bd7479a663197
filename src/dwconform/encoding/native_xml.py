"""The Native DICOM Model as XML, strictly (PS3.19 A.1): one document to one data set, with everything wrong with it."""

from __future__ import annotations

from lxml import etree

from dwconform.encoding.dataset import DataSet, Element
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import LIMIT, Problems, Reading
from dwconform.encoding.whole import check_tag_values, has_empty_pixels
from dwconform.encoding.xml_attribute import read_attribute
from dwconform.encoding.xml_clean import read_clean
from dwconform.encoding.xml_private import place_private
from dwconform.encoding.xml_schema import validate
from dwconform.encoding.xml_text import NAMESPACE, Node, Site, local_name, parse_xml

__all__ = ["read_xml"]

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_OTHER_ROOT = Fault("X-ROOT-01", "The document element is another.", "NativeDicomModel")
_IN_ROOT = Fault("X-ROOT-01", "The document element holds something else than attributes.", "DicomAttribute elements")
_NO_NAMESPACE = Fault("X-NS-01", "The elements are not in the namespace of the model.", NAMESPACE)
_NO_SPACE = Fault("X-SPACE-01", "The document element does not carry xml:space.", 'xml:space="preserve"')
_IN_ITEM = Fault("X-SQ-01", "The item holds something else than attributes.", "DicomAttribute elements")
_DUPLICATE = Fault("X-TAG-04", "The attribute occurs more than once in its data set.", "each tag and creator once")
_DISORDER = Fault("X-TAG-05", "The attributes are not in ascending order of their tags.", "ascending order")
_DEEP = Fault("X-DEPTH-01", "The nesting is deeper than any data set needs, it was not read further.", "64 sequences")
_EMPTY_PIXELS = Fault("X-PIX-01", "Rows are there but the pixel data is empty.", "BulkData")
_TAG_RULES = {"J-CHAR-03": "X-CHAR-03", "J-TZ-01": "X-TZ-01"}
_MAX_DEPTH = 64


def read_xml(body: bytes, *, limit: int = LIMIT) -> Reading:
    """Read one Native DICOM Model document.

    Args:
        body: the bytes of the document.
        limit: how many problems to list at most.

    Returns:
        The data set, also from a faulty document, unless there is none to be seen; and the problems. Private attributes
        have the full tags that they have in DICOM JSON. Pointers are XPaths without prefixes.
    """
    problems = Problems(limit)
    root = parse_xml(body, problems)
    if root is None:
        return Reading((), problems.listed())
    if not problems:
        clean = read_clean(root)
        if clean is not None:
            return Reading((clean,), ())
    return Reading(_read_tree(root, problems), problems.listed())


def _read_tree(root: Node, problems: Problems) -> tuple[DataSet, ...]:
    """Return the data set, unless there is none to be seen, and report everything that is wrong with it."""
    name = etree.QName(root).localname
    if name != "NativeDicomModel":
        problems.add(_OTHER_ROOT, f"/{name}", name)
        if name.lower() != "nativedicommodel":
            return ()
    pointer = f"/{name}"
    _check_root(root, pointer, problems)
    dataset = _read_data_set(root, Site(problems, pointer), _IN_ROOT)
    if not problems:
        validate(root, problems)
    return (dataset,)


def _check_root(root: Node, pointer: str, problems: Problems) -> None:
    namespace = etree.QName(root).namespace
    if namespace != NAMESPACE:
        problems.add(_NO_NAMESPACE, pointer, namespace or "no namespace")
        if namespace:  # what follows takes elements without a namespace for those of the model
            for node in root.iter(f"{{{namespace}}}*"):
                node.tag = etree.QName(node).localname
    if root.get(_SPACE) != "preserve":
        problems.add(_NO_SPACE, pointer, root.get(_SPACE) or "absent")
    Site(problems, pointer).check_attributes(root, {_SPACE})


def _read_data_set(parent: Node, site: Site, foreign: Fault) -> DataSet:
    """Return the data set of the document element or of an item."""
    elements: dict[str, Element] = {}
    private: list[tuple[str, str, Element]] = []
    seen: set[tuple[str, str | None]] = set()
    ordered = True
    site.check_no_text(parent)
    for number, node in enumerate(parent, start=1):
        if local_name(node) != "DicomAttribute":
            site.report(foreign, node.tag if isinstance(node.tag, str) else "an entity", f"/*[{number}]")
            continue
        here = site.below(_step(node, number))
        tag, creator, element = read_attribute(node, here, _read_item)
        if (tag, creator) in seen:
            here.report(_DUPLICATE, tag)
        seen.add((tag, creator))
        if creator is not None:
            private.append((tag, creator, element))
        elif tag:
            if ordered and elements and tag < next(reversed(elements)):
                ordered = False
                here.report(_DISORDER, tag)
            elements[tag] = element
            _check_tag(tag, element, here)
    if has_empty_pixels(elements):
        site.report(_EMPTY_PIXELS)
    return place_private(elements, private)


def _step(node: Node, number: int) -> str:
    tag = node.get("tag", "")
    return f'DicomAttribute[@tag="{tag}"]' if tag.isalnum() and len(tag) == 8 else f"*[{number}]"


def _read_item(node: Node, site: Site) -> DataSet:
    if site.depth > _MAX_DEPTH:
        site.report(_DEEP)
        return {}
    return _read_data_set(node, site, _IN_ITEM)


def _check_tag(tag: str, element: Element, site: Site) -> None:
    for index, fault in check_tag_values(tag, element.values):
        own = Fault(_TAG_RULES[fault.rule], fault.message, fault.expected)
        site.report(own, element.values[index], f"/Value[{index + 1}]")
