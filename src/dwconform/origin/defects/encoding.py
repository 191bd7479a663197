"""Defects of the DICOM JSON and Native DICOM Model of results (PS3.18 annex F, PS3.19 A.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.defects import Hook, defect
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.xml_writer import NAMESPACE

_DICOM_JSON = "application/dicom+json"
_LATIN_1_END = 0xFF


@defect("json-latin-1", breaks="10.6.3.3/utf8", hook=Hook.RESPONSE, bugs=("B244",))
def latin_1(answer: Answer) -> Answer:
    """Writes JSON in ISO 8859-1."""
    if answer.media_type != _DICOM_JSON:
        return answer
    return replace(answer, body=answer.body.decode().encode("latin-1", "replace"))


@defect("json-names-blank-beyond-latin-1", breaks="10.6.3.3/utf8", hook=Hook.RESULT, bugs=("B009",))
def names_blank_beyond_latin_1(dataset: Dataset) -> Dataset:
    """Returns a name with characters beyond ISO 8859-1 without a value."""
    return _names(dataset, lambda name: "" if any(ord(letter) > _LATIN_1_END for letter in name) else name)


@defect("json-first-name-group", breaks="10.6.3.3/utf8", hook=Hook.RESULT, bugs=("B057",))
def first_name_group(dataset: Dataset) -> Dataset:
    """Returns only the alphabetic group of a name."""
    return _names(dataset, lambda name: name.partition("=")[0])


@defect("json-stored-character-set", breaks="10.6.3.3/utf8", hook=Hook.RESULT, bugs=("B056",))
def stored_character_set(dataset: Dataset) -> Dataset:
    """Returns the Specific Character Set of the stored instance beside text in UTF-8."""
    return {"00080005": Element("CS", ("ISO_IR 100",)), **_without(dataset, "00080005")}


@defect("json-numbers-as-strings", breaks="10.6.3.3/value-types", hook=Hook.JSON, bugs=("B039",))
def numbers_as_strings(document: Any) -> Any:
    """Writes the numbers of US and the like as strings."""
    for attribute in _attributes(document):
        if attribute["vr"] in ("US", "UL", "SS", "SL", "FL", "FD") and "Value" in attribute:
            attribute["Value"] = [str(value) for value in attribute["Value"]]
    return document


@defect("json-text-as-numbers", breaks="10.6.3.3/value-types", hook=Hook.JSON)
def text_as_numbers(document: Any) -> Any:
    """Writes dates as numbers."""
    for attribute in _attributes(document):
        if attribute["vr"] == "DA" and "Value" in attribute:
            attribute["Value"] = [int(value) for value in attribute["Value"]]
    return document


@defect("json-ambiguous-vr", breaks="10.6.3.3/vr", hook=Hook.JSON, bugs=("B054",))
def ambiguous_vr(document: Any) -> Any:
    """Writes the VR of text as that of two possible ones."""
    for attribute in _attributes(document):
        if attribute["vr"] == "LO":
            attribute["vr"] = "LO_SH"
    return document


@defect("json-without-vr", breaks="10.6.3.3/vr", hook=Hook.JSON)
def without_vr(document: Any) -> Any:
    """Leaves the VR out."""
    for attribute in list(_attributes(document)):
        del attribute["vr"]
    return document


@defect("json-fails-on-empty-sequence", breaks="10.6.3.3/json", hook=Hook.JSON, bugs=("B053",))
def fails_on_empty_sequence(document: Any) -> Any:
    """Answers 500 when a result has a sequence without items."""
    if any(attribute["vr"] == "SQ" and not attribute.get("Value") for attribute in _attributes(document)):
        raise Refusal(500, "IndexOutOfBoundsException")
    return document


@defect("json-two-kinds-of-value", breaks="10.6.3.3/json", hook=Hook.JSON, bugs=("B208",))
def two_kinds_of_value(document: Any) -> Any:
    """Writes a BulkDataURI beside the values of an attribute."""
    for attribute in _attributes(document):
        if attribute["vr"] == "US" and "Value" in attribute:
            attribute["BulkDataURI"] = "http://127.0.0.1/bulk"
        if attribute["vr"] == "TM" and "Value" in attribute:
            attribute["InlineBinary"] = "AAAA"
    return document


@defect("json-unsorted", breaks="10.6.3.3/json", hook=Hook.JSON, bugs=("B238",))
def unsorted(document: Any) -> Any:
    """Writes the attributes of a result in descending order of their tags."""
    return [dict(reversed(result.items())) for result in document] if isinstance(document, list) else document


@defect("json-drops-empty-values", breaks="10.6.3.3/json", hook=Hook.JSON, bugs=("B178",))
def drops_empty_values(document: Any) -> Any:
    """Drops an empty value among several, so that the next one takes its place."""
    for attribute in _attributes(document):
        if None in attribute.get("Value", ()):
            attribute["Value"] = [value for value in attribute["Value"] if value is not None]
    return document


@defect("json-object-for-one", breaks="10.6.3.3/json", hook=Hook.JSON)
def object_for_one(document: Any) -> Any:
    """Writes a single result without the array around it."""
    return document[0] if isinstance(document, list) and len(document) == 1 else document


@defect("xml-values-renumbered", breaks="10.6.3.3/xml", hook=Hook.XML, bugs=("B179",))
def values_renumbered(root: etree._Element) -> etree._Element:
    """Leaves an empty value among several out of the XML, and numbers the others anew."""
    for attribute in root.iter(f"{{{NAMESPACE}}}DicomAttribute"):
        values = attribute.findall(f"{{{NAMESPACE}}}Value")
        for value in values:
            if not value.text and len(values) > 1:
                attribute.remove(value)
        for number, value in enumerate(attribute.findall(f"{{{NAMESPACE}}}Value"), 1):
            value.set("number", str(number))
    return root


@defect("xml-without-namespace", breaks="10.6.3.3/xml", hook=Hook.XML)
def without_namespace(root: etree._Element) -> etree._Element:
    """Writes XML without the namespace of the Native DICOM Model."""
    for element in root.iter():
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return root


@defect("xml-fails", breaks="10.6.3.3/xml-content-location", hook=Hook.XML)
def fails(root: etree._Element) -> etree._Element:
    """Answers 500 to searches for XML."""
    raise Refusal(500, f"{etree.QName(root).localname} cannot be written.")


def _attributes(document: Any) -> Iterator[dict[str, Any]]:
    """Yield the attribute objects at any depth."""
    for dataset in document if isinstance(document, list) else [document]:
        for attribute in dataset.values():
            yield attribute
            if attribute.get("vr") == "SQ":
                yield from _attributes(attribute.get("Value", []))


def _names(dataset: Dataset, change: Callable[[str], str]) -> Dataset:
    return {
        tag: Element("PN", tuple(change(str(value or "")) or None for value in element.values if value))
        if element.vr == "PN"
        else element
        for tag, element in dataset.items()
    }


def _without(dataset: Dataset, tag: str) -> Dataset:
    return {each: element for each, element in dataset.items() if each != tag}
