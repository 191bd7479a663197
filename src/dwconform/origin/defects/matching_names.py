"""Defects of the matching of person names (PS3.4 C.2.2.2.1.1)."""

from __future__ import annotations

from dataclasses import replace

from dwconform.origin.answer import Refusal
from dwconform.origin.defects import Hook, defect
from dwconform.origin.matching import Match
from dwconform.origin.query import Query


@defect("qido-crashes-on-quotes", breaks="8.3.4.1.1/person-name-literal", hook=Hook.QUERY, bugs=("B085",))
def crashes_on_quotes(query: Query) -> Query:
    """Answers 500 to a quotation mark in a fuzzy search for a name."""
    if query.fuzzy and any('"' in value for key in query.keys for value in key.values):
        raise Refusal(500, "Internal error")
    return query


@defect("qido-family-name-only", breaks="8.3.4.1.1/person-name-literal", hook=Hook.MATCH)
def family_name_only(match: Match) -> bool:
    """Compares a name with the family name alone."""
    return match.verdict if match.key.vr != "PN" else match.key.values[0] in {v.split("^")[0] for v in match.values}


@defect("qido-names-in-capitals", breaks="8.3.4.1.1/person-name-variants", hook=Hook.MATCH)
def names_in_capitals(match: Match) -> bool:
    """Puts the name that is asked for into capitals, and not those that are stored."""
    wanted = match.key.values[0].upper()
    return match.verdict if match.key.vr != "PN" or "*" in wanted else wanted in match.values


@defect("qido-asterisk-in-name-is-literal", breaks="8.3.4.1.1/person-name-wildcard", hook=Hook.MATCH, bugs=("B196",))
def asterisk_in_name_is_literal(match: Match) -> bool:
    """Looks for the asterisk itself in names."""
    return match.verdict and not (match.key.vr == "PN" and "*" in match.key.values[0])


@defect("qido-other-scripts-match-all", breaks="8.3.4.1.1/component-groups", hook=Hook.MATCH)
def other_scripts_match_all(match: Match) -> bool:
    """Drops the characters of other scripts from a name with wild cards, so that the wild cards match all."""
    wanted = match.key.values[0]
    return match.verdict or (match.key.vr == "PN" and "*" in wanted and not wanted.isascii())


@defect("qido-query-is-latin-1", breaks="8.3.4.1/non-ascii", hook=Hook.QUERY, bugs=("B106",))
def query_is_latin_1(query: Query) -> Query:
    """Reads the octets of the query as Latin-1."""
    return replace(
        query,
        keys=tuple(
            replace(key, values=tuple(value.encode().decode("latin-1") for value in key.values)) for key in query.keys
        ),
    )
