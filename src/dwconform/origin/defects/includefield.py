"""Defects of includefield (8.3.4.3) and of the attributes that a request adds (10.6.3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.attributes import attributes_of
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._requests import with_query
from dwconform.origin.dictionary import creator_tag, is_private, vr_of
from dwconform.origin.elements import Dataset, Element
from dwconform.origin.levels import Level
from dwconform.origin.query import Query

_STUDY_DESCRIPTION = "00081030"
_COUNTS = ("00201206", "00201208", "00201209")


@defect("qido-ignores-includefield", breaks="8.3.4.3/attribute", hook=Hook.QUERY)
def ignores_includefield(query: Query) -> Query:
    """Returns the same attributes whatever includefield asks for."""
    return replace(query, includes=())


@defect("qido-last-includefield", breaks="8.3.4.3/list", hook=Hook.QUERY)
def last_includefield(query: Query) -> Query:
    """Returns only the last of several attributes that includefield asks for."""
    return replace(query, includes=query.includes[-1:])


@defect("qido-includefield-no-list", breaks="8.3.4.3/list", hook=Hook.REQUEST)
def includefield_no_list(request: Request) -> Request:
    """Takes a comma-separated includefield for one unknown name."""
    terms = request.scope["query_string"].decode("latin-1").split("&")
    return with_query(
        request, "&".join(term for term in terms if not (term.startswith("includefield=") and "," in term))
    )


@defect("qido-refuses-all", breaks="8.3.4.3/all", hook=Hook.QUERY)
def refuses_all(query: Query) -> Query:
    """Answers 400 to includefield=all."""
    if query.include_all:
        raise Refusal(400, "includefield=all is not supported.")
    return query


@defect("qido-all-without-counts", breaks="8.3.4.3/all", hook=Hook.RESULT, bugs=("B152",))
def all_without_counts(dataset: Dataset, context: Context) -> Dataset:
    """Leaves the computed counts out when includefield=all is asked for."""
    if context.query is None or not context.query.include_all:
        return dataset
    return {tag: element for tag, element in dataset.items() if tag not in _COUNTS}


@defect("qido-ignores-all", breaks="8.3.4.3/all-optional", hook=Hook.QUERY, bugs=("B058", "B191"))
def ignores_all(query: Query) -> Query:
    """Returns the default attributes only, whatever includefield=all asks for."""
    return replace(query, include_all=False)


@defect("qido-fails-on-all-and-more", breaks="8.3.4.3/all-combined", hook=Hook.QUERY)
def fails_on_all_and_more(query: Query) -> Query:
    """Answers 500 to includefield=all beside another includefield."""
    if query.include_all and query.includes:
        raise Refusal(500, "IllegalStateException")
    return query


@defect("qido-includefield-filters", breaks="8.3.4.3/universal", hook=Hook.ROWS)
def includefield_filters(rows: list[Entity], context: Context) -> list[Entity]:
    """Loses the results in which a requested attribute has no value."""
    asked = [path[0] for path in context.query.includes] if context.query else []
    return [row for row in rows if _has_values(attributes_of(context.archive, row), asked)]


@defect("qido-fails-on-unknown-includefield", breaks="8.3.4.3/unknown", hook=Hook.QUERY)
def fails_on_unknown_includefield(query: Query) -> Query:
    """Answers 500 to an includefield that is no attribute."""
    if any("includefield" in name for name in query.ignored):
        raise Refusal(500, "NullPointerException")
    return query


@defect("qido-refuses-nested-includefield", breaks="8.3.4.3/nested", hook=Hook.QUERY)
def refuses_nested_includefield(query: Query) -> Query:
    """Answers 400 to an includefield with a dot."""
    if any(len(path) > 1 for path in query.includes):
        raise Refusal(400, "includefield takes a tag or a keyword.")
    return query


@defect("qido-fails-on-sequence", breaks="8.3.4.3/sequence", hook=Hook.QUERY)
def fails_on_sequence(query: Query) -> Query:
    """Answers 500 to an includefield that is a sequence."""
    if any(vr_of(path[-1]) == "SQ" for path in query.includes):
        raise Refusal(500, "ClassCastException")
    return query


@defect("qido-private-without-creator", breaks="8.3.4.3/private", hook=Hook.RESULT)
def private_without_creator(dataset: Dataset) -> Dataset:
    """Returns private attributes without their private creator."""
    return {tag: element for tag, element in dataset.items() if creator_tag(tag) or not is_private(tag)}


@defect("qido-private-as-unknown", breaks="8.3.4.3/private", hook=Hook.RESULT, bugs=("B042",))
def private_as_unknown(dataset: Dataset) -> Dataset:
    """Returns private attributes as UN, without the value."""
    return {tag: Element("UN") if creator_tag(tag) else each for tag, each in dataset.items()}


@defect("qido-private-of-last-creator", breaks="8.3.4.3/private", hook=Hook.RESULT, bugs=("B214",))
def private_of_last_creator(dataset: Dataset) -> Dataset:
    """Gives all private attributes the values of the last private creator."""
    private = [element for tag, element in dataset.items() if creator_tag(tag)]
    return {tag: private[-1] if creator_tag(tag) else element for tag, element in dataset.items()}


@defect("qido-series-attributes-of-study", breaks="10.6.3.3.1/no-lower-attributes", hook=Hook.RESULT)
def series_attributes_of_study(dataset: Dataset, context: Context) -> Dataset:
    """Returns a Series Description with a study when it is asked for."""
    return _with(dataset, context, Level.STUDY, "0008103E", Element("LO", ("A series",)))


@defect("qido-instance-attributes-of-series", breaks="10.6.3.3.2/no-lower-attributes", hook=Hook.RESULT)
def instance_attributes_of_series(dataset: Dataset, context: Context) -> Dataset:
    """Returns an Instance Number with a series when it is asked for."""
    return _with(dataset, context, Level.SERIES, "00200013", Element("IS", ("1",)))


@defect("qido-series-without-study-attributes", breaks="10.6.3.3.2/higher-attributes", hook=Hook.QUERY)
def series_without_study_attributes(query: Query) -> Query:
    """Does not return study attributes with a series, even when they are asked for."""
    return replace(query, includes=()) if query.scope.level is Level.SERIES else query


@defect("qido-instances-without-higher-attributes", breaks="10.6.3.3.3/higher-attributes", hook=Hook.QUERY)
def instances_without_higher_attributes(query: Query) -> Query:
    """Does not return study and series attributes with an instance, even when they are asked for."""
    return replace(query, includes=()) if query.scope.level is Level.INSTANCE else query


@defect("qido-hides-match-key", breaks="10.6.3.3/match-key", hook=Hook.RESULT)
def hides_match_key(dataset: Dataset, context: Context) -> Dataset:
    """Does not return the optional attribute that was matched."""
    asked = context.query is not None and (_STUDY_DESCRIPTION,) in context.query.includes
    return dataset if asked else {tag: element for tag, element in dataset.items() if tag != _STUDY_DESCRIPTION}


@defect(
    "qido-refuses-available-transfer-syntax",
    breaks="10.6.3.3.3/AvailableTransferSyntaxUID",
    hook=Hook.QUERY,
    bugs=("B229",),
)
def refuses_available_transfer_syntax(query: Query) -> Query:
    """Answers 400 to an includefield of Available Transfer Syntax UID."""
    return _refused(query, "00083002")


@defect("qido-refuses-alternate-representation", breaks="10.6.3.3.3/AlternateRepresentationSequence", hook=Hook.QUERY)
def refuses_alternate_representation(query: Query) -> Query:
    """Answers 400 to an includefield of Alternate Representation Sequence."""
    return _refused(query, "00083001")


@defect("qido-refuses-additional-attributes", breaks="10.6.1.2.1/additional-attributes", hook=Hook.REQUEST)
def refuses_additional_attributes(request: Request) -> Request | Answer:
    """Answers 400 to SOP Classes in Study."""
    known = b"SOPClassesInStudy" not in request.scope["query_string"]
    return request if known else Refusal(400, "SOPClassesInStudy is no search key.").answer


def _has_values(dataset: Dataset, tags: Iterable[str]) -> bool:
    return all(tag in dataset and dataset[tag].values for tag in tags)


def _with(dataset: Dataset, context: Context, level: Level, tag: str, element: Element) -> Dataset:
    query = context.query
    asked = query is not None and query.scope.level is level and (tag,) in query.includes
    return dict(sorted({**dataset, tag: element}.items())) if asked else dataset


def _refused(query: Query, tag: str) -> Query:
    if (tag,) in query.includes:
        raise Refusal(400, f"The attribute {tag} cannot be returned.")
    return query
