"""Defects of the media types of search results (10.6.4, 8.7)."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.negotiate import Form, Negotiation


@defect("qido-no-type-ranges", breaks="10.6.4/xml", hook=Hook.NEGOTIATE, bugs=("B151",))
def no_type_ranges(negotiation: Negotiation) -> Negotiation:
    """Answers 406 to multipart/*."""
    ranged = negotiation.range is not None and negotiation.range.type == "multipart/*"
    return replace(negotiation, form=None) if ranged else negotiation


@defect("xml-other-root", breaks="10.6.4/xml", hook=Hook.XML)
def other_root(root: etree._Element) -> etree._Element:
    """Wraps each data set into an element of its own making."""
    wrapper = etree.Element("results")
    wrapper.append(root)
    return wrapper


@defect("qido-refuses-weights", breaks="10.6.4/json-default", hook=Hook.REQUEST, bugs=("B016",))
def refuses_weights(request: Request) -> Request | Answer:
    """Answers 400 to an Accept header with a weight."""
    return report(400, "Bad Accept header") if "q=" in request.headers.get("accept", "") else request


@defect("qido-xml-by-default", breaks="10.6.4/json-default", hook=Hook.NEGOTIATE, bugs=("B046",))
def xml_by_default(negotiation: Negotiation) -> Negotiation:
    """Answers in XML where any type is accepted."""
    anything = negotiation.range is not None and negotiation.range.type == "*/*"
    return replace(negotiation, form=Form.XML) if anything and Form.XML in negotiation.offered else negotiation


@defect("qido-json-mislabelled", breaks="10.6.4/json-default", hook=Hook.RESPONSE, bugs=("B046",))
def json_mislabelled(answer: Answer, context: Context) -> Answer:
    """Calls DICOM JSON application/json."""
    mine = context.query is not None and answer.media_type == "application/dicom+json"
    return replace(answer, media_type="application/json") if mine else answer


@defect("qido-400-not-acceptable", breaks="10.6.4/instances-as-results", hook=Hook.NEGOTIATE, bugs=("B055",))
def bad_request_not_acceptable(negotiation: Negotiation) -> Negotiation:
    """Answers 400 where nothing acceptable can be made."""
    if negotiation.form is None:
        raise Refusal(400, "Unsupported media type")
    return negotiation


@defect("qido-xml-for-generic-json", breaks="10.6.4/application-json", hook=Hook.NEGOTIATE)
def xml_for_generic_json(negotiation: Negotiation) -> Negotiation:
    """Answers in XML to a request for application/json."""
    generic = negotiation.range is not None and negotiation.range.type == "application/json"
    return replace(negotiation, form=Form.XML) if generic else negotiation


@defect("qido-ignores-accept-parameter", breaks="8.3.3.1/accept-of-a-search", hook=Hook.REQUEST, bugs=("B146",))
def ignores_accept_parameter(request: Request) -> Request:
    """Chooses the media type by the Accept header alone."""
    return with_query(request, "&".join(term for term in _terms(request) if not term.startswith("accept=")))


@defect("qido-accept-parameter-is-no-list", breaks="8.3.3.1/accept-of-a-search", hook=Hook.REQUEST, bugs=("B146",))
def accept_parameter_is_no_list(request: Request) -> Request:
    """Reads the first type of the parameter accept only."""
    terms = (term.partition(",")[0] if term.startswith("accept=") else term for term in _terms(request))
    return with_query(request, "&".join(terms))


@defect("qido-accept-parameter-comes-last", breaks="8.3.3.1/accept-of-a-search", hook=Hook.NEGOTIATE)
def accept_parameter_comes_last(negotiation: Negotiation, context: Context) -> Negotiation:
    """Lets a media type of the Accept header come before the parameter accept, unless the header accepts anything."""
    header = context.request.headers.get("accept", "")
    asked = b"accept=" in context.request.scope["query_string"] and header.startswith("multipart/related")
    return replace(negotiation, form=Form.XML) if asked else negotiation


def _terms(request: Request) -> list[str]:
    query: bytes = request.scope["query_string"]
    return query.decode("latin-1").split("&")
