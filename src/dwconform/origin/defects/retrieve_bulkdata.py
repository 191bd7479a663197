"""Defects of bulk data and pixel data (PS3.18 10.4.1.1.5, 10.4.1.1.6)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import accept_of, level, with_parts
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import Negotiation
from dwconform.origin.pixels import Frame

_OCTETS = "application/octet-stream"


@defect("bulkdata-in-halves", breaks="10.4.1.1.5/bulkdata", hook=Hook.RESPONSE)
def in_halves(answer: Answer, context: Context) -> Answer:
    """Returns a value in two parts."""

    def halve(parts: list[Part]) -> list[Part]:
        whole, middle = parts[0], len(parts[0].body) // 2
        return [replace(whole, body=whole.body[:middle]), replace(whole, body=whole.body[middle:])]

    return with_parts(answer, halve) if context.kind == "bulkdata" else answer


@defect("bulkdata-cut", breaks="10.4.1.1.5/bulkdata", hook=Hook.PART)
def cut(part: Part, context: Context) -> Part:
    """Returns the first 512 bytes of a value."""
    return replace(part, body=part.body[:512]) if context.kind == "bulkdata" and len(part.body) > 2000 else part


def _uris(document: Any, change: Any) -> Any:
    for dataset in document:
        for attribute in dataset.values():
            if "BulkDataURI" in attribute:
                attribute["BulkDataURI"] = change(attribute["BulkDataURI"])
            if attribute.get("vr") == "SQ":
                _uris(attribute.get("Value", []), change)
    return document


@defect("bulkdata-uri-undefined", breaks="10.4.3.3.2/uri-leads-to-value", hook=Hook.JSON, bugs=("B032", "B201"))
def uri_undefined(document: Any, context: Context) -> Any:
    """Writes another name for the series into a BulkDataURI than that of its path."""
    if context.kind != "metadata":
        return document
    return _uris(document, lambda uri: re.sub(r"/series/[^/]+", "/series/undefined", uri))


@defect(
    "bulkdata-uri-without-base",
    breaks="10.4.3.3.2/uri-leads-to-value",
    hook=Hook.JSON,
    bugs=("B066", "B246", "B247"),
)
def uri_without_base(document: Any, context: Context) -> Any:
    """Writes the URL by which the server knows itself into a BulkDataURI, which leads nowhere from outside."""
    if context.kind != "metadata":
        return document
    return _uris(document, lambda uri: uri.replace("/dicom-web/", "/internal/"))


@defect("bulkdata-in-items-absent", breaks="10.4.3.3.2/uri-leads-to-value", hook=Hook.REQUEST, bugs=("B044",))
def in_items_absent(request: Request) -> Request:
    """Answers 404 to the URI of a value inside a sequence."""
    if "/" in request.url.path.partition("/bulkdata/")[2]:
        raise Refusal(404, "There is no such value.")
    return request


@defect("bulkdata-first-frame-only", breaks="10.4.3.3.5/all-frames", hook=Hook.FRAME)
def first_frame_only(frame: Frame, context: Context) -> Frame:
    """Returns the first frame of a multi-frame image as its pixel data."""
    whole = context.kind == "bulkdata" and frame.number == 0
    return replace(frame, octets=frame.octets[:192]) if whole and len(frame.octets) == 1920 else frame


@defect("bulkdata-not-located", breaks="10.4.3.3.5/part-location", hook=Hook.PART)
def not_located(part: Part, context: Context) -> Part:
    """Leaves Content-Location out of the part with a value."""
    return replace(part, headers=(*part.headers, ("Content-Location", ""))) if context.kind == "bulkdata" else part


@defect("bulkdata-no-documents", breaks="10.4.3.3.5/encapsulated-document", hook=Hook.REQUEST, bugs=("B141",))
def no_documents(request: Request) -> Request:
    """Answers 406 to an encapsulated document."""
    if request.url.path.endswith("/bulkdata/00420011"):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("bulkdata-unknown-fails", breaks="10.4.3.1/bulkdata-not-found", hook=Hook.RESPONSE)
def unknown_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 to a URI of bulk data that leads nowhere."""
    mine = context.kind == "bulkdata" and answer.status == 404
    return Answer(500, b"KeyError\n", "text/plain") if mine else answer


