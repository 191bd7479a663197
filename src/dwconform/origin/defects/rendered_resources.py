"""Defects of rendered studies, series, instances and frames (10.4.1.1.3, 10.4.3.3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import (
    accepts,
    is_rendering,
    is_whole,
    saved,
    segments,
    stored,
    with_accept,
    with_parts,
    with_path,
)
from dwconform.origin.multipart import Part, join


@defect("wado-no-rendered-study", breaks="10.4.1.1.3/study-series", hook=Hook.REQUEST, bugs=("B231",))
def no_rendered_study(request: Request, context: Context) -> Request:
    """Has no rendered studies and series, instances only."""
    if is_rendering(context) and is_whole(context):
        raise Refusal(404, "There is no such resource.")
    return request


@defect("wado-rendered-part-is-html", breaks="10.4.1.1.3/study-series", hook=Hook.RESPONSE)
def rendered_part_is_html(answer: Answer, context: Context) -> Answer:
    """Calls the pictures of a rendered study or series text/html."""
    if not (is_rendering(context) and is_whole(context)):
        return answer
    return with_parts(answer, lambda parts: [replace(part, media_type="text/html") for part in parts])


@defect("wado-rendered-raw-pixels", breaks="10.4.1.1.3/instance", hook=Hook.RESPONSE, bugs=("B188",))
def rendered_raw_pixels(answer: Answer, context: Context) -> Answer:
    """Sends raw pixels and calls them image/jpeg."""
    if is_rendering(context) and answer.media_type == "image/jpeg":
        return replace(answer, body=bytes(2048))
    return answer


@defect("wado-rendered-always-multipart", breaks="10.4.1.1.3/instance", hook=Hook.RESPONSE, bugs=("B145",))
def rendered_always_multipart(answer: Answer, context: Context) -> Answer:
    """Wraps a picture into a multipart payload, whatever is accepted."""
    if not is_rendering(context) or answer.status != 200 or answer.media_type.startswith("multipart/"):
        return answer
    body, media_type = join([Part(answer.media_type, answer.whole.body)], answer.media_type)
    return replace(answer.whole, body=body, media_type=media_type)


@defect("wado-no-bytes-rendered", breaks="10.4.1.1.3/instance", hook=Hook.IMAGE, bugs=("B028",))
def no_bytes_rendered(image: Image.Image, context: Context) -> Image.Image:
    """Fails on images of 8 bits."""
    if context.kind == "rendered" and stored(context, "00280100") == "8":
        raise Refusal(500, "Unsupported pixel format: uint8.")
    return image


@defect("wado-rendered-frame-from-zero", breaks="10.4.1.1.3/frames", hook=Hook.REQUEST, bugs=("B036",))
def rendered_frame_from_zero(request: Request, context: Context) -> Request:
    """Counts rendered frames from zero, so that each is the one behind it, and the last is not there."""
    return _other_frames(request, context, lambda numbers: [number + 1 for number in numbers])


@defect("wado-rendered-first-frame", breaks="10.4.1.1.3/frames", hook=Hook.REQUEST, bugs=("B212",))
def rendered_first_frame(request: Request, context: Context) -> Request:
    """Renders the first frame, whichever is asked for."""
    return _other_frames(request, context, lambda numbers: [1] if len(numbers) == 1 else numbers)


@defect("wado-rendered-frames-backwards", breaks="10.4.1.1.3/frame-order", hook=Hook.RESPONSE)
def rendered_frames_backwards(answer: Answer, context: Context) -> Answer:
    """Returns several rendered frames in the opposite order."""
    if not is_rendering(context) or "frames" not in segments(context):
        return answer
    return with_parts(answer, lambda parts: parts[::-1])


def _other_frames(request: Request, context: Context, change: Callable[[list[int]], list[int]]) -> Request:
    """The request for other frames."""
    path = request.url.path
    head, found, tail = path.partition("/frames/")
    if not found or not is_rendering(context):
        return request
    numbers, _, rest = tail.partition("/")
    if not all(number.isdecimal() for number in numbers.split(",")):
        return request
    wanted = ",".join(str(number) for number in change([int(number) for number in numbers.split(",")]))
    return with_path(request, f"{head}/frames/{wanted}/{rest}")


@defect("wado-unknown-rendered-fails", breaks="10.4.3.1/rendered-unknown", hook=Hook.RESPONSE, bugs=("B034", "B153"))
def unknown_rendered_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 where there is nothing to render."""
    return report(500, "NullPointerException") if is_rendering(context) and answer.status == 404 else answer


@defect("wado-unknown-frame-is-empty", breaks="10.4.3.1/rendered-unknown", hook=Hook.RESPONSE, bugs=("B033",))
def unknown_frame_is_empty(answer: Answer, context: Context) -> Answer:
    """Answers 200 without a body for a frame beyond the last."""
    if is_rendering(context) and "frames" in segments(context) and answer.status == 404:
        return Answer(200, b"", "image/jpeg")
    return answer


@defect("wado-rendered-default-is-png", breaks="8.7.8.1/rendered-default", hook=Hook.REQUEST)
def rendered_default_is_png(request: Request, context: Context) -> Request:
    """Takes PNG where anything is accepted."""
    if is_rendering(context) and accepts(context) == "*/*":
        return with_accept(request, 'image/png, multipart/related; type="image/png"')
    return request


@defect("wado-one-picture-for-all", breaks="10.4.4/single-part-for-many", hook=Hook.RESPONSE)
def one_picture_for_all(answer: Answer, context: Context) -> Answer:
    """Answers with one picture where a study or series is asked for as a single part."""
    if is_rendering(context) and is_whole(context) and answer.status == 406:
        return Answer(200, saved([Image.new("L", (8, 8))], "JPEG"), "image/jpeg")
    return answer


@defect("wado-rendered-first-instance-only", breaks="10.4.3.3.3/all-instances", hook=Hook.RESPONSE, bugs=("B063",))
def rendered_first_instance_only(answer: Answer, context: Context) -> Answer:
    """Renders one instance only of a study or series."""
    return with_parts(answer, lambda parts: parts[:1]) if is_rendering(context) and is_whole(context) else answer


@defect("wado-no-multi-frame-rendered", breaks="8.7.2/multi-frame", hook=Hook.RESPONSE)
def no_multi_frame_rendered(answer: Answer, context: Context) -> Answer:
    """Answers 500 for a multi-frame image as a whole."""
    whole = is_rendering(context) and "instances" in segments(context) and "frames" not in segments(context)
    if whole and (answer.media_type.startswith("multipart/") or answer.media_type == "image/gif"):
        return report(500, "Out of memory.")
    return answer
