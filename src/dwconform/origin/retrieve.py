"""The Retrieve transaction as far as the fixtures need it: instances, metadata, bulk data (PS3.18 10.4)."""

from __future__ import annotations

from io import BytesIO

from pydicom import dcmread
from pydicom.encaps import generate_fragments, generate_frames, parse_basic_offsets
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

_PIXELS = "7FE00010"
_JPEG, _MPEG = "1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.4.10"
_COMPRESSED = {
    Form.JPEG: tuple(f"{_JPEG}{number}" for number in (50, 51, 57, 70)),
    Form.JPEG_LS: tuple(f"{_JPEG}{number}" for number in (80, 81)),
    Form.JPEG_2000: tuple(f"{_JPEG}{number}" for number in (90, 91)),
    Form.HTJ2K: tuple(f"{_JPEG}{number}" for number in (201, 202, 203)),
    Form.JPEG_XL: tuple(f"{_JPEG}{number}" for number in (110, 111, 112)),
    Form.RLE: ("1.2.840.10008.1.2.5",),
    Form.MPEG_2: (f"{_MPEG}0", f"{_MPEG}1"),
    Form.MPEG_4: tuple(f"{_MPEG}{number}" for number in (2, 3, 4, 5, 6)),
    Form.HEVC: (f"{_MPEG}7", f"{_MPEG}8"),
}
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
    file, syntax = context.archive.file(entity.instance)
    octets = value_field(file.read_bytes(), path)
    if octets is None:
        raise Refusal(404, "The instance has no such bulk data.")
    location = ("Content-Location", f"{context.base_url}/{entity.path}/bulkdata/{path}")
    if path == _PIXELS and UID(syntax).is_encapsulated:
        return _frames(context, octets, syntax, location)
    negotiate(context, (Form.OCTETS,))
    part = multipart.Part("application/octet-stream", octets, (location,))
    return Answer(200, *multipart.join([part], "application/octet-stream"))


def _frames(context: Context, octets: bytes, syntax: str, location: tuple[str, str]) -> Answer:
    """Compressed pixel data as it is stored: a part for each frame, one for a video (8.7.3.3)."""
    form = next((form for form, syntaxes in _COMPRESSED.items() if syntax in syntaxes), None)
    if form is None:
        raise Refusal(406, f"The pixel data is stored in {syntax}, for which there is no media type here.")
    negotiate(context, (form,))
    media_type = form.value[1]
    fragments = list(generate_fragments(octets)) if media_type.startswith("video/") else []
    frames = [b"".join(fragments)] if fragments else list(generate_frames(octets, number_of_frames=_count(octets)))
    parts = [multipart.Part(f"{media_type}; transfer-syntax={syntax}", frame, (location,)) for frame in frames]
    return Answer(200, *multipart.join(parts, media_type))


def _count(octets: bytes) -> int | None:
    """The number of frames where each fragment is one, as without an offset table; else the table tells."""
    offsets = parse_basic_offsets(octets)
    return None if offsets else len(list(generate_fragments(octets)))


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
