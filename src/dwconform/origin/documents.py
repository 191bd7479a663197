"""Structured reports and encapsulated documents as HTML, plain text and XML (PS3.18 8.7.4, category Text)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

from pydicom import dcmread
from pydicom.dataset import Dataset

from dwconform.origin.forms import Form

__all__ = ["Content", "html", "is_document", "is_report", "plain", "read", "written", "xml"]

_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_DOCUMENTS = "1.2.840.10008.5.1.4.1.1.104."
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Content:
    """An item of a report: what it is about, what it says, and what it contains."""

    name: str
    value: str
    children: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report, or an encapsulated document with its octets."""

    title: str
    content: Content
    media_type: str = ""
    octets: bytes = field(default=b"", repr=False)


def is_report(sop_class: str) -> bool:
    """Whether instances have an SR Document Content module (PS3.3 C.17.3)."""
    return sop_class.startswith(_REPORTS)


def is_document(sop_class: str) -> bool:
    """Whether instances have an Encapsulated Document module (PS3.3 C.24.2)."""
    return sop_class.startswith(_DOCUMENTS)


def read(path: Path) -> Document:
    """The document in a Part 10 file."""
    dataset = dcmread(path)
    content = _content(dataset, 0)
    title = content.name or str(dataset.get("DocumentTitle") or "") or "Document"
    octets = dataset.get("EncapsulatedDocument") or b""
    length = int(dataset.get("EncapsulatedDocumentLength") or 0)
    kind = str(dataset.get("MIMETypeOfEncapsulatedDocument") or "")
    if not length and kind == "application/pdf" and octets.endswith(b"\0"):
        octets = octets[:-1]  # the padding of the value field is no part of the document
    return Document(title, content, kind, octets[:length] if length else octets)


def _content(item: Dataset, depth: int) -> Content:
    children = item.get("ContentSequence") or []
    inner = tuple(_content(each, depth + 1) for each in children) if depth < _DEEPEST else ()
    return Content(_code(item.get("ConceptNameCodeSequence")), _value(item), inner)


def _code(sequence: object) -> str:
    items = list(sequence) if sequence else []  # type: ignore[call-overload]  # a pydicom sequence
    return str(items[0].get("CodeMeaning") or items[0].get("CodeValue") or "") if items else ""


def _value(item: Dataset) -> str:
    kind = str(item.get("ValueType") or "")
    if kind == "NUM":
        measured = list(item.get("MeasuredValueSequence") or [])
        units = _code(measured[0].get("MeasurementUnitsCodeSequence")) if measured else ""
        return f"{measured[0].get('NumericValue')} {units}".strip() if measured else ""
    if kind == "CODE":
        return _code(item.get("ConceptCodeSequence"))
    if kind in ("IMAGE", "COMPOSITE", "WAVEFORM"):
        references = list(item.get("ReferencedSOPSequence") or [])
        return f"{kind.lower()} {references[0].get('ReferencedSOPInstanceUID')}" if references else ""
    for keyword in ("TextValue", "DateTime", "Date", "Time", "PersonName", "UID"):
        if item.get(keyword):
            return str(item[keyword].value)
    return ""


def written(document: Document, form: Form, charset: str) -> str:
    """The document in one of the forms of text; ``charset`` is what XML and HTML say about themselves."""
    kind = form.media_type
    return html(document, charset) if kind == "text/html" else xml(document) if kind == "text/xml" else plain(document)


def html(document: Document, charset: str) -> str:
    """A page with the content as nested lists, or with the encapsulated document in it."""
    title = escape(document.title)
    if document.octets:
        data = base64.b64encode(document.octets).decode()
        address = f"data:{document.media_type};base64,{data}"
        body = f'<object type="{escape(document.media_type)}" data="{escape(address)}">{title}</object>'
    else:
        body = _list(document.content.children)
    head = f'<meta charset="{charset}"><title>{title}</title>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body><h1>{title}</h1>\n{body}\n</body></html>\n'


def _list(items: tuple[Content, ...]) -> str:
    if not items:
        return ""
    rows = [f"<li><b>{escape(each.name)}</b>: {escape(each.value)}{_list(each.children)}</li>" for each in items]
    return "<ul>\n" + "\n".join(rows) + "\n</ul>"


def plain(document: Document) -> str:
    """The content as indented lines."""
    return "\n".join((document.title, "", *_lines(document.content.children, 0))) + "\n"


def _lines(items: tuple[Content, ...], depth: int) -> Iterator[str]:
    for each in items:
        yield f"{'  ' * depth}{each.name}: {each.value}".rstrip()
        yield from _lines(each.children, depth + 1)


def xml(document: Document) -> str:
    """The content as elements; the declaration leaves the encoding to the header field."""
    title = quoteattr(document.title)
    return f"<document title={title}>\n{''.join(_elements(document.content.children))}</document>\n"


def _elements(items: tuple[Content, ...]) -> Iterator[str]:
    for each in items:
        inner = "".join(_elements(each.children))
        yield f"<item name={quoteattr(each.name)}>{escape(each.value, quote=False)}{inner}</item>\n"
