"""Defects of the search resources and of what they list (10.6.1.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dwconform.origin.answer import Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.elements import Dataset, texts
from dwconform.origin.levels import Level, Resource
from dwconform.origin.query import Query

_MISSING = {
    "studys-series": Resource.STUDYS_SERIES,
    "studys-instances": Resource.STUDYS_INSTANCES,
    "all-series": Resource.ALL_SERIES,
    "series-instances": Resource.SERIES_INSTANCES,
    "all-instances": Resource.ALL_INSTANCES,
}


def _lacks(name: str) -> Callable[[Query], Query]:
    def lacks(query: Query) -> Query:
        if query.scope is _MISSING[name]:
            raise Refusal(404, "There is no such resource.")
        return query

    lacks.__doc__ = f"Does not know the search resource {name}."
    return lacks


for _name in _MISSING:
    defect(f"qido-no-{_name}", breaks=f"10.6.1.1/{_name}", hook=Hook.QUERY)(_lacks(_name))


@defect("qido-loses-studies", breaks="10.6.1.1/all-studies", hook=Hook.ROWS)
def loses_studies(rows: list[Entity], context: Context) -> list[Entity]:
    """Finds no study, although there are some."""
    return [] if context.query and context.query.scope is Resource.ALL_STUDIES else rows


@defect("qido-loses-series", breaks="10.6.1.1/studys-series", hook=Hook.ROWS, bugs=("B158",))
def loses_series(rows: list[Entity], context: Context) -> list[Entity]:
    """Says that a study has no series, although it has."""
    return [] if context.query and context.query.scope is Resource.STUDYS_SERIES else rows


@defect("qido-row-per-instance", breaks="10.6.1.1/each-match-once", hook=Hook.ROWS, bugs=("B076",))
def row_per_instance(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists a study or series once for each of its instances."""
    lowest = context.query is None or context.query.scope.level is Level.INSTANCE
    return rows if lowest else [row for row in rows for _ in range(2)]


@defect("qido-drops-nameless", breaks="10.6.1.1/each-match-once", hook=Hook.RESULT, bugs=("B127",))
def drops_nameless(dataset: Dataset, context: Context) -> Dataset | None:
    """Leaves studies out whose patient has no name."""
    return None if context.kind == "studies" and not texts(dataset, "00100010") else dataset


@defect("qido-path-study-ignored", breaks="10.6.1.1/below-the-path", hook=Hook.QUERY)
def path_study_ignored(query: Query) -> Query:
    """Finds a series below a study that it does not belong to."""
    return replace(query, study=None) if query.series else query


@defect("qido-unknown-parent-crashes", breaks="10.6.1.1/unknown-parent", hook=Hook.QUERY)
def unknown_parent_crashes(query: Query, context: Context) -> Query:
    """Answers 500 to a search below a study that is not there."""
    if query.study and not context.archive.entities(Level.STUDY, [("0020000D", (query.study,))]):
        raise Refusal(500, "Internal error")
    return query


@defect("json-bare-object", breaks="F.2.1/array", hook=Hook.JSON)
def bare_object(document: Any, context: Context) -> Any:
    """Writes a single match as an object instead of an array of one."""
    single = isinstance(document, list) and len(document) == 1 and context.query is not None
    return document[0] if single else document
