"""Rendered resources: images, texts and videos for display (PS3.18 10.4.1.1.3, 8.7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dwconform.origin import charsets, documents
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.codecs import decodable
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import texts
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import Negotiation, negotiate, refusal, select
from dwconform.origin.packing import pack, place
from dwconform.origin.pixels import PixelFacts
from dwconform.origin.presentation import Shown, is_state, shown_by
from dwconform.origin.rendering import parameters
from dwconform.origin.rendering.encode import animation, encode
from dwconform.origin.rendering.icc import embeds, managed
from dwconform.origin.rendering.parameters import Parameters
from dwconform.origin.shown import draw
from dwconform.origin.syntaxes import form_of
from dwconform.origin.targets import facts_of, frame_numbers, instance_of, pixels_of, target

__all__ = ["category", "rendered", "rendered_frames"]

_STILL = (Form.JPEG, Form.GIF, Form.PNG)
_TEXT = (Form.HTML, Form.PLAIN, Form.TEXT_XML)
_SUFFIX = "/rendered"


class Category(Enum):
    """The resource categories of Table 8.7.2-1, with presentation states apart."""

    SINGLE = "Single Frame Image"
    MULTI = "Multi-frame Image"
    VIDEO = "Video"
    TEXT = "Text"
    STATE = "Presentation State"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Item:
    """An instance to be rendered."""

    entity: Entity
    category: Category
    facts: PixelFacts | None


def category(context: Context, entity: Entity) -> Item:
    """What an instance is."""
    facts = facts_of(context, entity)
    (sop_class,) = texts(context.archive.document(instance_of(entity)), "00080016")[:1] or ("",)
    if facts is not None and facts.video:
        kind = Category.VIDEO
    elif facts is not None:
        drawn = decodable(facts.syntax, facts.stored) and facts.rows and facts.columns
        kind = Category.OTHER if not drawn else Category.MULTI if facts.frames > 1 else Category.SINGLE
    elif documents.is_report(sop_class) or documents.is_document(sop_class):
        kind = Category.TEXT
    else:
        kind = Category.STATE if is_state(sop_class) else Category.OTHER
    return Item(entity, kind, facts)


def rendered(context: Context, uids: tuple[str, ...]) -> Answer:
    """A study, series or instance, rendered."""
    items = [category(context, entity) for entity in target(context, uids)]
    if len(uids) == 3:
        return _instance(context, items[0])
    return _collection(context, items)


def rendered_frames(context: Context, uids: tuple[str, ...], text: str) -> Answer:
    """The frames of a list, rendered, in its order."""
    (entity,) = target(context, uids)
    item = category(context, entity)
    numbers = frame_numbers(text, item.facts)
    if item.category not in (Category.SINGLE, Category.MULTI):
        raise Refusal(406, "The frames of this instance cannot be rendered.")
    one = len(numbers) == 1
    forms = [form.single for form in _STILL] + list(_STILL) if one else [*_STILL, Form.GIF_FILE]
    negotiation = negotiate(context, forms)
    return _frames(context, item, numbers, negotiation, f"{entity.path}/frames/{text}")


def _forms(context: Context, item: Item) -> list[Form]:
    """What an instance can be rendered as, the default first."""
    if item.category is Category.SINGLE:
        return [form.single for form in _STILL] + list(_STILL)
    if item.category is Category.MULTI:
        return [Form.GIF_FILE, *_STILL]
    if item.category is Category.VIDEO and item.facts is not None:
        form = form_of(item.facts.syntax)
        return [form.single, form] if form else []
    if item.category is Category.TEXT:
        pdf = (
            [Form.PDF]
            if texts(context.archive.document(instance_of(item.entity)), "00420012") == ("application/pdf",)
            else []
        )
        return [form.single for form in (*_TEXT, *pdf)] + [*_TEXT, *pdf]
    if item.category is Category.STATE:
        shown = shown_by(context, item.entity)
        return [form.single for form in _STILL] + list(_STILL) if len(shown) == 1 else list(_STILL) if shown else []
    return []


def _instance(context: Context, item: Item) -> Answer:
    context.entity = item.entity
    forms = _forms(context, item)
    if not forms:
        raise Refusal(406, f"An instance of the category {item.category.value} is not rendered here.")
    negotiation = negotiate(context, forms)
    form, path = negotiation.form or forms[0], item.entity.path
    if item.category is Category.STATE:
        chosen = parameters.parse(context, state=True)
        _refuse_profile(context, chosen, form)
        shown = shown_by(context, item.entity)
        return pack(context, lambda: _pictures(context, shown, chosen, form), form, _size(shown), path)
    if item.category in (Category.TEXT, Category.VIDEO):
        size = context.archive.file(instance_of(item.entity))[0].stat().st_size
        return pack(context, lambda: _parts(context, item, negotiation, Parameters()), form, size, path)
    assert item.facts is not None
    return _frames(context, item, list(range(1, item.facts.frames + 1)), negotiation, path)


def _frames(context: Context, item: Item, numbers: list[int], negotiation: Negotiation, path: str) -> Answer:
    context.entity = item.entity
    form = negotiation.form or Form.JPEG
    chosen = parameters.parse(context)
    _refuse_profile(context, chosen, form)
    assert item.facts is not None
    pixels = pixels_of(context, item.entity, item.facts)
    shown = [Shown(item.entity, pixels, number, alone=item.facts.frames == 1) for number in numbers]
    if form is Form.GIF_FILE and len(shown) > 1:
        return pack(context, lambda: [_animated(context, shown, chosen, path)], form, 0, path)
    return pack(context, lambda: _pictures(context, shown, chosen, form), form, _size(shown), path)


def _collection(context: Context, items: list[Item]) -> Answer:
    """The parts of a study or series: each instance in what is acceptable for it (8.7.8.1)."""
    chosen = [(item, select(context, forms)) for item in items if (forms := _parts_of(context, item))]
    usable = [(item, negotiation) for item, negotiation in chosen if negotiation.form is not None]
    if not usable:
        raise refusal(chosen[0][1]) if chosen else Refusal(406, "Nothing of this resource can be rendered.")
    drawn = any(item.category in (Category.SINGLE, Category.MULTI) for item, _ in usable)
    wanted = parameters.parse(context) if drawn else Parameters()
    form = usable[0][1].form or Form.JPEG
    _refuse_profile(context, wanted, form)
    size = sum((item.facts.frames * item.facts.rows * item.facts.columns if item.facts else 0) for item, _ in usable)
    path = "studies/" + context.request.url.path.partition("/studies/")[2].removesuffix(_SUFFIX)

    def parts() -> Iterator[Part]:
        for item, negotiation in usable:
            yield from _parts(context, item, negotiation, wanted)

    return pack(context, parts, form, size, path)


def _parts_of(context: Context, item: Item) -> list[Form]:
    """The forms in which an instance can be a part of a study; states show what is there already."""
    if item.category is Category.STATE:
        return []
    return (
        list(_STILL) if item.category is Category.MULTI else [form for form in _forms(context, item) if form.multipart]
    )


def _parts(context: Context, item: Item, negotiation: Negotiation, wanted: Parameters) -> Iterator[Part]:
    context.entity, context.frame = item.entity, 0
    form = negotiation.form or Form.JPEG
    location = place(context, item.entity.path)
    if item.category is Category.TEXT:
        yield _text(context, item, negotiation, form)
    elif item.facts is not None and item.category is Category.VIDEO:
        yield Part(form.media_type, pixels_of(context, item.entity, item.facts).stream(), (location,))
    elif item.facts is not None:
        pixels = pixels_of(context, item.entity, item.facts)
        count = item.facts.frames
        shown = [Shown(item.entity, pixels, number, alone=count == 1) for number in range(1, count + 1)]
        yield from _pictures(context, shown, wanted, form)


def _text(context: Context, item: Item, negotiation: Negotiation, form: Form) -> Part:
    document = documents.read(context.archive.file(instance_of(item.entity))[0])
    location = place(context, item.entity.path)
    if form.media_type == "application/pdf":
        return Part(form.media_type, document.octets, (location,))
    _, charset = charsets.encoded(context, documents.written(document, form, ""), negotiation.range)
    text = context.bend(Hook.TEXT, documents.written(document, form, charset))
    return Part(f"{form.media_type}; charset={charset}", text.encode(charset, "replace"), (location,))


def _pictures(context: Context, shown: list[Shown], wanted: Parameters, form: Form) -> Iterator[Part]:
    for each in shown:
        image = draw(context, each, wanted)
        profile = None
        if embeds(form.media_type):
            image, profile = managed(image, wanted.profile, each.profile)
        context.entity, context.frame = each.entity, each.number
        image = context.bend(Hook.IMAGE, image)
        octets = encode(image, form.media_type, wanted.quality, profile)
        path = each.entity.path if each.alone else f"{each.entity.path}/frames/{each.number}"
        yield Part(form.media_type, octets, (place(context, path),))


def _animated(context: Context, shown: list[Shown], wanted: Parameters, path: str) -> Part:
    images = []
    for each in shown:
        image = draw(context, each, wanted)
        context.entity, context.frame = each.entity, each.number
        images.append(context.bend(Hook.IMAGE, image))
    octets = animation(images, shown[0].milliseconds)
    return Part("image/gif", octets, (place(context, path),))


def _size(shown: list[Shown]) -> int:
    return sum(each.pixels.facts.rows * each.pixels.facts.columns for each in shown)


def _refuse_profile(context: Context, wanted: Parameters, form: Form) -> None:
    if wanted.profile not in ("", "no") and not embeds(form.media_type):
        parameters.fault(context, "iccprofile", f"{form.media_type} cannot hold a profile")
