"""Defects of fuzzy, empty value and multiple value matching (8.3.4.2, 8.3.4.5, 8.3.4.6), and of their Warnings."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.matching import Match
from dwconform.origin.query import Fault, Query


@defect("qido-refuses-fuzzymatching", breaks="8.3.4/parameters", hook=Hook.REQUEST)
def refuses_fuzzymatching(request: Request) -> Request | Answer:
    """Answers 400 to the parameter fuzzymatching, whatever its value."""
    return _refused(request, b"fuzzymatching")


@defect("qido-refuses-new-options", breaks="8.3.4/option-parameters", hook=Hook.REQUEST)
def refuses_new_options(request: Request) -> Request | Answer:
    """Answers 400 to emptyvaluematching and multiplevaluematching."""
    return _refused(request, b"valuematching")


@defect("qido-warning-without-code", breaks="8.3.4/warning-form", hook=Hook.RESPONSE)
def warning_without_code(answer: Answer) -> Answer:
    """Sends the text of a Warning alone, without code and service."""
    headers = tuple((name, value.rpartition(": ")[2] if name == "Warning" else value) for name, value in answer.headers)
    return replace(answer, headers=headers)


@defect("qido-always-fuzzy", breaks="8.3.4.2/off", hook=Hook.QUERY)
def always_fuzzy(query: Query) -> Query:
    """Matches names fuzzily, whether or not fuzzymatching asks for it."""
    return replace(query, fuzzy=True)


@defect("qido-fuzzy-by-default", breaks="8.3.4.2/off", hook=Hook.QUERY)
def fuzzy_by_default(query: Query, context: Context) -> Query:
    """Matches names fuzzily unless fuzzymatching=false is given."""
    return query if b"fuzzymatching=false" in context.request.scope["query_string"] else replace(query, fuzzy=True)


@defect("qido-ignores-fuzzymatching", breaks="8.3.4.2/not-supported", hook=Hook.QUERY, bugs=("B059",))
def ignores_fuzzymatching(query: Query) -> Query:
    """Matches literally whatever fuzzymatching asks for, and does not say so."""
    return replace(query, fuzzy=False)


@defect("qido-fuzzy-drops-keys", breaks="8.3.4.2/supported", hook=Hook.MATCH)
def fuzzy_drops_keys(match: Match) -> bool:
    """Matches nothing but names when fuzzymatching is asked for."""
    return match.verdict or (match.query.fuzzy and match.key.vr != "PN")


@defect("qido-accepts-any-fuzzymatching", breaks="8.3.4.2/value", hook=Hook.FAULT)
def accepts_any_fuzzymatching(fault: Fault) -> Fault | None:
    """Ignores a fuzzymatching that is neither true nor false."""
    return None if fault.parameter == "fuzzymatching" else fault


@defect("qido-always-empty-values", breaks="8.3.4.5/off", hook=Hook.QUERY)
def always_empty_values(query: Query) -> Query:
    """Takes two quotes for the empty value, whether or not emptyvaluematching asks for it."""
    return replace(query, empty=True)


@defect("qido-ignores-emptyvaluematching", breaks="8.3.4.5/not-supported", hook=Hook.QUERY)
def ignores_emptyvaluematching(query: Query) -> Query:
    """Searches without empty value matching when it is asked for, and does not say so."""
    return replace(query, empty=False)


@defect("qido-empty-value-matches-all", breaks="8.3.4.5/supported", hook=Hook.MATCH)
def empty_value_matches_all(match: Match) -> bool:
    """Takes the empty value for universal matching."""
    return match.verdict or (match.query.empty and match.key.values == ('""',))


@defect("qido-accepts-any-emptyvaluematching", breaks="8.3.4.5/value", hook=Hook.FAULT)
def accepts_any_emptyvaluematching(fault: Fault) -> Fault | None:
    """Ignores an emptyvaluematching that is neither true nor false."""
    return None if fault.parameter == "emptyvaluematching" else fault


@defect("qido-multiple-values-whatever-is-said", breaks="8.3.4.6/off", hook=Hook.REQUEST)
def multiple_values_whatever_is_said(request: Request) -> Request:
    """Takes the presence of multiplevaluematching for true."""
    return with_query(
        request, request.scope["query_string"].decode("latin-1").replace("matching=false", "matching=true")
    )


@defect("qido-ignores-multiplevaluematching", breaks="8.3.4.6/not-supported", hook=Hook.QUERY)
def ignores_multiplevaluematching(query: Query) -> Query:
    """Searches without multiple value matching when it is asked for, and does not say so."""
    return replace(query, multiple=False)


@defect("qido-multiple-values-as-union", breaks="8.3.4.6/supported", hook=Hook.MATCH)
def multiple_values_as_union(match: Match) -> bool:
    """Takes several values for alternatives."""
    asked = {part for value in match.key.values for part in value.split("\\")}
    return match.verdict or (match.query.multiple and not asked.isdisjoint(match.values))


@defect("qido-accepts-any-multiplevaluematching", breaks="8.3.4.6/value", hook=Hook.FAULT)
def accepts_any_multiplevaluematching(fault: Fault) -> Fault | None:
    """Ignores a multiplevaluematching that is neither true nor false."""
    return None if fault.parameter == "multiplevaluematching" else fault


def _refused(request: Request, word: bytes) -> Request | Answer:
    if word not in request.scope["query_string"]:
        return request
    return Refusal(400, f"The parameter {word.decode()} is not supported.").answer
