"""Rendered MPR and 3D volume resources (PS3.18 10.4.1.1.7, 10.4.1.1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from dwconform.origin import json_writer, xml_writer
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import negotiate
from dwconform.origin.packing import pack, place
from dwconform.origin.rendering import annotate, parameters, viewport, volume_parameters
from dwconform.origin.rendering.encode import animation, encode
from dwconform.origin.rendering.icc import embeds, managed
from dwconform.origin.rendering.parameters import Parameters
from dwconform.origin.rendering.pipeline import window_of
from dwconform.origin.rendering.volume import Camera, Method, Volume, view
from dwconform.origin.rendering.volume_parameters import Animation, VolumeParameters
from dwconform.origin.rendering.window import Window
from dwconform.origin.search import locator
from dwconform.origin.slices import Slice, volume
from dwconform.origin.targets import instance_of
from dwconform.origin.volume_input import chosen
from dwconform.origin.volume_state import applied, refuse_others, slices_in, state_of

__all__ = ["rendered_volume"]

_STILL = (Form.JPEG_FILE, Form.PNG_FILE, Form.GIF_FILE, Form.JPEG, Form.PNG, Form.GIF)
_MOVING = (Form.GIF_FILE, Form.GIF)


@dataclass(frozen=True, slots=True)
class Scene:
    """A volume and how it is shown."""

    volume: Volume
    camera: Camera
    window: Window
    first: Slice
    wanted: VolumeParameters
    plane: bool


def rendered_volume(context: Context, uids: tuple[str, ...], *, plane: bool) -> Answer:
    """A volume as a plane through it, or as a projection of it."""
    state = None if plane else state_of(context, uids)
    if state is not None:
        refuse_others(context)
    shown = chosen(context, uids) if state is None else slices_in(context, state)
    wanted = volume_parameters.parse(context, plane=plane)
    wanted = wanted if state is None else applied(state, wanted)
    picture = parameters.parse(context)
    stack = volume(shown)
    placed = volume_parameters.camera(context, wanted, stack)
    scene = Scene(stack, placed, picture.window or _window(shown[0], stack), shown[0], wanted, plane)
    if wanted.module:
        return _module_answer(context, scene)
    form = negotiate(context, _MOVING if wanted.animation else _STILL).form or Form.JPEG_FILE
    if picture.profile not in ("", "no") and not embeds(form.media_type):
        parameters.fault(context, "iccprofile", f"{form.media_type} cannot hold a profile")
    path = "studies/" + context.request.url.path.partition("/studies/")[2].rpartition("/")[0]
    return pack(context, lambda: [_part(context, scene, picture, form, path)], form, 0, path)


def _window(first: Slice, stack: Volume) -> Window:
    """The window of the images, else one that holds all values."""
    low, high = float(stack.voxels.min()), float(stack.voxels.max())
    whole = Window((low + high) / 2, max(high - low, 1.0), "linear-exact")
    return window_of(first.pixels.dataset, first.number) or whole


def _part(context: Context, scene: Scene, picture: Parameters, form: Form, path: str) -> Part:
    location = (place(context, path),)
    moving = scene.wanted.animation
    images = [_image(context, scene, each, picture) for each in _cameras(scene.camera, moving)]
    if moving:
        return Part(form.media_type, animation(images, round(1000 / moving.rate)), location)
    image, profile = images[0], None
    if embeds(form.media_type):
        image, profile = managed(image, picture.profile, None)
    return Part(form.media_type, encode(image, form.media_type, picture.quality, profile), location)


def _cameras(first: Camera, moving: Animation | None) -> Iterator[Camera]:
    if moving is None:
        yield first
        return
    for step in range(max(1, round(moving.length / moving.step))):
        if moving.curve:
            yield first.moved(_along(moving, step * moving.step) - first.lookat)
        else:
            yield first.turned(step * moving.step - moving.swivel / 2)


def _along(moving: Animation, distance: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The point of a curve at a distance from its beginning."""
    points = [np.array(point, float) for point in moving.curve]
    for start, end in pairwise(points):
        length = float(np.linalg.norm(end - start))
        if distance <= length and length:
            return np.asarray(start + (end - start) * (distance / length))
        distance -= length
    return points[-1]


def _image(context: Context, scene: Scene, camera: Camera, picture: Parameters) -> Image.Image:
    slab = scene.wanted.slab if scene.plane else None
    image = Image.fromarray(view(scene.volume, camera, scene.wanted.method, scene.window, slab))
    if picture.viewport is not None:
        image = viewport.apply(image, picture.viewport) or image
    if picture.annotation:
        dataset = context.archive.document(instance_of(scene.first.entity))
        upper = annotate.patient(dataset) if "patient" in picture.annotation else []
        lower = annotate.technique(dataset) if "technique" in picture.annotation else []
        image = annotate.burn(image, upper, lower)
    context.entity, context.frame = scene.first.entity, 0
    bent: Image.Image = context.bend(Hook.IMAGE, image)
    return bent


def _module_answer(context: Context, scene: Scene) -> Answer:
    form = negotiate(context, (Form.JSON, Form.XML)).form or Form.JSON
    module = context.bend(Hook.RESULT, _module(scene))
    if module is None:
        raise Refusal(406, "There is no description of the rendering.")
    if form is Form.XML:
        root = context.bend(Hook.XML, xml_writer.model(module, locator(context)))
        part = Part(form.media_type, xml_writer.encode(root))
        return pack(context, lambda: [part], form, 0, context.request.url.path.partition("/dicom-web/")[2])
    document = context.bend(Hook.JSON, json_writer.model(module, locator(context)))
    return Answer(200, json_writer.encode(document), form.media_type)


def _module(scene: Scene) -> Dataset:
    """The Rendered Volume Response Module (Table K.1-1)."""
    camera, wanted = scene.camera, scene.wanted

    def vector(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Element:
        return Element("FD", tuple(float(value) for value in values))

    module = {
        "00720510": Element("CS", ("MPR" if scene.plane else "3D_RENDERING",)),
        "0070120D": Element("CS", (wanted.method.value.upper(),)),
        "00701603": vector(camera.position),
        "00701604": vector(camera.lookat),
        "00701605": vector(camera.up),
    }
    if wanted.slab_given:
        module["00701503"] = Element("FD", (wanted.slab,))
    if wanted.method is not Method.VOLUME_RENDERED:
        module["00281056"] = Element("CS", (scene.window.function.upper().replace("-", "_"),))
        module["00281051"] = Element("DS", (f"{scene.window.width:.10g}",))
        module["00281050"] = Element("DS", (f"{scene.window.centre:.10g}",))
    if wanted.animation:
        if wanted.animation.swivel:
            module["00701A06"] = Element("FD", (wanted.animation.swivel,))
        module["00701A05"] = Element("FD", (float(wanted.animation.step),))
        module["00701A03"] = Element("FD", (float(wanted.animation.rate),))
    return module
