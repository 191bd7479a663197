"""Legal ways to match: what PS3.4 C.2.2.2 and PS3.18 8.3, 8.3.4 leave to the server."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.defects._requests import with_query
from dwconform.origin.dictionary import is_private, tag_of
from dwconform.origin.levels import Level, level_of
from dwconform.origin.matching import Match
from dwconform.origin.names import pattern
from dwconform.origin.query import Fault, Query

from .variant import also, variant

_KEYWORDS = """
    StudyDate StudyTime AccessionNumber ModalitiesInStudy ReferringPhysicianName PatientName PatientID StudyInstanceUID
    StudyID Modality SeriesInstanceUID SeriesNumber PerformedProcedureStepStartDate PerformedProcedureStepStartTime
    RequestAttributesSequence SOPClassUID SOPInstanceUID InstanceNumber
"""
REQUIRED = frozenset(tag for keyword in _KEYWORDS.split() if (tag := tag_of(keyword)))
PATIENT_ID = "00100020"


def _folded(text: str, *, accents: bool = True) -> str:
    text = text.casefold()
    if not accents:
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return text


def _named(match: Match, *, accents: bool) -> bool:
    if match.key.vr != "PN" or not match.values:
        return match.verdict
    wanted, stored = (_folded(text, accents=accents) for text in (match.key.values[0], match.values[0]))
    return match.verdict or bool(pattern(wanted).fullmatch(stored))


@variant(Hook.MATCH, "PS3.4 C.2.2.2.1.1: names may be matched without regard to letter case")
def names_without_letter_case(match: Match) -> bool:
    """Finds names in any letter case."""
    return _named(match, accents=True)


@variant(Hook.MATCH, "PS3.4 C.2.2.2.1.1: names may be matched without regard to accents and letter case")
def names_without_accents(match: Match) -> bool:
    """Finds names with and without accents, in any letter case."""
    return _named(match, accents=False)


@variant(Hook.MATCH, "PS3.4 C.2.2.2.1.1: how component groups are matched is not said")
def names_by_the_alphabetic_group(match: Match) -> bool:
    """Compares the alphabetic group alone."""
    if match.key.vr != "PN" or match.query.fuzzy or not match.values:
        return match.verdict
    return bool(pattern(match.key.values[0].split("=")[0]).fullmatch(match.values[0].split("=")[0]))


@variant(Hook.QUERY, "10.6.1.2.2, PS3.4 C.2.2.1.3: optional keys need not be matched")
def optional_keys_are_not_matched(query: Query) -> Query:
    """Ignores every key that it need not support."""
    return replace(query, keys=tuple(key for key in query.keys if key.path[0] in REQUIRED))


@variant(Hook.QUERY, "8.3: unsupported parameters are ignored; 10.6.1.2.3 wants patient attributes with studies only")
def patient_keys_below_a_study_are_ignored(query: Query) -> Query:
    """Ignores the patient below a study."""
    if query.study is None:
        return query
    return replace(query, keys=tuple(key for key in query.keys if level_of(key.path[0]) is not Level.PATIENT))


@variant(Hook.REQUEST, "10.6.1.2.1: series attributes are not allowed with All Studies, so that they may be refused")
def series_keys_of_studies_are_refused(request: Request) -> Request | Answer:
    """Answers 400 to Modality in a search of studies, and to a study attribute below a study."""
    query = request.scope["query_string"].decode()
    other = request.url.path.endswith("/studies") and re.search(r"(^|&)Modality=", query)
    study = "/studies/" in request.url.path and re.search(r"(^|&)StudyDate=", query)
    return Refusal(400, "Not at this level.").answer if other or study else request


@variant(Hook.MATCH, "PS3.4 C.2.2.1.2: an unknown value of a required key matches")
def unknown_values_match(match: Match) -> bool:
    """Returns what has no value of a required key, whatever was asked for."""
    empty = not match.values and match.key.tag in REQUIRED
    return match.verdict or (empty and not match.key.outer)


def _once(query: str, which: int) -> str:
    """Keep the first (0) or the last (-1) of each parameter that may stand once only."""
    terms = query.split("&")
    names = [term.partition("=")[0] for term in terms]
    chosen = {name: [at for at, other in enumerate(names) if other == name][which] for name in names}
    return "&".join(term for at, term in enumerate(terms) if names[at] == "includefield" or chosen[names[at]] == at)


@variant(Hook.REQUEST, "8.3.4.1 binds the client: which of repeated values counts is not said")
def the_first_of_repeated_values(request: Request) -> Request:
    """Takes the first value of a repeated parameter."""
    return with_query(request, _once(request.scope["query_string"].decode(), 0))


@variant(Hook.REQUEST, "8.3.4.1 binds the client: which of repeated values counts is not said")
def the_last_of_repeated_values(request: Request) -> Request:
    """Takes the last value of a repeated parameter."""
    return with_query(request, _once(request.scope["query_string"].decode(), -1))


@variant(Hook.MATCH, "8.3: a server may document more values, such as a list of them")
def lists_of_values(match: Match) -> bool:
    """Takes a list of Patient IDs for alternatives."""
    wanted = match.key.values[0].split(",")
    return match.verdict or (match.key.tag == PATIENT_ID and len(wanted) > 1 and bool({*wanted} & {*match.values}))


@also("lists-of-values", Hook.REQUEST)
def _list_as_one_value(request: Request) -> Request:
    return with_query(request, re.sub(r"(PatientID=[^&,]*),", r"\1%2C", request.scope["query_string"].decode()))


@variant(Hook.REQUEST, "8.3.4.1: a value has no commas that separate, so that one may be taken as it is")
def lists_are_one_value(request: Request) -> Request:
    """Takes a list of Patient IDs for one value."""
    return with_query(request, re.sub(r"(PatientID=[^&,]*),", r"\1%2C", request.scope["query_string"].decode()))


@variant(Hook.REQUEST, "PS3.4 C.2.2.2.1.1: names may be matched without regard to position")
def names_in_any_order(request: Request) -> Request:
    """Does not mind the order of the components of a name."""
    query = request.scope["query_string"].decode()
    return request if "fuzzymatching=true" in query else with_query(request, query.replace("JANE%5EDOE", "DOE%5EJANE"))


@variant(Hook.MATCH, "PS3.5 6.2: spaces around LO and SH are insignificant")
def spaces_count(match: Match) -> bool:
    """Takes the spaces around a value as they are."""
    value = match.key.values[0]
    return match.verdict and (match.key.vr not in ("SH", "LO") or value == value.strip())


@variant(Hook.MATCH, "PS3.4 C.2.2.2.1.3: how a time of less precision is matched is left to the server")
def times_are_moments(match: Match) -> bool:
    """Takes a time without seconds for the full minute."""
    if match.key.vr != "TM" or "-" in match.key.values[0]:
        return match.verdict
    return any(value.ljust(6, "0") == match.key.values[0].ljust(6, "0") for value in match.values)


@variant(Hook.QUERY, "8.3.4.1: support of private attributes is optional")
def private_keys_are_ignored(query: Query) -> Query:
    """Ignores private attributes, as keys and as includefields."""
    keys = tuple(key for key in query.keys if not is_private(key.path[0]))
    return replace(query, keys=keys, includes=tuple(path for path in query.includes if not is_private(path[0])))


def _not_supported(query: Query, context: Context, name: str, text: str) -> None:
    if f"{name}=true".encode() in context.request.scope["query_string"]:
        context.warnings.append(f"The {name} parameter is not supported. {text}")


@variant(Hook.QUERY, "8.3.4.2: fuzzy matching is optional")
def no_fuzzy_matching(query: Query, context: Context) -> Query:
    """Matches names literally, and says so."""
    _not_supported(query, context, "fuzzymatching", "Only literal matching has been performed.")
    return replace(query, fuzzy=False)


@variant(Hook.QUERY, "8.3.4.5: empty value matching is optional")
def no_empty_value_matching(query: Query, context: Context) -> Query:
    """Does without empty value matching, and says so."""
    _not_supported(query, context, "emptyvaluematching", "Empty Value Matching has not been performed.")
    return replace(query, empty=False)


@variant(Hook.QUERY, "8.3.4.6: multiple value matching is optional")
def no_multiple_value_matching(query: Query, context: Context) -> Query:
    """Does without multiple value matching, and says so."""
    _not_supported(query, context, "multiplevaluematching", "Multiple Value Matching has not been performed.")
    return replace(query, multiple=False)


def _code(word: str) -> str:
    letters = [letter for letter in _folded(word, accents=False) if letter.isalpha()]
    return letters[0] + "".join(letter for letter in letters[1:] if letter not in "aeiouhwy") if letters else ""


@variant(Hook.MATCH, "PS3.4 C.2.2.2.1.1: the technique of fuzzy matching is the server's choice")
def fuzzy_by_sound(match: Match) -> bool:
    """Compares the consonants of all words, in any order."""
    if not match.query.fuzzy or match.key.vr != "PN" or not match.values:
        return match.verdict
    asked, stored = (
        {_code(word) for word in re.findall(r"\w+", text)} for text in (match.key.values[0], match.values[0])
    )
    return match.verdict or asked <= stored


@variant(Hook.REQUEST, "8.3.4.1.1, PS3.4 C.2.2.2: Specific Character Set is nothing to match")
def character_set_key_is_refused(request: Request) -> Request | Answer:
    """Answers 400 to Specific Character Set."""
    named = b"SpecificCharacterSet" in request.scope["query_string"]
    return Refusal(400, "Queries are in UTF-8.").answer if named else request


@variant(Hook.REQUEST, "8.3: a server may define further parameters")
def keywords_in_any_letter_case(request: Request) -> Request:
    """Understands a keyword in lower case."""
    query = request.scope["query_string"].decode()
    return with_query(request, query.replace("accessionnumber=", "AccessionNumber="))


@variant(Hook.REQUEST, "8.3, 8.3.1: what is no name of the syntax is an error of the query")
def unknown_names_are_refused(request: Request) -> Request | Answer:
    """Answers 400 to a parameter whose name cannot be one, and to empty ones."""
    terms = [term.partition("=")[0] for term in request.scope["query_string"].decode().split("&")]
    wrong = any(not re.fullmatch(r"[A-Za-z0-9_.]+", term) for term in terms) and terms != [""]
    return Refusal(400, "The query is malformed.").answer if wrong else request


@variant(Hook.FAULT, "8.3: an unreadable parameter may be taken for an unsupported one")
def unreadable_parameters_are_ignored(fault: Fault) -> Fault | None:
    """Passes over what it cannot decode."""
    return None if "decoded" in fault.message or "name" in fault.message else fault


@variant(Hook.REQUEST, "8.3.4.3: an includefield that is no attribute is an invalid value")
def unknown_includefields_are_refused(request: Request) -> Request | Answer:
    """Answers 400 to an includefield that it does not know, and to all beside others."""
    values = [
        value
        for term in request.scope["query_string"].decode().split("&")
        if term.startswith("includefield=")
        for value in term.partition("=")[2].split(",")
    ]
    known = all(value == "all" or all(tag_of(part) for part in value.split(".")) for value in values)
    mixed = "all" in values and len(values) > 1
    return request if known and not mixed else Refusal(400, "Invalid includefield.").answer


@variant(Hook.REQUEST, "PS3.4 C.2.2.2.2 is about UIDs with the backslash; 8.3 lets a server accept more")
def uid_lists_with_backslash(request: Request) -> Request:
    """Splits UIDs at the backslash as well."""
    query = request.scope["query_string"].decode()
    return with_query(request, re.sub(r"(UID=[^&]*)%5C", r"\1,", query))


@variant(Hook.MATCH, "PS3.4 C.2.2.2.5.1: what a range finds that ends before it begins is not defined")
def reversed_ranges_are_turned(match: Match) -> bool:
    """Exchanges the ends of a range that ends before it begins."""
    low, hyphen, high = match.key.values[0].partition("-")
    if match.key.vr != "DA" or not (low and hyphen and high and low > high):
        return match.verdict
    return any(high <= value <= low for value in match.values)
