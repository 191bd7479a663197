"""Defects of single values, wild cards and universal matching (PS3.4 C.2.2.2.1 to C.2.2.2.4)."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.elements import Dataset, Element, texts
from dwconform.origin.matching import Match, Matcher
from dwconform.origin.query import Query

_TEXT = frozenset({"LO", "SH"})
_ACCESSION, _MODALITIES, _CHARSET, _PATIENT = "00080050", "00080061", "00080005", "00100020"


def _wild(match: Match) -> bool:
    return any(sign in match.key.values[0] for sign in "*?")


def _any(match: Match, expression: str) -> bool:
    return any(re.fullmatch(expression, value) for value in match.values)


def _signs(text: str, meanings: dict[str, str]) -> str:
    return "".join(meanings.get(sign) or re.escape(sign) for sign in text)


@defect("qido-matches-beginnings", breaks="8.3.4.1.1/single-value", hook=Hook.MATCH)
def matches_beginnings(match: Match) -> bool:
    """Finds the values that begin with the one asked for."""
    text = match.key.vr in _TEXT and not _wild(match)
    return match.verdict or (text and any(value.startswith(match.key.values[0]) for value in match.values))


@defect("qido-crashes-on-spaces", breaks="8.3.4.1.1/spaces", hook=Hook.REQUEST)
def crashes_on_spaces(request: Request) -> Request | Answer:
    """Answers 500 when a value begins with a space."""
    return report(500, "Internal error") if b"=%20" in request.scope["query_string"] else request


@defect("qido-or-instead-of-and", breaks="8.3.4.1.1/and", hook=Hook.MATCH)
def or_instead_of_and(match: Match) -> bool:
    """Finds what satisfies any one of the keys."""
    return any(Matcher(match.query).matches([key], match.root) for key in match.query.keys)


@defect("qido-third-key-is-forgotten", breaks="8.3.4.1.1/and", hook=Hook.QUERY)
def third_key_is_forgotten(query: Query) -> Query:
    """Filters by the first two keys of a search and forgets the others."""
    return replace(query, keys=query.keys[:2])


@defect("qido-asterisk-is-literal", breaks="8.3.4.1.1/wildcard-any", hook=Hook.MATCH, bugs=("B196",))
def asterisk_is_literal(match: Match) -> bool:
    """Looks for the asterisk itself in keys of VR LO and SH."""
    if match.key.vr not in _TEXT or "*" not in match.key.values[0]:
        return match.verdict
    return match.key.values[0] in match.values


@defect("qido-asterisk-needs-something", breaks="8.3.4.1.1/wildcard-none", hook=Hook.MATCH)
def asterisk_needs_something(match: Match) -> bool:
    """Takes the asterisk for one character or more."""
    if match.key.vr not in _TEXT or "*" not in match.key.values[0]:
        return match.verdict
    return _any(match, _signs(match.key.values[0], {"*": ".+", "?": "."}))


@defect("qido-question-mark-is-any", breaks="8.3.4.1.1/wildcard-one", hook=Hook.MATCH)
def question_mark_is_any(match: Match) -> bool:
    """Takes the question mark for any number of characters."""
    return match.verdict or (match.key.vr in _TEXT and _any(match, _signs(match.key.values[0], {"*": ".*", "?": ".*"})))


@defect("qido-no-wildcards-in-codes", breaks="8.3.4.1.1/wildcard-code-string", hook=Hook.MATCH)
def no_wildcards_in_codes(match: Match) -> bool:
    """Looks for the asterisk itself in keys of VR CS."""
    return match.verdict and not (match.key.vr == "CS" and _wild(match))


@defect("qido-asterisk-excludes-empty", breaks="8.3.4.1.1/wildcard-universal", hook=Hook.QUERY)
def asterisk_excludes_empty(query: Query) -> Query:
    """Finds only what has a value when a lone asterisk is asked for."""
    return replace(
        query, keys=tuple(replace(key, values=("?*",)) if key.values == ("*",) else key for key in query.keys)
    )


@defect("qido-sql-wildcards", breaks="8.3.4.1.1/no-other-wildcards", hook=Hook.MATCH)
def sql_wildcards(match: Match) -> bool:
    """Gives the percent sign and the underscore the meaning that they have in SQL."""
    return match.verdict or (match.key.vr in _TEXT and _any(match, _signs(match.key.values[0], {"%": ".*", "_": "."})))


@defect("qido-regular-expressions", breaks="8.3.4.1.1/no-other-wildcards", hook=Hook.MATCH)
def regular_expressions(match: Match) -> bool:
    """Takes a value for a regular expression."""
    if match.key.vr not in _TEXT or _wild(match):
        return match.verdict
    return _any(match, match.key.values[0])


@defect("qido-refuses-empty-keys", breaks="8.3.4.1.1/universal", hook=Hook.QUERY, bugs=("B108",))
def refuses_empty_keys(query: Query) -> Query:
    """Answers 400 to a key without a value."""
    if any(key.values == ("",) for key in query.keys):
        raise Refusal(400, "A key needs a value.")
    return query


@defect("qido-empty-key-means-empty", breaks="8.3.4.1.1/universal", hook=Hook.ROWS)
def empty_key_means_empty(rows: list[Entity], context: Context) -> list[Entity]:
    """Takes a key without a value for the wish to see only what has none."""
    keys = context.query.keys if context.query else ()
    return rows[1:] if any(key.values == ("",) and key.tag != _CHARSET for key in keys) else rows


@defect("qido-crashes-on-missing-value", breaks="8.3.4.1.1/zero-length", hook=Hook.MATCH)
def crashes_on_missing_value(match: Match) -> bool:
    """Answers 500 when a study of the patient asked for has no Accession Number."""
    patients = {value for key in match.query.keys if key.tag == _PATIENT for value in key.values}
    if match.key.tag == _ACCESSION and not match.values and patients & set(texts(match.dataset, _PATIENT)):
        raise Refusal(500, "Internal error")
    return match.verdict


@defect("qido-returns-one-modality", breaks="8.3.4.1.1/all-values", hook=Hook.RESULT)
def returns_one_modality(dataset: Dataset, context: Context) -> Dataset:
    """Returns only the modality that was asked for."""
    wanted = [key.values[0] for key in (context.query.keys if context.query else ()) if key.tag == _MODALITIES]
    return {**dataset, _MODALITIES: Element("CS", (wanted[0],))} if wanted and _MODALITIES in dataset else dataset


@defect("qido-matches-character-set", breaks="8.3.4.1.1/character-set-key", hook=Hook.ROWS)
def matches_character_set(rows: list[Entity], context: Context) -> list[Entity]:
    """Finds only what was stored in the character set of the request."""
    return [] if b"SpecificCharacterSet=" in context.request.scope["query_string"] else rows


@defect("qido-first-item-only", breaks="8.3.4.1.1/sequence-any-item", hook=Hook.MATCH)
def first_item_only(match: Match) -> bool:
    """Looks at the first item of a sequence only."""
    if not match.key.outer:
        return match.verdict
    sequence = match.root.get(match.key.outer[0])
    return match.verdict and sequence is not None and match.dataset is sequence.values[0]
