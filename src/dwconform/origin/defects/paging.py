"""Defects of paging (8.3.4.4)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.query import Fault, Query
from dwconform.origin.search import Page

_HIGHEST_LIMIT = 200
_MAXIMUM = 5
_MANY = 10
_SEARCHES = count()


@defect("qido-ignores-limit", breaks="8.3.4.4/limit", hook=Hook.QUERY, bugs=("B049",))
def ignores_limit(query: Query) -> Query:
    """Returns every match, whatever limit says."""
    return replace(query, limit=None)


@defect("qido-ignores-offset", breaks="8.3.4.4/offset", hook=Hook.QUERY, bugs=("B049", "B216"))
def ignores_offset(query: Query) -> Query:
    """Begins every page with the first match, whatever offset says."""
    return replace(query, offset=0)


@defect("qido-offset-from-one", breaks="8.3.4.4/offset", hook=Hook.QUERY)
def offset_from_one(query: Query) -> Query:
    """Counts the matches to skip from one."""
    return replace(query, offset=max(query.offset - 1, 0))


@defect("qido-order-changes", breaks="8.3.4.4.1/order", hook=Hook.ROWS)
def order_changes(rows: list[Entity]) -> list[Entity]:
    """Lists the same matches in another order every other time."""
    return rows[::-1] if next(_SEARCHES) % 2 else rows


@defect("qido-order-changes-with-offset", breaks="8.3.4.4.1/pages", hook=Hook.ROWS)
def order_changes_with_offset(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists pages that begin elsewhere in another order, so that some results come twice and some never."""
    return rows[::-1] if context.query and context.query.offset else rows


@defect("qido-counts-hidden", breaks="8.3.4.4.1/count", hook=Hook.PAGE, bugs=("B126",))
def counts_hidden(page: Page, context: Context) -> Page:
    """Takes results off a page after it was cut, so that fewer come than limit asks for."""
    full = context.query is not None and len(page.entities) == context.query.limit
    return replace(page, entities=page.entities[:-1]) if full else page


@defect("qido-zero-means-all", breaks="8.3.4.4.1/limit-zero", hook=Hook.QUERY)
def zero_means_all(query: Query) -> Query:
    """Takes a limit of zero for none."""
    return replace(query, limit=query.limit or None)


@defect("qido-accepts-any-limit", breaks="8.3.4.4/unsigned", hook=Hook.FAULT)
def accepts_any_limit(fault: Fault) -> Fault | None:
    """Takes a limit or offset that is no number for none at all."""
    return None if fault.parameter in ("limit", "offset") else fault


@defect("qido-fails-on-limit", breaks="8.3.4.4/unsigned", hook=Hook.FAULT)
def fails_on_limit(fault: Fault) -> Fault | None:
    """Answers 500 to a limit or offset that is no number."""
    if fault.parameter in ("limit", "offset"):
        raise Refusal(500, "NumberFormatException")
    return fault


@defect("qido-hides-remaining", breaks="8.3.4.4.1/remaining", hook=Hook.PAGE, bugs=("B116",))
def hides_remaining(page: Page) -> Page:
    """Cuts the list of results and does not say that there are more."""
    return replace(page, remaining=0)


@defect("qido-counts-all-as-remaining", breaks="8.3.4.4.1/remaining-count", hook=Hook.PAGE)
def counts_all_as_remaining(page: Page) -> Page:
    """Announces the number of all matches as remaining."""
    return replace(page, remaining=page.matches if page.remaining else 0)


@defect("qido-always-more", breaks="8.3.4.4.1/nothing-remaining", hook=Hook.PAGE)
def always_more(page: Page) -> Page:
    """Announces another result when there is none."""
    return replace(page, remaining=max(page.remaining, 1))


@defect("qido-refuses-high-limit", breaks="8.3.4.4.1/maximum", hook=Hook.QUERY, bugs=("B115",))
def refuses_high_limit(query: Query) -> Query:
    """Answers 400 to a limit above its own maximum."""
    if query.limit is not None and query.limit > _HIGHEST_LIMIT:
        raise Refusal(400, f"The limit is above {_HIGHEST_LIMIT}.")
    return query


@defect("qido-silent-maximum", breaks="8.3.4.4.1/maximum-announced", hook=Hook.PAGE)
def silent_maximum(page: Page) -> Page:
    """Returns no more than five results at a time and says nothing of the others."""
    return replace(page, entities=page.entities[:_MAXIMUM], remaining=0)


@defect("qido-fails-without-limit", breaks="8.3.4.4.1/no-limit", hook=Hook.PAGE, bugs=("B136",))
def fails_without_limit(page: Page, context: Context) -> Page:
    """Answers 500 to a search without limit that has many matches."""
    if context.query is not None and context.query.limit is None and len(page.entities) > _MANY:
        raise Refusal(500, "OutOfMemoryError")
    return page


@defect("qido-fails-on-repository-query", breaks="8.3.4.4.1/repository-query", hook=Hook.QUERY)
def fails_on_repository_query(query: Query, context: Context) -> Query:
    """Answers 500 to Maximum Number of Records."""
    if b"00080429" in context.request.scope["query_string"]:
        raise Refusal(500, "The attribute is not in the index.")
    return query


@defect("qido-partial-content", breaks="8.3.4.4.1/results", hook=Hook.RESPONSE, bugs=("B131",))
def partial_content(answer: Answer, context: Context) -> Answer:
    """Answers a page that is not the last with 206 (Partial Content)."""
    more = any("additional results" in text for text in context.warnings)
    return replace(answer, status=206) if more and answer.status == 200 else answer
