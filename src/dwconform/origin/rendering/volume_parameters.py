"""The query parameters of rendered volumes (PS3.18 8.3.5.3)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np

from dwconform.origin.context import Context
from dwconform.origin.rendering.parameters import decimal, fault, terms
from dwconform.origin.rendering.volume import Camera, Method, Volume, standard
from dwconform.origin.rendering.window import Array

__all__ = ["NAMES", "Animation", "VolumeParameters", "camera", "parse"]

_VIEWPOINTS = ("viewpointposition", "viewpointlookat", "viewpointup")
NAMES = frozenset(
    {
        *("volumeinputreference", "renderingmethod", "orientation", *_VIEWPOINTS, "mprslab", "swivelrange"),
        *("volumetriccurvepoint", "animationstepsize", "animationrate", "renderedvolumetricmetadata"),
        *("accept", "charset", "annotation", "quality", "viewport", "window", "iccprofile"),
    }
)
_MOST_FRAMES = 120
_RATE = 10


@dataclass(frozen=True, slots=True)
class Animation:
    """A sequence of views.

    Attributes:
        step: degrees of a swivel, or millimetres along a curve.
        rate: steps in a second.
        swivel: degrees; 0 without.
        curve: points in the patient; none for a swivel.
    """

    step: int
    rate: int
    swivel: float = 0.0
    curve: tuple[tuple[float, ...], ...] = ()

    @property
    def length(self) -> float:
        """Degrees, or millimetres along the curve."""
        if self.curve:
            return sum(math.dist(*pair) for pair in zip(self.curve, self.curve[1:], strict=False))
        return self.swivel


@dataclass(frozen=True, slots=True)
class VolumeParameters:
    """How a volume is to be shown.

    Attributes:
        method: what becomes of the samples along a ray.
        orientation: a side of the patient; empty when the camera is placed by its viewpoint.
        viewpoint: position, look-at point and upward direction, as far as they are given.
        slab: millimetres of a plane; 0 for a thin one.
        slab_given: whether the request has it.
        animation: a sequence of views.
        module: whether the parameters are wanted instead of the picture.
    """

    method: Method
    orientation: str = ""
    viewpoint: Mapping[str, tuple[float, ...]] | None = None
    slab: float = 0.0
    slab_given: bool = False
    animation: Animation | None = None
    module: bool = False


def parse(context: Context, *, plane: bool) -> VolumeParameters:
    """The parameters of a plane (MPR) or of a projection. Raises a 400 Refusal for a value that is not valid."""
    given = terms(context)
    method = given.get("renderingmethod", Method.AVERAGE if plane else Method.VOLUME_RENDERED)
    if method not in set(Method):
        fault(context, "renderingmethod", f"the value is none of {', '.join(Method)}")
        method = Method.AVERAGE
    orientation = given.get("orientation", "")
    if "orientation" in given and orientation not in {"a", "p", "r", "l", "h", "f"}:
        fault(context, "orientation", "the value is none of a, p, r, l, h, f")
        orientation = ""
    if "orientation" in given and any(each in given for each in _VIEWPOINTS):
        fault(context, "orientation", "it cannot be combined with a viewpoint")
    viewpoint = {each: _point(context, each, given[each]) for each in _VIEWPOINTS if each in given}
    slab = _positive(context, "mprslab", given["mprslab"]) if plane and "mprslab" in given else 0.0
    module = given.get("renderedvolumetricmetadata")
    if module not in (None, "yes"):
        fault(context, "renderedvolumetricmetadata", "the value is not yes")
    animation = _animation(context, given, plane=plane)
    return VolumeParameters(
        Method(method), orientation, viewpoint, slab, plane and "mprslab" in given, animation, module == "yes"
    )


def _point(context: Context, name: str, text: str) -> tuple[float, ...]:
    values = [decimal(each) for each in text.split(",")]
    if len(values) != 3 or None in values:
        fault(context, name, "the value is not three numbers with commas between them")
        return (0.0, 0.0, 0.0)
    return tuple(each or 0.0 for each in values)


def _positive(context: Context, name: str, text: str) -> float:
    value = decimal(text)
    if value is None or value <= 0:
        fault(context, name, "the value is not a number greater than zero")
        return 0.0
    return value


def _whole(context: Context, name: str, text: str, default: int) -> int:
    if re.fullmatch(r"\d{1,6}", text, re.ASCII) and int(text) > 0:
        return int(text)
    fault(context, name, "the value is not an integer greater than zero")
    return default


def _animation(context: Context, given: Mapping[str, str], *, plane: bool) -> Animation | None:
    step = _whole(context, "animationstepsize", given.get("animationstepsize", "10"), 10)
    rate = _whole(context, "animationrate", given.get("animationrate", str(_RATE)), _RATE)
    found = None
    if plane and "volumetriccurvepoint" in given:
        points = tuple(_point(context, "volumetriccurvepoint", each) for each in _repeated(context))
        if len(points) < 2:
            fault(context, "volumetriccurvepoint", "a curve has at least two points")
        found = Animation(step, rate, curve=points)
    elif not plane and "swivelrange" in given:
        found = Animation(step, rate, _positive(context, "swivelrange", given["swivelrange"]))
    if found and found.length / found.step > _MOST_FRAMES:
        fault(context, "animationstepsize", f"no animation is made with more than {_MOST_FRAMES} steps")
    return found


def _repeated(context: Context) -> list[str]:
    pairs = [term.partition("=") for term in context.request.scope["query_string"].decode("latin-1").split("&")]
    return [unquote(value) for name, _, value in pairs if unquote(name) == "volumetriccurvepoint"]


def camera(context: Context, wanted: VolumeParameters, volume: Volume) -> Camera:
    """The camera: at a side of the patient, or as its viewpoint says; what that leaves out is as from the front."""
    usual = standard(volume, wanted.orientation or "a")
    if not wanted.viewpoint:
        return usual
    lookat = _or(wanted.viewpoint.get("viewpointlookat"), usual.lookat)
    position = _or(wanted.viewpoint.get("viewpointposition"), lookat + usual.position - usual.lookat)
    placed = Camera(position, lookat, _or(wanted.viewpoint.get("viewpointup"), usual.up))
    if not placed.valid:
        fault(context, "viewpointup", "the camera looks nowhere, or along its upward direction")
        return usual
    return placed


def _or(given: tuple[float, ...] | None, usual: Array) -> Array:
    return usual if given is None else np.array(given)
