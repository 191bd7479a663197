"""One defect for each hook that the other modules leave out, as a pattern."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree
from starlette.requests import Request

from dwconform.origin.answer import Answer, report
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.matching import Match, Matcher
from dwconform.origin.negotiate import Form, Negotiation
from dwconform.origin.query import Fault


@defect("qido-plus-is-space", breaks="8.3.1/plus", hook=Hook.REQUEST)
def plus_is_space(request: Request) -> Request:
    """Reads a plus sign in the query as a space."""
    return with_query(request, request.scope["query_string"].decode("latin-1").replace("+", "%20"))


@defect("qido-case-insensitive", breaks="8.3.4.1.1/case-sensitive", hook=Hook.MATCH)
def case_insensitive(match: Match) -> bool:
    """Matches text in either letter case."""
    wanted = [value.lower() for value in match.key.values]
    return match.verdict or any(value.lower() in wanted for value in match.values)


@defect("qido-matches-across-items", breaks="8.3.4.1.1/sequence-same-item", hook=Hook.MATCH)
def matches_across_items(match: Match) -> bool:
    """Lets the keys of one sequence match in different items."""
    return match.verdict or Matcher(match.query).matches([match.key.whole], match.root)


@defect("qido-crashes-on-bad-date", breaks="10.6.3.1/invalid-value", hook=Hook.FAULT)
def crashes_on_bad_date(fault: Fault) -> Fault | Answer:
    """Answers 500 when a date is not one."""
    return report(500, "Internal error") if "Date" in fault.parameter else fault


@defect("qido-omits-modalities", breaks="10.6.3.3.1/ModalitiesInStudy", hook=Hook.RESULT, bugs=("B250",))
def omits_modalities(dataset: Dataset) -> Dataset:
    """Leaves Modalities in Study out of the results."""
    return {tag: element for tag, element in dataset.items() if tag != "00080061"}


@defect("qido-json-only", breaks="10.6.4/xml", hook=Hook.NEGOTIATE)
def json_only(negotiation: Negotiation) -> Negotiation:
    """Answers in JSON when XML is asked for."""
    return replace(negotiation, form=Form.JSON) if negotiation.form is Form.XML else negotiation


@defect("json-name-as-string", breaks="10.6.3.3/person-names", hook=Hook.JSON, bugs=("B040",))
def name_as_string(document: Any) -> Any:
    """Writes a person name as a string instead of an object."""
    if isinstance(document, list):
        return [name_as_string(each) for each in document]
    for attribute in document.values():
        if attribute["vr"] == "PN" and "Value" in attribute:
            attribute["Value"] = [(name or {}).get("Alphabetic", "") for name in attribute["Value"]]
        elif attribute["vr"] == "SQ":
            name_as_string(attribute.get("Value", []))
    return document


@defect("xml-no-preserve", breaks="10.6.3.3/xml", hook=Hook.XML)
def no_preserve(root: etree._Element) -> etree._Element:
    """Leaves xml:space off the document element."""
    root.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", "")
    return root


@defect("stow-names-to-ascii", breaks="10.6.3.3/utf8", hook=Hook.STORE, bugs=("B106",))
def names_to_ascii(dataset: Dataset) -> Dataset:
    """Keeps person names as ASCII, with question marks for all else."""
    return {
        tag: Element("PN", tuple(value and str(value).encode("ascii", "replace").decode() for value in element.values))
        if element.vr == "PN"
        else element
        for tag, element in dataset.items()
    }
