"""Defects of paging (8.3.4.4)."""

from __future__ import annotations

from dataclasses import replace

from dwconform.origin.answer import Answer
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.query import Fault, Query
from dwconform.origin.search import Page


@defect("qido-ignores-limit", breaks="8.3.4.4/limit", hook=Hook.QUERY, bugs=("B049",))
def ignores_limit(query: Query) -> Query:
    """Returns every match, whatever limit says."""
    return replace(query, limit=None)


@defect("qido-order-changes", breaks="8.3.4.4.1/order", hook=Hook.ROWS, bugs=("B118",))
def order_changes(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists pages that begin elsewhere in another order."""
    return rows[::-1] if context.query and context.query.offset else rows


@defect("qido-hides-remaining", breaks="8.3.4.4.1/remaining", hook=Hook.PAGE, bugs=("B116",))
def hides_remaining(page: Page) -> Page:
    """Cuts the list of results and does not say that there are more."""
    return replace(page, remaining=0)


@defect("qido-accepts-any-limit", breaks="8.3.4.4/unsigned", hook=Hook.FAULT)
def accepts_any_limit(fault: Fault) -> Fault | None:
    """Takes a limit or offset that is no number for none at all."""
    return None if fault.parameter in ("limit", "offset") else fault


@defect("qido-partial-content", breaks="8.3.4.4.1/results", hook=Hook.RESPONSE, bugs=("B131",))
def partial_content(answer: Answer, context: Context) -> Answer:
    """Answers a page that is not the last with 206 (Partial Content)."""
    more = any("additional results" in text for text in context.warnings)
    return replace(answer, status=206) if more and answer.status == 200 else answer
