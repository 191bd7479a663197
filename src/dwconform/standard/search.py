"""The Search Transaction of the Studies Service as data: resources, levels, keys, response attributes (PS3.18 10.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

__all__ = [
    "ALLOWED_LEVELS",
    "DATE_TIME_PAIRS",
    "EXTRA_RESPONSE_LEVELS",
    "PARAMETERS",
    "REQUIRED_KEYS",
    "REQUIRED_LEVELS",
    "RESPONSE_ATTRIBUTES",
    "WILDCARD_VRS",
    "AttributeType",
    "Collection",
    "Condition",
    "QueryLevel",
    "ResponseAttribute",
    "level_of",
    "required_keys",
    "response_attributes",
]


class QueryLevel(StrEnum):
    """The information entity that one search result describes."""

    STUDY = "study"
    SERIES = "series"
    INSTANCE = "instance"

    @property
    def depth(self) -> int:
        """0 for studies, 2 for instances."""
        return list(QueryLevel).index(self)

    @property
    def unique_key(self) -> str:
        """The tag of the level's Unique Key (10.6.3.3)."""
        return {QueryLevel.STUDY: "0020000D", QueryLevel.SERIES: "0020000E", QueryLevel.INSTANCE: "00080018"}[self]


class Collection(Enum):
    """The six resources of Table 10.6.1-1; the value is the URI template."""

    ALL_STUDIES = "/studies"
    STUDY_SERIES = "/studies/{study}/series"
    STUDY_INSTANCES = "/studies/{study}/instances"
    ALL_SERIES = "/series"
    SERIES_INSTANCES = "/studies/{study}/series/{series}/instances"
    ALL_INSTANCES = "/instances"

    @property
    def level(self) -> QueryLevel:
        """The level of the results."""
        last = self.value.rsplit("/", maxsplit=1)[1]
        return {"studies": QueryLevel.STUDY, "series": QueryLevel.SERIES, "instances": QueryLevel.INSTANCE}[last]


_STUDY, _SERIES, _INSTANCE = QueryLevel

REQUIRED_LEVELS: Mapping[Collection, frozenset[QueryLevel]] = MappingProxyType(
    {
        Collection.ALL_STUDIES: frozenset({_STUDY}),
        Collection.STUDY_SERIES: frozenset({_SERIES}),
        Collection.STUDY_INSTANCES: frozenset({_SERIES, _INSTANCE}),
        Collection.ALL_SERIES: frozenset({_STUDY, _SERIES}),
        Collection.SERIES_INSTANCES: frozenset({_INSTANCE}),
        Collection.ALL_INSTANCES: frozenset({_STUDY, _SERIES, _INSTANCE}),
    }
)
"""Table 10.6.1-4: the levels whose keys the origin server has to match, by resource."""

ALLOWED_LEVELS: Mapping[Collection, frozenset[QueryLevel]] = MappingProxyType(
    {
        Collection.ALL_STUDIES: frozenset({_STUDY}),
        Collection.STUDY_SERIES: frozenset({_SERIES}),
        Collection.STUDY_INSTANCES: frozenset({_SERIES, _INSTANCE}),
        Collection.ALL_SERIES: frozenset({_STUDY, _SERIES}),
        Collection.SERIES_INSTANCES: frozenset({_INSTANCE}),
        Collection.ALL_INSTANCES: frozenset({_STUDY, _SERIES, _INSTANCE}),
    }
)
"""10.6.1.2.1: the levels whose keys a user agent may send, by resource (those of the Patient IE go anywhere)."""

REQUIRED_KEYS: Mapping[QueryLevel, tuple[str, ...]] = MappingProxyType(
    {
        _STUDY: (
            "00080020",  # Study Date
            "00080030",  # Study Time
            "00080050",  # Accession Number
            "00080061",  # Modalities in Study
            "00080090",  # Referring Physician's Name
            "00100010",  # Patient's Name
            "00100020",  # Patient ID
            "0020000D",  # Study Instance UID
            "00200010",  # Study ID
        ),
        _SERIES: (
            "00080060",  # Modality
            "0020000E",  # Series Instance UID
            "00200011",  # Series Number
            "00400244",  # Performed Procedure Step Start Date
            "00400245",  # Performed Procedure Step Start Time
            "00400275.00400009",  # Request Attributes Sequence > Scheduled Procedure Step ID
            "00400275.00401001",  # Request Attributes Sequence > Requested Procedure ID
        ),
        _INSTANCE: (
            "00080016",  # SOP Class UID
            "00080018",  # SOP Instance UID
            "00200013",  # Instance Number
        ),
    }
)
"""Table 10.6.1-5: the keys that have to be matched, as tags, with a dot before a tag inside a sequence."""


