"""Defects of the status codes and header fields of a search (10.6.3.1, 10.6.3.2)."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.query import Fault
from dwconform.origin.search import Page

_SEARCHES = ("studies", "series", "instances")
_JSON = "application/dicom+json"
_BROAD = 20


@defect("qido-empty-list", breaks="8.3.4.4.1/zero-results", hook=Hook.RESPONSE, bugs=("B130", "B204", "B233"))
def empty_list(answer: Answer, context: Context) -> Answer:
    """Answers a search without matches with 200 and an empty list, as only 2026a and later editions have it."""
    return replace(answer, status=200, body=b"[]", media_type=_JSON) if _nothing(answer, context) else answer


@defect("qido-no-content-in-2026", breaks="8.3.4.4.1/zero-results", hook=Hook.RESPONSE, bugs=("B223",), edition="2026a")
def no_content_in_2026(answer: Answer, context: Context) -> Answer:
    """Answers a search without matches with 204, as only editions before 2026a have it."""
    nothing = context.kind in _SEARCHES and answer.status == 200 and answer.body in (b"", b"[]")
    return Answer(204, headers=answer.headers) if nothing else answer


@defect("qido-nothing-is-not-found", breaks="8.3.4.4.1/zero-results", hook=Hook.RESPONSE)
def nothing_is_not_found(answer: Answer, context: Context) -> Answer:
    """Answers a search without matches with 404."""
    return Answer(404, b"Nothing was found.\n", "text/plain") if _nothing(answer, context) else answer


@defect("qido-nothing-as-html", breaks="8.3.4.4.1/zero-results", hook=Hook.RESPONSE, bugs=("B230",))
def nothing_as_html(answer: Answer, context: Context) -> Answer:
    """Answers a search without matches with 200 and an empty page of HTML."""
    return Answer(200, b"", "text/html") if _nothing(answer, context) else answer


@defect("qido-fails-on-no-xml", breaks="8.3.4.4.1/zero-results-xml", hook=Hook.RESPONSE)
def fails_on_no_xml(answer: Answer, context: Context) -> Answer:
    """Answers 500 to a search for XML that matches nothing."""
    xml = "xml" in context.request.headers.get("accept", "")
    return Answer(500, b"An empty multipart\n", "text/plain") if xml and _nothing(answer, context) else answer


@defect("qido-no-content-with-length", breaks="10.6.3.1/no-content", hook=Hook.RESPONSE)
def no_content_with_length(answer: Answer, context: Context) -> Answer:
    """Announces a body of two bytes with 204."""
    return replace(answer, headers=(*answer.headers, ("Content-Length", "2"))) if _nothing(answer, context) else answer


@defect("qido-plain-json", breaks="10.6.3.2/content-type", hook=Hook.RESPONSE)
def plain_json(answer: Answer, context: Context) -> Answer:
    """Labels results as application/json."""
    labelled = context.kind in _SEARCHES and answer.media_type == _JSON
    return replace(answer, media_type="application/json") if labelled else answer


@defect("qido-unframed", breaks="10.6.3.2/content-length", hook=Hook.RESPONSE)
def unframed(answer: Answer, context: Context) -> Answer:
    """Sends results with neither Content-Length nor a transfer coding, ended by the end of the connection."""
    if context.kind != "studies" or answer.status != 200:
        return answer
    # The ASGI server would add a transfer coding; only its own transport lets a response go without.
    cycle = context.request.receive.__self__  # type: ignore[attr-defined]  # the bound method of uvicorn's cycle
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.media_type}\r\nConnection: close\r\n\r\n"
    cycle.transport.write(head.encode() + answer.body)
    cycle.transport.close()
    return answer


@defect("qido-refuses-accept-charset", breaks="10.6.1.3/accept-charset", hook=Hook.REQUEST)
def refuses_accept_charset(request: Request) -> Request | Answer:
    """Answers 406 to an Accept-Charset header."""
    charset = request.headers.get("accept-charset")
    return Refusal(406, f"{charset} is not offered.").answer if charset else request


@defect("qido-ignores-invalid-values", breaks="10.6.3.1/invalid-value", hook=Hook.FAULT)
def ignores_invalid_values(fault: Fault) -> Fault | None:
    """Drops a search key whose value is invalid, and so returns what was not asked for."""
    return None if fault.parameter in ("StudyDate", "StudyTime", "StudyInstanceUID") else fault


@defect("qido-fails-on-invalid-dates", breaks="10.6.3.1/invalid-value", hook=Hook.FAULT)
def fails_on_invalid_dates(fault: Fault) -> Fault:
    """Answers 500 to a date that is none."""
    if fault.parameter == "StudyDate":
        raise Refusal(500, "DateTimeParseException")
    return fault


@defect("qido-fails-on-malformed-query", breaks="10.6.3.1/malformed-query", hook=Hook.FAULT)
def fails_on_malformed_query(fault: Fault) -> Fault:
    """Answers 500 to a query string that cannot be decoded."""
    if "decoded" in fault.message or "name" in fault.message:
        raise Refusal(500, "URLDecoder: illegal hex characters in escape pattern")
    return fault


@defect("qido-fails-instead-of-refusing", breaks="10.6.3.3/failure-report", hook=Hook.RESPONSE)
def fails_instead_of_refusing(answer: Answer) -> Answer:
    """Answers 500 with a stack trace in place of every 400."""
    return (
        Answer(500, b"java.lang.RuntimeException\n\tat Servlet.java\n", "text/plain")
        if answer.status == 400
        else answer
    )


@defect("qido-405-without-allow", breaks="8.5/allow-of-a-search", hook=Hook.RESPONSE, bugs=("B045",))
def method_not_allowed_without_allow(answer: Answer) -> Answer:
    """Answers 405 to a method that it does not have, and does not say which it has."""
    return answer.with_header("Allow", None) if answer.status == 405 else answer


@defect("qido-broad-is-bad", breaks="10.6.3.1/too-broad", hook=Hook.PAGE, bugs=("B172",))
def broad_is_bad(page: Page, context: Context) -> Page:
    """Answers 400 to a search that matches more than twenty instances."""
    if context.kind == "instances" and page.matches > _BROAD:
        raise Refusal(400, "Too many matches.")
    return page


@defect("qido-remembers-retrievals", breaks="10.6.2/no-side-effects", hook=Hook.REQUEST)
def remembers_retrievals(request: Request, context: Context) -> Request:
    """Finds other results once the metadata of a study was retrieved, until that happens again."""
    marker = context.archive.folder / "retrieved"
    if request.url.path.endswith("/metadata"):
        if marker.exists():
            marker.unlink()
        else:
            marker.touch()
    elif marker.exists() and b"PatientID" in request.scope["query_string"]:
        return with_query(request, request.scope["query_string"].decode("latin-1") + "&offset=1")
    return request


def _nothing(answer: Answer, context: Context) -> bool:
    return context.kind in _SEARCHES and answer.status == 204
