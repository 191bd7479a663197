"""Defects of multipart payloads and of the header fields of retrieved resources (PS3.18 8.4, 8.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dwconform.origin.answer import Answer
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import is_retrieve, level, with_parts
from dwconform.origin.multipart import Part

_LONG = "boundary" * 11


@defect("parts-without-end", breaks="8.6.1.2/parts", hook=Hook.RESPONSE, bugs=("B211",))
def without_end(answer: Answer, context: Context) -> Answer:
    """Leaves the closing boundary of a multipart out."""
    if not _is_multipart(answer, context):
        return answer
    answer = answer.whole
    return replace(answer, body=answer.body[: answer.body.rindex(b"\r\n--")])


@defect("parts-with-line-feeds", breaks="8.6.1.2/parts", hook=Hook.RESPONSE)
def with_line_feeds(answer: Answer, context: Context) -> Answer:
    """Ends the header lines of parts in LF alone."""
    if not _is_multipart(answer, context):
        return answer
    answer = answer.whole
    head, gap, rest = answer.body.partition(b"\r\n\r\n")
    return replace(answer, body=head.replace(b"\r\n", b"\n") + b"\n\n" + rest if gap else answer.body)


@defect("parts-without-location", breaks="8.6.1.2/part-content-location", hook=Hook.RESPONSE, bugs=("B198",))
def without_location(answer: Answer, context: Context) -> Answer:
    """Leaves Content-Location out of the parts."""
    return _each(answer, context, lambda part: _located(part, None))


@defect("parts-at-one-location", breaks="8.6.1.2/part-content-location", hook=Hook.RESPONSE)
def at_one_location(answer: Answer, context: Context) -> Answer:
    """Locates every part at the resource that was asked for."""
    return _each(answer, context, lambda part: _located(part, str(context.request.url)))


@defect("parts-located-elsewhere", breaks="8.4.2/content-location-leads-back", hook=Hook.RESPONSE)
def located_elsewhere(answer: Answer, context: Context) -> Answer:
    """Names in each location an instance that is not there."""

    def change(part: Part) -> Part:
        location = dict(part.headers).get("content-location", "")
        return _located(part, f"{location}.1" if location else None)

    return _each(answer, context, change)


@defect("metadata-without-location", breaks="8.4.2/content-location", hook=Hook.RESPONSE)
def metadata_without_location(answer: Answer, context: Context) -> Answer:
    """Leaves Content-Location out of metadata."""
    return answer.with_header("Content-Location", None) if context.kind == "metadata" else answer


@defect("parts-of-wrong-length", breaks="8.6.1.2/part-content-length", hook=Hook.RESPONSE)
def of_wrong_length(answer: Answer, context: Context) -> Answer:
    """States a length of zero for each part."""
    if not _is_multipart(answer, context):
        return answer
    answer = answer.whole
    head, gap, rest = answer.body.partition(b"\r\n\r\n")
    lines = [b"Content-Length: 0" if line[:15].lower() == b"content-length:" else line for line in head.split(b"\r\n")]
    return replace(answer, body=b"\r\n".join(lines) + gap + rest)


@defect("parts-without-root", breaks="8.6.1.2/root-type", hook=Hook.RESPONSE)
def without_root(answer: Answer, context: Context) -> Answer:
    """Names as the root of the multipart a part that is not there."""
    if not _is_multipart(answer, context):
        return answer
    return replace(answer, media_type=answer.media_type.replace("boundary=", "start=nobody; boundary="))


@defect("parts-with-long-boundary", breaks="8.6.1.2.1/boundary", hook=Hook.RESPONSE)
def with_long_boundary(answer: Answer, context: Context) -> Answer:
    """Uses a boundary of 88 characters."""
    if not _is_multipart(answer, context):
        return answer
    answer = answer.whole
    given = answer.media_type.rpartition("boundary=")[2].strip('"')
    return replace(
        answer,
        body=answer.body.replace(given.encode(), _LONG.encode()),
        media_type=answer.media_type.replace(given, _LONG),
    )


@defect("parts-of-one-identity", breaks="8.7.1/content-identifiers", hook=Hook.RESPONSE)
def of_one_identity(answer: Answer, context: Context) -> Answer:
    """Gives all parts the same Content-ID."""
    return _each(
        answer, context, lambda part: replace(part, headers=(*part.headers, ("content-id", "<part@dwconform>")))
    )


@defect("parts-echo-asterisk", breaks="8.7.9/parameters", hook=Hook.RESPONSE, bugs=("B093",))
def echo_asterisk(answer: Answer, context: Context) -> Answer:
    """Names an asterisk as the transfer syntax of parts when the client took any."""
    if "transfer-syntax=*" not in context.request.headers.get("accept", ""):
        return answer
    return _each(answer, context, lambda part: replace(part, media_type="application/dicom; transfer-syntax=*"))


@defect("wado-without-content-type", breaks="8.4.2/content-type", hook=Hook.RESPONSE)
def without_content_type(answer: Answer, context: Context) -> Answer:
    """Leaves Content-Type out of the metadata of a series."""
    mine = context.kind == "metadata" and level(context) == "series"
    return replace(answer, media_type="") if mine else answer


@defect("wado-framed-twice", breaks="8.4.3/one-framing", hook=Hook.RESPONSE)
def framed_twice(answer: Answer, context: Context) -> Answer:
    """Sends metadata with both Content-Length and a transfer coding."""
    if context.kind != "metadata" or answer.status != 200:
        return answer
    # The ASGI server would leave one of them out; only its own transport lets a response have both.
    cycle = context.request.receive.__self__  # type: ignore[attr-defined]  # the bound method of uvicorn's cycle
    body = answer.whole.body
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {answer.media_type}\r\nContent-Length: {len(body)}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    cycle.transport.write(head.encode() + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
    cycle.transport.close()
    return answer


@defect("wado-fails-silently", breaks="8.5/status-report", hook=Hook.RESPONSE)
def fails_silently(answer: Answer) -> Answer:
    """Answers failures without a word."""
    return replace(answer, body=b"", media_type="") if answer.status >= 400 else answer


def _is_multipart(answer: Answer, context: Context) -> bool:
    mine = is_retrieve(context) or context.kind == "metadata"
    return mine and answer.status == 200 and answer.media_type.startswith("multipart/")


def _each(answer: Answer, context: Context, change: Callable[[Part], Part]) -> Answer:
    return with_parts(answer, lambda parts: [change(part) for part in parts]) if is_retrieve(context) else answer


def _located(part: Part, location: str | None) -> Part:
    others = tuple(pair for pair in part.headers if pair[0] != "content-location")
    return replace(part, headers=others if location is None else (*others, ("content-location", location)))
