"""Ways for which there is a reading of the text: a warning says so, and nothing is failed."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.defects._requests import with_query
from dwconform.origin.elements import Dataset
from dwconform.origin.matching import Match, Matcher
from dwconform.origin.names import pattern
from dwconform.origin.negotiate import Negotiation
from dwconform.origin.query import Fault, Query
from dwconform.origin.search import Page

from .variant import variant

JSON = "application/dicom+json"


@variant(
    Hook.MATCH,
    "PS3.4 C.2.2.2.1 has values compared with their letter case, and yet databases do not",
    warned={"8.3.4.1.1/case-sensitive": "the text is plain, and surplus results mislead nobody"},
)
def values_without_letter_case(match: Match) -> bool:
    """Finds texts in any letter case."""
    if match.key.vr not in ("SH", "LO", "CS") or len(match.key.values) > 1:
        return match.verdict
    wanted = pattern(match.key.values[0].strip().casefold())
    return match.verdict or any(wanted.fullmatch(value.strip().casefold()) for value in match.values)


@variant(
    Hook.MATCH,
    "PS3.4 C.2.2.2.5.4 has the combination of date and time negotiated",
    warned={"8.3.4.1.1/combined-date-time": "8.3.4.1.1 demands what cannot be negotiated here"},
)
def dates_and_times_apart(match: Match) -> bool:
    """Applies ranges of dates and of times one by one."""
    return Matcher(replace(match.query, keys=(match.key,))).matches([match.key], match.dataset)


@variant(
    Hook.QUERY,
    "PS3.4 C.4.1.1: time zone adjustment is negotiated",
    warned={"8.3.4.1.1/timezone": "8.3.4.1.1 demands what cannot be negotiated here"},
)
def time_zone_of_the_query_is_ignored(query: Query) -> Query:
    """Takes dates and times as they are written."""
    return replace(query, timezone="")


_UNKNOWN = "the instance has the offset, and an index need not"


@variant(
    Hook.RESULT,
    "Tables 10.6.3-3 to -5: Timezone Offset From UTC is there if it is known",
    warned={f"10.6.3.3.{level}/TimezoneOffsetFromUTC": _UNKNOWN for level in (1, 2, 3)},
)
def time_zone_is_not_kept(found: Dataset) -> Dataset:
    """Keeps no time zone in its index."""
    return {tag: element for tag, element in found.items() if tag != "00080201"}


@variant(
    Hook.RESPONSE,
    "206 is what older editions had for a part of the results",
    warned={"8.3.4.4.1/results": "since 2019 there is 200 alone"},
)
def partial_content(answer: Answer) -> Answer:
    """Answers 206 with a part of the matches."""
    cut = answer.status == 200 and any("additional" in value for name, value in answer.headers if name == "Warning")
    return replace(answer, status=206) if cut else answer


@variant(
    Hook.PAGE,
    "8.3.4.4.1 does not name a limit of zero",
    warned={"8.3.4.4.1/limit-zero": "the minimum of zero and others is zero"},
)
def limit_zero_is_no_limit(page: Page, context: Context) -> Page:
    """Takes a limit of zero for none."""
    rows = context.query and context.query.limit == 0
    study = context.archive.entities(context.query.scope.level)[:1] if rows and context.query else ()
    return replace(page, entities=tuple(study), remaining=page.matches - 1) if study else page


_INVALID = "an invalid value of a supported parameter is a 400"


@variant(
    Hook.FAULT,
    "8.3: what is not supported is ignored, and a value may be called unsupported",
    warned=dict.fromkeys((f"8.3.4.{option}/value" for option in (2, 5, 6)), _INVALID) | {"8.3.4.4/unsigned": _INVALID},
)
def invalid_options_are_ignored(fault: Fault) -> Fault | None:
    """Ignores values of its options that it cannot read."""
    options = ("fuzzymatching", "emptyvaluematching", "multiplevaluematching", "limit", "offset")
    return None if fault.parameter in options else fault


@variant(
    Hook.FAULT,
    "PS3.4 C.2.2.2.1: a value without wild cards matches what is identical to it",
    warned={
        "10.6.3.1/invalid-value": _INVALID,
        "8.3/date-syntax": _INVALID,
    },
)
def invalid_values_match_nothing(fault: Fault, context: Context) -> Fault | Answer:
    """Takes a value that its key cannot have for one that nothing has."""
    return Answer(204) if fault.parameter in ("StudyDate", "StudyTime", "StudyInstanceUID") else fault


@variant(
    Hook.FAULT,
    "8.3.4.1 binds the client alone",
    warned={"8.3.4.1/not-repeated": "400 is the answer to a request that is wrong"},
)
def repeated_keys_are_a_conflict(fault: Fault) -> Fault | Answer:
    """Answers 409 to a repeated key."""
    return Refusal(409, "Given twice.").answer if "more than once" in fault.message else fault


@variant(
    Hook.REQUEST,
    "10.6.1 lists the media types that a search accepts, and no ranges",
    warned={"10.6.4/xml": "8.7.7 has ranges of subtypes"},
)
def ranges_of_subtypes_are_refused(request: Request) -> Request | Answer:
    """Answers 406 to multipart/*."""
    return Refusal(406, "No.").answer if request.headers.get("accept") == "multipart/*" else request


@variant(
    Hook.NEGOTIATE,
    "8.7.5: DICOM and rendered media types together are a 400, and HTML is a rendered one",
    warned={"10.6.4/json-default": "types that are not supported are ignored"},
)
def browsers_are_refused(found: Negotiation, context: Context) -> Negotiation:
    """Answers 400 to a browser."""
    if "text/html" in context.request.headers.get("accept", ""):
        raise Refusal(400, "DICOM and rendered media types are mixed.")
    return found


@variant(
    Hook.MATCH,
    "PS3.4 C.2.2.2.4: wild cards in names depend on the implementation",
    warned={"8.3.4.1.1/person-name-wildcard": "the sentence before defines them for names as for others"},
)
def names_without_wildcards(match: Match) -> bool:
    """Takes an asterisk in a name as it is."""
    wild = match.key.vr == "PN" and "*" in match.key.values[0]
    return match.verdict and not wild


_SPELLING = "RFC 3986 has both spellings, and 8.3.1 lets the equals sign stand encoded only"


@variant(
    Hook.REQUEST,
    "8.3.1 keeps the equals sign out of values, unless it is encoded",
    warned={"8.3.3.1/accept-of-a-search": _SPELLING},
)
def accept_parameter_encoded_only(request: Request) -> Request:
    """Passes over a parameter accept with a literal equals sign in it."""
    terms = request.scope["query_string"].decode().split("&")
    return with_query(
        request, "&".join(term for term in terms if not term.startswith("accept=") or term.count("=") < 2)
    )


@variant(
    Hook.REQUEST,
    "B.16 has the equals sign of the parameter accept literal",
    warned={"8.3.3.1/accept-of-a-search": _SPELLING},
)
def accept_parameter_literal_only(request: Request) -> Request:
    """Passes over a parameter accept with an encoded equals sign in it."""
    terms = request.scope["query_string"].decode().split("&")
    return with_query(request, "&".join(term for term in terms if not term.startswith("accept=") or "%3D" not in term))
