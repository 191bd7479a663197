"""Defects of the attributes of search results (Tables 10.6.3-3 to 10.6.3-5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.dictionary import tag_of
from dwconform.origin.elements import Dataset, Element, texts
from dwconform.origin.levels import Level, Scope

_TABLES = {
    Level.STUDY: (
        "10.6.3.3.1",
        (
            "StudyDate StudyTime AccessionNumber ModalitiesInStudy ReferringPhysicianName TimezoneOffsetFromUTC"
            " RetrieveURL PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID StudyID"
            " NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances"
        ),
    ),
    Level.SERIES: (
        "10.6.3.3.2",
        (
            "Modality TimezoneOffsetFromUTC SeriesDescription RetrieveURL SeriesInstanceUID SeriesNumber"
            " NumberOfSeriesRelatedInstances PerformedProcedureStepStartDate PerformedProcedureStepStartTime"
            " RequestAttributesSequence"
        ),
    ),
    Level.INSTANCE: (
        "10.6.3.3.3",
        ("SOPClassUID SOPInstanceUID TimezoneOffsetFromUTC InstanceNumber Rows Columns BitsAllocated NumberOfFrames"),
    ),
}
_BUGS = {"ModalitiesInStudy": ("B250",), "PatientName": ("B250",), "StudyTime": ("B117",), "SeriesNumber": ("B117",)}
_MODALITIES, _RETRIEVE_URL = "00080061", "00081190"
_STUDY_UID, _SERIES_UID, _INSTANCE_UID, _CLASS_UID = "0020000D", "0020000E", "00080018", "00080016"
_COUNTS = {"00201206", "00201208", "00201209"}


def _omission(level: Level, keyword: str) -> Callable[[Dataset, Context], Dataset]:
    tag = tag_of(keyword) or ""

    def omits(dataset: Dataset, context: Context) -> Dataset:
        return _without(dataset, {tag}) if _about(context, level) else dataset

    omits.__doc__ = f"Leaves {keyword} out of {level.name.lower()} results."
    return omits


for _level, (_section, _keywords) in _TABLES.items():
    for _keyword in _keywords.split():
        # A defect for each line of the tables, all alike: the results of the level lack the attribute.
        defect(
            f"qido-{_level.name.lower()}-without-{_keyword}",
            breaks=f"{_section}/{_keyword}",
            hook=Hook.RESULT,
            bugs=_BUGS.get(_keyword, ()),
        )(_omission(_level, _keyword))


@defect(
    "qido-computed-attributes-empty",
    breaks="10.6.3.3.1/NumberOfStudyRelatedInstances",
    hook=Hook.RESULT,
    bugs=("B050",),
)
def computed_attributes_empty(dataset: Dataset) -> Dataset:
    """Returns Modalities in Study and the counts without a value."""
    return {tag: Element(each.vr) if tag in {*_COUNTS, _MODALITIES} else each for tag, each in dataset.items()}


@defect("qido-modalities-joined", breaks="10.6.3.3.1/ModalitiesInStudy", hook=Hook.RESULT, bugs=("B132",))
def modalities_joined(dataset: Dataset) -> Dataset:
    """Writes several Modalities in Study as one value with backslashes."""
    return _replaced(dataset, _MODALITIES, "\\".join(texts(dataset, _MODALITIES)))


@defect("qido-modalities-searched-for", breaks="10.6.3.3.1/ModalitiesInStudy", hook=Hook.RESULT)
def modalities_searched_for(dataset: Dataset, context: Context) -> Dataset:
    """Returns only those Modalities in Study that were searched for."""
    asked = [key.values[0] for key in context.query.keys if key.path == (_MODALITIES,)] if context.query else []
    return _replaced(dataset, _MODALITIES, asked[0]) if asked else dataset


@defect("qido-first-result-only", breaks="10.6.3.3.1/StudyDate", hook=Hook.JSON, bugs=("B156",))
def first_result_only(document: list[dict[str, object]]) -> list[dict[str, object]]:
    """Returns the Study Date with the first result only."""
    for result in document[1:]:
        result.pop("00080020", None)
    return document


@defect("qido-result-for-each-instance", breaks="10.6.3.3.1/StudyInstanceUID", hook=Hook.ROWS, bugs=("B076",))
def result_for_each_instance(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists a study once for each of its instances."""
    if not _about(context, Level.STUDY):
        return rows
    return [row for row in rows for _ in context.archive.below(row.study)]


