"""The Retrieve transaction for instances and metadata (PS3.18 10.4.1.1.1, 10.4.1.1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from dwconform.origin import json_writer, xml_writer
from dwconform.origin.answer import Answer
from dwconform.origin.archive import Entity
from dwconform.origin.bulkdata import collection
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import Dataset
from dwconform.origin.forms import Form, Offer
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import Negotiation, negotiate, refusal, select
from dwconform.origin.packing import pack, place
from dwconform.origin.pixels import PixelFacts
from dwconform.origin.search import locator
from dwconform.origin.targets import facts_of, instance_of, size_of, target
from dwconform.origin.transcode import Choice, available, part10

__all__ = ["instances", "metadata"]

_Chosen = list[tuple[Entity, PixelFacts | None, str]]


def instances(context: Context, uids: tuple[str, ...]) -> Answer:
    """The Part 10 files of a study, series or instance; each in a transfer syntax of its own (8.7.8.1)."""
    entities = target(context, uids)
    chosen: _Chosen = []
    form: Form | None = None
    for entity in entities:
        facts = facts_of(context, entity)
        negotiation = _negotiated(context, entity, facts, alone=len(uids) == 3)
        if negotiation.form not in (Form.DICOM, Form.DICOM_FILE):
            return collection(context, entities, place(context, "/".join(_path(uids)))[1])  # note 2 of Table 10.4.4-1
        form = negotiation.form
        chosen.append((entity, facts, negotiation.syntax))
    assert form is not None
    size = size_of(context, entities)
    return pack(context, lambda: _files(context, chosen), form, size, "/".join(_path(uids)))


def _path(uids: tuple[str, ...]) -> Iterator[str]:
    for name, uid in zip(("studies", "series", "instances"), uids, strict=False):
        yield name
        yield uid


def _negotiated(context: Context, entity: Entity, facts: PixelFacts | None, *, alone: bool) -> Negotiation:
    """The form and transfer syntax of one instance. Raises a 406 Refusal."""
    _, stored = context.archive.file(instance_of(entity))
    syntaxes = available(facts, stored)
    forms = (Form.DICOM, Form.DICOM_FILE) if alone else (Form.DICOM,)
    offers = [Offer(form, *syntax) for form in forms for syntax in syntaxes]
    negotiation = select(context, [*offers, Offer(Form.OCTETS)])
    if negotiation.form is Form.OCTETS:
        return negotiation
    choice = Choice(stored, negotiation.wanted, negotiation.syntax if negotiation.form else None)
    bent: Choice = context.bend(Hook.SYNTAX, choice)
    if bent.delivered is None:
        raise refusal(negotiation)
    return Negotiation(negotiation.form or Form.DICOM, negotiation.range, negotiation.offered, bent.delivered)


def _files(context: Context, chosen: _Chosen) -> Iterator[Part]:
    for entity, facts, syntax in chosen:
        context.entity = entity
        path, stored = context.archive.file(instance_of(entity))
        octets = part10(context, path, facts, stored, syntax)
        yield Part(f"application/dicom; transfer-syntax={syntax}", octets, (place(context, entity.path),))


def metadata(context: Context, uids: tuple[str, ...]) -> Answer:
    """The data sets of a study, series or instance, without bulk data (10.4.3.3.2)."""
    entities = target(context, uids)
    form = negotiate(context, (Form.JSON, Form.XML)).form or Form.JSON
    path = "/".join((*_path(uids), "metadata"))
    if form is Form.XML:
        return pack(context, lambda: _documents(context, entities), form, _metadata_size(entities), path)
    location = (place(context, path),)
    if context.defects.at(Hook.JSON) or _metadata_size(entities) <= context.options.buffer:
        document = [json_writer.model(dataset, locator(context)) for dataset, _ in _datasets(context, entities)]
        body = json_writer.encode(context.bend(Hook.JSON, document))
        return Answer(200, body, Form.JSON.media_type, location)
    return Answer(200, b"", Form.JSON.media_type, location, lambda: _json(context, entities))


def _metadata_size(entities: list[Entity]) -> int:
    return len(entities) << 13


def _datasets(context: Context, entities: list[Entity]) -> Iterator[tuple[Dataset, Entity]]:
    for entity in entities:
        context.entity = entity
        dataset = context.bend(Hook.RESULT, dict(context.archive.document(instance_of(entity))))
        if dataset is not None:
            yield dataset, entity


def _documents(context: Context, entities: list[Entity]) -> Iterator[Part]:
    for dataset, entity in _datasets(context, entities):
        root = context.bend(Hook.XML, xml_writer.model(dataset, locator(context)))
        location = place(context, f"{entity.path}/metadata")
        yield Part(Form.XML.media_type, xml_writer.encode(root), (location,))


def _json(context: Context, entities: list[Entity]) -> Iterator[bytes]:
    for number, (dataset, _) in enumerate(_datasets(context, entities)):
        yield (b"," if number else b"[") + json_writer.encode(json_writer.model(dataset, locator(context)))
    yield b"]"
