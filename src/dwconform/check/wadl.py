"""The capabilities of a service as WADL (PS3.18 Annex H)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.probe.capabilities import read_capabilities

__all__ = ["WadlArgs", "wadl"]

_NAMESPACE = "{http://wadl.dev.java.net/2009/02}"


class WadlArgs(CheckArgs):
    """What is looked at: one application with one tree, the base of the tree, or that it has these resources."""

    rule: Literal["form", "base", "resources"] = "form"
    paths: tuple[str, ...] = ()
    """``path METHOD``, with ``{}`` for every template in it."""


@check("wadl")
def wadl(args: WadlArgs, evidence: Evidence) -> Iterator[Observation]:
    """The WADL document is one application with one resources element for the service, and describes its resources."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(evidence.response.body.content, parser)
    except etree.XMLSyntaxError as error:
        yield Observation(holds=False, message=f"The capabilities are no XML: {error.msg}.", pointer="body")
        return
    trees = root.findall(f"{_NAMESPACE}resources")
    if args.rule == "form":
        right = root.tag == f"{_NAMESPACE}application" and len(trees) == 1
        yield Observation(
            holds=right,
            message=f"The document element is {etree.QName(root).localname}, with {len(trees)} resources elements.",
            expected="application with one resources element",
            observed=f"{etree.QName(root).localname} with {len(trees)}",
            pointer="/application/resources",
        )
    elif args.rule == "base":
        base = next((tree.get("base") or "" for tree in trees), "")
        yield Observation(
            holds=_path(urljoin(evidence.exchange.request.url, base)) == _path(evidence.base),
            message=f"The base of the resources is {base or 'absent'}.",
            expected=evidence.base,
            observed=base or "absent",
            pointer="/application/resources/@base",
        )
    else:
        yield _resources(args, evidence)


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _resources(args: WadlArgs, evidence: Evidence) -> Observation:
    response = evidence.response
    said = read_capabilities(response.body.content, response.headers.get("Content-Type"))
    offers = said.offers if said else ()
    found = {f"{re.sub(r'{[^}]*}', '{}', offer.path.strip('/'))} {offer.method}" for offer in offers}
    missing = [path for path in args.paths if path not in found]
    return Observation(
        holds=not missing,
        message=f"The capabilities do not tell of {', '.join(missing)}." if missing else "All of these are described.",
        expected=", ".join(args.paths),
        observed=f"{len(found)} methods of resources",
        pointer="/application/resources",
    )