@defect("bulkdata-parts-called-octets", breaks="10.4.4/single-part-bulkdata", hook=Hook.RESPONSE)
def parts_called_octets(answer: Answer, context: Context) -> Answer:
    """Answers a request without parts with parts that are called octets."""
    if context.kind != "bulkdata" or accept_of(context.request) != _OCTETS:
        return answer
    body, _ = multipart.join([Part(_OCTETS, answer.whole.body)], _OCTETS)
    return replace(answer.whole, body=body)


@defect("bulkdata-wrong-range", breaks="8.6.1.1/range", hook=Hook.RESPONSE)
def wrong_range(answer: Answer, context: Context) -> Answer:
    """Answers a range of bytes with one that begins a byte later."""
    if context.kind != "bulkdata" or "range" not in context.request.headers:
        return answer
    whole = answer.whole
    found = whole.with_header("Content-Range", f"bytes 10-19/{len(whole.body)}")
    return replace(found, status=206, body=whole.body[11:21])


def _collection_lacks_one(kind: str, name: str) -> None:
    @defect(f"{kind}-of-{name}-cut", breaks=f"10.4.3.3.5/{name}-bulkdata", hook=Hook.RESPONSE)
    def cut(answer: Answer, context: Context) -> Answer:
        """Leaves half of the last value out of a collection of bulk data."""
        if context.kind != "bulkdata-collection" or level(context) != name:
            return answer
        return with_parts(
            answer,
            lambda parts: [*parts[:-1], replace(parts[-1], body=parts[-1].body[: len(parts[-1].body) // 2])],
        )

    @defect(f"pixeldata-of-{name}-with-others", breaks=f"10.4.3.3.6/{name}-pixel-data", hook=Hook.RESPONSE)
    def others(answer: Answer, context: Context) -> Answer:
        """Puts values that are no pixel data into a collection of pixel data."""
        if context.kind != "pixeldata" or level(context) != name:
            return answer
        return with_parts(answer, lambda parts: [*parts, Part(_OCTETS, b"\xa5" * 4096)])


for _name in ("study", "series", "instance"):
    _collection_lacks_one("bulkdata", _name)


@defect("pixeldata-without-floats", breaks="10.4.3.3.6/float-pixel-data", hook=Hook.PART)
def without_floats(part: Part, context: Context) -> Part | None:
    """Leaves pixel data in floating point out."""
    if context.kind != "pixeldata" or context.entity is None or context.entity.instance is None:
        return part
    return None if "7FE00010" not in context.archive.document(context.entity.instance) else part


@defect("bulkdata-not-acceptable-fails", breaks="8.7.8.1/bulkdata-not-acceptable", hook=Hook.NEGOTIATE)
def not_acceptable_fails(negotiation: Negotiation, context: Context) -> Negotiation:
    """Answers 500 where bulk data cannot be had in any acceptable type."""
    if negotiation.form is None and context.kind == "bulkdata":
        raise Refusal(500, "KeyError")
    return negotiation


@defect("video-fails", breaks="8.7.3.3.2/video-mp4", hook=Hook.REQUEST, bugs=("B161",))
def video_fails(request: Request) -> Request:
    """Answers 500 to a video."""
    if "video/mp4" in accept_of(request) and "/bulkdata/" in request.url.path:
        raise Refusal(500, "No reader for this transfer syntax.")
    return request


@defect("video-mpeg-fails", breaks="8.7.3.3.2/video-mpeg", hook=Hook.REQUEST)
def video_mpeg_fails(request: Request) -> Request:
    """Answers 500 to a video as video/mpeg."""
    if "video/mpeg" in accept_of(request) and "/bulkdata/" in request.url.path:
        raise Refusal(500, "No encoder.")
    return request


@defect("video-h265-fails", breaks="8.7.3.3.2/video-h265", hook=Hook.REQUEST)
def video_h265_fails(request: Request) -> Request:
    """Answers 500 to a video as video/H265."""
    if "video/H265" in accept_of(request) and "/bulkdata/" in request.url.path:
        raise Refusal(500, "No encoder.")
    return request