class AttributeType(StrEnum):
    """The types of Tables 10.6.3-3 to 10.6.3-5 (PS3.4 C.2.2.1)."""

    UNIQUE = "U"
    REQUIRED = "R"
    CONDITIONAL = "C"


class Condition(StrEnum):
    """When a conditional response attribute is due."""

    NONE = ""
    KNOWN = "known"
    RETRIEVABLE = "retrievable"


@dataclass(frozen=True, slots=True)
class ResponseAttribute:
    """One line of Tables 10.6.3-3 to 10.6.3-5.

    Attributes:
        path: the tag, with ``sequence.`` in front of a tag inside a sequence.
        keyword: its keyword, of the last tag of the path.
        type: U, R or C.
        condition: when a value is due; R attributes may carry one as well (Retrieve URL).
    """

    path: str
    keyword: str
    type: AttributeType
    condition: Condition = Condition.NONE


_U, _R, _C = AttributeType
_KNOWN, _RETRIEVABLE = Condition.KNOWN, Condition.RETRIEVABLE

RESPONSE_ATTRIBUTES: Mapping[QueryLevel, tuple[ResponseAttribute, ...]] = MappingProxyType(
    {
        _STUDY: (
            ResponseAttribute("00080020", "StudyDate", _R),
            ResponseAttribute("00080030", "StudyTime", _R),
            ResponseAttribute("00080050", "AccessionNumber", _R),
            ResponseAttribute("00080056", "InstanceAvailability", _C, _KNOWN),
            ResponseAttribute("00080061", "ModalitiesInStudy", _R),
            ResponseAttribute("00080090", "ReferringPhysicianName", _R),
            ResponseAttribute("00080201", "TimezoneOffsetFromUTC", _C, _KNOWN),
            ResponseAttribute("00081190", "RetrieveURL", _C, _RETRIEVABLE),
            ResponseAttribute("00100010", "PatientName", _R),
            ResponseAttribute("00100020", "PatientID", _R),
            ResponseAttribute("00100030", "PatientBirthDate", _R),
            ResponseAttribute("00100040", "PatientSex", _R),
            ResponseAttribute("0020000D", "StudyInstanceUID", _U),
            ResponseAttribute("00200010", "StudyID", _R),
            ResponseAttribute("00201206", "NumberOfStudyRelatedSeries", _R),
            ResponseAttribute("00201208", "NumberOfStudyRelatedInstances", _R),
        ),
        _SERIES: (
            ResponseAttribute("00080060", "Modality", _R),
            ResponseAttribute("00080201", "TimezoneOffsetFromUTC", _C, _KNOWN),
            ResponseAttribute("0008103E", "SeriesDescription", _C, _KNOWN),
            ResponseAttribute("00081190", "RetrieveURL", _R, _RETRIEVABLE),
            ResponseAttribute("0020000E", "SeriesInstanceUID", _U),
            ResponseAttribute("00200011", "SeriesNumber", _R),
            ResponseAttribute("00201209", "NumberOfSeriesRelatedInstances", _R),
            ResponseAttribute("00400244", "PerformedProcedureStepStartDate", _C, _KNOWN),
            ResponseAttribute("00400245", "PerformedProcedureStepStartTime", _C, _KNOWN),
            ResponseAttribute("00400275", "RequestAttributesSequence", _C, _KNOWN),
            ResponseAttribute("00400275.00400009", "ScheduledProcedureStepID", _R),
            ResponseAttribute("00400275.00401001", "RequestedProcedureID", _R),
        ),
        _INSTANCE: (
            ResponseAttribute("00080016", "SOPClassUID", _R),
            ResponseAttribute("00080018", "SOPInstanceUID", _U),
            ResponseAttribute("00080056", "InstanceAvailability", _C, _KNOWN),
            ResponseAttribute("00080201", "TimezoneOffsetFromUTC", _C, _KNOWN),
            ResponseAttribute("00081190", "RetrieveURL", _R, _RETRIEVABLE),
            ResponseAttribute("00200013", "InstanceNumber", _R),
            ResponseAttribute("00280010", "Rows", _C, _KNOWN),
            ResponseAttribute("00280011", "Columns", _C, _KNOWN),
            ResponseAttribute("00280100", "BitsAllocated", _C, _KNOWN),
            ResponseAttribute("00280008", "NumberOfFrames", _C, _KNOWN),
        ),
    }
)
"""Tables 10.6.3-3, 10.6.3-4 and 10.6.3-5."""

