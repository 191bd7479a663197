"""The Retrieve transaction as far as the fixtures need it: instances, metadata, bulk data (PS3.18 10.4)."""

from __future__ import annotations

from io import BytesIO

from pydicom import dcmread
from pydicom.uid import UID, ExplicitVRLittleEndian

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.levels import Level
from dwconform.origin.negotiate import Form, negotiate
from dwconform.origin.part10 import value_field
from dwconform.origin.search import payload

__all__ = ["bulkdata", "instances", "metadata"]

_LOSSY = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 81, 91, 93, 100, 102, 103, 107, 203))


def metadata(context: Context, uids: tuple[str, ...]) -> Answer:
    """The data sets of a study, series or instance, without bulk data (10.4.1.1.2)."""
    form = negotiate(context, (Form.JSON, Form.XML)).form or Form.JSON
    datasets = []
    for entity in _found(context, uids):
        context.entity = entity
        if entity.instance:
            datasets.append(context.bend(Hook.RESULT, dict(context.archive.document(entity.instance))))
    return payload(context, datasets, form)


def instances(context: Context, uids: tuple[str, ...]) -> Answer:
    """The Part 10 files of a study, series or instance (10.4.1.1.1)."""
    chosen = negotiate(context, (Form.DICOM,)).range
    syntax = chosen.parameter("transfer-syntax") if chosen else ""
    parts = [_file(context, entity, syntax) for entity in _found(context, uids)]
    return Answer(200, *multipart.join(parts, "application/dicom"))


def bulkdata(context: Context, uids: tuple[str, ...], path: str) -> Answer:
    """One value of an instance as octets (10.4.1.1.5)."""
    (entity,) = _found(context, uids)
    assert entity.instance is not None
    octets = value_field(context.archive.file(entity.instance)[0].read_bytes(), path)
    if octets is None:
        raise Refusal(404, "The instance has no such bulk data.")
    negotiate(context, (Form.OCTETS,))
    location = ("Content-Location", f"{context.base_url}/{entity.path}/bulkdata/{path}")
    part = multipart.Part("application/octet-stream", octets, (location,))
    return Answer(200, *multipart.join([part], "application/octet-stream"))


def _found(context: Context, uids: tuple[str, ...]) -> list[Entity]:
    """The instances of a study, series or instance. Raises a 404 Refusal when there are none."""
    known = [(tag, (uid,)) for tag, uid in zip(("0020000D", "0020000E", "00080018"), uids, strict=False)]
    found = context.archive.entities(Level.INSTANCE, known)
    if not found:
        raise Refusal(404, "There is no such resource.")
    return found


def _file(context: Context, entity: Entity, wanted: str) -> multipart.Part:
    """A file in the wanted transfer syntax, Explicit VR Little Endian by default (8.7.3.4)."""
    assert entity.instance is not None
    path, stored = context.archive.file(entity.instance)
    octets = path.read_bytes()
    if wanted not in ("*", stored) and not (not wanted and stored in _LOSSY):
        if wanted not in ("", ExplicitVRLittleEndian) or UID(stored).is_compressed:
            raise Refusal(406, f"An instance is stored in {stored} and not available in another transfer syntax.")
        octets, stored = _explicit(octets), str(ExplicitVRLittleEndian)
    location = ("Content-Location", f"{context.base_url}/{entity.path}")
    return multipart.Part(f"application/dicom; transfer-syntax={stored}", octets, (location,))


def _explicit(octets: bytes) -> bytes:
    dataset = dcmread(BytesIO(octets))
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    target = BytesIO()
    dataset.save_as(target, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return target.getvalue()
