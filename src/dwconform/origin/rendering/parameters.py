"""The query parameters of rendered resources and thumbnails (PS3.18 8.3.5.1, 8.3.5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.query import Fault
from dwconform.origin.rendering.viewport import Viewport
from dwconform.origin.rendering.window import Window

__all__ = ["Parameters", "decimal", "fault", "parse", "terms"]

DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
LARGEST = 8192
"""The rows and columns that a picture may have at most."""
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_FUNCTIONS = ("linear", "linear-exact", "sigmoid")
_ANNOTATIONS = ("patient", "technique")
_PROFILES = ("no", "yes", "srgb", "adobergb", "rommrgb")


@dataclass(frozen=True, slots=True)
class Parameters:
    """How pictures are to look.

    Attributes:
        window: what replaces the window of the image.
        viewport: size and region.
        quality: 1 to 100, for lossy media types.
        annotation: which of ``patient`` and ``technique`` is burned in.
        profile: the iccprofile parameter; empty when it is not there.
    """

    window: Window | None = None
    viewport: Viewport | None = None
    quality: int | None = None
    annotation: tuple[str, ...] = ()
    profile: str = ""


def terms(context: Context) -> Mapping[str, str]:
    """The query parameters, of each name the first."""
    found: dict[str, str] = {}
    for term in context.request.scope["query_string"].decode("latin-1").split("&"):
        name, _, value = term.partition("=")
        found.setdefault(unquote(name), unquote(value))
    return found


def fault(context: Context, parameter: str, message: str) -> None:
    """Refuse a parameter with 400, unless a defect passes over it or answers otherwise."""
    left = context.bend(Hook.FAULT, Fault(parameter, message))
    if isinstance(left, Answer):
        raise Refusal.of(left)
    if left is not None:
        raise Refusal(400, f"{left.parameter}: {left.message}.")


def decimal(text: str) -> float | None:
    """A decimal number; ``None`` when it is none."""
    return float(text) if DECIMAL.fullmatch(text) else None


def parse(context: Context, *, state: bool = False) -> Parameters:
    """The parameters of a rendered resource. Raises a 400 Refusal for a value that is not valid.

    Args:
        context: the request.
        state: whether the target is a presentation state, which brings window and region along.
    """
    given = terms(context)
    window = _window(context, given["window"], state=state) if "window" in given else None
    viewport = _viewport(context, given["viewport"], region=not state) if "viewport" in given else None
    quality = _quality(context, given["quality"]) if "quality" in given else None
    annotation = _annotation(context, given["annotation"]) if "annotation" in given else ()
    profile = given.get("iccprofile", "")
    if "iccprofile" in given and profile not in _PROFILES:
        fault(context, "iccprofile", f"the value is none of {', '.join(_PROFILES)}")
        profile = ""
    found: Parameters = context.bend(Hook.RENDER, Parameters(window, viewport, quality, annotation, profile))
    return found


def thumbnail_viewport(context: Context) -> Viewport | None:
    """The viewport of a thumbnail, which has no region (8.3.5.2). Raises a 400 Refusal."""
    given = terms(context)
    viewport = _viewport(context, given["viewport"], region=False) if "viewport" in given else None
    found: Parameters = context.bend(Hook.RENDER, Parameters(viewport=viewport))
    return found.viewport


def _window(context: Context, text: str, *, state: bool) -> Window | None:
    values = text.split(",")
    centre, width = (decimal(values[0]), decimal(values[1])) if len(values) == 3 else (None, None)
    if state:
        fault(context, "window", "a presentation state has a window of its own")
    elif centre is None or width is None or values[2] not in _FUNCTIONS:
        fault(context, "window", f"the value is not a centre, a width and one of {', '.join(_FUNCTIONS)}")
    elif width <= 0 or (values[2] == "linear" and width < 1):
        fault(context, "window", "the width is too small for the function (PS3.3 C.11.2.1.2)")
    else:
        return Window(centre, width, values[2])
    return None


def _viewport(context: Context, text: str, *, region: bool) -> Viewport | None:
    values = text.split(",")
    sizes = [int(each) if re.fullmatch(r"\d{1,6}", each, re.ASCII) else 0 for each in values[:2]]
    rest = [decimal(each) if each else 0.0 for each in values[2:]]
    if len(sizes) < 2 or not all(sizes) or len(values) > 6 or None in rest or (values[2:] and not values[-1]):
        fault(context, "viewport", "the value is not a width, a height and, if wanted, a region of up to four numbers")
    elif max(sizes) > LARGEST:
        fault(context, "viewport", f"no picture is made with more than {LARGEST} rows or columns")
    elif rest and not region:
        fault(context, "viewport", "only a width and a height can be given for this resource")
    elif any(each in ("0", "-0") or decimal(each) == 0 for each in values[4:] if each):
        fault(context, "viewport", "the region is empty")
    else:
        numbers = [each or 0.0 for each in rest] + [0.0] * (4 - len(rest))
        return Viewport(sizes[0], sizes[1], abs(numbers[0]), abs(numbers[1]), numbers[2], numbers[3])
    return None


def _quality(context: Context, text: str) -> int | None:
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) and 1 <= int(text) <= 100:
        return int(text)
    fault(context, "quality", "the value is not an integer from 1 to 100")
    return None


def _annotation(context: Context, text: str) -> tuple[str, ...]:
    values = text.split(",")
    if not all(_KEYWORD.fullmatch(each) for each in values):
        fault(context, "annotation", "the value is not a list of keywords")
        return ()
    strange = ",".join(each for each in values if each not in _ANNOTATIONS)
    if strange:
        context.warnings.append(f"The following annotation values are not supported: {strange}")
    return tuple(each for each in _ANNOTATIONS if each in values)