EXTRA_RESPONSE_LEVELS: Mapping[Collection, tuple[QueryLevel, ...]] = MappingProxyType(
    {
        Collection.ALL_STUDIES: (),
        Collection.STUDY_SERIES: (),
        Collection.STUDY_INSTANCES: (_SERIES,),
        Collection.ALL_SERIES: (_STUDY,),
        Collection.SERIES_INSTANCES: (),
        Collection.ALL_INSTANCES: (_STUDY, _SERIES),
    }
)
"""10.6.3.3.2 and 10.6.3.3.3: the levels above whose response attributes a result carries as well."""

PARAMETERS = frozenset(
    {
        "accept",
        "charset",
        "emptyvaluematching",
        "fuzzymatching",
        "includefield",
        "limit",
        "multiplevaluematching",
        "offset",
    }
)
"""The query parameters of a search that are no keys (Tables 8.3.3-1 and 8.3.4-1)."""

WILDCARD_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
"""The VRs for which ``*`` and ``?`` are wild cards (PS3.4 C.2.2.2.4)."""

DATE_TIME_PAIRS: Mapping[str, str] = MappingProxyType(
    {
        "00080012": "00080013",  # Instance Creation
        "00080020": "00080030",  # Study
        "00080021": "00080031",  # Series
        "00080022": "00080032",  # Acquisition
        "00080023": "00080033",  # Content
        "00100030": "00100032",  # Patient's Birth
        "00400002": "00400003",  # Scheduled Procedure Step Start
        "00400004": "00400005",  # Scheduled Procedure Step End
        "00400244": "00400245",  # Performed Procedure Step Start
        "00400250": "00400251",  # Performed Procedure Step End
    }
)
"""The DA attributes and the TM attributes that belong to them, for combined matching (PS3.4 C.2.2.2.5.4)."""


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STUDY_KEYS = _tags(
    """
    00080020 00080030 00080050 00080051 00080061 00080062 00080063 00080090 00080096 0008009C 0008009D 00081030
    00081032 00081048 00081049 00081060 00081062 00081080 00081084 00081110 00081120 00100010 00100020 00100021
    00100022 00100024 00100030 00100032 00100033 00100035 00100040 00100050 00100101 00101000 00101001 00101002
    00101010 00101020 00101021 00101030 00102110 00102160 00102180 001021B0 00104000 0020000D 00200010 00201070
    00201200 00201202 00201204 00201206 00201208 00321033 00321060 00380500 0040A043 40080102 4008010B 4008010C
    """
)
_SERIES_KEYS = _tags(
    """
    00080021 00080031 00080060 00080070 00080080 00081010 0008103E 0008103F 00081040 00081050 00081052 00081070
    00081072 00081090 00081111 00081250 00180015 00181000 00181020 00181030 00185100 0020000E 00200011 00200052
    00200060 00201040 00201209 00400244 00400245 00400250 00400251 00400253 00400254 00400260 00400275
    """
)
_INSTANCE_KEYS = _tags(
    """
    00080008 00080012 00080013 00080014 00080016 00080018 00080022 00080023 00080032 00080033 0008002A 00083002
    00200012 00200013 00200022 00200024 00201041 00280002 00280004 00280008 00280010 00280011 00280030 00280100
    00280101 00280102 00280103 00281050 00281051 00400555 0040A491 0040A493 0040A504 00420010
    """
)


def level_of(tag: str) -> QueryLevel | None:
    """Return the level to which PS3.3 and PS3.4 C.6.1 give an attribute; None for one of any or of no level.

    Attributes of the Patient level count as study attributes, as in the Study Root model (PS3.4 C.6.2).
    """
    for level, keys in ((_STUDY, _STUDY_KEYS), (_SERIES, _SERIES_KEYS), (_INSTANCE, _INSTANCE_KEYS)):
        if tag in keys:
            return level
    return None


def required_keys(collection: Collection) -> frozenset[str]:
    """Return the keys that the resource has to match, as dotted tags (Tables 10.6.1-4 and 10.6.1-5)."""
    return frozenset(key for level in REQUIRED_LEVELS[collection] for key in REQUIRED_KEYS[level])


def response_attributes(collection: Collection) -> tuple[ResponseAttribute, ...]:
    """Return what each result of the resource carries (10.6.3.3), its own level first, each attribute once."""
    found: dict[str, ResponseAttribute] = {}
    for level in (collection.level, *EXTRA_RESPONSE_LEVELS[collection]):
        for attribute in RESPONSE_ATTRIBUTES[level]:
            found.setdefault(attribute.path, attribute)
    return tuple(found.values())
