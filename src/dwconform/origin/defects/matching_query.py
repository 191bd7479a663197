"""Defects of how match parameters are read from the query (8.3.1, 8.3.4.1)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.dictionary import is_private
from dwconform.origin.levels import Level
from dwconform.origin.matching import Match
from dwconform.origin.query import Fault, Key, Query

_TAG = re.compile("[0-9A-Fa-f]{8}")


def _raw(request: Request) -> str:
    return str(request.scope["query_string"].decode("latin-1"))


def _tags(query: Query) -> tuple[Key, ...]:
    """The keys that are named by a tag, paths apart."""
    return tuple(key for key in query.keys if _TAG.fullmatch(key.spelled))


def _without(query: Query, unwanted: tuple[Key, ...]) -> Query:
    return replace(query, keys=tuple(key for key in query.keys if key not in unwanted))


@defect("qido-ignores-tags", breaks="8.3.1/tag", hook=Hook.QUERY, bugs=("B221",))
def ignores_tags(query: Query) -> Query:
    """Ignores keys that are named by their tags."""
    return _without(query, _tags(query))


@defect("qido-tags-in-capitals-only", breaks="8.3.1/tag", hook=Hook.QUERY)
def tags_in_capitals_only(query: Query) -> Query:
    """Ignores tags with small letters."""
    return _without(query, tuple(key for key in _tags(query) if key.spelled != key.spelled.upper()))


@defect("qido-path-loses-sequence", breaks="8.3.1/sequence-path", hook=Hook.QUERY, bugs=("B205",))
def path_loses_sequence(query: Query) -> Query:
    """Keeps only the last tag of a path that is written in tags."""
    return replace(
        query,
        keys=tuple(
            replace(key, path=key.path[-1:]) if len(key.path) > 1 and key.spelled[:1].isdecimal() else key
            for key in query.keys
        ),
    )


@defect("qido-crashes-on-empty-parameter", breaks="8.3.1/keyword-case", hook=Hook.REQUEST, bugs=("B011",))
def crashes_on_empty_parameter(request: Request) -> Request | Answer:
    """Answers 500 to a query with nothing between two ampersands, or after the last one."""
    raw = _raw(request)
    return report(500, "Internal error") if raw.endswith("&") or "&&" in raw else request


@defect("qido-crashes-on-odd-names", breaks="8.3.1/keyword-case", hook=Hook.REQUEST, bugs=("B099",))
def crashes_on_odd_names(request: Request) -> Request | Answer:
    """Answers 500 to a parameter with a quotation mark in its name."""
    names = [term.partition("=")[0] for term in _raw(request).split("&")]
    return report(500, "Internal error") if any("%22" in name or "%27" in name for name in names) else request


@defect("qido-does-not-decode", breaks="8.3.4.1/percent-encoding", hook=Hook.REQUEST)
def does_not_decode(request: Request) -> Request:
    """Compares values as they are encoded."""
    return with_query(request, _raw(request).replace("%", "%25"))


@defect("qido-splits-encoded-commas", breaks="8.3.4.1/encoded-delimiters", hook=Hook.REQUEST, bugs=("B074",))
def splits_encoded_commas(request: Request) -> Request:
    """Separates values at commas that are encoded."""
    return with_query(request, _raw(request).replace("%2C", ","))


@defect("qido-splits-encoded-ampersands", breaks="8.3.4.1/encoded-delimiters", hook=Hook.REQUEST)
def splits_encoded_ampersands(request: Request) -> Request:
    """Decodes the query before it is split."""
    return with_query(request, _raw(request).replace("%26", "&").replace("%3D", "="))


@defect("qido-repeated-key-drops-filter", breaks="8.3.4.1/not-repeated", hook=Hook.REQUEST)
def repeated_key_drops_filter(request: Request) -> Request:
    """Searches without an attribute that is given twice."""
    terms = _raw(request).split("&")
    times = Counter(term.partition("=")[0] for term in terms)
    return with_query(
        request, "&".join(t for t in terms if times[t.partition("=")[0]] == 1 or t.startswith("includefield"))
    )


@defect("qido-list-drops-filter", breaks="8.3.4.1/single-value", hook=Hook.FAULT)
def list_drops_filter(fault: Fault) -> Fault | None:
    """Searches without an attribute whose value is a list, unless it is a UID."""
    return None if "single value" in fault.message else fault


@defect("qido-crashes-on-private", breaks="8.3.4.1/private-creator", hook=Hook.QUERY, bugs=("B060",))
def crashes_on_private(query: Query, context: Context) -> Query:
    """Answers 500 to a private key."""
    names = [term.partition("=")[0] for term in _raw(context.request).split("&")]
    if any(len(name) == 8 and name.isdecimal() and is_private(name) for name in names):
        raise Refusal(500, "Unknown DICOM tag")
    return query


@defect("qido-list-is-literal", breaks="8.3.4.1/uid-list", hook=Hook.MATCH, bugs=("B031", "B190", "B225"))
def list_is_literal(match: Match) -> bool:
    """Compares a list of UIDs as if it were one."""
    return match.verdict and not (match.key.vr == "UI" and len(match.key.values) > 1)


@defect("qido-refuses-uid-lists", breaks="8.3.4.1/uid-list", hook=Hook.QUERY, bugs=("B113",))
def refuses_uid_lists(query: Query) -> Query:
    """Answers 400 to a list of UIDs."""
    if any(key.vr == "UI" and len(key.values) > 1 for key in query.keys):
        raise Refusal(400, "A key has one value.")
    return query


@defect("qido-unknown-uid-spoils-list", breaks="8.3.4.1/uid-list-unknown", hook=Hook.QUERY)
def unknown_uid_spoils_list(query: Query, context: Context) -> Query:
    """Answers 404 when one study of a list is not there."""
    for key in query.keys:
        for uid in key.values if key.tag == "0020000D" and len(key.values) > 1 else ():
            if not context.archive.entities(Level.STUDY, [("0020000D", (uid,))]):
                raise Refusal(404, "There is no such study.")
    return query


@defect("qido-crashes-on-backslash", breaks="8.3.4.1/uid-list-backslash", hook=Hook.REQUEST)
def crashes_on_backslash(request: Request) -> Request | Answer:
    """Answers 500 to a backslash."""
    return report(500, "Internal error") if "%5C" in _raw(request) else request


@defect("qido-ignores-bad-uid", breaks="8.3.4.1.1/uid-no-wildcards", hook=Hook.FAULT)
def ignores_bad_uid(fault: Fault) -> Fault | None:
    """Searches without a UID that is none."""
    return None if fault.parameter.endswith("UID") else fault
