"""Bulk data: one value by its URI, and the collections of bulk data and pixel data (PS3.18 10.4.1.1.5, 10.4.1.1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import Bulk, Dataset
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import negotiate, refusal, select
from dwconform.origin.packing import pack, place
from dwconform.origin.part10 import value_field
from dwconform.origin.pixel_forms import offers
from dwconform.origin.pixels import PIXEL_TAGS, Frame, PixelFacts, Pixels
from dwconform.origin.syntaxes import EXPLICIT, form_of
from dwconform.origin.targets import facts_of, instance_of, pixels_of, size_of, target
from dwconform.origin.transcode import Choice, frame

__all__ = ["bulkdata", "bulkdata_collection", "collection", "frame_part", "pixeldata"]


def bulkdata(context: Context, uids: tuple[str, ...], path: str) -> Answer:
    """One value of an instance; of pixel data all frames (10.4.3.3.5)."""
    (entity,) = target(context, uids)
    context.entity = entity
    facts = facts_of(context, entity)
    here = f"{entity.path}/bulkdata/{path}"
    if facts is not None and path == facts.tag:
        return _pixels(context, entity, facts, here)
    octets = value_field(context.archive.file(instance_of(entity))[0].read_bytes(), path)
    if octets is None:
        raise Refusal(404, "The instance has no such bulk data.")
    form = negotiate(context, (Form.OCTETS, Form.OCTET_STREAM)).form or Form.OCTETS
    return pack(context, lambda: [_value(context, octets, here)], form, len(octets), here)


def _value(context: Context, octets: bytes, path: str) -> Part:
    return Part(Form.OCTETS.media_type, octets, (place(context, path),))


def _pixels(context: Context, entity: Entity, facts: PixelFacts, here: str) -> Answer:
    negotiation = negotiate(context, offers(facts, alone=facts.frames == 1 or facts.video, value=True))
    form = negotiation.form or Form.OCTETS
    syntax = _choice(context, facts, negotiation.wanted, negotiation.syntax)
    pixels = pixels_of(context, entity, facts)
    return pack(context, lambda: pixel_parts(context, pixels, syntax, here), form, size_of(context, [entity]), here)


def _choice(context: Context, facts: PixelFacts, wanted: str, syntax: str) -> str:
    choice: Choice = context.bend(Hook.SYNTAX, Choice(facts.syntax, wanted, syntax))
    if choice.delivered is None:
        raise Refusal(406, "The pixel data is not available in an acceptable transfer syntax.")
    return choice.delivered


def pixel_parts(context: Context, pixels: Pixels, syntax: str, path: str) -> Iterator[Part]:
    """All pixel data: native in one part, compressed in one for each frame, a video in one (8.7.3.3)."""
    facts = pixels.facts
    location = place(context, path)
    if syntax == EXPLICIT:
        frames = [Frame(0, b"".join(pixels.value()), syntax)]
    elif facts.video:
        frames = [Frame(0, pixels.stream(), syntax)]
    else:
        for number in range(1, facts.frames + 1):
            yield frame_part(context, Frame(number, frame(pixels, number, syntax), syntax), location)
        return
    for each in frames:
        yield frame_part(context, each, location)


def frame_part(context: Context, made: Frame, location: tuple[str, str]) -> Part:
    """A frame as a part, labelled with its media type and transfer syntax (8.7.9)."""
    context.frame = made.number
    bent: Frame = context.bend(Hook.FRAME, made)
    return Part(f"{media_type(bent.syntax)}; transfer-syntax={bent.syntax}", bent.octets, (location,))


def media_type(syntax: str) -> str:
    """The media type of pixels in a transfer syntax."""
    form = form_of(syntax)
    return (form or Form.OCTETS).media_type


def collection(context: Context, entities: Sequence[Entity], location: str, *, only_pixels: bool = False) -> Answer:
    """The bulk data, or only the pixel data, of instances; each part names the URI of the metadata (10.4.3.3.5)."""
    chosen: list[tuple[Entity, PixelFacts | None, str]] = []
    form: Form | None = None
    for entity in entities:
        facts = facts_of(context, entity)
        if facts is None:
            chosen.append((entity, None, ""))
            continue
        negotiation = select(context, [each for each in offers(facts, alone=False, value=True) if each.form.multipart])
        if negotiation.form is None:
            raise refusal(negotiation)
        form = form or negotiation.form
        chosen.append((entity, facts, _choice(context, facts, negotiation.wanted, negotiation.syntax)))
    if form is None or not only_pixels:
        octets = negotiate(context, (Form.OCTETS,)).form or Form.OCTETS
        form = form or octets
    if not any(_paths(context, entity, only_pixels=only_pixels) for entity in entities):
        raise Refusal(404, "The resource has no such data.")
    path = location.removeprefix(f"{context.base_url}/")
    size = size_of(context, entities)
    return pack(context, lambda: _collected(context, chosen, only_pixels=only_pixels), form, size, path)


def _collected(
    context: Context, chosen: list[tuple[Entity, PixelFacts | None, str]], *, only_pixels: bool
) -> Iterator[Part]:
    for entity, facts, syntax in chosen:
        context.entity = entity
        octets = b""
        for path in _paths(context, entity, only_pixels=only_pixels):
            here = f"{entity.path}/bulkdata/{path}"
            if facts is not None and path == facts.tag:
                yield from pixel_parts(context, pixels_of(context, entity, facts), syntax, here)
                continue
            octets = octets or context.archive.file(instance_of(entity))[0].read_bytes()
            value = value_field(octets, path)
            if value is not None:
                yield _value(context, value, here)


def _paths(context: Context, entity: Entity, *, only_pixels: bool) -> list[str]:
    """The paths of an instance's bulk data, those that its metadata names."""
    dataset = context.archive.document(instance_of(entity))
    if only_pixels:
        return [tag for tag in PIXEL_TAGS if tag in dataset and dataset[tag].values]
    return list(_bulk(dataset))


def _bulk(dataset: Dataset) -> Iterator[str]:
    for tag in sorted(dataset):
        for value in dataset[tag].values:
            if isinstance(value, Bulk):
                yield value.path.partition("/bulkdata/")[2]
            elif isinstance(value, dict):
                yield from _bulk(value)


def pixeldata(context: Context, uids: tuple[str, ...]) -> Answer:
    """The pixel data of a study, series or instance (10.4.3.3.6)."""
    return _all(context, uids, only_pixels=True)


def bulkdata_collection(context: Context, uids: tuple[str, ...]) -> Answer:
    """All bulk data of a study, series or instance (10.4.3.3.5)."""
    return _all(context, uids, only_pixels=False)


def _all(context: Context, uids: tuple[str, ...], *, only_pixels: bool) -> Answer:
    path = context.request.url.path.partition("/studies/")[2]
    return collection(context, target(context, uids), f"{context.base_url}/studies/{path}", only_pixels=only_pixels)
