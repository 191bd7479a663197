"""Defects of rendered presentation states (8.3.5.1.6)."""

from __future__ import annotations

from PIL import ImageOps
from starlette.requests import Request

from dwconform.origin.answer import Answer
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import is_state, redrawn, segments, stored, with_parts, with_path
from dwconform.origin.levels import Level
from dwconform.origin.query import Fault


@defect("wado-state-first-image-only", breaks="8.3.5.1.6/all-referenced", hook=Hook.RESPONSE)
def state_first_image_only(answer: Answer, context: Context) -> Answer:
    """Renders the first of the images that a presentation state refers to."""
    return with_parts(answer, lambda parts: parts[:1]) if is_state(context) else answer


@defect("wado-state-window-ignored", breaks="8.3.5.1.6/all-referenced", hook=Hook.RESPONSE)
def state_window_ignored(answer: Answer, context: Context) -> Answer:
    """Renders a presentation state with grey levels that are not those saved."""
    return redrawn(answer, lambda image: ImageOps.solarize(image.convert("L"))) if is_state(context) else answer


@defect("wado-state-in-reference-order", breaks="8.3.5.1.6/order", hook=Hook.RESPONSE)
def state_in_reference_order(answer: Answer, context: Context) -> Answer:
    """Renders the images of a presentation state in the order of its references."""
    return with_parts(answer, lambda parts: parts[::-1]) if is_state(context) else answer


@defect("wado-state-without-area", breaks="8.3.5.1.6/displayed-area", hook=Hook.RESPONSE)
def state_without_area(answer: Answer, context: Context) -> Answer:
    """Shows all of the image where a presentation state selects an area."""
    return redrawn(answer, lambda image: image.resize((64, 32))) if is_state(context) else answer


@defect("wado-state-with-region", breaks="8.3.5.1.3/presentation-state", hook=Hook.FAULT)
def state_with_region(fault: Fault, context: Context) -> Fault | None:
    """Passes over the region of a viewport for a presentation state."""
    return None if fault.parameter == "viewport" and is_state(context) else fault


@defect("wado-state-with-window", breaks="8.3.5.1.4/presentation-state", hook=Hook.FAULT)
def state_with_window(fault: Fault, context: Context) -> Fault | None:
    """Passes over a window for a presentation state."""
    return None if fault.parameter == "window" and is_state(context) else fault


@defect("wado-state-without-profile", breaks="8.3.5.1.6/profile", hook=Hook.RESPONSE)
def state_without_profile(answer: Answer, context: Context) -> Answer:
    """Leaves out the ICC profile of a presentation state."""
    if not is_state(context):
        return answer
    return redrawn(answer, lambda image: image, keep_profile=False)


@defect("wado-blended-as-well", breaks="8.3.5.1.6/blending", hook=Hook.RESPONSE)
def blended_as_well(answer: Answer, context: Context) -> Answer:
    """Renders the superimposed images of a blending state beside the underlying ones."""
    return with_parts(answer, lambda parts: [*parts, *parts]) if _is_blending(context) else answer


@defect("wado-blending-ignored", breaks="8.3.5.1.6/blending", hook=Hook.REQUEST)
def blending_ignored(request: Request, context: Context) -> Request:
    """Renders the underlying images of a blending state as they are."""
    if not _is_blending(context):
        return request
    study = segments(context)[0]
    below = next(each.path for each in context.archive.entities(Level.SERIES, [("0020000D", (study,))]))
    return with_path(request, f"{request.url.path.partition('/studies/')[0]}/{below}/rendered")


def _is_blending(context: Context) -> bool:
    return is_state(context) and stored(context, "00080016").endswith(".11.4")
