"""Any document of DICOMweb, judged by itself: what form it has, which rules it breaks, and how grave that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from dwconform.encoding.capture import Capture
from dwconform.encoding.dataset import DataSet
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.levels import Level, level_of
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.modules import check_metadata, check_store_response, json_steps, xml_steps
from dwconform.encoding.native_xml import read_xml
from dwconform.encoding.part10 import Identity, read_part10
from dwconform.encoding.part10_header import Buffer
from dwconform.encoding.problem import Fault, Problem
from dwconform.encoding.reading import Problems, Reading

__all__ = ["XML_FORMS", "Finding", "Form", "Hints", "findings_of", "form_of", "guess_form", "read_as"]


class Form(StrEnum):
    """What a document is read as."""

    JSON = "json"
    XML = "xml"
    METADATA_JSON = "metadata-json"
    SEARCH_JSON = "search-json"
    STORE_RESPONSE_JSON = "store-response-json"
    STORE_RESPONSE_XML = "store-response-xml"
    METADATA_XML = "metadata-xml"
    PART10 = "part10"
    MULTIPART = "multipart"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule, as it is told to people."""

    rule: str
    level: Level
    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What header fields say of a DICOM file."""

    transfer_syntax: str | None = None
    identity: Identity | None = None


_CONTEXTS = {
    Form.JSON: JsonContext.ANY,
    Form.METADATA_JSON: JsonContext.METADATA,
    Form.SEARCH_JSON: JsonContext.SEARCH,
    Form.STORE_RESPONSE_JSON: JsonContext.STORE_RESPONSE,
}
_CHECKS = {
    Form.METADATA_JSON: check_metadata,
    Form.METADATA_XML: check_metadata,
    Form.STORE_RESPONSE_JSON: check_store_response,
    Form.STORE_RESPONSE_XML: check_store_response,
}
XML_FORMS = {Form.XML, Form.METADATA_XML, Form.STORE_RESPONSE_XML}
_MEDIA_TYPES = {
    "application/dicom": Form.PART10,
    "application/dicom+json": Form.JSON,
    "application/dicom+xml": Form.XML,
    "application/json": Form.JSON,
    "application/xml": Form.XML,
    "multipart/related": Form.MULTIPART,
    "text/xml": Form.XML,
}
_INLINE = 1 << 12
_OLD_URL = Fault("S-URL-02", "Retrieve URL has the VR of older editions.", "UR")
_unicode_text = re.compile(rb"\xef\xbb\xbf|\xfe\xff\x00?|\xff\xfe").match


def guess_form(capture: Capture) -> Form | None:
    """Return what a document is by its content, else by its Content-Type; None when neither says so."""
    start: bytes = capture.data[capture.at : capture.at + 256]
    if start[128:132] == b"DICM" or start.startswith((b"DICM\x02\0", b"\x02\0\0\0UL\4\0")):
        return Form.PART10
    if start.lstrip(b"\r\n").startswith(b"--") and b"\n" in start:
        return Form.MULTIPART
    mark = _unicode_text(start)
    first = start[mark.end() if mark else 0 :].lstrip(b" \t\r\n\0")[:1]
    if first in {b"[", b"{"}:
        return Form.JSON
    if first == b"<":
        return Form.XML
    media_type = parse_media_type(capture.header("Content-Type") or "")[0]
    return _MEDIA_TYPES.get(media_type.essence) if media_type else None


def form_of(essence: str) -> Form | None:
    """Return what a media type says that a payload is."""
    return _MEDIA_TYPES.get(essence)


def findings_of(problems: tuple[Problem, ...], form: Form) -> tuple[Finding, ...]:
    """Return the problems of a document as findings: with their level, and in one sentence each."""
    return tuple(
        Finding(problem.rule, level_of(problem.rule, form), problem.pointer, _message(problem)) for problem in problems
    )


def _message(problem: Problem) -> str:
    told = (("expected", problem.expected), ("found", problem.found))
    details = ", ".join(f"{name}: {text}" for name, text in told if text)
    return f"{problem.message} ({details})" if details else problem.message


def read_as(form: Form, body: Buffer, hints: Hints | None = None) -> tuple[Problem, ...]:
    """Read a document that is no multipart, and return all that is wrong with it in that form."""
    if form is Form.PART10:
        hints = hints or Hints()
        return read_part10(
            body, expected_transfer_syntax=hints.transfer_syntax, identity=hints.identity, inline=_INLINE
        ).problems
    octets = body[:]
    if form in XML_FORMS:
        return _check_module(form, read_xml(octets), "/NativeDicomModel")
    reading = read_json(octets, _CONTEXTS[form])
    return _check_module(form, reading, "/{}" if octets.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else "")


def _check_module(form: Form, reading: Reading, root: str) -> tuple[Problem, ...]:
    """Return the problems of a reading with those of what the payload is for."""
    if form not in _CHECKS:
        return reading.problems
    problems = Problems()
    problems.extend(tuple(_renamed(problem, form) for problem in reading.problems))
    for index, data_set in enumerate(reading.datasets):
        _check_data_set(form, data_set, root.format(index), problems)
    return problems.listed()


def _check_data_set(form: Form, data_set: DataSet, root: str, problems: Problems) -> None:
    steps = xml_steps if form in XML_FORMS else json_steps
    for finding in _CHECKS[form](data_set):
        problems.add(finding.fault, root + steps(finding.steps), finding.found)


def _renamed(problem: Problem, form: Form) -> Problem:
    """Tell the VR that Retrieve URL had in older editions from any other wrong VR."""
    stores = form in {Form.STORE_RESPONSE_JSON, Form.STORE_RESPONSE_XML}
    if stores and problem.rule in {"J-VR-03", "X-VR-03"} and "00081190" in problem.pointer and problem.found == "UT":
        return replace(problem, rule=_OLD_URL.rule, message=_OLD_URL.message, expected=_OLD_URL.expected)
    return problem
