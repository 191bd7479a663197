"""Defects of the metadata of studies, series and instances (PS3.18 10.4.1.1.2, 10.4.3.3.2, annex F)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import level, with_parts
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.negotiate import Form, Negotiation

_NATIVE = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"
_PIXELS = "7FE00010"
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


@defect("metadata-arrays-in-array", breaks="10.4.1.1.2/study-metadata", hook=Hook.JSON, bugs=("B015",))
def arrays_in_array(document: Any, context: Context) -> Any:
    """Returns the metadata of a study as an array of the arrays of its series."""
    return [document] if _is_of(context, "study") else document


@defect("metadata-of-study-absent", breaks="10.4.1.1.2/study-metadata", hook=Hook.JSON, bugs=("B213",))
def of_study_absent(document: Any, context: Context) -> Any:
    """Answers 404 to the metadata of a study."""
    if _is_of(context, "study"):
        raise Refusal(404, "No such resource.")
    return document


@defect("metadata-drops-one", breaks="10.4.1.1.2/series-metadata", hook=Hook.JSON)
def drops_one(document: Any, context: Context) -> Any:
    """Leaves the last instance out of the metadata of a series."""
    return document[:-1] if _is_of(context, "series") else document


@defect("metadata-bare-object", breaks="10.4.1.1.2/instance-metadata", hook=Hook.JSON)
def bare_object(document: Any, context: Context) -> Any:
    """Returns the metadata of an instance without the array around it."""
    return document[0] if _is_of(context, "instance") else document


@defect("metadata-json-only", breaks="10.4.4/metadata-xml", hook=Hook.NEGOTIATE)
def json_only(negotiation: Negotiation, context: Context) -> Negotiation:
    """Has no metadata in XML."""
    return replace(negotiation, form=None) if _is(context) and negotiation.form is Form.XML else negotiation


@defect("metadata-xml-in-one-document", breaks="10.4.4/metadata-xml", hook=Hook.RESPONSE)
def xml_in_one_document(answer: Answer, context: Context) -> Answer:
    """Returns the XML of the first instance only."""
    return with_parts(answer, lambda parts: parts[:1]) if _is(context) else answer


@defect("metadata-xml-for-any", breaks="10.4.4/metadata-default", hook=Hook.NEGOTIATE)
def xml_for_any(negotiation: Negotiation, context: Context) -> Negotiation:
    """Gives XML to a client that accepts anything."""
    anything = _is(context) and negotiation.range is not None and negotiation.range.type == "*/*"
    return replace(negotiation, form=Form.XML) if anything else negotiation


@defect("metadata-unknown-fails", breaks="10.4.3.1/metadata-not-found", hook=Hook.RESPONSE, bugs=("B041",))
def unknown_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 to the metadata of an instance that is not there."""
    mine = _is_of(context, "instance") and answer.status == 404
    return Answer(500, b"NullReferenceException\n", "text/plain") if mine else answer


@defect("metadata-unknown-empty", breaks="10.4.3.1/metadata-not-found", hook=Hook.RESPONSE)
def unknown_empty(answer: Answer, context: Context) -> Answer:
    """Answers with an empty list to the metadata of a study that is not there."""
    mine = _is_of(context, "study") and answer.status == 404
    return Answer(200, b"[]", "application/dicom+json") if mine else answer


@defect("metadata-main-tags-only", breaks="10.4.3.3.2/all-attributes", hook=Hook.RESULT, bugs=("B068",))
def main_tags_only(dataset: Dataset, context: Context) -> Dataset:
    """Leaves the attributes that describe the pixels out of metadata."""
    return _without(dataset, lambda tag, _: tag.startswith("0028")) if _is(context) else dataset


@defect("metadata-without-binary", breaks="10.4.3.3.2/all-attributes", hook=Hook.RESULT, bugs=("B114",))
def without_binary(dataset: Dataset, context: Context) -> Dataset:
    """Leaves all values of binary VRs out of metadata."""
    return _without(dataset, lambda _, element: element.vr in _BINARY) if _is(context) else dataset


@defect("metadata-without-sequences", breaks="10.4.3.3.2/all-attributes", hook=Hook.RESULT, bugs=("B219",))
def without_sequences(dataset: Dataset, context: Context) -> Dataset:
    """Leaves sequences out of metadata."""
    return _without(dataset, lambda _, element: element.vr == "SQ") if _is(context) else dataset


@defect("metadata-without-nested-binary", breaks="10.4.3.3.2/all-attributes", hook=Hook.JSON, bugs=("B242",))
def without_nested_binary(document: Any, context: Context) -> Any:
    """Leaves binary values inside sequences out of metadata."""
    for dataset in document if _is(context) else ():
        for attribute in dataset.values():
            for item in attribute.get("Value", []) if attribute["vr"] == "SQ" else ():
                for tag in [tag for tag, inner in item.items() if inner["vr"] in _BINARY]:
                    del item[tag]
    return document


