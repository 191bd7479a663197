"""Legal ways of HTTP, of status codes and of header fields (PS3.18 8.4, 8.5, 10.6.3; RFC 9110, 9112)."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.levels import Level
from dwconform.origin.negotiate import Form, Negotiation
from dwconform.origin.search import Page

from .variant import setting, variant

SEARCHES = ("studies", "series", "instances")
JSON = "application/dicom+json"


def _nothing(answer: Answer, context: Context) -> bool:
    return context.kind in SEARCHES and answer.status == 204


setting(
    "edition-2026a",
    "8.3.4.4.1 as of 2026a: zero results are a 200 with an empty payload",
    origin={"edition": "2026a"},
    editions=("2026a", None),
)
setting(
    "full-archive",
    "10.6.1: a service has other studies too",
    crowd=3,
)
setting(
    "full-archive-with-a-maximum",
    "8.3.4.4.1: the server has a maximum of its own",
    origin={"max_results": 20},
    crowd=3,
)
setting("no-edition-pinned", "8.3.4.4.1 up to 2025e: zero results are a 204", editions=(None, "2025e", "2019a"))


@variant(Hook.RESPONSE, "8.3.4.4.1 in one or another edition: an empty list with 200", editions=("2026a", None))
def empty_list(answer: Answer, context: Context) -> Answer:
    """Answers a search without matches with 200 and an empty array."""
    return replace(answer, status=200, body=b"[]", media_type=JSON) if _nothing(answer, context) else answer


@variant(
    Hook.RESPONSE,
    "8.6.1.2: a multipart payload has zero or more representations",
    editions=("2026a", None),
)
def empty_multipart(answer: Answer, context: Context) -> Answer:
    """Answers a search for XML without matches with a multipart body without parts, one for JSON with an empty list."""
    if not _nothing(answer, context):
        return answer
    if "xml" in context.request.headers.get("accept", ""):
        return replace(
            answer,
            status=200,
            body=b"--b--",
            media_type='multipart/related; type="application/dicom+xml"; boundary=b',
        )
    return replace(answer, status=200, body=b"[ ]", media_type=JSON)


@variant(Hook.REQUEST, "8.5, 404: the target resource is not known to the server")
def unknown_parent_is_not_found(request: Request, context: Context) -> Request | Answer:
    """Answers a search below a study or series that it does not have with 404."""
    parts = request.url.path.split("/")[2:]
    if len(parts) < 3 or parts[0] != "studies" or parts[-1] not in ("series", "instances"):
        return request
    known = [("0020000D", (parts[1],)), *([("0020000E", (parts[3],))] if len(parts) > 3 else [])]
    return request if context.archive.entities(Level.SERIES, known) else Refusal(404, "No such study.").answer


@variant(Hook.PAGE, "Table 10.6.3-1: a search that is too broad may be refused with 413")
def too_broad_is_refused(page: Page, context: Context) -> Page:
    """Answers 413 where more than fifty instances match."""
    if context.kind == "instances" and page.matches > 50:
        raise Refusal(413, "Too many matches; give a Study Instance UID.")
    return page


@variant(Hook.RESPONSE, "Table 10.6.3-2: a transfer coding instead of a length")
def chunked(answer: Answer) -> Answer:
    """Sends every body in chunks."""
    return answer.with_header("Transfer-Encoding", "chunked") if answer.body else answer


@variant(Hook.RESPONSE, "RFC 9110 5.1: names of fields have no letter case; 7.6.1: a server may close")
def capital_header_names(answer: Answer, context: Context) -> Answer:
    """Writes the names of header fields in capitals, with odd white space, and closes the connection."""
    if context.kind != "studies" or answer.status != 200:
        return answer
    # The ASGI server writes names in lower case; only its own transport can be given others.
    cycle = context.request.receive.__self__  # type: ignore[attr-defined]  # the bound method of uvicorn's cycle
    fields = [("CONTENT-TYPE", answer.media_type), ("CoNtEnT-LeNgTh", str(len(answer.body))), ("CONNECTION", "close")]
    fields += [(name.upper(), value) for name, value in answer.headers]
    head = "HTTP/1.1 200 \r\n" + "".join(f"{name}:\t{value}  \r\n" for name, value in fields) + "\r\n"
    cycle.transport.write(head.encode() + answer.body)
    cycle.transport.close()
    return answer.with_header("X-Sent", "already")


@variant(Hook.RESPONSE, "RFC 9110 8.3.1: type and parameter names have no letter case, values may be quoted")
def content_type_spelling(answer: Answer) -> Answer:
    """Writes media types in capitals, with white space around the semicolon and a quoted charset."""
    if answer.media_type == JSON:
        return replace(answer, media_type='Application/DICOM+JSON ; Charset="UTF-8"')
    return answer


@variant(Hook.RESPONSE, "8.8: a charset parameter may tell the character set")
def charset_parameter(answer: Answer) -> Answer:
    """Adds charset=utf-8 to DICOM JSON."""
    return replace(answer, media_type=f"{JSON};charset=utf-8") if answer.media_type == JSON else answer


@variant(Hook.RESPONSE, "8.4: further header fields of HTTP are allowed")
def many_headers(answer: Answer, context: Context) -> Answer:
    """Adds header fields that HTTP and the platform know."""
    extra = (
        ("ETag", 'W/"4711"'),
        ("Cache-Control", "no-store, no-cache"),
        ("Server", "Example/1.0 (variant)"),
        ("Vary", "Accept-Encoding, Origin"),
        ("Access-Control-Allow-Origin", "*"),
        ("Content-Location", context.request.url.path),
        ("Content-Language", "en"),
        ("Set-Cookie", "session=1; Path=/; HttpOnly"),
        ("X-Request-Id", "42"),
    )
    return replace(answer, headers=(*answer.headers, *extra))


@variant(Hook.REQUEST, "10.6 names GET alone; RFC 9110 15.5.6: what is not offered is a 405")
def no_head(request: Request) -> Request | Answer:
    """Does not know HEAD and OPTIONS."""
    if request.method in ("HEAD", "OPTIONS"):
        return Refusal(405, "GET only.", (("Allow", "GET, POST"),)).answer
    return request


def _refused(answer: Answer, body: bytes, media_type: str) -> Answer:
    return replace(answer, body=body, media_type=media_type) if answer.status >= 400 else answer


@variant(Hook.RESPONSE, "8.1.2.3: a failure should carry a report, of no stated form")
def reports_in_json(answer: Answer) -> Answer:
    """Gives the reason of a refusal as a problem document."""
    return _refused(answer, b'{"title": "No", "status": 400}', "application/problem+json")


@variant(Hook.RESPONSE, "8.1.2.3: a failure should carry a report, of no stated form")
def reports_in_html(answer: Answer) -> Answer:
    """Gives the reason of a refusal as a page."""
    return _refused(answer, b"<html><body>No.</body></html>", "text/html; charset=iso-8859-1")


@variant(Hook.RESPONSE, "10.6.3.3: a failure response may contain a report")
def refusals_without_body(answer: Answer) -> Answer:
    """Refuses without a word."""
    return _refused(answer, b"", "")


@variant(Hook.RESPONSE, "RFC 9110 8.3: a Content-Type may stand beside no content")
def content_type_of_nothing(answer: Answer) -> Answer:
    """Sends the Content-Type of DICOM JSON with a 204."""
    return replace(answer, media_type=JSON) if answer.status == 204 else answer


@variant(Hook.NEGOTIATE, "8.3.3.1, Table 8.7.3-1: the default type where nothing acceptable is supported")
def default_instead_of_406(found: Negotiation) -> Negotiation:
    """Answers in DICOM JSON when it has nothing that is acceptable."""
    return found if found.form else replace(found, form=Form.JSON)


@variant(Hook.NEGOTIATE, "10.6.4: application/json is not among the media types")
def application_json_is_refused(found: Negotiation, context: Context) -> Negotiation:
    """Answers 406 to a client that accepts application/json alone."""
    return replace(found, form=None) if context.request.headers.get("accept") == "application/json" else found


@variant(Hook.RESPONSE, "10.6.4: application/json is not among the media types, so that its answer is free")
def application_json_is_answered(answer: Answer, context: Context) -> Answer:
    """Labels the answer application/json where that was asked for."""
    asked = context.request.headers.get("accept") == "application/json" and answer.media_type == JSON
    return replace(answer, media_type="application/json") if asked else answer


@variant(Hook.PAGE, "8.3.4.4.1: the server has a maximum of its own", editions=("2025c", None))
def maximum_of_five(page: Page) -> Page:
    """Returns no more than five results, and says so."""
    kept = page.entities[:5]
    return Page(kept, page.matches, page.remaining + len(page.entities) - len(kept))


@variant(Hook.PAGE, "Table 10.6.3-1: the Warning has the URL of a search status report")
def maximum_with_a_report(page: Page, context: Context) -> Page:
    """Returns no more than five results; the Warning leads to a report instead of giving a number."""
    kept = page.entities[:5]
    if page.remaining or len(kept) < len(page.entities):
        context.warnings.append(f"{context.base_url}/reports/1")
    return Page(kept, page.matches, 0)


def _warnings(answer: Answer, form: str) -> Answer:
    headers = tuple(
        (name, form.format(value.partition(": ")[2]) if name == "Warning" else value) for name, value in answer.headers
    )
    return replace(answer, headers=headers)


@variant(Hook.RESPONSE, "RFC 7234 5.5, to which 8.3.4.2 refers: agent and quoted text")
def warning_in_quotes(answer: Answer) -> Answer:
    """Writes Warnings as HTTP has them."""
    return _warnings(answer, '299 archive.example.org "{}"')


@variant(Hook.RESPONSE, "RFC 7234 5.5: a date may follow the text")
def warning_with_date(answer: Answer) -> Answer:
    """Dates its Warnings."""
    return _warnings(answer, '299 archive.example.org:8042 "{}" "Sun, 22 Nov 2026 08:00:00 GMT"')


@variant(Hook.RESPONSE, "8.3.4.2: the service is a combination of scheme, authority and path")
def warning_with_path(answer: Answer) -> Answer:
    """Names the service by its path."""
    return _warnings(answer, "299 /dicom-web: {}")


@variant(Hook.RESPONSE, "RFC 9110 5.2: fields of one name may be one list")
def warnings_in_one_field(answer: Answer) -> Answer:
    """Joins all Warnings in one field, the first of them about something else."""
    values = [value for name, value in answer.headers if name == "Warning"]
    joined = ", ".join(['299 archive.example.org "This is a demonstration"', *(_quoted(value) for value in values)])
    return answer.with_header("Warning", joined)


def _quoted(value: str) -> str:
    return '299 archive.example.org "{}"'.format(value.partition(": ")[2])


@variant(Hook.RESPONSE, "RFC 7234 5.5.6: an intermediary may add a Warning of its own code")
def warning_of_a_proxy(answer: Answer) -> Answer:
    """Has a proxy on the way that says what it did."""
    return replace(answer, headers=(*answer.headers, ("Warning", '214 proxy.example.org "Transformation Applied"')))


@variant(Hook.RESPONSE, "8.3: a response may contain appropriate warnings")
def warning_each_time(answer: Answer, context: Context) -> Answer:
    """Warns of something with every answer."""
    text = f"299 {context.base_url}: 3 studies are being moved to another store"
    return replace(answer, headers=(*answer.headers, ("Warning", text)))


@variant(
    Hook.REQUEST,
    "Table 10.6.1-1: a proxy may do without the relational resources",
    role="proxy",
    unseen=True,
)
def no_relational_resources(request: Request) -> Request | Answer:
    """Does not have All Series, All Instances and Study's Instances."""
    parts = request.url.path.split("/")[2:]
    relational = parts in (["series"], ["instances"]) or (len(parts) == 3 and parts[-1] == "instances")
    return Refusal(404, "There is no such resource.").answer if relational else request


@variant(Hook.RESPONSE, "10.6.1.3, 8.8: UTF-8 is the default, and may be told")
def charset_where_asked(answer: Answer, context: Context) -> Answer:
    """Tells the character set only where it was asked for."""
    asked = "accept-charset" in context.request.headers and answer.media_type == JSON
    return replace(answer, media_type=f"{JSON}; charset=utf-8") if asked else answer


@variant(Hook.REQUEST, "8.5: redirections are among the status codes; RFC 9110 15.4.8")
def temporary_redirects(request: Request, context: Context) -> Request | Answer:
    """Sends each search to another address of its own first."""
    query = request.scope["query_string"].decode()
    if request.method != "GET" or "node=2" in query or not query:
        return request
    return Answer(307, headers=(("Location", f"{request.url.path}?{query}&node=2"),))


@variant(Hook.RESPONSE, "RFC 9110 12.5.3: without Accept-Encoding any coding may be used; identity may be named")
def identity_coding(answer: Answer) -> Answer:
    """Names the coding of what has none."""
    return answer.with_header("Content-Encoding", "identity") if answer.body else answer
