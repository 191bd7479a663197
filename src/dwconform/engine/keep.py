"""The values that a step keeps of its response for later ones: of a header, a JSON Pointer, an XPath."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from dwconform.probe import Exchange
from dwconform.suite import Keep

__all__ = ["kept"]


def kept(keep: Keep, exchange: Exchange) -> Any:
    """Return the value, or None where the response has nothing there."""
    response = exchange.response
    if response is None:
        return None
    if keep.header:
        return response.headers.get(keep.header)
    if keep.pointer:
        return _at_pointer(response.body.content, keep.pointer)
    return _at_xpath(response.body.content, keep.xpath)


def _at_pointer(content: bytes, pointer: str) -> Any:
    try:
        value = json.loads(content)
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value


def _at_xpath(content: bytes, xpath: str) -> str | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        found = etree.fromstring(content, parser).xpath(xpath)
    except etree.LxmlError:
        return None
    first = found[0] if isinstance(found, list) and found else found if isinstance(found, str) else None
    return first if first is None or isinstance(first, str) else str(getattr(first, "text", first))
