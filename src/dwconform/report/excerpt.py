"""The part of a body that a pointer points at, short enough to be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from typing import Any

from lxml import etree

from dwconform.report.results import BodyRecord, ExchangeRecord

__all__ = ["LIMIT", "Excerpt", "excerpt", "header"]

LIMIT = 2000
"""Characters of a body that one excerpt shows."""

_DUMP = 256  # octets of a body that is no text
_CONTEXT = 400  # characters before the octet that a pointer names
_POINTER = re.compile(r"(?:part\[(?P<part>[0-9]{1,6})\])?(?P<rest>.*)\Z", re.DOTALL)
_RESULT = re.compile(r"/(?P<index>[0-9]{1,6})(?:/(?P<tag>[0-9A-Fa-f]{8}))?(?:/.*)?\Z", re.DOTALL)
_NAME = re.compile(r"/([A-Za-z]\w*)")
_BYTE = re.compile(r"byte ([0-9]+)\Z")
_TEXTUAL = re.compile(r"text/|[/+](json|xml|x-www-form-urlencoded|javascript)\b|^multipart/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some of a body: ``text``, and a ``note`` that says which part of it this is."""

    text: str
    note: str


def header(fields: Iterable[tuple[str, str]], name: str) -> str:
    """Return the first value of a header field, or an empty string."""
    return next((value for field, value in fields if field.lower() == name.lower()), "")


def excerpt(exchange: ExchangeRecord, pointer: str = "", limit: int = LIMIT) -> Excerpt:
    """Return the part of the response's body at ``pointer``, or its beginning where the pointer names no part of it.

    Args:
        exchange: what came back.
        pointer: a JSON Pointer, an XPath (after ``part[N]`` in a multipart payload), or ``byte N``.
        limit: how many characters to return at most.
    """
    body = exchange.response.body if exchange.response else BodyRecord()
    content = body.content()
    if not content:
        return Excerpt("", f"{body.size} bytes, not kept" if body.size else "no body")
    media_type = header(exchange.response.headers if exchange.response else (), "Content-Type")
    if not _is_text(content, media_type):
        return Excerpt(_dump(content[:_DUMP]), f"{_first(_DUMP, body, len(content))}, not text")
    part = _part(content, media_type, pointer)
    if part is None:
        return _beginning(content, body, limit)
    return Excerpt(part.text[:limit], f"{part.note}{', its beginning' if len(part.text) > limit else ''}")


def _part(content: bytes, media_type: str, pointer: str) -> Excerpt | None:
    found = _POINTER.match(pointer)
    number, rest = (found["part"], found["rest"].strip()) if found else (None, pointer)
    if number is not None:
        content = _multipart(content, media_type, int(number))
    if at := _BYTE.match(rest):
        return _around(content, int(at[1]))
    if not rest.startswith("/") or not content:
        return None
    if (result := _RESULT.match(rest)) and number is None and media_type.lower().lstrip().startswith("multipart/"):
        # A check counts results from 0, whatever they travel in; here each is a part of its own.
        number = str(int(result["index"]) + 1)
        content = _multipart(content, media_type, int(number))
        rest = f"/NativeDicomModel/DicomAttribute[@tag='{result['tag']}']" if result["tag"] else "/NativeDicomModel"
        shown = _xml_part(content, rest) or _xml_part(content, "/NativeDicomModel")
        return shown and Excerpt(shown.text, f"part[{number}]{shown.note}")
    if content.lstrip()[:1] in (b"[", b"{"):
        return _json_part(content, rest)
    return _xml_part(content, rest)


def _beginning(content: bytes, body: BodyRecord, limit: int) -> Excerpt:
    text = content.decode("utf-8", errors="backslashreplace")
    if len(text) <= limit and not body.truncated:
        return Excerpt(text, f"all {body.size or len(content)} bytes")
    shown = text[:limit]
    return Excerpt(shown, _first(len(shown.encode("utf-8", errors="replace")), body, len(content)))


def _first(count: int, body: BodyRecord, kept: int) -> str:
    size = body.size or kept
    return f"all {size} bytes" if size <= count else f"the first {count} of {size} bytes"


def _around(content: bytes, position: int) -> Excerpt:
    start = max(0, position - _CONTEXT)
    text = content[start : start + LIMIT].decode("utf-8", errors="backslashreplace")
    return Excerpt(text, f"around byte {position}")


def _json_part(content: bytes, pointer: str) -> Excerpt | None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    value: Any = _NOTHING
    with suppress(ValueError, RecursionError):
        value = json.loads(content.decode("utf-8", errors="replace"))
    if value is _NOTHING:
        value = _cut_array(content)
    if value is _NOTHING:
        return None
    return _at(value, steps)


_NOTHING = object()


def _cut_array(content: bytes) -> Any:
    """Return the whole elements of a JSON array that was cut off or is broken further on."""
    text = content.decode("utf-8", errors="replace").lstrip()
    if not text.startswith("["):
        return _NOTHING
    decoder, elements, at = json.JSONDecoder(), [], 1
    with suppress(ValueError, RecursionError):
        while at < len(text):
            while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):
                at += 1
            element, at = decoder.raw_decode(text, at)
            elements.append(element)
    return elements or _NOTHING


def _at(value: Any, steps: list[str]) -> Excerpt | None:
    reached: list[str] = []
    for step in steps:
        below = _below(value, step)
        if below is _NOTHING:
            break
        value = below
        reached.append(step)
    missing = len(reached) < len(steps)
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return None
    where = "/" + "/".join(reached) if reached else "the whole document"
    note = f"{where}, the nearest that is there, indented by us" if missing else f"{where}, indented by us"
    return Excerpt(text, note)


def _below(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step, _NOTHING)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 10 and int(step) < len(value):
        return value[int(step)]
    return _NOTHING


def _xml_part(content: bytes, pointer: str) -> Excerpt | None:
    # A hostile document gets no entity, no network and no recovery: what is not well-formed is shown as it is.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    try:
        root = etree.fromstring(content, parser)
        # By local names: the model is read with its namespace or without.
        found = root.xpath(_NAME.sub(r"/*[local-name()='\1']", pointer))
    except (etree.LxmlError, ValueError):
        return None
    node = found[0] if isinstance(found, list) and found else None
    if not isinstance(node, etree._Element):
        return None
    text = etree.tostring(node, encoding="unicode", pretty_print=True, with_tail=False).rstrip()
    return Excerpt(text, f"{pointer}, indented by us")


def _multipart(content: bytes, media_type: str, number: int) -> bytes:
    """Return the body of part ``number`` (from 1), or nothing where it cannot be found."""
    message = Message()
    message["Content-Type"] = media_type.replace("\n", " ").replace("\r", " ")
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        return b""
    parts = content.split(b"--" + boundary.encode("utf-8", errors="replace"))
    if not 0 < number < len(parts):
        return b""
    return parts[number].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


def _is_text(content: bytes, media_type: str) -> bool:
    sample = content[:LIMIT]
    controls = sum(1 for octet in sample if octet < 0x20 and octet not in b"\t\n\r")
    if controls > len(sample) // 20:
        return False
    return bool(_TEXTUAL.search(media_type)) or not _garbled(sample)


def _garbled(sample: bytes) -> bool:
    decoded = sample.decode("utf-8", errors="replace")
    return decoded.count("\ufffd") > len(decoded) // 20


def _dump(content: bytes) -> str:
    """Return octets as a hexadecimal dump, 16 a line, with their ASCII beside them."""
    lines = []
    for start in range(0, len(content), 16):
        row = content[start : start + 16]
        shown = "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in row)
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {shown}")
    return "\n".join(lines)
