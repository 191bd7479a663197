"""Defects of the rendering parameters (8.3.5.1)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageDraw
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import (
    is_image,
    is_rendering,
    parameter,
    redrawn,
    saved,
    stored,
    with_parameter,
    without,
)
from dwconform.origin.query import Fault
from dwconform.origin.rendering.parameters import Parameters


@defect("wado-parameter-fails", breaks="8.3.5/parameters", hook=Hook.RESPONSE, bugs=("B210",))
def parameter_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 to a window that is valid."""
    if is_rendering(context) and parameter(context, "window") and answer.status == 200:
        return report(500, "windowCenter is missing.")
    return answer


@defect("wado-parameters-alone-only", breaks="8.3.5.1/combined", hook=Hook.REQUEST)
def parameters_alone_only(request: Request, context: Context) -> Request:
    """Takes one parameter at a time only."""
    if is_rendering(context) and request.scope["query_string"].count(b"&") > 2:
        raise Refusal(400, "There are too many parameters.")
    return request


@defect("wado-window-lost-with-viewport", breaks="8.3.5.1/order", hook=Hook.RENDER)
def window_lost_with_viewport(parameters: Parameters, context: Context) -> Parameters:
    """Forgets the window when there is a viewport."""
    return replace(parameters, window=None) if is_image(context) and parameters.viewport else parameters


@defect("wado-report-with-quality-fails", breaks="8.3.5.1/other-objects", hook=Hook.RESPONSE)
def report_with_quality_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 when a parameter of images comes with a report."""
    if is_rendering(context) and context.request.scope["query_string"] and stored(context, "00080060") == "SR":
        return report(500, "NullPointerException")
    return answer


@defect("wado-annotation-ignored", breaks="8.3.5.1.1/annotation", hook=Hook.RENDER)
def annotation_ignored(parameters: Parameters) -> Parameters:
    """Passes over annotation without a word."""
    return replace(parameters, annotation=())


@defect("wado-annotates-always", breaks="8.3.5.1.1/not-unasked", hook=Hook.IMAGE)
def annotates_always(image: Image.Image, context: Context) -> Image.Image:
    """Burns the patient into every picture."""
    if context.kind == "rendered" and min(image.size) > 60:
        ImageDraw.Draw(image).text((4, 4), stored(context, "00100010"), fill="white")
    return image


@defect("wado-annotation-without-warning", breaks="8.3.5.1.1/not-supported", hook=Hook.RESPONSE)
def annotation_without_warning(answer: Answer, context: Context) -> Answer:
    """Passes over an unknown annotation without a Warning."""
    return answer.with_header("Warning", None) if is_rendering(context) else answer


@defect("wado-any-annotation", breaks="8.3.5.1.1/no-value", hook=Hook.FAULT)
def any_annotation(fault: Fault) -> Fault | None:
    """Takes an annotation without a value."""
    return None if fault.parameter == "annotation" else fault


@defect("wado-quality-in-percent-only", breaks="8.3.5.1.2/quality", hook=Hook.RENDER)
def quality_in_percent_only(parameters: Parameters) -> Parameters:
    """Refuses a quality below ten."""
    if parameters.quality is not None and parameters.quality < 10:
        raise Refusal(400, "quality: the value is too small.")
    return parameters


@defect("wado-quality-turned-over", breaks="8.3.5.1.2/quality", hook=Hook.RENDER)
def quality_turned_over(parameters: Parameters) -> Parameters:
    """Takes 1 for the best quality."""
    return replace(parameters, quality=101 - parameters.quality) if parameters.quality is not None else parameters


@defect("wado-any-quality", breaks="8.3.5.1.2/out-of-range", hook=Hook.FAULT)
def any_quality(fault: Fault) -> Fault | None:
    """Passes over a quality that is out of range."""
    return None if fault.parameter == "quality" else fault


@defect("wado-quality-in-png", breaks="8.3.5.1.2/lossless", hook=Hook.RESPONSE)
def quality_in_png(answer: Answer, context: Context) -> Answer:
    """Reduces the grey levels of a PNG picture where a quality is asked for."""
    if is_rendering(context) and parameter(context, "quality") and answer.media_type == "image/png":
        return redrawn(answer, lambda image: image.point(lambda level: level // 100 * 100))
    return answer


@defect("wado-no-profile-in-png", breaks="8.3.5.1.5/profile", hook=Hook.RESPONSE)
def no_profile_in_png(answer: Answer, context: Context) -> Answer:
    """Leaves the profile out of PNG pictures."""
    if is_rendering(context) and parameter(context, "iccprofile") == "yes" and answer.media_type == "image/png":
        with Image.open(BytesIO(answer.whole.body)) as image:
            bare = Image.frombytes(image.mode, image.size, image.tobytes())
        return replace(answer.whole, body=saved([bare], "PNG"))
    return answer


@defect("wado-profile-of-another-space", breaks="8.3.5.1.5/space", hook=Hook.REQUEST)
def profile_of_another_space(request: Request, context: Context) -> Request:
    """Embeds sRGB, whichever space is asked for."""
    wanted = parameter(context, "iccprofile") in ("adobergb", "rommrgb") and is_rendering(context)
    return with_parameter(request, "iccprofile", "srgb") if wanted else request


@defect("wado-profile-in-gif", breaks="8.3.5.1.5/no-place", hook=Hook.REQUEST)
def profile_in_gif(request: Request, context: Context) -> Request:
    """Passes over iccprofile for GIF."""
    gif = is_rendering(context) and "gif" in request.headers.get("accept", "")
    return without(request, "iccprofile") if gif else request


@defect("wado-any-profile", breaks="8.3.5.1.5/value", hook=Hook.FAULT)
def any_profile(fault: Fault) -> Fault | None:
    """Passes over a value of iccprofile that is none."""
    return None if fault.parameter == "iccprofile" else fault
