"""Reading a Capabilities Description (PS3.18 8.9, Annex H): WADL in XML, or in JSON as Annex G writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

__all__ = ["Capabilities", "Offer", "read_capabilities"]

_DEEPEST = 32


@dataclass(frozen=True, slots=True, order=True)
class Offer:
    """One method of one resource; ``path`` is relative to the service's base and keeps its ``{templates}``."""

    path: str
    method: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server says of itself."""

    base: str
    offers: tuple[Offer, ...]

    def names(self, method: str, first: str, *, below: bool = False) -> bool:
        """Whether it has ``method`` on the resource ``first``, or (``below``) on one below it."""
        for offer in self.offers:
            segments = [segment for segment in offer.path.split("/") if segment]
            if offer.method == method and segments[:1] == [first] and (len(segments) > 1) is below:
                return True
        return False

    def parameter(self, name: str) -> bool:
        """Whether any method has a query parameter of that name."""
        return any(name in offer.parameters for offer in self.offers)


def read_capabilities(body: bytes, content_type: str | None) -> Capabilities | None:
    """Return what the payload says, or None where it is no Capabilities Description."""
    root = _json_root(body) if "json" in (content_type or "").lower() else _xml_root(body)
    resources = next(_children(root, "resources"), None) if root is not None else None
    if resources is None:
        return None
    return Capabilities(_attribute(resources, "base"), tuple(sorted(_offers(resources, "", 0))))


def _offers(node: Any, path: str, depth: int) -> Iterator[Offer]:
    if depth > _DEEPEST:
        return
    for method in _children(node, "method"):
        parameters = tuple(
            _attribute(parameter, "name")
            for request in _children(method, "request")
            for parameter in _children(request, "param")
            if _attribute(parameter, "style") == "query"
        )
        yield Offer(path or "/", _attribute(method, "name").upper(), parameters)
    for resource in _children(node, "resource"):
        below = _attribute(resource, "path").strip("/")
        yield from _offers(resource, f"{path}/{below}", depth + 1)


def _children(node: Any, name: str) -> Iterator[Any]:
    """Yield the child elements of that name, of an XML element or of its JSON object."""
    if isinstance(node, dict):
        found = node.get(name, ())
        yield from (child for child in (found if isinstance(found, list) else [found]) if isinstance(child, dict))
    else:
        yield from node.iterchildren(f"{{*}}{name}")


def _attribute(node: Any, name: str) -> str:
    value = node.get(f"@{name}", "") if isinstance(node, dict) else node.get(name, "")
    return value if isinstance(value, str) else ""


def _xml_root(body: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return root if etree.QName(root).localname == "application" else None


def _json_root(body: bytes) -> Any:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return next(_children(value, "application"), value)
