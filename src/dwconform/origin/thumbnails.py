"""Thumbnails: one small picture that stands for a study, series, instance or frame (PS3.18 10.4.1.1.4).

The picture is that of the middle frame of the middle image of the first series with images, in the image's own window
and without any annotation. What has no pixels is shown as a plate with its modality.
"""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from dwconform.origin.answer import Answer
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import texts
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import negotiate
from dwconform.origin.packing import pack
from dwconform.origin.rendered import Category, Item, category
from dwconform.origin.rendering import viewport
from dwconform.origin.rendering.encode import encode
from dwconform.origin.rendering.parameters import thumbnail_viewport
from dwconform.origin.rendering.pipeline import Presentation, picture
from dwconform.origin.rendering.viewport import Viewport
from dwconform.origin.targets import frame_numbers, instance_of, pixels_of, target

__all__ = ["thumbnail"]

_SIZE = 128
_FORMS = (Form.JPEG_FILE, Form.PNG_FILE, Form.GIF_FILE)
_DRAWN = (Category.SINGLE, Category.MULTI)


def thumbnail(context: Context, uids: tuple[str, ...], frame: str = "") -> Answer:
    """The thumbnail of a study, series, instance or frame."""
    items = [category(context, entity) for entity in target(context, uids)]
    item = _chosen(items)
    numbers = frame_numbers(frame, item.facts) if frame else []
    form = negotiate(context, _FORMS).form or Form.JPEG_FILE
    wanted = thumbnail_viewport(context) or Viewport(_SIZE, _SIZE)
    path = item.entity.path + (f"/frames/{frame}" if frame else "")
    number = numbers[0] if numbers else 0
    return pack(context, lambda: [_part(context, item, number, wanted, form)], form, 0, path)


def _chosen(items: list[Item]) -> Item:
    """The middle image of the first series that has images, else the first instance."""
    images = [item for item in items if item.category in _DRAWN]
    if not images:
        return items[0]
    series = [item for item in images if item.entity.series == images[0].entity.series]
    return series[len(series) // 2]


def _part(context: Context, item: Item, number: int, wanted: Viewport, form: Form) -> Part:
    image = _picture(context, item, number)
    scaled = viewport.apply(image, wanted) or image
    context.entity = item.entity
    context.frame = number
    octets = encode(context.bend(Hook.IMAGE, scaled), form.media_type)
    return Part(form.media_type, octets)


def _picture(context: Context, item: Item, number: int) -> Image.Image:
    if item.category in _DRAWN and item.facts is not None:
        middle = item.facts.frames // 2 + 1
        return picture(pixels_of(context, item.entity, item.facts), number or middle, Presentation())
    return _plate(context, item.entity)


def _plate(context: Context, entity: Entity) -> Image.Image:
    modality = next(iter(texts(context.archive.document(instance_of(entity)), "00080060")), "?")
    plate = Image.new("L", (_SIZE, _SIZE), 64)
    draw = ImageDraw.Draw(plate)
    font = ImageFont.load_default(_SIZE // 3)
    draw.text((_SIZE // 2, _SIZE // 2), modality, 224, font, anchor="mm")
    return plate
