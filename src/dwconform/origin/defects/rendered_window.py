"""Defects of the window of renderings (8.3.5.1.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from dwconform.origin.answer import Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import is_image, is_rendering, parameter, stored, with_parameter
from dwconform.origin.query import Fault
from dwconform.origin.rendering.parameters import Parameters


def _windowed(change: Callable[[Any], Any]) -> Callable[[Parameters, Context], Parameters]:
    def changed(parameters: Parameters, context: Context) -> Parameters:
        window = parameters.window
        return replace(parameters, window=change(window)) if is_image(context) and window else parameters

    return changed


@defect("wado-window-before-rescale", breaks="8.3.5.1.4/linear", hook=Hook.RENDER)
def window_before_rescale(parameters: Parameters, context: Context) -> Parameters:
    """Applies the window to the stored values."""
    slope, intercept = float(stored(context, "00281053") or 1), float(stored(context, "00281052") or 0)
    return _windowed(
        lambda window: replace(window, centre=window.centre * slope + intercept, width=window.width * slope)
    )(parameters, context)


@defect("wado-window-ignored", breaks="8.3.5.1.4/linear", hook=Hook.RENDER)
def window_ignored(parameters: Parameters, context: Context) -> Parameters:
    """Passes over the window."""
    return replace(parameters, window=None) if is_image(context) else parameters


@defect("wado-window-half", breaks="8.3.5.1.4/linear", hook=Hook.RENDER)
def window_half(parameters: Parameters, context: Context) -> Parameters:
    """Takes the width of a window for the half of it."""
    return _windowed(lambda window: replace(window, width=window.width * 2))(parameters, context)


@defect("wado-window-without-decimals", breaks="8.3.5.1.4/linear", hook=Hook.REQUEST)
def window_without_decimals(request: Request, context: Context) -> Request:
    """Refuses a window with a decimal point."""
    if is_rendering(context) and "." in (parameter(context, "window") or ""):
        raise Refusal(500, "window: NumberFormatException.")
    return request


@defect("wado-window-always-linear", breaks="8.3.5.1.4/other-functions", hook=Hook.RENDER)
def window_always_linear(parameters: Parameters, context: Context) -> Parameters:
    """Takes every function for linear."""
    return _windowed(lambda window: replace(window, function="linear"))(parameters, context)


@defect("wado-window-without-function", breaks="8.3.5.1.4/function-missing", hook=Hook.REQUEST)
def window_without_function(request: Request, context: Context) -> Request:
    """Takes a window of two values for a linear one."""
    window = parameter(context, "window") or ""
    return with_parameter(request, "window", f"{window},linear") if window.count(",") == 1 else request


@defect("wado-any-window", breaks="8.3.5.1.4/ill-formed", hook=Hook.FAULT)
def any_window(fault: Fault, context: Context) -> Fault | None:
    """Passes over a window that it does not understand."""
    return None if fault.parameter == "window" and "small" not in fault.message and is_image(context) else fault


@defect("wado-any-width", breaks="8.3.5.1.4/width", hook=Hook.FAULT)
def any_width(fault: Fault, context: Context) -> Fault | None:
    """Passes over a window of no width."""
    return None if fault.parameter == "window" and "small" in fault.message and is_image(context) else fault
