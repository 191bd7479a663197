"""Legal spellings of DICOM JSON, of Native DICOM Model XML and of multipart/related (Annex F, PS3.19 A.1, 8.6.1.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from dwconform.origin.answer import Answer
from dwconform.origin.defects import Hook

from .variant import variant

JSON = "application/dicom+json"


def _rewritten(answer: Answer, write: Callable[[Any], bytes]) -> Answer:
    return replace(answer, body=write(json.loads(answer.body))) if answer.media_type == JSON else answer


@variant(Hook.RESPONSE, "RFC 8259 2: white space between tokens is insignificant")
def pretty_json(answer: Answer) -> Answer:
    """Indents its JSON and ends it with a line break."""
    return _rewritten(answer, lambda it: b"\r\n\t" + json.dumps(it, indent=3, ensure_ascii=False).encode() + b"\r\n\n")


@variant(Hook.RESPONSE, "RFC 8259 7: any character may be escaped")
def escaped_json(answer: Answer) -> Answer:
    """Escapes what is not ASCII, and slashes."""
    return _rewritten(answer, lambda it: json.dumps(it).replace("/", "\\/").encode())


@variant(Hook.RESPONSE, "RFC 8259 7: any character may be escaped, in a name as in a value")
def all_escaped_json(answer: Answer) -> Answer:
    """Escapes every character of its strings."""

    def spelled(found: re.Match[bytes]) -> bytes:
        return found[0] if b"\\" in found[1] else b'"' + b"".join(b"\\u%04x" % octet for octet in found[1]) + b'"'

    return _rewritten(answer, lambda it: re.sub(rb'"((?:[^"\\]|\\.)*)"', spelled, json.dumps(it).encode()))


@variant(Hook.JSON, "RFC 8259 4: the members of an object have no order")
def vr_comes_last(document: Any) -> Any:
    """Writes Value before vr."""
    return [{tag: dict(reversed(attribute.items())) for tag, attribute in item.items()} for item in document]


def _numbers(document: Any, write: Callable[[Any], Any], *vrs: str) -> Any:
    if isinstance(document, list):
        return [_numbers(item, write, *vrs) for item in document]
    if not isinstance(document, dict):
        return document
    if document.get("vr") in vrs:
        return {**document, "Value": [write(value) for value in document["Value"]]} if "Value" in document else document
    return {name: _numbers(value, write, *vrs) for name, value in document.items()}


@variant(Hook.JSON, "Table F.2.3-1: DS and IS are numbers or strings")
def numbers_as_strings(document: Any) -> Any:
    """Writes DS and IS as strings."""
    return _numbers(document, lambda value: value if value is None else str(value), "IS", "DS")


@variant(Hook.JSON, "Table F.2.3-1: DS and IS are numbers or strings")
def numbers_as_numbers(document: Any) -> Any:
    """Writes DS as floating point numbers, whatever their stored spelling."""
    return _numbers(document, lambda value: value if value is None else float(value), "DS")


@variant(Hook.JSON, "PS3.5 6.2: IS may have leading zeros, a plus and spaces around")
def padded_integer_strings(document: Any) -> Any:
    """Writes IS as strings with leading zeros."""
    return _numbers(document, lambda value: value if value is None else f"0{value}", "IS")


@variant(Hook.JSON, "PS3.5 6.2: the fraction of a TM has one to six digits")
def times_with_fraction(document: Any) -> Any:
    """Writes times with all digits."""
    return _numbers(document, lambda value: f"{value}.000000" if value and len(value) == 6 else value, "TM")


@variant(Hook.JSON, "PS3.5 6.2.1: components and their delimiters at the end may be left out, or be there")
def names_with_all_delimiters(document: Any) -> Any:
    """Writes names with all of their five components."""

    def full(value: Any) -> Any:
        if not value:
            return value
        return {name: text + "^" * (4 - text.count("^")) for name, text in value.items()}

    return _numbers(document, full, "PN")


@variant(Hook.JSON, "PS3.18 F.2, PS3.5 6.1: Specific Character Set may be there, as that of the text")
def character_set_is_told(document: Any) -> Any:
    """Names ISO_IR 192 in each result."""
    return [{"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, **item} for item in document]


# XML


def _in_parts(answer: Answer, write: Callable[[bytes], bytes]) -> Answer:
    """Rewrite each document of a multipart body; the parts lose their Content-Length."""
    if "multipart" not in answer.media_type:
        return answer
    found = re.search("boundary=(.*)", answer.media_type)
    assert found
    line = b"--" + found[1].encode()
    parts = answer.body.split(line)[1:-1]
    written = [write(part.strip(b"\r\n").partition(b"\r\n\r\n")[2]) for part in parts]
    head = b"\r\nContent-Type: application/dicom+xml\r\nContent-Length: %d\r\n\r\n"
    body = b"".join(line + head % len(each) + each + b"\r\n" for each in written)
    return replace(answer, body=body + line + b"--")


@variant(Hook.RESPONSE, "Namespaces in XML: the prefix is free")
def namespace_prefix(answer: Answer) -> Answer:
    """Gives the elements of the model a prefix."""

    def prefixed(document: bytes) -> bytes:
        text = re.sub(rb"<(/?)([A-Z])", rb"<\1dcm:\2", document)
        return text.replace(b" xmlns=", b" xmlns:dcm=")

    return _in_parts(answer, prefixed)


@variant(Hook.RESPONSE, "XML 1.0: comments, processing instructions, references, CDATA and quotes are spelling")
def ornate_xml(answer: Answer) -> Answer:
    """Adds comments and processing instructions, and spells text in other ways."""

    def ornate(document: bytes) -> bytes:
        text = document.replace(b"<NativeDicomModel", b"<!-- found -->\n<?style none?>\n<NativeDicomModel", 1)
        text = re.sub(rb">([A-Z0-9.]+)</Value>", rb"><![CDATA[\1]]></Value>", text)
        text = re.sub(rb'vr="([A-Z]{2})"', rb"vr = '\1'", text)
        text = text.replace(b"DOE", b"&#x44;OE").replace(b"</DicomAttribute>", b"</DicomAttribute><!-- x -->")
        return text + b"\n<!-- end -->\n"

    return _in_parts(answer, ornate)


@variant(Hook.RESPONSE, "XML 1.0: white space between elements of element content means nothing")
def indented_xml(answer: Answer) -> Answer:
    """Indents its XML, without the declaration."""

    def indented(document: bytes) -> bytes:
        root = etree.fromstring(document)
        etree.indent(root, "  ")
        return etree.tostring(root, encoding="UTF-8", pretty_print=True, xml_declaration=False)

    return _in_parts(answer, indented)


@variant(Hook.RESPONSE, "XML 1.0 4.3.3: UTF-8 with or without a byte order mark, UTF-16 with one")
def xml_in_utf_16(answer: Answer) -> Answer:
    """Writes its XML in UTF-16."""
    return _in_parts(answer, lambda it: etree.tostring(etree.fromstring(it), encoding="UTF-16", xml_declaration=True))


@variant(Hook.RESPONSE, "XML 1.0 4.3.3: UTF-8 with or without a byte order mark")
def xml_with_byte_order_mark(answer: Answer) -> Answer:
    """Begins its XML with a byte order mark."""
    return _in_parts(answer, lambda it: b"\xef\xbb\xbf" + it)


# multipart


def _other_boundary(answer: Answer, boundary: str, spelled: str, more: str = "") -> Answer:
    if "multipart" not in answer.media_type:
        return answer
    found = re.search("boundary=(.*)", answer.media_type)
    assert found
    body = answer.body.replace(b"--" + found[1].encode(), b"--" + boundary.encode())
    kind = f'multipart/related; type="application/dicom+xml"; {more}boundary={spelled}'
    return replace(answer, body=body, media_type=kind)


@variant(Hook.RESPONSE, "RFC 2046 5.1.1: a boundary may be quoted and has up to seventy of these characters")
def odd_boundary(answer: Answer) -> Answer:
    """Uses a long boundary of all legal characters."""
    boundary = "-'()+_,./:=? " + "x" * 56 + "?"
    assert len(boundary) == 70
    return _other_boundary(answer, boundary, f'"{boundary}"')


@variant(Hook.RESPONSE, "RFC 2045 5.1: a token may be quoted, and its characters escaped")
def quoted_boundary(answer: Answer) -> Answer:
    """Quotes a boundary that need not be."""
    return _other_boundary(answer, "simple", '"simple"')


@variant(Hook.RESPONSE, "RFC 2387 3: start and start-info are parameters of multipart/related")
def parameters_in_another_order(answer: Answer) -> Answer:
    """Names the boundary first, in capitals, with more parameters behind."""
    other = _other_boundary(answer, "B1", "B1")
    kind = 'MULTIPART/Related;BOUNDARY=B1;charset=utf-8; TYPE="Application/DICOM+XML"'
    return replace(other, media_type=kind) if other is not answer else answer


@variant(Hook.RESPONSE, "8.6.1.2: parts may have other header fields; RFC 5322: names have no letter case")
def ornate_part_headers(answer: Answer) -> Answer:
    """Writes more header fields of parts, in another order and letter case."""
    if "multipart" not in answer.media_type:
        return answer
    head = (
        b"MIME-Version: 1.0\r\nContent-ID: <%d@example.org>\r\nContent-Transfer-Encoding: binary\r\n"
        b"Content-Description: a result\r\nCONTENT-TYPE : application/dicom+xml; charset=UTF-8".replace(b" : ", b": ")
    )
    numbers = iter(range(1_000_000))
    body = re.sub(rb"Content-Type: application/dicom\+xml", lambda _: head % next(numbers), answer.body)
    return replace(answer, body=body)


@variant(Hook.RESPONSE, "RFC 2046 5.1.1: white space may follow a boundary on its line")
def padded_boundary_lines(answer: Answer) -> Answer:
    """Pads the lines of boundaries."""
    found = re.search("boundary=(.*)", answer.media_type)
    line = b"--" + found[1].encode() if found else b""
    return replace(answer, body=answer.body.replace(line + b"\r\n", line + b" \t\r\n")) if line else answer


@variant(
    Hook.RESPONSE,
    "RFC 2046 5.1.1: a preamble and an epilogue are to be ignored",
    warned={"10.6.3.3/xml": "the grammar of 8.6.1.2.1 begins with the boundary and ends with it"},
)
def preamble_and_epilogue(answer: Answer) -> Answer:
    """Writes text around the parts."""
    if "multipart" not in answer.media_type:
        return answer
    return replace(answer, body=b"This is a multi-part message.\r\n" + answer.body + b"The end.\r\n")


@variant(Hook.RESPONSE, "8.6.1.2, Table 8.6.1-1: a Content-Location is not forbidden for search results")
def parts_with_location(answer: Answer) -> Answer:
    """Gives each part a Content-Location."""
    head = b"Content-Type: application/dicom+xml"
    return replace(answer, body=answer.body.replace(head, head + b"\r\nContent-Location: /dicom-web/studies/1.2"))
