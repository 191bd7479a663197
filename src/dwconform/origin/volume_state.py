"""Volume rendering presentation states as targets (PS3.3 A.80.2; PS3.18 8.3.5.3, 10.4.1.1.8).

A state brings its images, method and viewpoint along. Of the parameters only those of the viewpoint go with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydicom import dcmread
from pydicom.dataset import Dataset

from dwconform.origin.answer import Refusal
from dwconform.origin.context import Context
from dwconform.origin.dictionary import tag_of
from dwconform.origin.elements import texts
from dwconform.origin.levels import Level
from dwconform.origin.rendering.parameters import fault, terms
from dwconform.origin.rendering.volume import Method
from dwconform.origin.rendering.volume_parameters import NAMES, VolumeParameters
from dwconform.origin.slices import Slice, slices_of, stacks
from dwconform.origin.targets import instance_of, target

__all__ = ["applied", "refuse_others", "slices_in", "state_of"]

_STATE = "1.2.840.10008.5.1.4.1.1.11.9"
_VIEWPOINT = ("ViewpointPosition", "ViewpointLookAtPoint", "ViewpointUpDirection")
_TAKEN = ("viewpointposition", "viewpointlookat", "viewpointup", "orientation")
_OF_PICTURES = ("accept", "charset", "annotation", "quality", "viewport", "window", "iccprofile")


def state_of(context: Context, uids: Sequence[str]) -> Dataset | None:
    """The presentation state that is the target; ``None`` when it is none."""
    if len(uids) != 3:
        return None
    (entity,) = target(context, uids)
    row = instance_of(entity)
    if texts(context.archive.document(row), "00080016") != (_STATE,):
        return None
    return dcmread(context.archive.file(row)[0])


def refuse_others(context: Context) -> None:
    """Refuse what cannot be combined with a state. Raises a 400 Refusal."""
    for name in terms(context):
        known = name in NAMES or tag_of(name.split(".")[0]) is not None
        if known and name not in (*_TAKEN, *_OF_PICTURES):
            fault(context, name, "a volumetric presentation state says so itself")


def slices_in(context: Context, state: Dataset) -> list[Slice]:
    """The slices that a state refers to. Raises a 400 Refusal when they make no volume."""
    found: list[Slice] = []
    for item in state.get("VolumetricPresentationStateInputSequence") or []:
        for reference in item.get("ReferencedImageSequence") or []:
            uid = str(reference.get("ReferencedSOPInstanceUID"))
            for entity in context.archive.entities(Level.INSTANCE, [("00080018", (uid,))]):
                found.extend(slices_of(context, entity))
    volumes = stacks(found)
    if len(volumes) != 1:
        raise Refusal(400, "What the presentation state refers to does not make a volume.")
    return volumes[0]


def applied(state: Dataset, wanted: VolumeParameters) -> VolumeParameters:
    """The parameters as the state has them, but for a viewpoint or orientation of the request (8.3.5.3.4)."""
    method = str(state.get("RenderingMethod") or "").lower()
    wanted = replace(wanted, method=Method(method)) if method in set(Method) else wanted
    if wanted.orientation or wanted.viewpoint:
        return wanted
    geometry = {
        keyword.lower().removesuffix("point").removesuffix("direction"): tuple(float(each) for each in state[keyword])
        for keyword in _VIEWPOINT
        if state.get(keyword)
    }
    return replace(wanted, viewpoint=geometry)
