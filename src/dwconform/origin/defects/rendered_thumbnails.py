"""Defects of thumbnails (10.4.1.1.4, 10.4.3.3.4, 8.3.5.2)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageDraw
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import (
    accepts,
    is_rendering,
    is_whole,
    parameter,
    redrawn,
    saved,
    segments,
    stored,
    with_accept,
)
from dwconform.origin.multipart import Part, join
from dwconform.origin.query import Fault


def _is_thumbnail(context: Context) -> bool:
    return is_rendering(context, "thumbnail")


@defect("wado-thumbnail-is-html", breaks="10.4.1.1.4/thumbnails", hook=Hook.RESPONSE)
def thumbnail_is_html(answer: Answer, context: Context) -> Answer:
    """Sends a page in place of a thumbnail."""
    if _is_thumbnail(context) and answer.status == 200:
        return replace(answer.whole, body=b"<html><img src='thumbnail.jpg'></html>", media_type="text/html")
    return answer


@defect("wado-no-frame-thumbnail", breaks="10.4.1.1.4/all-levels", hook=Hook.REQUEST)
def no_frame_thumbnail(request: Request, context: Context) -> Request:
    """Has thumbnails of studies, series and instances, and none of frames."""
    if _is_thumbnail(context) and "frames" in segments(context):
        raise Refusal(404, "There is no such resource.")
    return request


@defect("wado-thumbnails-of-all", breaks="10.4.3.3.4/single-image", hook=Hook.RESPONSE)
def thumbnails_of_all(answer: Answer, context: Context) -> Answer:
    """Returns a picture of each series as thumbnail of a study."""
    if not _is_thumbnail(context) or not is_whole(context) or answer.status != 200:
        return answer
    part = Part(answer.media_type, answer.whole.body)
    body, media_type = join([part, part], answer.media_type)
    return replace(answer.whole, body=body, media_type=media_type)


@defect("wado-thumbnail-with-name", breaks="10.4.3.3.4/no-identity", hook=Hook.RESPONSE)
def thumbnail_with_name(answer: Answer, context: Context) -> Answer:
    """Writes the patient into the comment of a JPEG file."""
    if not _is_thumbnail(context) or answer.media_type != "image/jpeg":
        return answer
    with Image.open(BytesIO(answer.whole.body)) as image:
        body = saved([image.copy()], "JPEG", comment=stored(context, "00100010").encode())
    return replace(answer.whole, body=body)


@defect("wado-thumbnail-file-name", breaks="10.4.3.3.4/no-identity", hook=Hook.RESPONSE)
def thumbnail_file_name(answer: Answer, context: Context) -> Answer:
    """Proposes a file name with the Patient ID."""
    if not _is_thumbnail(context) or answer.status != 200:
        return answer
    return answer.with_header("Content-Disposition", f'inline; filename="{stored(context, "00100020")}.jpg"')


@defect("wado-thumbnail-leads-nowhere", breaks="10.4.3.3.4/redirect", hook=Hook.RESPONSE)
def thumbnail_leads_nowhere(answer: Answer, context: Context) -> Answer:
    """Redirects from the thumbnail of a study to a resource that is not there."""
    if _is_thumbnail(context) and is_whole(context) and answer.status == 200:
        return Answer(302, headers=(("Location", f"{context.base_url}/studies/2.25.1/rendered"),))
    return answer


@defect("wado-thumbnail-default-is-png", breaks="10.4.4/thumbnail-default", hook=Hook.REQUEST)
def thumbnail_default_is_png(request: Request, context: Context) -> Request:
    """Takes PNG where anything is accepted."""
    return with_accept(request, "image/png") if _is_thumbnail(context) and accepts(context) == "*/*" else request


@defect("wado-thumbnail-placeholder", breaks="10.4.3.1/thumbnail-unknown", hook=Hook.RESPONSE)
def thumbnail_placeholder(answer: Answer, context: Context) -> Answer:
    """Shows a grey square for what is not there."""
    if _is_thumbnail(context) and answer.status == 404:
        return Answer(200, saved([Image.new("L", (32, 32), 128)], "JPEG"), "image/jpeg")
    return answer


@defect("wado-thumbnail-overflows", breaks="8.3.5.2/viewport", hook=Hook.RESPONSE)
def thumbnail_overflows(answer: Answer, context: Context) -> Answer:
    """Makes a thumbnail twice as large as the viewport."""
    if _is_thumbnail(context) and parameter(context, "viewport"):
        return redrawn(answer, lambda image: image.resize((image.width * 2, image.height * 2)))
    return answer


@defect("wado-thumbnail-with-region", breaks="8.3.5.1.3/thumbnail", hook=Hook.FAULT)
def thumbnail_with_region(fault: Fault, context: Context) -> Fault | None:
    """Passes over the region of a viewport for a thumbnail."""
    return None if fault.parameter == "viewport" and _is_thumbnail(context) else fault


@defect("wado-thumbnail-annotated", breaks="8.3.5.2/other-parameters", hook=Hook.RESPONSE)
def thumbnail_annotated(answer: Answer, context: Context) -> Answer:
    """Burns the patient into a thumbnail on request."""
    if not _is_thumbnail(context) or parameter(context, "annotation") is None:
        return answer

    def written(image: Image.Image) -> Image.Image:
        ImageDraw.Draw(image).text((2, 2), stored(context, "00100010"), fill="white")
        return image

    return redrawn(answer, written)


@defect("wado-report-thumbnail-fails", breaks="8.3.5.2/other-objects", hook=Hook.RESPONSE)
def report_thumbnail_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 to a request for the thumbnail of a report."""
    if _is_thumbnail(context) and stored(context, "00080060") == "SR":
        return report(500, "No pixel data element.")
    return answer
