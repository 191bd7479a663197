"""Legal differences in what results contain and in their order (10.6.3.3, 8.3.4.3, 8.3.4.4)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from dwconform.origin.archive import Entity
from dwconform.origin.attributes import attributes_of
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.levels import Level
from dwconform.origin.query import Query

from .variant import also, variant

AVAILABILITY, RETRIEVE_URL, MODALITIES, REQUESTS = "00080056", "00081190", "00080061", "00400275"


@variant(Hook.RESULT, "Tables 10.6.3-3 and -5: Instance Availability is there if it is known")
def availability_unknown(found: Dataset) -> Dataset:
    """Does not know the availability."""
    return {tag: element for tag, element in found.items() if tag != AVAILABILITY}


@variant(Hook.RESULT, "PS3.4 C.4.23.1.1: four terms of availability")
def availability_nearline(found: Dataset) -> Dataset:
    """Keeps everything on tape."""
    return {**found, AVAILABILITY: Element("CS", ("NEARLINE",))} if AVAILABILITY in found else found


def _url(found: Dataset, url: str) -> Dataset:
    return {**found, RETRIEVE_URL: Element("UR", (url,))} if RETRIEVE_URL in found else found


@variant(Hook.RESULT, "PS3.5 6.2, UR: absolute and relative references are permitted")
def retrieve_url_with_absolute_path(found: Dataset) -> Dataset:
    """Writes Retrieve URLs from the root of the host."""
    url = str(found[RETRIEVE_URL].values[0]) if RETRIEVE_URL in found else ""
    return _url(found, urlsplit(url).path)


@variant(Hook.RESULT, "PS3.5 6.2, UR: absolute and relative references are permitted")
def retrieve_url_without_scheme(found: Dataset) -> Dataset:
    """Writes Retrieve URLs without the scheme."""
    url = str(found[RETRIEVE_URL].values[0]) if RETRIEVE_URL in found else ""
    return _url(found, url.partition(":")[2])


@variant(
    Hook.RESULT, "RFC 3986 6.2.2: scheme and host have no letter case; a slash at the end is of the server's choice"
)
def retrieve_url_spelling(found: Dataset, context: Context) -> Dataset:
    """Writes the scheme in capitals."""
    return (
        _url(found, str(found[RETRIEVE_URL].values[0]).replace("http:", "HTTP:", 1)) if RETRIEVE_URL in found else found
    )


@variant(Hook.RESULT, "10.6.3.3: the tables say what has to be there; more is not forbidden")
def more_than_asked(found: Dataset, context: Context) -> Dataset:
    """Returns all that it knows of the level, and of those above."""
    entity = context.entity
    if entity is None or context.kind == "metadata":
        return found
    known = attributes_of(context.archive, entity)
    rows = [row for row in (entity.study, entity.series) if row is not None]
    if entity.instance is not None:
        rows = [entity.study]
    names = {tag for row in rows for tag in context.archive.document(row)}
    more = {
        tag: known[tag]
        for tag in names
        if tag in known and tag not in found and known[tag].values and tag[:4] != "0008"
    }
    return dict(sorted({**more, **found}.items()))


@variant(Hook.ROWS, "8.3.4.4.1: the order is free, as long as it stays")
def another_order(rows: list[Entity]) -> list[Entity]:
    """Lists by a hash of the UID."""
    return sorted(rows, key=_hash, reverse=True)


def _hash(entity: Entity) -> str:
    row = entity.instance or entity.series or entity.study
    return hashlib.sha256(row.uid.encode()).hexdigest()


@variant(Hook.RESULT, "PS3.4 C.3.4: Modalities in Study has no order")
def modalities_in_another_order(found: Dataset) -> Dataset:
    """Lists the modalities of a study backwards."""
    element = found.get(MODALITIES)
    return {**found, MODALITIES: Element("CS", element.values[::-1])} if element else found


@variant(Hook.RESULT, "PS3.4 C.2.2.2.6: whether only the matching items are returned is left open")
def all_items_of_a_sequence(found: Dataset, context: Context) -> Dataset:
    """Returns a sequence with all of its items, also when one was matched."""
    if REQUESTS not in found or context.entity is None:
        return found
    known = attributes_of(context.archive, context.entity)
    return {**found, REQUESTS: known[REQUESTS]} if REQUESTS in known else found


_HIGHER = "it supports these attributes elsewhere, so that the server may be thought to owe them here"


@variant(
    Hook.QUERY,
    "10.6.3.3: optional keys are returned as far as the server supports them",
    warned={"10.6.3.3.2/higher-attributes": _HIGHER, "10.6.3.3.3/higher-attributes": _HIGHER},
)
def optional_keys_are_not_returned(query: Query) -> Query:
    """Returns the attributes of its tables alone, whatever includefield says."""
    return replace(query, includes=(), include_all=False)


@variant(Hook.QUERY, "10.6.1.2.2, 10.6.3.3: an optional sequence need not be supported")
def sequences_are_not_returned(query: Query) -> Query:
    """Does not support sequences in includefield."""
    return replace(query, includes=tuple(path for path in query.includes if len(path) == 1 and path[0] != "00081032"))


@variant(Hook.QUERY, "Table 10.6.1.2.4-1: Repository Query may be supported")
def repository_query(query: Query, context: Context) -> Query:
    """Takes Maximum Number of Records for a limit."""
    asked = re.search(rb"00080429=([0-9]+)", context.request.scope["query_string"])
    return replace(query, limit=min(int(asked[1]), query.limit or int(asked[1]))) if asked else query


@variant(Hook.RESULT, "Note of 10.6.3.3.3: what a table lists may be kept by the level above")
def study_attributes_of_series(found: Dataset, context: Context) -> Dataset:
    """Returns the patient and the study with every series and instance."""
    if context.entity is None or context.entity.level is Level.STUDY:
        return found
    known = attributes_of(context.archive, context.entity)
    more = {tag: known[tag] for tag in ("00080020", "00080050", "00100010", "00100020") if tag in known}
    return dict(sorted({**more, **found}.items()))


@variant(
    Hook.RESULT,
    "PS3.5 6.2.2: a private attribute whose VR is not known is UN",
    warned={"8.3.4.3/private": "it was stored with its VR, and clients cannot read it now"},
)
def private_attributes_as_octets(found: Dataset) -> Dataset:
    """Knows no VR of private attributes."""

    def octets(tag: str, element: Element) -> Element:
        text = "\\".join(map(str, element.values))
        return Element("UN", (text.encode(),)) if int(tag[:4], 16) % 2 and tag[4:6] != "00" else element

    return {tag: octets(tag, element) for tag, element in found.items()}


@variant(
    Hook.RESULT,
    "Tables 10.6.3-3 to -5: a Retrieve URL is there if the Retrieve Transaction is",
    claims=("studies.search",),
)
def no_retrieve_url(found: Dataset) -> Dataset:
    """Searches only, and so has no Retrieve URLs."""
    return {tag: element for tag, element in found.items() if tag != RETRIEVE_URL}


@variant(Hook.STORE, "10.5.2: a server may coerce values, as long as it says so", incomplete=True)
def coerced_values(dataset: Dataset) -> Dataset:
    """Gives patients and orders the numbers and names that it knows them by."""
    coerced = dict(dataset)
    for tag, before in (("00100020", "MPI-"), ("00080050", "H"), ("00100010", "THE^")):
        element = dataset.get(tag)
        if element and element.values and element.values[0]:
            coerced[tag] = Element(element.vr, (f"{before}{element.values[0]}"[:64],))
    return coerced


@also("coerced-values", Hook.JSON)
def _with_warnings(document: Any) -> Any:
    if isinstance(document, dict):
        for item in document.get("00081199", {}).get("Value", ()):
            item["00081196"] = {"vr": "US", "Value": [0xB000]}
    return document
