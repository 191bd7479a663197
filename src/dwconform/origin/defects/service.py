"""Defects of the service as a whole: capabilities, methods, what its transactions say together (PS3.18 8.9, 10.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.defects._retrieve import accept_of, query_of
from dwconform.origin.elements import Dataset, Element

_SEARCHES = ("studies", "series", "instances")


@defect("service-instances-elsewhere", breaks="10.1.1/one-base", hook=Hook.REQUEST)
def instances_elsewhere(request: Request) -> Request:
    """Has the collection of all instances below another base."""
    if request.url.path.endswith("/dicom-web/instances"):
        raise Refusal(404, "There is no such resource.")
    return request


@defect("capabilities-absent", breaks="10.2/capabilities", hook=Hook.REQUEST, bugs=("B062",))
def capabilities_absent(request: Request) -> Request:
    """Answers 405 to OPTIONS."""
    if request.method == "OPTIONS":
        raise Refusal(405, "Method not allowed.", (("Allow", "GET"),))
    return request


@defect("capabilities-as-text", breaks="8.9.4/media-types", hook=Hook.RESPONSE)
def capabilities_as_text(answer: Answer, context: Context) -> Answer:
    """Labels the capabilities as plain text."""
    return replace(answer, media_type="text/plain") if context.kind == "capabilities" else answer


@defect("capabilities-twice", breaks="H/one-application", hook=Hook.WADL)
def capabilities_twice(application: etree._Element) -> etree._Element:
    """Describes the resources in two trees."""
    tree = application.find("{http://wadl.dev.java.net/2009/02}resources")
    if tree is not None:
        etree.SubElement(application, tree.tag, base=tree.get("base") or "")
    return application


@defect("capabilities-of-another-base", breaks="H/one-application", hook=Hook.WADL)
def capabilities_of_another_base(application: etree._Element) -> etree._Element:
    """Describes the resources below another base."""
    for tree in application.iter("{http://wadl.dev.java.net/2009/02}resources"):
        tree.set("base", "http://localhost/internal")
    return application


@defect("capabilities-without-metadata", breaks="H/resource-tree", hook=Hook.WADL)
def capabilities_without_metadata(application: etree._Element) -> etree._Element:
    """Does not describe the metadata resources."""
    for resource in list(application.iter("{http://wadl.dev.java.net/2009/02}resource")):
        parent = resource.getparent()
        if parent is not None and (resource.get("path") or "").strip("/").endswith("metadata"):
            parent.remove(resource)
    return application


@defect("service-405-without-allow", breaks="10.3/method-not-allowed", hook=Hook.RESPONSE, bugs=("B045",))
def not_allowed_without_allow(answer: Answer) -> Answer:
    """Does not name the methods that there are with a 405."""
    return answer.with_header("Allow", None) if answer.status == 405 else answer


@defect("service-head-fails", breaks="10.3/head", hook=Hook.REQUEST)
def head_fails(request: Request) -> Request:
    """Answers 500 to HEAD."""
    if request.method == "HEAD":
        raise Refusal(500, "Not written yet.")
    return request


@defect("service-search-disagrees", breaks="10.4.3.3.2/search-agrees", hook=Hook.RESULT)
def search_disagrees(dataset: Dataset, context: Context) -> Dataset:
    """Cuts the position of an image short in searches only."""
    mine = context.kind in _SEARCHES and "00200032" in dataset
    return {**dataset, "00200032": Element("DS", ("0", "0"))} if mine else dataset


@defect(
    "service-retrieve-url-elsewhere", breaks="I.1/retrieve-url", hook=Hook.JSON, bugs=("B020", "B168", "B209", "B245")
)
def retrieve_url_elsewhere(document: Any, context: Context) -> Any:
    """Writes Retrieve URLs below another base than that of the request."""
    for result in document if context.kind in _SEARCHES and isinstance(document, list) else ():
        if "00081190" in result:
            result["00081190"]["Value"] = [
                url.replace("/dicom-web/", "/internal/") for url in result["00081190"]["Value"]
            ]
    return document


@defect("service-wildcard-fails", breaks="8.3.3.1/wildcard", hook=Hook.REQUEST)
def wildcard_fails(request: Request) -> Request:
    """Answers 500 to a range in the query parameter accept."""
    if "accept=application/*" in query_of(request):
        raise Refusal(500, "PatternSyntaxException")
    return request


@defect("service-contradiction-fails", breaks="8.3.3.1/incompatible", hook=Hook.REQUEST)
def contradiction_fails(request: Request) -> Request:
    """Answers 500 where the parameter accept contradicts the header."""
    if "accept=" in query_of(request) and accept_of(request).endswith('+xml"'):
        raise Refusal(500, "IllegalStateException")
    return request


@defect("service-ignores-invalid-limits", breaks="8.3/invalid-value", hook=Hook.REQUEST)
def ignores_invalid_limits(request: Request) -> Request:
    """Passes over a limit that is no number."""
    return with_query(request, query_of(request).replace("limit=abc", "limit=1"))


@defect("service-rendered-not-acceptable-fails", breaks="8.7.8.1/rendered-not-acceptable", hook=Hook.REQUEST)
def rendered_not_acceptable_fails(request: Request) -> Request:
    """Answers 500 where a rendering cannot be had in any acceptable type."""
    if accept_of(request) == "image/x-nonexistent":
        raise Refusal(500, "KeyError")
    return request