@defect("metadata-fails-on-nan", breaks="F.2/metadata-json", hook=Hook.RESULT, bugs=("B240",))
def fails_on_nan(dataset: Dataset, context: Context) -> Dataset:
    """Answers 500 to metadata in which a number is none."""
    if _is(context) and any(element.vr == "FD" and tag.startswith("0009") for tag, element in dataset.items()):
        raise Refusal(500, "ValueError: Out of range float values are not JSON compliant")
    return dataset


@defect("metadata-rounds-integers", breaks="10.4.3.3.2/values", hook=Hook.JSON, bugs=("B183",))
def rounds_integers(document: Any, context: Context) -> Any:
    """Writes integers of 64 bits as numbers that have been floating point."""
    for attribute in _attributes(document) if _is(context) else ():
        if attribute["vr"] in ("SV", "UV") and "Value" in attribute:
            attribute["Value"] = [int(float(value)) for value in attribute["Value"]]
    return document


@defect("metadata-empty-pixels", breaks="10.4.3.3.2/values", hook=Hook.RESULT, bugs=("B134",))
def empty_pixels(dataset: Dataset, context: Context) -> Dataset:
    """Shows pixel data in metadata as an attribute without a value."""
    return {**dataset, _PIXELS: Element("OW")} if _is(context) and _PIXELS in dataset else dataset


@defect("metadata-of-the-first", breaks="10.4.3.3.2/values", hook=Hook.RESULT, bugs=("B024",))
def of_the_first(dataset: Dataset, context: Context) -> Dataset:
    """Gives every instance of a series the position of the first."""
    position = Element("DS", ("0", "0", "5"))
    return {**dataset, "00200032": position} if _is(context) and "00200032" in dataset else dataset


@defect("metadata-last-number-only", breaks="10.4.3.3.2/values", hook=Hook.RESULT, bugs=("B047",))
def last_number_only(dataset: Dataset, context: Context) -> Dataset:
    """Keeps only the last of several numbers."""
    return (
        {
            tag: replace(element, values=element.values[-1:]) if element.vr in ("DS", "IS", "US", "FD") else element
            for tag, element in dataset.items()
        }
        if _is(context)
        else dataset
    )


@defect("metadata-unknown-emptied", breaks="10.4.3.3.2/values", hook=Hook.RESULT, bugs=("B043",))
def unknown_emptied(dataset: Dataset, context: Context) -> Dataset:
    """Loses the short values of private attributes with binary VRs."""
    return (
        {
            tag: Element(element.vr) if element.vr in _BINARY and int(tag[3], 16) % 2 else element
            for tag, element in dataset.items()
        }
        if _is(context)
        else dataset
    )


@defect("metadata-adds-archive-data", breaks="10.4.3.3.2/values", hook=Hook.RESULT, bugs=("B133",))
def adds_archive_data(dataset: Dataset, context: Context) -> Dataset:
    """Adds private attributes of the archive to metadata."""
    added = {"77770010": Element("LO", ("ARCHIVE",)), "77771001": Element("LO", ("internal",))}
    return {**dataset, **added} if _is(context) else dataset


@defect("metadata-name-elsewhere", breaks="10.4.3.3.2/replaceable-values", hook=Hook.JSON)
def name_elsewhere(document: Any, context: Context) -> Any:
    """Replaces the patient's name by a URI."""
    for attribute in _attributes(document) if _is(context) else ():
        if attribute["vr"] == "PN" and "Value" in attribute:
            del attribute["Value"]
            attribute["BulkDataURI"] = f"{context.base_url}/names/1"
    return document


@defect("metadata-with-transfer-syntax", breaks="10.4.1.1.2/no-file-meta-information", hook=Hook.JSON)
def with_transfer_syntax(document: Any, context: Context) -> Any:
    """Puts the transfer syntax into metadata."""
    return _first(document, "00020010", {"vr": "UI", "Value": ["1.2.840.10008.1.2.1"]}) if _is(context) else document


@defect("metadata-with-group-length", breaks="F.2.2/group-lengths", hook=Hook.JSON)
def with_group_length(document: Any, context: Context) -> Any:
    """Puts a group length into metadata."""
    return _first(document, "00080000", {"vr": "UL", "Value": [300]}) if _is(context) else document


@defect("metadata-unsorted", breaks="F.2.2/order", hook=Hook.JSON)
def unsorted(document: Any, context: Context) -> Any:
    """Writes the attributes of metadata in descending order."""
    return [dict(reversed(each.items())) for each in document] if _is(context) else document


