"""Defects of renderings of volumes (10.4.1.1.7, 10.4.1.1.8, 8.3.5.3, Annex K)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import is_rendering, parameter, segments, stored, with_parameter, without
from dwconform.origin.levels import Level

_VIEWPOINT = ("viewpointposition", "viewpointlookat", "viewpointup")
_NUMBERS = count(1)


def _is_volume(context: Context) -> bool:
    return is_rendering(context, "renderedmpr", "rendered3d")


@defect("wado-mpr-is-html", breaks="10.4.1.1.7/renderedmpr", hook=Hook.RESPONSE)
def mpr_is_html(answer: Answer, context: Context) -> Answer:
    """Sends a page in place of a section."""
    wanted = is_rendering(context, "renderedmpr") and answer.status == 200
    return Answer(200, b"<html>viewer</html>", "text/html") if wanted else answer


@defect("wado-3d-is-html", breaks="10.4.1.1.8/rendered3d", hook=Hook.RESPONSE)
def projection_is_html(answer: Answer, context: Context) -> Answer:
    """Sends a page in place of a projection."""
    wanted = is_rendering(context, "rendered3d") and answer.status == 200
    return Answer(200, b"<html>viewer</html>", "text/html") if wanted else answer


@defect("wado-no-volume-fails", breaks="10.4.1.1.7/no-volume", hook=Hook.RESPONSE)
def no_volume_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 where there is no volume."""
    return report(500, "Empty volume.") if _is_volume(context) and stored(context, "00080060") == "SR" else answer


@defect("wado-maximum-always", breaks="8.3.5.3.3/renderingmethod", hook=Hook.REQUEST)
def maximum_always(request: Request, context: Context) -> Request:
    """Takes every rendering method for the maximum."""
    known = _is_volume(context) and (parameter(context, "renderingmethod") or "").endswith("_ip")
    return with_parameter(request, "renderingmethod", "maximum_ip") if known else request


@defect("wado-any-method", breaks="8.3.5.3.3/keyword", hook=Hook.REQUEST)
def any_method(request: Request, context: Context) -> Request:
    """Takes a rendering method that it does not know for the maximum."""
    strange = _is_volume(context) and parameter(context, "renderingmethod") == "xray"
    return with_parameter(request, "renderingmethod", "maximum_ip") if strange else request


@defect("wado-no-method-fails", breaks="8.3.5.3.3/absent", hook=Hook.REQUEST)
def no_method_fails(request: Request, context: Context) -> Request:
    """Answers 500 without a rendering method."""
    if _is_volume(context) and parameter(context, "renderingmethod") is None:
        raise Refusal(500, "NullPointerException")
    return request


@defect("wado-posterior-is-anterior", breaks="8.3.5.3.4/orientation", hook=Hook.REQUEST)
def posterior_is_anterior(request: Request, context: Context) -> Request:
    """Shows the anterior view where the posterior one is asked for."""
    posterior = _is_volume(context) and parameter(context, "orientation") == "p"
    return with_parameter(request, "orientation", "a") if posterior else request


@defect("wado-orientation-wins", breaks="8.3.5.3.4/exclusive", hook=Hook.REQUEST)
def orientation_wins(request: Request, context: Context) -> Request:
    """Passes over the viewpoint beside an orientation."""
    return without(request, *_VIEWPOINT) if _is_volume(context) and parameter(context, "orientation") else request


@defect("wado-viewpoint-ignored", breaks="8.3.5.3.5/viewpoint", hook=Hook.REQUEST)
def viewpoint_ignored(request: Request, context: Context) -> Request:
    """Shows the view from the front, whatever viewpoint is asked for."""
    return without(request, *_VIEWPOINT) if _is_volume(context) else request


@defect("wado-partial-viewpoint-fails", breaks="8.3.5.3.5/partial", hook=Hook.REQUEST)
def partial_viewpoint_fails(request: Request, context: Context) -> Request:
    """Answers 500 where only a part of the viewpoint is given."""
    given = [name for name in _VIEWPOINT if parameter(context, name) is not None]
    if _is_volume(context) and len(given) == 1 and not parameter(context, "orientation"):
        raise Refusal(500, "NullPointerException")
    return request


@defect("wado-animation-too-short", breaks="8.3.5.3.11/animation", hook=Hook.REQUEST)
def animation_too_short(request: Request, context: Context) -> Request:
    """Takes a step of an animation for three times its size."""
    step = parameter(context, "animationstepsize") or ""
    known = _is_volume(context) and step.isdecimal()
    return with_parameter(request, "animationstepsize", str(3 * int(step))) if known else request


@defect("wado-module-without-range", breaks="K.1/conditional", hook=Hook.RESPONSE)
def module_without_range(answer: Answer, context: Context) -> Answer:
    """Leaves the range of a swivel out of the response module."""
    return _told(answer, context, lambda module: module.pop("00701A06", None))


@defect("wado-slab-ignored", breaks="8.3.5.3.8/mprslab", hook=Hook.REQUEST)
def slab_ignored(request: Request, context: Context) -> Request:
    """Takes every slab for one of a millimetre."""
    thick = _is_volume(context) and (parameter(context, "mprslab") or "0").isdecimal() and parameter(context, "mprslab")
    return with_parameter(request, "mprslab", "1") if thick and parameter(context, "mprslab") != "0" else request


