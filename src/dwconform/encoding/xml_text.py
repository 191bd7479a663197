"""Bytes to an XML tree without expanding entities, loading a DTD, touching the network, or growing without bounds."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from lxml import etree

from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems

__all__ = ["NAMESPACE", "Node", "Site", "local_name", "parse_xml"]

NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
Node: TypeAlias = "etree._Element"

_ILL_FORMED = "X-WF-01"
_BAD_ENCODING = "X-ENC-01"
_TOO_MUCH = "X-LIMIT-01"
_RULES = {
    "ERR_INVALID_ENCODING": _BAD_ENCODING,
    "ERR_UNKNOWN_ENCODING": _BAD_ENCODING,
    "ERR_UNSUPPORTED_ENCODING": _BAD_ENCODING,
    "ERR_RESOURCE_LIMIT": _TOO_MUCH,
    "ERR_ENTITY_LOOP": _TOO_MUCH,
    "ERR_NAME_TOO_LONG": _TOO_MUCH,
}
_EXPECTED = {
    _ILL_FORMED: "one well-formed XML document",
    _BAD_ENCODING: "text in the encoding that the document declares, UTF-8 when it declares none",
    _TOO_MUCH: "nesting, names and text that a parser takes without being told to",
}
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_WHITE_SPACE = " \t\r\n"
_OTHER_ATTRIBUTE = Fault("X-ATTR-02", "The XML attribute has no meaning here.", "no such attribute")
_LOCATION = Fault("X-ATTR-03", "The document says where its schema is.", "no xsi attributes")
_MIXED = Fault("X-CHOICE-02", "Text stands beside or in place of elements.", "elements alone")
_DOCTYPE = Fault("X-DTD-01", "The document has a DOCTYPE; entities of it are not expanded.", "no DOCTYPE")


def parse_xml(body: bytes, problems: Problems) -> Node | None:
    """Return the document element, None when the text is not well-formed; never raises."""
    # a parser each: its error log grows, and is not shared between threads
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        _report(error, parser, problems)
        return None
    docinfo: Any = root.getroottree().docinfo  # lxml-stubs: maybe a property object
    if docinfo.doctype:
        problems.add(_DOCTYPE, "")
    return root


def _report(error: Exception, parser: etree.XMLParser, problems: Problems) -> None:
    entry = parser.error_log.last_error
    if entry is None:
        problems.add(Fault(_ILL_FORMED, "The text is not well-formed XML.", _EXPECTED[_ILL_FORMED]), "", str(error))
        return
    rule = _RULES.get(entry.type_name, _ILL_FORMED)
    where = f"line {entry.line}, column {entry.column}"
    message = f"The document cannot be parsed at {where}."
    problems.add(Fault(rule, message, _EXPECTED[rule]), "", " ".join(entry.message.split()))


def local_name(node: Node) -> str:
    """Return the name of an element of the model, in its namespace or in none; empty for foreign ones and entities."""
    return _local(node.tag) if isinstance(node.tag, str) else ""


@lru_cache(maxsize=100)  # names may be long
def _local(name: str) -> str:
    if name.startswith("{"):
        namespace, _, local = name[1:].partition("}")
        return local if namespace == NAMESPACE else ""
    return name


class Site(NamedTuple):  # made for each value: a frozen dataclass takes three times as long
    """An element, as its checks need it to report a problem.

    Attributes:
        problems: where to report.
        pointer: the XPath of the element, without prefixes.
        depth: how many items are around it.
    """

    problems: Problems
    pointer: str
    depth: int = 0

    def report(self, fault: Fault, found: object = "", below: str = "") -> None:
        """Report ``fault`` at the element, or at the step ``below`` it."""
        self.problems.add(fault, self.pointer + below, found)

    def below(self, step: str) -> Site:
        """Return the site of a child."""
        return Site(self.problems, f"{self.pointer}/{step}", self.depth)

    def item(self) -> Site:
        """Return this site as that of an item, one sequence deeper."""
        return Site(self.problems, self.pointer, self.depth + 1)

    def check_attributes(self, node: Node, allowed: Collection[str]) -> None:
        """Report the XML attributes that the element has no use for."""
        for name in node.attrib:
            if name not in allowed:
                fault = _LOCATION if str(name).startswith(_SCHEMA_INSTANCE) else _OTHER_ATTRIBUTE
                self.report(fault, name, f"/@{etree.QName(name).localname}")

    def check_no_text(self, node: Node) -> None:
        """Report text beside or in place of child elements."""
        texts = [node.text, *(child.tail for child in node)]
        mixed = next((text for text in texts if text and text.strip(_WHITE_SPACE)), None)
        if mixed is not None:
            self.report(_MIXED, mixed.strip(_WHITE_SPACE))