@defect("qido-series-for-each-instance", breaks="10.6.3.3.2/SeriesInstanceUID", hook=Hook.ROWS, bugs=("B076",))
def series_for_each_instance(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists a series twice."""
    return [row for row in rows for _ in range(2)] if _about(context, Level.SERIES) else rows


@defect("qido-study-uid-as-instance-uid", breaks="10.6.3.3.3/SOPInstanceUID", hook=Hook.RESULT, bugs=("B103",))
def study_uid_as_instance_uid(dataset: Dataset, context: Context) -> Dataset:
    """Returns the Study Instance UID in the place of the SOP Instance UID."""
    if not _about(context, Level.INSTANCE):
        return dataset
    return _replaced(dataset, _INSTANCE_UID, next(iter(texts(dataset, _STUDY_UID)), ""))


@defect("qido-swapped-rows", breaks="10.6.3.3.3/Rows", hook=Hook.RESULT, bugs=("B052",))
def swapped_rows(dataset: Dataset) -> Dataset:
    """Reads the two octets of Rows in the wrong order."""
    rows = dataset.get("00280010")
    if rows is None or not rows.values or not isinstance(rows.values[0], int):
        return dataset
    return {**dataset, "00280010": Element("US", (int.from_bytes(rows.values[0].to_bytes(2, "little"), "big"),))}


@defect("qido-availability-unknown", breaks="10.6.3.3.1/InstanceAvailability", hook=Hook.RESULT)
def availability_unknown(dataset: Dataset, context: Context) -> Dataset:
    """Gives the Instance Availability of a study as a term that does not exist."""
    return _replaced(dataset, "00080056", "MAYBE") if _about(context, Level.STUDY) else dataset


@defect("qido-instance-availability-unknown", breaks="10.6.3.3.3/InstanceAvailability", hook=Hook.RESULT)
def instance_availability_unknown(dataset: Dataset, context: Context) -> Dataset:
    """Gives the Instance Availability of an instance as a term that does not exist."""
    return _replaced(dataset, "00080056", "MAYBE") if _about(context, Level.INSTANCE) else dataset


@defect("qido-url-without-prefix", breaks="10.6.3.3.1/RetrieveURL", hook=Hook.RESULT, bugs=("B020",))
def url_without_prefix(dataset: Dataset) -> Dataset:
    """Gives Retrieve URLs below another base path than the one that clients reach."""
    url = next(iter(texts(dataset, _RETRIEVE_URL)), "")
    return _replaced(dataset, _RETRIEVE_URL, url.replace("/dicom-web/", "/internal/", 1))


@defect("qido-url-of-null", breaks="10.6.3.3.2/RetrieveURL", hook=Hook.RESULT, bugs=("B168",))
def url_of_null(dataset: Dataset) -> Dataset:
    """Gives Retrieve URLs with null for the study."""
    url, study = (next(iter(texts(dataset, tag)), "") for tag in (_RETRIEVE_URL, _STUDY_UID))
    return _replaced(dataset, _RETRIEVE_URL, url.replace(study, "null", 1) if study else url)


@defect("qido-url-of-class", breaks="10.6.3.3.3/RetrieveURL", hook=Hook.RESULT, bugs=("B209",))
def url_of_class(dataset: Dataset, context: Context) -> Dataset:
    """Builds the Retrieve URL of an instance with /instance/ and its SOP Class UID."""
    if not _about(context, Level.INSTANCE):
        return dataset
    base = next(iter(texts(dataset, _RETRIEVE_URL)), "").rpartition("/instances/")[0]
    return _replaced(dataset, _RETRIEVE_URL, f"{base}/instance/{next(iter(texts(dataset, _CLASS_UID)), '')}")


@defect("qido-instances-without-url", breaks="10.6.3.3.3/RetrieveURL", hook=Hook.RESULT)
def instances_without_url(dataset: Dataset, context: Context) -> Dataset:
    """Gives the Retrieve URL of the series with each instance."""
    if not _about(context, Level.INSTANCE):
        return dataset
    return _replaced(dataset, _RETRIEVE_URL, next(iter(texts(dataset, _RETRIEVE_URL)), "").rpartition("/instances/")[0])


def _item_without(keyword: str) -> Callable[[Dataset], Dataset]:
    tag = tag_of(keyword) or ""

    def omits(dataset: Dataset) -> Dataset:
        sequence = dataset.get("00400275", Element("SQ"))
        items = tuple(_without(item, {tag}) if isinstance(item, dict) else item for item in sequence.values)
        return {**dataset, "00400275": Element("SQ", items)} if items else dataset

    omits.__doc__ = f"Leaves {keyword} out of each request of a series."
    return omits


for _keyword in ("ScheduledProcedureStepID", "RequestedProcedureID"):
    defect(
        f"qido-requests-without-{_keyword}",
        breaks=f"10.6.3.3.2/RequestAttributesSequence.{_keyword}",
        hook=Hook.RESULT,
    )(_item_without(_keyword))


@defect("qido-first-request-only", breaks="10.6.3.3.2/RequestAttributesSequence", hook=Hook.RESULT)
def first_request_only(dataset: Dataset) -> Dataset:
    """Returns only the first of several requests of a series."""
    sequence = dataset.get("00400275")
    return {**dataset, "00400275": replace(sequence, values=sequence.values[:1])} if sequence else dataset


@defect("qido-without-higher-uids", breaks="10.6.3.3/higher-unique-keys", hook=Hook.RESULT)
def without_higher_uids(dataset: Dataset, context: Context) -> Dataset:
    """Leaves the UID of the study out of the results below it."""
    return dataset if _about(context, Level.STUDY) else _without(dataset, {_STUDY_UID})


@defect("qido-all-series-without-study", breaks="10.6.3.3.2/all-series", hook=Hook.RESULT)
def all_series_without_study(dataset: Dataset, context: Context) -> Dataset:
    """Returns no attributes of the study with All Series."""
    return _only_own(dataset, context, Level.SERIES, {Level.STUDY})


@defect("qido-study-instances-without-series", breaks="10.6.3.3.3/study-instances", hook=Hook.RESULT)
def study_instances_without_series(dataset: Dataset, context: Context) -> Dataset:
    """Returns no attributes of the series with a study's instances."""
    return _only_own(dataset, context, Level.INSTANCE, {Level.SERIES})


@defect("qido-all-instances-own-attributes-only", breaks="10.6.3.3.3/all-instances", hook=Hook.RESULT)
def all_instances_own_attributes_only(dataset: Dataset, context: Context) -> Dataset:
    """Returns no attributes of study and series with All Instances."""
    return _only_own(dataset, context, Level.INSTANCE, {Level.STUDY, Level.SERIES})


def _scope(context: Context) -> Scope | None:
    return context.query.scope if context.query else None


def _about(context: Context, level: Level) -> bool:
    scope = _scope(context)
    return scope is not None and scope.level is level


def _without(dataset: Dataset, tags: set[str]) -> Dataset:
    return {tag: element for tag, element in dataset.items() if tag not in tags}


def _replaced(dataset: Dataset, tag: str, text: str) -> Dataset:
    return {**dataset, tag: replace(dataset[tag], values=(text,))} if tag in dataset else dataset


def _only_own(dataset: Dataset, context: Context, level: Level, above: set[Level]) -> Dataset:
    """Without the attributes of the tables above, on the resource that spans exactly those levels."""
    scope = _scope(context)
    if scope is None or scope.returns != {level, *above}:
        return dataset
    foreign = {tag_of(keyword) or "" for each in above for keyword in _TABLES[each][1].split()}
    own = {tag_of(keyword) or "" for keyword in _TABLES[level][1].split()}
    return _without(dataset, foreign - own - {_SERIES_UID, _STUDY_UID})
