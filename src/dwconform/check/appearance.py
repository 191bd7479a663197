"""What an image looks like, worked out from what is stored: the oracle of the checks of renderings.

Grey images go through the Modality LUT, then the VOI LUT function (PS3.3 C.11.1, C.11.2.1.2; PS3.4 N.2), and
MONOCHROME1 turns the result over (C.7.6.3.1.2). Colour images become red, green and blue (C.7.6.3.1.2, C.7.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from dwconform.check.image import Pixels
from dwconform.fixtures.instance import Instance

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["Appearance", "Window", "appearance_of"]

_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT", "PALETTE COLOR")


@dataclass(frozen=True, slots=True)
class Window:
    """A VOI LUT function: centre, width and one of ``linear``, ``linear-exact``, ``sigmoid``."""

    centre: float
    width: float
    function: str = "linear"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a valid value of the window parameter. Raises ValueError for any other."""
        centre, width, function = text.split(",")
        return cls(float(centre), float(width), function)

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return grey levels from 0 to 255 (PS3.3 C.11.2.1.2.1, C.11.2.1.3)."""
        if self.function == "sigmoid":
            exponent = np.clip(-4 * (values - self.centre) / self.width, -60, 60)
            return np.asarray(255 / (1 + np.exp(exponent)))
        if self.function == "linear-exact":
            return np.clip(((values - self.centre) / self.width + 0.5) * 255, 0, 255)
        if self.width <= 1:
            return np.where(values > self.centre - 0.5, 255.0, 0.0)
        return np.clip(((values - (self.centre - 0.5)) / (self.width - 1) + 0.5) * 255, 0, 255)


@dataclass(frozen=True, slots=True)
class Appearance:
    """One frame of a stored image: real values of a grey one, or red, green and blue.

    ``values`` is height x width for grey (after the Modality LUT), height x width x 3 for colour. ``inverse`` marks
    MONOCHROME1: low values are white. ``bits`` are those stored.
    """

    values: NDArray[np.float64]
    inverse: bool = False
    bits: int = 8

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.values.shape[1], self.values.shape[0]

    @property
    def grey(self) -> bool:
        """Whether it has no colour."""
        return self.values.ndim == 2

    def brightness(self) -> NDArray[np.float64]:
        """Return values that grow with brightness; which grey level they become is the VOI's affair."""
        return -self.values if self.inverse else self.values

    def pixels(self, window: Window | None = None) -> Pixels:
        """Return levels of red, green and blue; a grey image needs a window, a colour one takes none."""
        if not self.grey:
            return self.values
        if window is None:
            message = "the grey levels of a grey image depend on a window"
            raise ValueError(message)
        levels = window.apply(self.values)
        levels = 255 - levels if self.inverse else levels
        return np.repeat(levels[:, :, np.newaxis], 3, axis=2)


def appearance_of(instance: Instance, frame: int = 1) -> Appearance:
    """Return how a frame (counted from 1) of one of our instances looks."""
    dataset = instance.dataset
    photometric = str(dataset.PhotometricInterpretation)
    stored = _frame(dataset, frame)
    if photometric not in _COLOURS:
        slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        return Appearance(stored * slope + intercept, photometric == "MONOCHROME1", dataset.BitsStored)
    if photometric == "PALETTE COLOR":
        return Appearance(_looked_up(dataset, stored))
    if photometric.startswith("YBR_FULL"):
        stored = _red_green_blue(stored)
    return Appearance(stored * (255 / (2**dataset.BitsStored - 1)), bits=dataset.BitsStored)


def _frame(dataset: Dataset, number: int) -> NDArray[np.float64]:
    """Return the stored values of a frame: height x width, or with a last axis of three samples.

    Wavelet transforms (YBR_RCT, YBR_ICT) are undone by the decoder; the luminance and chrominance of YBR_FULL are not.
    """
    from pydicom.pixels import pixel_array  # noqa: PLC0415 - slow to import, and only renderings need it

    return np.asarray(pixel_array(dataset, raw=True, index=number - 1), dtype=np.float64)


def _red_green_blue(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo YBR_FULL (PS3.3 C.7.6.3.1.2)."""
    luminance, blueness, redness = values[..., 0], values[..., 1] - 128, values[..., 2] - 128
    red = luminance + 1.402 * redness
    green = luminance - 0.344136 * blueness - 0.714136 * redness
    blue = luminance + 1.772 * blueness
    return np.clip(np.stack([red, green, blue], axis=-1), 0, 255)


def _looked_up(dataset: Dataset, indexes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply the palette (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6)."""
    channels = []
    for colour in ("Red", "Green", "Blue"):
        entries, first, bits = dataset[f"{colour}PaletteColorLookupTableDescriptor"].value
        data = dataset[f"{colour}PaletteColorLookupTableData"].value
        count = entries or 2**16
        table = np.frombuffer(data, dtype="<u2" if bits == 16 or len(data) >= 2 * count else "u1").astype(np.float64)
        place = np.clip(indexes - first, 0, count - 1).astype(np.intp)
        channels.append(table[place] * (255 / (2**bits - 1)))
    return np.stack(channels, axis=-1)
