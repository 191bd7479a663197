"""Whole files judged by themselves: bodies, captured messages, and multipart payloads part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dwconform.encoding.capture import MAX_BODY, Capture, read_capture
from dwconform.encoding.document import XML_FORMS, Finding, Form, Hints, findings_of, form_of, guess_form, read_as
from dwconform.encoding.levels import Level
from dwconform.encoding.media_type import MediaType, parse_media_type
from dwconform.encoding.multipart import MultipartReader, PartData, PartEnd, PartEvent, PartStart
from dwconform.encoding.part10 import Identity
from dwconform.encoding.part10_header import Buffer
from dwconform.encoding.part_header import Headers, find_header
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems
from dwconform.errors import UsageError

__all__ = ["Verdict", "validate"]

_CHUNK = 1 << 18
_boundary_line = re.compile(rb"[\r\n]*--([^\r\n]{1,200}?)(?:--)?[ \t]*\r?\n").match
_location = re.compile(
    r"/studies/(?P<study>[0-9.]+)(?:/series/(?P<series>[0-9.]+)(?:/instances/(?P<instance>[0-9.]+))?)?"
)
_PLAIN_JSON = Fault("J-MT-01", "DICOM JSON has a media type of its own.", "application/dicom+json")
_JSON_TYPES = {"application/json", "text/json"}
_JSON_FORMS = {Form.JSON, Form.METADATA_JSON, Form.SEARCH_JSON, Form.STORE_RESPONSE_JSON}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one file, and as what it was read."""

    form: Form
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Say whether no shall is broken."""
        return all(finding.level is not Level.SHALL for finding in self.findings)


def validate(data: Buffer, form: Form | None = None) -> Verdict:
    """Judge a document, or a captured message with a document in it.

    Args:
        data: its bytes, or a map of them.
        form: what to read it as; None to find out. A form other than multipart is that of the parts, where the document
            comes in parts.

    Raises:
        UsageError: what it is cannot be told, or it is too large to be read at once.
    """
    capture = read_capture(data)
    guessed = guess_form(capture)
    if form is None and guessed is None:
        raise UsageError("what this is cannot be told from its content; say so with --as")
    form = form or guessed or Form.JSON
    if form is Form.MULTIPART or guessed is Form.MULTIPART:
        return Verdict(form, _validate_parts(capture, None if form is Form.MULTIPART else form))
    media_type = parse_media_type(capture.header("Content-Type") or "")[0]
    problems = Problems()
    if media_type and media_type.essence in _JSON_TYPES and form in _JSON_FORMS:
        problems.add(_PLAIN_JSON, "Content-Type", media_type.essence)
    hints = _hints(capture.headers, media_type, None)
    # a DICOM file that nothing precedes is read where it is, of whatever size
    body = capture.data if form is Form.PART10 and capture.at == 0 else capture.body()
    found = read_as(form, body, hints)
    return Verdict(form, findings_of((*problems.listed(), *found), form))


def _hints(headers: Headers, media_type: MediaType | None, outer: MediaType | None) -> Hints:
    """Return what the header fields of a message or a part say of the DICOM file in it."""
    syntaxes = (kind.parameter("transfer-syntax") for kind in (media_type, outer) if kind is not None)
    match = _location.search(find_header(headers, "Content-Location") or "")
    identity = Identity(*(match[name] or "" for name in ("study", "series", "instance"))) if match else None
    return Hints(next((syntax for syntax in syntaxes if syntax), None), identity)


def _validate_parts(capture: Capture, form: Form | None) -> tuple[Finding, ...]:
    """Judge the wrapping of a multipart payload, then each part in ``form``, or by its media type."""
    content_type = capture.header("Content-Type")
    stated = content_type is not None
    if content_type is None:
        line = _boundary_line(capture.data[capture.at : capture.at + 256])
        boundary = line[1].decode("latin-1") if line else ""
        content_type = 'multipart/related; boundary="' + re.sub(r'(["\\])', r"\\\1", boundary) + '"'
    outer = parse_media_type(content_type)[0]
    reader = MultipartReader(content_type)
    findings: list[Finding] = []
    for part in _parts(reader, capture, form, outer):
        found = findings_of(read_as(part.form, part.body, part.hints), part.form)
        findings += [replace(finding, pointer=f"part[{part.number}]{finding.pointer}") for finding in found]
    wrapping = (problem for problem in reader.problems if stated or problem.pointer != "Content-Type")
    return (*findings_of(tuple(wrapping), Form.MULTIPART), *findings)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that a reader exists for; parts are counted from 1."""

    number: int
    form: Form
    body: bytes
    hints: Hints


def _parts(reader: MultipartReader, capture: Capture, form: Form | None, outer: MediaType | None) -> Iterator[_Part]:
    """Yield the parts that a reader exists for; of all others nothing is kept."""
    number = 0
    headers: Headers = ()
    kept: Form | None = None
    pieces: list[bytes] = []
    size = 0
    for event in _events(reader, capture):
        match event:
            case PartStart():
                number, headers, pieces, size = number + 1, event.headers, [], 0
                kept = _form_of_part(headers, form, outer)
            case PartData() if kept is not None:
                pieces.append(event.data)
                size += len(event.data)
                if size > MAX_BODY:
                    message = f"part {number} has more than {MAX_BODY >> 20} MiB, which is more than is read at once"
                    raise UsageError(message)
            case PartEnd() if kept is not None:
                media_type = parse_media_type(find_header(headers, "Content-Type") or "")[0]
                yield _Part(number, kept, b"".join(pieces), _hints(headers, media_type, outer))


def _events(reader: MultipartReader, capture: Capture) -> Iterator[PartEvent]:
    for at in range(capture.at, len(capture.data), _CHUNK):
        yield from reader.feed(capture.data[at : at + _CHUNK])
    yield from reader.close()


def _form_of_part(headers: Headers, form: Form | None, outer: MediaType | None) -> Form | None:
    """Return what a part is read as, by its own media type, else by that of the whole; None for bulk data."""
    text = find_header(headers, "Content-Type")
    media_type = parse_media_type(text)[0] if text is not None else None
    essence = media_type.essence if media_type else (outer.parameter("type") or "" if outer else "").lower()
    own = form_of(essence)
    if form is None or own is None:
        return None if own is Form.MULTIPART else own
    same_text = (own is Form.JSON and form in _JSON_FORMS) or (own is Form.XML and form in XML_FORMS)
    return form if same_text else own
