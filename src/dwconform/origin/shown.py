"""One picture of one frame, with all that the request wants of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PIL import Image

from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.pixels import Pixels
from dwconform.origin.rendering import annotate, viewport
from dwconform.origin.rendering.blend import Blend
from dwconform.origin.rendering.parameters import Parameters, fault
from dwconform.origin.rendering.pipeline import Presentation, picture
from dwconform.origin.rendering.spatial import Spatial
from dwconform.origin.targets import instance_of

__all__ = ["Shown", "draw"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame that is to be shown.

    Attributes:
        entity: the instance.
        pixels: its pixels.
        number: the frame, from 1.
        alone: whether the instance has no other.
        presentation: what a presentation state says of its grey values.
        spatial: what it says of its region.
        state_profile: the ICC profile of the presentation state.
        blend: what a presentation state lays over it.
    """

    entity: Entity
    pixels: Pixels
    number: int
    alone: bool
    presentation: Presentation = field(default_factory=Presentation)
    spatial: Spatial | None = None
    state_profile: bytes | None = None
    blend: Blend | None = None

    @property
    def profile(self) -> bytes | None:
        """The ICC profile of the image."""
        own = self.pixels.dataset.get("ICCProfile")
        return self.state_profile or (bytes(own) if own else None)

    @property
    def milliseconds(self) -> int:
        """How long the frame is shown in a sequence of frames (PS3.3 C.7.6.5)."""
        return int(float(self.pixels.dataset.get("FrameTime") or 0)) or 100


def draw(context: Context, shown: Shown, wanted: Parameters) -> Image.Image:
    """The picture: grey values, region, size, annotation, in this order (8.3.5.1)."""
    presentation = shown.presentation
    if wanted.window is not None:
        presentation = replace(presentation, window=wanted.window, table=None)
    image = picture(shown.pixels, shown.number, presentation)
    if shown.blend is not None:
        image = shown.blend.over(image)
    if shown.spatial is not None:
        image = shown.spatial.apply(image)
    if wanted.viewport is not None:
        scaled = viewport.apply(image, wanted.viewport)
        if scaled is None:
            fault(context, "viewport", "the region lies beside the image")
            return image
        image = scaled
    if wanted.annotation:
        dataset = context.archive.document(instance_of(shown.entity))
        upper = annotate.patient(dataset) if "patient" in wanted.annotation else []
        lower = annotate.technique(dataset) if "technique" in wanted.annotation else []
        image = annotate.burn(image, upper, lower)
    return image