@defect("metadata-tags-in-lower-case", breaks="F.2.2/names", hook=Hook.JSON)
def tags_in_lower_case(document: Any, context: Context) -> Any:
    """Writes tags in lower case."""
    return [{tag.lower(): value for tag, value in each.items()} for each in document] if _is(context) else document


@defect("metadata-drops-empty", breaks="F.2.5/empty-attributes", hook=Hook.RESULT)
def drops_empty(dataset: Dataset, context: Context) -> Dataset:
    """Leaves attributes without a value out of metadata."""
    return _without(dataset, lambda _, element: not element.values) if _is(context) else dataset


@defect("metadata-null-for-empty", breaks="F.2.5/empty-attributes", hook=Hook.JSON)
def null_for_empty(document: Any, context: Context) -> Any:
    """Writes an attribute without a value as one with an empty array."""
    for attribute in _attributes(document) if _is(context) else ():
        if attribute.keys() == {"vr"}:
            attribute["Value"] = []
    return document


@defect("metadata-octets-as-numbers", breaks="F.2/metadata-json", hook=Hook.JSON, bugs=("B001",))
def octets_as_numbers(document: Any, context: Context) -> Any:
    """Writes binary values as arrays of numbers."""
    for attribute in _attributes(document) if _is(context) else ():
        if attribute["vr"] in _BINARY and "BulkDataURI" in attribute:
            del attribute["BulkDataURI"]
            attribute["Value"] = [0, 1, 2, 3]
    return document


@defect("metadata-fragments", breaks="F.2/metadata-json", hook=Hook.JSON, bugs=("B177",))
def fragments(document: Any, context: Context) -> Any:
    """Writes pixel data as a DataFragment, which DICOM JSON does not have."""
    for each in document if _is(context) else ():
        if _PIXELS in each:
            each[_PIXELS] = {"vr": each[_PIXELS]["vr"], "Value": [None], "DataFragment": [{"InlineBinary": "AAAA"}]}
    return document


@defect("metadata-xml-mislabelled", breaks="PS3.19/metadata-xml", hook=Hook.RESPONSE)
def xml_mislabelled(answer: Answer, context: Context) -> Answer:
    """Labels the XML of metadata as application/xml."""
    if not _is(context):
        return answer
    return with_parts(answer, lambda parts: [replace(part, media_type="application/xml") for part in parts])


@defect("metadata-xml-one-value", breaks="PS3.19/metadata-xml", hook=Hook.XML)
def xml_one_value(root: etree._Element, context: Context) -> etree._Element:
    """Writes several values as one, with backslashes between them."""
    for attribute in root.iter(f"{_NATIVE}DicomAttribute") if _is(context) else ():
        values = attribute.findall(f"{_NATIVE}Value")
        if len(values) > 1:
            values[0].text = "\\".join(value.text or "" for value in values)
            for value in values[1:]:
                attribute.remove(value)
    return root


@defect("metadata-application-json-fails", breaks="10.4.4/metadata-application-json", hook=Hook.REQUEST)
def application_json_fails(request: Request) -> Request:
    """Answers 500 to a request for metadata as application/json."""
    if request.url.path.endswith("/metadata") and request.headers.get("accept") == "application/json":
        raise Refusal(500, "No serializer.")
    return request


@defect("metadata-disagrees-with-file", breaks="10.4.3.3.2/values", hook=Hook.RESULT)
def disagrees_with_file(dataset: Dataset, context: Context) -> Dataset:
    """Writes study descriptions in capital letters in metadata only."""
    name = dataset.get("00081030")
    changed = Element("LO", tuple(str(value).upper() for value in name.values)) if name else None
    return {**dataset, "00081030": changed} if _is(context) and changed else dataset


def _is(context: Context) -> bool:
    return context.kind == "metadata"


def _is_of(context: Context, kind: str) -> bool:
    return _is(context) and level(context) == kind


def _without(dataset: Dataset, leave: Callable[[str, Element], bool]) -> Dataset:
    return {tag: element for tag, element in dataset.items() if not leave(tag, element)}


def _first(document: Any, tag: str, attribute: dict[str, Any]) -> Any:
    return [dict(sorted({tag: attribute, **each}.items())) for each in document]


def _attributes(document: Any) -> Iterator[dict[str, Any]]:
    """Yield the attribute objects at any depth."""
    for dataset in document if isinstance(document, list) else [document]:
        for attribute in dataset.values():
            yield attribute
            if attribute.get("vr") == "SQ":
                yield from _attributes(attribute.get("Value", []))
