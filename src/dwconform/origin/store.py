"""The Store transaction for Part 10 instances (PS3.18 10.5) and its response module (Annex I)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom.uid import UID_dictionary

from dwconform.origin import json_writer, multipart, xml_writer
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Stored
from dwconform.origin.codecs import decodable
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import Dataset, Element, texts
from dwconform.origin.negotiate import Form, negotiate, parameters
from dwconform.origin.part10 import Instance, parse
from dwconform.origin.search import locator
from dwconform.origin.syntaxes import DEFLATED_FRAMES, LOSSY
from dwconform.origin.validity import is_uid

__all__ = ["store"]

# Failure Reason values: Table I.2-2, and 0111H of PS3.7 C.5.
_NOT_UNDERSTOOD, _NO_SUCH_SYNTAX, _PROCESSING, _DUPLICATE = 0xC000, 0xC122, 0x0110, 0x0111
_FORMS = (Form.JSON, Form.XML, Form.XML_DOCUMENT, Form.JSON_PART)
_SYNTAXES = frozenset(uid for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax") | {DEFLATED_FRAMES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part.

    Attributes:
        sop_class: SOP Class UID; empty when the part was not understood.
        sop_instance: SOP Instance UID; empty as above.
        study: Study Instance UID.
        path: the retrieve path of the instance, when it was stored.
        failure: Failure Reason; 0 when it was stored.
        new: whether it was not there before.
    """

    sop_class: str = ""
    sop_instance: str = ""
    study: str = ""
    path: str = ""
    failure: int = 0
    new: bool = False


def store(context: Context, body: bytes, study: str | None = None) -> Answer:
    """Store the instances of a request; everything that the answer calls stored is on the disk."""
    form = negotiate(context, _FORMS).form or Form.JSON
    outcomes = [_store(context, part, study) for part in _parts(context, body)]
    failed = [outcome for outcome in outcomes if outcome.failure]
    status = 200 if not failed else 409 if len(failed) == len(outcomes) else 202
    return _answer(context, status, outcomes, form)


def _parts(context: Context, body: bytes) -> list[multipart.Part]:
    content_type = context.request.headers.get("content-type", "")
    kind, _, rest = content_type.partition(";")
    fields = dict(parameters(f";{rest}") or ()) if rest else {}
    if kind.strip().lower() != "multipart/related" or fields.get("type", "").lower() != "application/dicom":
        raise Refusal(415, 'The request payload has to be multipart/related; type="application/dicom".')
    try:
        return multipart.split(body, fields.get("boundary", ""))
    except ValueError as error:
        raise Refusal(400, f"The request payload cannot be read: {error}.") from error


def _store(context: Context, part: multipart.Part, study: str | None) -> Outcome:
    try:
        instance = parse(part.body)
    except Exception:  # noqa: BLE001 - whatever pydicom cannot read is one failed part, never a failed request
        return Outcome(failure=_NOT_UNDERSTOOD)
    dataset: Dataset = context.bend(Hook.STORE, instance.dataset)
    uids = [next(iter(texts(dataset, tag)), "") for tag in ("00080016", "00080018", "0020000D", "0020000E")]
    if not uids[0] or not uids[1]:
        return Outcome(failure=_NOT_UNDERSTOOD)
    outcome = Outcome(uids[0], uids[1], uids[2])
    failure = _objection(uids, instance.transfer_syntax, study)
    if failure:
        return Outcome(uids[0], uids[1], uids[2], failure=failure)
    became = context.archive.store(Instance(dataset, instance.transfer_syntax), part.body)
    if became is Stored.CONFLICT:
        return Outcome(uids[0], uids[1], uids[2], failure=_DUPLICATE)
    path = f"studies/{uids[2]}/series/{uids[3]}/instances/{uids[1]}"
    return Outcome(outcome.sop_class, outcome.sop_instance, outcome.study, path, new=became is Stored.NEW)


def _objection(uids: Sequence[str], syntax: str, study: str | None) -> int:
    if not all(is_uid(uid) for uid in uids):
        return _NOT_UNDERSTOOD
    if syntax not in _SYNTAXES or not _convertible(syntax):
        return _NO_SUCH_SYNTAX
    return _PROCESSING if study is not None and uids[2] != study else 0


def _convertible(syntax: str) -> bool:
    """Whether what is stored losslessly can be had in Explicit VR Little Endian, as 8.7.3.4 wants of every server."""
    return syntax in LOSSY or decodable(syntax, 8)


def _answer(context: Context, status: int, outcomes: Sequence[Outcome], form: Form) -> Answer:
    stored = [outcome for outcome in outcomes if not outcome.failure]
    studies = {outcome.study for outcome in stored}
    url = f"{context.base_url}/studies" + (f"/{studies.pop()}" if len(studies) == 1 else "")
    created = any(outcome.new for outcome in stored)
    headers = (("Location", url), ("Content-Location", url)) if created else ()
    body, media_type = _encoded(context, _module(context, outcomes, url if stored else ""), form)
    return Answer(status, body, media_type, headers)


def _module(context: Context, outcomes: Sequence[Outcome], url: str) -> Dataset:
    """The Store Instances Response Module (Table I.1-1)."""
    stored = [
        {**_reference(outcome), "00081190": Element("UR", (f"{context.base_url}/{outcome.path}",))}
        for outcome in outcomes
        if not outcome.failure
    ]
    failed = [
        {**_reference(outcome), "00081197": Element("US", (outcome.failure,))}
        for outcome in outcomes
        if outcome.failure and outcome.sop_instance
    ]
    others = [
        {"00081197": Element("US", (outcome.failure,))}
        for outcome in outcomes
        if outcome.failure and not outcome.sop_instance
    ]
    module = {"00081190": Element("UR", (url,) if "/studies/" in url else ())}
    for tag, items in (("00081198", failed), ("00081199", stored), ("0008119A", others)):
        if items:
            module[tag] = Element("SQ", tuple(items))
    return module


def _reference(outcome: Outcome) -> Dataset:
    return {"00081150": Element("UI", (outcome.sop_class,)), "00081155": Element("UI", (outcome.sop_instance,))}


def _encoded(context: Context, module: Dataset, form: Form) -> tuple[bytes, str]:
    media_type = "application/dicom+xml" if form in (Form.XML, Form.XML_DOCUMENT) else "application/dicom+json"
    if media_type.endswith("xml"):
        body = xml_writer.encode(context.bend(Hook.XML, xml_writer.model(module, locator(context))))
    else:
        body = json_writer.encode(context.bend(Hook.JSON, json_writer.model(module, locator(context))))
    if form in (Form.XML, Form.JSON_PART):
        return multipart.join([multipart.Part(media_type, body)], media_type)
    return body, media_type
