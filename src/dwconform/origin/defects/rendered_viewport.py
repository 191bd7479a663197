"""Defects of the size and the region of renderings (8.3.5.1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import is_image, is_rendering, parameter, redrawn, stored, with_parameter
from dwconform.origin.query import Fault
from dwconform.origin.rendering.parameters import Parameters
from dwconform.origin.rendering.viewport import Viewport


def _seen(parameters: Parameters, change: Callable[[Viewport], Viewport]) -> Parameters:
    return replace(parameters, viewport=change(parameters.viewport)) if parameters.viewport else parameters


@defect("wado-rendered-reduced", breaks="8.3.5.1.3/no-viewport", hook=Hook.RESPONSE)
def rendered_reduced(answer: Answer, context: Context) -> Answer:
    """Renders at half the size where no viewport is asked for."""
    if is_rendering(context) and parameter(context, "viewport") is None:
        return redrawn(answer, lambda image: image.resize((max(1, image.width // 2), max(1, image.height // 2))))
    return answer


@defect("wado-viewport-distorts", breaks="8.3.5.1.3/fit", hook=Hook.RESPONSE)
def viewport_distorts(answer: Answer, context: Context) -> Answer:
    """Fills the viewport, whatever the aspect of the picture is."""
    box = (parameter(context, "viewport") or "").split(",")
    if is_rendering(context) and len(box) == 2 and all(side.isdecimal() for side in box):
        return redrawn(answer, lambda image: image.resize((int(box[0]), int(box[1]))))
    return answer


@defect("wado-viewport-overflows", breaks="8.3.5.1.3/fit", hook=Hook.RESPONSE)
def viewport_overflows(answer: Answer, context: Context) -> Answer:
    """Makes the picture twice as large as fits into the viewport."""
    if is_rendering(context) and (parameter(context, "viewport") or "").count(",") == 1:
        return redrawn(answer, lambda image: image.resize((image.width * 2, image.height * 2)))
    return answer


@defect("wado-viewport-ignored", breaks="8.3.5.1.3/fit", hook=Hook.RENDER)
def viewport_ignored(parameters: Parameters, context: Context) -> Parameters:
    """Passes over the viewport."""
    return replace(parameters, viewport=None) if is_image(context) else parameters


@defect("wado-scaled-palette-fails", breaks="8.3.5.1.3/fit", hook=Hook.RESPONSE, bugs=("B159",))
def scaled_palette_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 where an image with a palette is to be scaled."""
    scaled = is_rendering(context) and parameter(context, "viewport") is not None
    if scaled and stored(context, "00280004") == "PALETTE COLOR":
        return report(500, "Cannot scale an indexed image.")
    return answer


@defect("wado-region-ignored", breaks="8.3.5.1.3/region", hook=Hook.RENDER)
def region_ignored(parameters: Parameters) -> Parameters:
    """Shows all of the picture where a region is asked for."""
    return _seen(parameters, lambda viewport: Viewport(viewport.width, viewport.height))


@defect("wado-region-at-origin", breaks="8.3.5.1.3/region", hook=Hook.RENDER)
def region_at_origin(parameters: Parameters) -> Parameters:
    """Cuts every region out of the upper left corner."""
    return _seen(parameters, lambda viewport: replace(viewport, left=0.0, top=0.0))


@defect("wado-region-needs-size", breaks="8.3.5.1.3/defaults", hook=Hook.REQUEST)
def region_needs_size(request: Request, context: Context) -> Request:
    """Takes a region without width and height for the whole picture."""
    values = (parameter(context, "viewport") or "").split(",")
    return with_parameter(request, "viewport", ",".join(values[:2])) if 2 < len(values) < 6 else request


@defect("wado-never-flips", breaks="8.3.5.1.3/flip", hook=Hook.RENDER)
def never_flips(parameters: Parameters) -> Parameters:
    """Takes a negative width or height for a positive one."""
    return _seen(
        parameters,
        lambda viewport: replace(
            viewport, region_width=abs(viewport.region_width), region_height=abs(viewport.region_height)
        ),
    )


@defect("wado-flips-the-other-way", breaks="8.3.5.1.3/flip", hook=Hook.RENDER)
def flips_the_other_way(parameters: Parameters) -> Parameters:
    """Turns the picture over vertically where the width is negative, and the other way round."""

    def turned(viewport: Viewport) -> Viewport:
        wide, high = abs(viewport.region_width), abs(viewport.region_height)
        return replace(
            viewport,
            region_width=-wide if viewport.region_height < 0 else wide,
            region_height=-high if viewport.region_width < 0 else high,
        )

    return _seen(parameters, turned)


@defect("wado-no-decimal-region", breaks="8.3.5.1.3/decimal", hook=Hook.REQUEST)
def no_decimal_region(request: Request, context: Context) -> Request:
    """Refuses a region that is not in whole pixels."""
    if is_rendering(context) and "." in (parameter(context, "viewport") or ""):
        raise Refusal(400, "viewport: NumberFormatException.")
    return request


@defect("wado-any-viewport", breaks="8.3.5.1.3/ill-formed", hook=Hook.FAULT)
def any_viewport(fault: Fault, context: Context) -> Fault | None:
    """Passes over a viewport that it does not understand."""
    return None if fault.parameter == "viewport" and is_image(context) else fault


@defect("wado-huge-viewport-fails", breaks="8.3.5.1.3/not-supported", hook=Hook.FAULT)
def huge_viewport_fails(fault: Fault, context: Context) -> Fault | Answer:
    """Answers 500 to a viewport that is too large."""
    if fault.parameter == "viewport" and "1000000" in (parameter(context, "viewport") or ""):
        return report(500, "OutOfMemoryError")
    return fault


@defect("wado-outside-fails", breaks="8.3.5.1.3/outside", hook=Hook.REQUEST)
def outside_fails(request: Request, context: Context) -> Request:
    """Answers 500 to a region outside the image."""
    if is_rendering(context) and (parameter(context, "viewport") or "").startswith("64,64,80,"):
        raise Refusal(500, "ArrayIndexOutOfBoundsException")
    return request
