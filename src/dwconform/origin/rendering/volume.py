"""A stack of slices as a volume, and what a camera sees of it: planes and orthographic projections (PS3.4 FF.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from dwconform.origin.rendering.window import WHITE, Array, Window, apply

__all__ = ["Camera", "Method", "Volume", "standard", "view"]

_MOST_PIXELS = 256
_MOST_STEPS = 256
_OPACITY = 0.15


class Method(StrEnum):
    """What becomes of the samples along a ray (PS3.3 C.11.30)."""

    VOLUME_RENDERED = "volume_rendered"
    MAXIMUM = "maximum_ip"
    MINIMUM = "minimum_ip"
    AVERAGE = "average_ip"


@dataclass(frozen=True, slots=True)
class Volume:
    """Voxels by slice, row and column, and where they lie in the patient, in millimetres.

    Attributes:
        voxels: the output of the Modality LUT.
        origin: the centre of the first voxel.
        steps: from one column, row and slice to the next; three vectors.
    """

    voxels: Array
    origin: Array
    steps: Array

    @property
    def centre(self) -> Array:
        """The middle of the volume."""
        slices, rows, columns = self.voxels.shape
        middle = (np.array([columns, rows, slices]) - 1) / 2
        return np.asarray(self.origin + middle @ self.steps)

    @property
    def corners(self) -> Array:
        """The eight outermost corners, half a voxel beyond the centres of the outermost voxels."""
        slices, rows, columns = self.voxels.shape
        places = [(x, y, z) for x in (-0.5, columns - 0.5) for y in (-0.5, rows - 0.5) for z in (-0.5, slices - 0.5)]
        return np.asarray(self.origin + np.array(places) @ self.steps)

    @property
    def spacing(self) -> float:
        """The smallest distance of voxels."""
        return float(np.linalg.norm(self.steps, axis=1).min())

    def at(self, points: Array) -> Array:
        """The trilinear interpolation at points, NaN outside; the last axis of ``points`` is x, y, z."""
        places = (points - self.origin) @ np.linalg.inv(self.steps)
        limits = np.array(self.voxels.shape[::-1])
        outside = ((places < -0.5) | (places > limits - 0.5)).any(axis=-1)
        places = np.clip(places, 0, limits - 1)
        low = np.minimum(places.astype(int), np.maximum(limits - 2, 0))
        part = places - low
        high = np.minimum(low + 1, limits - 1)
        found = np.zeros(places.shape[:-1])
        for corner in range(8):
            chosen = [high[..., axis] if corner >> axis & 1 else low[..., axis] for axis in range(3)]
            weights = [part[..., axis] if corner >> axis & 1 else 1 - part[..., axis] for axis in range(3)]
            found += self.voxels[chosen[2], chosen[1], chosen[0]] * weights[0] * weights[1] * weights[2]
        return np.where(outside, np.nan, found)


@dataclass(frozen=True, slots=True)
class Camera:
    """Where it is, what it looks at, and where its upper edge points."""

    position: Array
    lookat: Array
    up: Array

    @property
    def valid(self) -> bool:
        """Whether it looks somewhere, and not along its upper edge."""
        forward = self.lookat - self.position
        return bool(np.linalg.norm(np.cross(forward, self.up)) > 1e-6)

    @property
    def basis(self) -> tuple[Array, Array, Array]:
        """To the right, downwards and forward: three unit vectors."""
        forward = (self.lookat - self.position) / np.linalg.norm(self.lookat - self.position)
        right = np.cross(forward, self.up)
        right = right / np.linalg.norm(right)
        return right, np.cross(forward, right), forward

    def turned(self, degrees: float) -> Camera:
        """The camera moved around the axis through what it looks at."""
        axis, angle = self.up / np.linalg.norm(self.up), np.radians(degrees)
        arm = self.position - self.lookat
        moved = (
            arm * np.cos(angle) + np.cross(axis, arm) * np.sin(angle) + axis * np.dot(axis, arm) * (1 - np.cos(angle))
        )
        return Camera(self.lookat + moved, self.lookat, self.up)

    def moved(self, by: Array) -> Camera:
        """The camera moved together with what it looks at."""
        return Camera(self.position + by, self.lookat + by, self.up)


_SIDES = {"a": (0, -1, 0), "p": (0, 1, 0), "r": (-1, 0, 0), "l": (1, 0, 0), "h": (0, 0, 1), "f": (0, 0, -1)}


def standard(volume: Volume, side: str) -> Camera:
    """The camera at a side of the patient (8.3.5.3.4)."""
    distance = float(np.linalg.norm(volume.corners[0] - volume.corners[-1]))
    up = np.array((0.0, -1.0, 0.0) if side in ("h", "f") else (0.0, 0.0, 1.0))
    return Camera(volume.centre + distance * np.array(_SIDES[side], float), volume.centre, up)


def view(volume: Volume, camera: Camera, method: Method, window: Window, slab: float | None) -> np.ndarray[Any, Any]:
    """What the camera sees, from black to white: the whole volume, or with ``slab`` millimetres of it.

    A slab of 0 is the plane through what the camera looks at.
    """
    right, down, forward = camera.basis
    arms = volume.corners - volume.centre
    width, height = (2 * np.abs(arms @ axis).max() for axis in (right, down))
    size = max(volume.spacing, max(width, height) / _MOST_PIXELS)
    columns, rows = (max(1, round(side / size)) for side in (width, height))
    across = (np.arange(columns) - (columns - 1) / 2) * size
    along = (np.arange(rows) - (rows - 1) / 2) * size
    plane = camera.lookat + across[None, :, None] * right + along[:, None, None] * down
    if slab is None:
        depth = 2 * float(np.abs(arms @ forward).max())
        middle = float((volume.centre - camera.lookat) @ forward)
    else:
        depth, middle = slab, 0.0
    steps = min(_MOST_STEPS, max(1, round(depth / volume.spacing)))
    offsets = middle + (np.arange(steps) - (steps - 1) / 2) * (depth / steps)
    rays = (volume.at(plane + offset * forward) for offset in offsets)
    return _seen(rays, method, window)


def _seen(layers: Iterable[Array], method: Method, window: Window) -> np.ndarray[Any, Any]:
    if method is Method.VOLUME_RENDERED:
        return _composed(layers, window)
    stacked = _combined(iter(layers), method)
    shown = np.where(np.isnan(stacked), 0.0, apply(np.nan_to_num(stacked), window))
    return np.rint(shown).astype(np.uint8)


def _combined(layers: Iterator[Array], method: Method) -> Array:
    total = next(layers)
    count = np.where(np.isnan(total), 0, 1)
    for layer in layers:
        if method is Method.MAXIMUM:
            total = np.fmax(total, layer)
        elif method is Method.MINIMUM:
            total = np.fmin(total, layer)
        else:
            count = count + ~np.isnan(layer)
            total = np.where(np.isnan(total), layer, total + np.nan_to_num(layer))
    return total / np.maximum(count, 1) if method is Method.AVERAGE else total


def _composed(layers: Iterable[Array], window: Window) -> np.ndarray[Any, Any]:
    """Front to back: the brighter a sample, the less of what lies behind it is seen."""
    seen: Array = np.zeros(())
    left: Array = np.ones(())
    for layer in layers:
        light = np.where(np.isnan(layer), 0.0, apply(np.nan_to_num(layer), window)) / WHITE
        opacity = _OPACITY * light
        seen = seen + left * opacity * light
        left = left * (1 - opacity)
    shown = seen / max(float(np.max(seen)), 1e-9) * WHITE
    return np.rint(shown).astype(np.uint8)