@defect("wado-any-slab", breaks="8.3.5.3.8/positive", hook=Hook.REQUEST)
def any_slab(request: Request, context: Context) -> Request:
    """Passes over a slab thickness that is not above zero."""
    wrong = _is_volume(context) and parameter(context, "mprslab") in ("0", "-1")
    return without(request, "mprslab") if wrong else request


@defect("wado-reference-fails", breaks="8.3.5.3.1/selection", hook=Hook.REQUEST)
def reference_fails(request: Request, context: Context) -> Request:
    """Answers 500 where a part of the target is selected."""
    if _is_volume(context) and parameter(context, "volumeinputreference"):
        raise Refusal(500, "NotImplementedException")
    return request


@defect("wado-reference-ignored", breaks="8.3.5.3.1/not-found", hook=Hook.REQUEST)
def reference_ignored(request: Request, context: Context) -> Request:
    """Passes over a volumeinputreference."""
    return without(request, "volumeinputreference") if _is_volume(context) else request


@defect("wado-other-volume", breaks="8.3.5.3.1/alike", hook=Hook.REQUEST)
def other_volume(request: Request, context: Context) -> Request:
    """Takes the first volume of a study, whichever is referred to."""
    if not _is_volume(context) or parameter(context, "volumeinputreference") is None:
        return request
    found = context.archive.entities(Level.INSTANCE, [("0020000D", (segments(context)[0],))])
    first = found[0].instance if found else None
    return with_parameter(request, "volumeinputreference", first.uid) if first else request


@defect("wado-match-ignored", breaks="8.3.5.3.2/no-match", hook=Hook.REQUEST)
def match_ignored(request: Request, context: Context) -> Request:
    """Passes over match attributes."""
    return without(request, "InstanceNumber") if _is_volume(context) else request


@defect("wado-volume-with-viewport-fails", breaks="8.3.5.3/other-parameters", hook=Hook.REQUEST)
def volume_with_viewport_fails(request: Request, context: Context) -> Request:
    """Answers 500 to a viewport for a volume."""
    if _is_volume(context) and parameter(context, "viewport"):
        raise Refusal(500, "IllegalArgumentException")
    return request


@defect("wado-state-with-method", breaks="8.3.5.3.3/state", hook=Hook.REQUEST)
def state_with_method(request: Request, context: Context) -> Request:
    """Passes over the rendering method beside a volumetric presentation state."""
    return without(request, "renderingmethod", "swivelrange", "animationstepsize") if _is_state(context) else request


@defect("wado-state-viewpoint-fixed", breaks="8.3.5.3.4/state", hook=Hook.REQUEST)
def state_viewpoint_fixed(request: Request, context: Context) -> Request:
    """Passes over a viewpoint beside a volumetric presentation state."""
    return without(request, *_VIEWPOINT) if _is_state(context) else request


def _is_state(context: Context) -> bool:
    return _is_volume(context) and stored(context, "00080016") == "1.2.840.10008.5.1.4.1.1.11.9"


@defect("wado-picture-for-module", breaks="10.4.3.3.7/response-module", hook=Hook.RESPONSE)
def picture_for_module(answer: Answer, context: Context) -> Answer:
    """Sends a picture where the parameters applied are asked for."""
    return (
        replace(answer.whole, body=b"\xff\xd8\xff", media_type="image/jpeg") if _is_module(answer, context) else answer
    )


@defect("wado-module-without-viewpoint", breaks="K.1/type-1", hook=Hook.RESPONSE)
def module_without_viewpoint(answer: Answer, context: Context) -> Answer:
    """Leaves the viewpoint out of the response module."""
    return _told(answer, context, lambda module: module.pop("00701603", None))


@defect("wado-module-without-window", breaks="K.1/conditional", hook=Hook.RESPONSE)
def module_without_window(answer: Answer, context: Context) -> Answer:
    """Leaves the window out of the response module."""
    return _told(answer, context, lambda module: module.pop("00281050", None))


@defect("wado-module-without-slab", breaks="K.1/conditional", hook=Hook.RESPONSE)
def module_without_slab(answer: Answer, context: Context) -> Answer:
    """Leaves the thickness of the slab out of the response module."""
    return _told(answer, context, lambda module: module.pop("00701503", None))


@defect("wado-module-differs", breaks="8.3.5.3.13/same", hook=Hook.RESPONSE)
def module_differs(answer: Answer, context: Context) -> Answer:
    """Tells another width of the window each time."""
    return _told(answer, context, lambda module: module.update({"00281051": {"vr": "DS", "Value": [next(_NUMBERS)]}}))


def _is_module(answer: Answer, context: Context) -> bool:
    return _is_volume(context) and answer.status == 200 and answer.media_type.startswith("application/dicom+json")


def _told(answer: Answer, context: Context, change: Callable[[dict[str, Any]], object]) -> Answer:
    """The answer with another response module."""
    if not _is_module(answer, context):
        return answer
    document = json.loads(answer.whole.body)
    change(document[0] if isinstance(document, list) else document)
    return replace(answer.whole, body=json.dumps(document).encode())
