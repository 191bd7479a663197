"""VOI LUT functions (PS3.3 C.11.2.1.2, C.11.2.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Array", "Window", "apply", "stretch"]

Array: TypeAlias = "np.ndarray[Any, Any]"
WHITE = 255.0


@dataclass(frozen=True, slots=True)
class Window:
    """A window: its function is ``linear``, ``linear-exact`` or ``sigmoid``."""

    centre: float
    width: float
    function: str = "linear"


def apply(values: Array, window: Window) -> Array:
    """Values from 0 (black) to 255 (white) as floating point."""
    values = values.astype(np.float64)
    if window.function == "sigmoid":
        with np.errstate(over="ignore"):
            return WHITE / (1 + np.exp(-4 * (values - window.centre) / window.width))
    if window.function == "linear-exact":
        scaled = (values - window.centre) / window.width + 0.5
    elif window.width == 1:
        return np.where(values <= window.centre - 0.5, 0.0, WHITE)
    else:
        scaled = (values - (window.centre - 0.5)) / (window.width - 1) + 0.5
    return np.asarray(np.clip(scaled, 0, 1) * WHITE)


def stretch(values: Array) -> Array:
    """The whole range of values from black to white, for an image without a window; what is no number is black."""
    values = values.astype(np.float64)
    finite = values[np.isfinite(values)]
    if finite.size == 0 or finite.max() == finite.min():
        return np.where(np.isfinite(values), WHITE / 2, 0.0)
    scaled = (values - finite.min()) / (finite.max() - finite.min())
    return np.asarray(np.nan_to_num(np.clip(scaled, 0, 1), nan=0.0) * WHITE)
