"""The Search transaction (PS3.18 10.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from dwconform.origin import json_writer, multipart, xml_writer
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.attributes import result
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.dictionary import is_private
from dwconform.origin.elements import Dataset
from dwconform.origin.levels import ADDITIONAL, Level, level_of, resource_of
from dwconform.origin.matching import Match, Matcher
from dwconform.origin.negotiate import Form, negotiate
from dwconform.origin.query import Fault, Key, Query, uids
from dwconform.origin.query_string import Complain, parse

__all__ = ["Page", "locator", "payload", "search"]


@dataclass(frozen=True, slots=True)
class Page:
    """What of the matches is returned (8.3.4.4.1).

    Attributes:
        entities: the results of this response.
        matches: how many entities match in all.
        remaining: how many can still be requested.
    """

    entities: tuple[Entity, ...]
    matches: int
    remaining: int


def search(context: Context, level: Level, study: str | None = None, series: str | None = None) -> Answer:
    """Answer a search for entities of a level, below a study or series or anywhere."""
    form = negotiate(context, (Form.JSON, Form.XML)).form or Form.JSON
    target = Query(resource_of(level, study, series), study, series)
    raw = context.request.scope["query_string"].decode("latin-1")
    query: Query = context.bend(Hook.QUERY, parse(raw, target, _complain(context)))
    context.query = query
    rows: list[Entity] = context.bend(Hook.ROWS, list(_matches(context, query)))
    page: Page = context.bend(Hook.PAGE, _page(rows, query, context.options.max_results))
    _warn(context, query, page)
    return payload(context, list(_results(context, query, page)), form)


def payload(context: Context, datasets: list[Dataset], form: Form) -> Answer:
    """Data sets as a response in the selected form; without any, the answer that the edition has for that."""
    if not datasets and context.options.edition < "2026a":
        return Answer(204)
    if form is Form.XML:
        parts = [multipart.Part("application/dicom+xml", _document(context, dataset)) for dataset in datasets]
        return Answer(200, *multipart.join(parts, "application/dicom+xml")) if parts else Answer(200)
    document = [json_writer.model(dataset, locator(context)) for dataset in datasets]
    return Answer(200, json_writer.encode(context.bend(Hook.JSON, document)), "application/dicom+json")


def locator(context: Context) -> Callable[[str], str]:
    """Make the path of bulk data a URI that this client can follow."""
    return lambda path: f"{context.base_url}/{path}"


def _document(context: Context, dataset: Dataset) -> bytes:
    return xml_writer.encode(context.bend(Hook.XML, xml_writer.model(dataset, locator(context))))


def _complain(context: Context) -> Complain:
    """Refuse a fault with 400, unless a defect swallows it or answers otherwise."""

    def complain(fault: Fault) -> None:
        left = context.bend(Hook.FAULT, fault)
        if isinstance(left, Answer):
            raise Refusal.of(left)
        if left is not None:
            raise Refusal(400, f"{left.parameter}: {left.message}.")

    return complain


def _matches(context: Context, query: Query) -> Iterator[Entity]:
    """The entities that match, in the lasting order; each level's keys are tried once for each of its entities."""
    archive, level = context.archive, query.scope.level
    by_level: dict[Level, list[Key]] = {each: [] for each in (Level.STUDY, Level.SERIES, Level.INSTANCE)}
    for key in query.keys:
        if not key.universal:
            by_level[_matched_on(key, level)].append(key)
    matcher = Matcher(query, lambda match: _judged(context, match))
    verdicts: dict[tuple[str, int], bool] = {}
    for entity in archive.entities(level, _known(context, query)):
        for each, row in (
            (Level.STUDY, entity.study),
            (Level.SERIES, entity.series),
            (Level.INSTANCE, entity.instance),
        ):
            keys = by_level[each]
            if not keys or row is None:
                continue
            place = (row.table, row.id)
            if place not in verdicts:
                dataset = archive.document(row)
                if each is Level.STUDY:
                    dataset = dataset | archive.study_counts(row)
                elif each is Level.SERIES:
                    dataset = dataset | archive.series_counts(row)
                verdicts[place] = matcher.matches(keys, dataset)
            if not verdicts[place]:
                break
        else:
            yield entity


def _judged(context: Context, match: Match) -> bool:
    return bool(context.bend(Hook.MATCH, match)) if context.defects.at(Hook.MATCH) else match.verdict


def _matched_on(key: Key, level: Level) -> Level:
    """The level whose data set has the attribute; private ones are the result's own."""
    first = key.path[0]
    if is_private(first):
        return level
    return Level.STUDY if first in ADDITIONAL else min(max(level_of(first), Level.STUDY), level)


def _known(context: Context, query: Query) -> list[tuple[str, tuple[str, ...]]]:
    """Conditions that the index can check: the path, UID lists, and IDs without wild cards."""
    path = (("0020000D", query.study), ("0020000E", query.series))
    known: list[tuple[str, tuple[str, ...]]] = [(tag, (uid,)) for tag, uid in path if uid is not None]
    if context.defects.at(Hook.MATCH) or query.multiple or query.empty:
        return known
    for key in query.keys:
        value = key.values[0].strip()
        if len(key.path) > 1 or key.universal:
            continue
        if key.vr == "UI":
            known.append((key.tag, uids(key)))
        elif key.tag in ("00100020", "00080050") and not set("*?") & set(value):
            known.append((key.tag, (value,)))
    return known


def _page(rows: list[Entity], query: Query, most: int) -> Page:
    count = min(max(0, len(rows) - query.offset), most, most if query.limit is None else query.limit)
    chosen = tuple(rows[query.offset : query.offset + count])
    return Page(chosen, len(rows), max(0, len(rows) - query.offset - count))


def _warn(context: Context, query: Query, page: Page) -> None:
    if page.remaining > 0:
        context.warnings.append(f"There are {page.remaining} additional results that can be requested")
    if query.ignored:
        names = ", ".join(quote(name, safe="=.%-_~,") for name in query.ignored)
        context.warnings.append(f"These parameters are not supported here and have been ignored: {names}")


def _results(context: Context, query: Query, page: Page) -> Iterator[Dataset]:
    for entity in page.entities:
        context.entity = entity
        dataset = context.bend(Hook.RESULT, result(context, entity, query))
        if dataset is not None:
            yield dataset
