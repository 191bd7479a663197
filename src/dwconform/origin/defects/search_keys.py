"""Defects of the required match keys (10.6.1.2.3) and of those that need not be supported (10.6.1.2.1, 10.6.1.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dwconform.origin.answer import Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.dictionary import tag_of
from dwconform.origin.levels import Level, level_of
from dwconform.origin.query import Key, Query

_IGNORED = [
    "StudyDate",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "StudyInstanceUID",
    "Modality",
    "SeriesInstanceUID",
    "PerformedProcedureStepStartDate",
    "SOPInstanceUID",
]
_REFUSED = {
    "StudyTime": ("B111",),
    "ModalitiesInStudy": ("B111",),
    "StudyID": ("B111",),
    "SeriesNumber": ("B111",),
    "PerformedProcedureStepStartTime": ("B111",),
    "RequestAttributesSequence.ScheduledProcedureStepID": ("B111",),
    "RequestAttributesSequence.RequestedProcedureID": ("B111",),
    "SOPClassUID": ("B111", "B228"),
    "InstanceNumber": ("B111",),
}
"""The keys that real servers were seen to refuse."""


def _is(key: Key, attribute: str) -> bool:
    return key.path == tuple(tag_of(part) for part in attribute.split("."))


def _ignores(attribute: str) -> Callable[[Query], Query]:
    def ignores(query: Query) -> Query:
        return replace(query, keys=tuple(key for key in query.keys if not _is(key, attribute)))

    ignores.__doc__ = f"Does not filter by {attribute}."
    return ignores


def _refuses(attribute: str) -> Callable[[Query], Query]:
    def refuses(query: Query) -> Query:
        if any(_is(key, attribute) for key in query.keys):
            raise Refusal(400, f"{attribute} is no supported key.")
        return query

    refuses.__doc__ = f"Refuses a search by {attribute} with 400."
    return refuses


for _attribute in _IGNORED:
    defect(f"qido-ignores-{_attribute}", breaks=f"10.6.1.2.3/{_attribute}", hook=Hook.QUERY)(_ignores(_attribute))
for _attribute, _bugs in _REFUSED.items():
    defect(f"qido-refuses-{_attribute}", breaks=f"10.6.1.2.3/{_attribute}", hook=Hook.QUERY, bugs=_bugs)(
        _refuses(_attribute)
    )


@defect("qido-refuses-patient-keys", breaks="10.6.1.2.1/patient-attributes", hook=Hook.QUERY)
def refuses_patient_keys(query: Query) -> Query:
    """Answers 400 when a patient attribute is given below a study."""
    if query.study and any(level_of(key.path[0]) is Level.PATIENT for key in query.keys):
        raise Refusal(400, "Patient attributes are no keys here.")
    return query


@defect("qido-lower-key-multiplies", breaks="10.6.1.2.1/other-level", hook=Hook.ROWS, bugs=("B189",))
def lower_key_multiplies(rows: list[Entity], context: Context) -> list[Entity]:
    """Lists a study once for each of its series when a series attribute is a key."""
    lower = context.query is not None and "Modality" in context.query.ignored
    return [row for row in rows for _ in range(2)] if lower else rows


@defect("qido-other-level-crashes", breaks="10.6.1.2.1/other-level", hook=Hook.QUERY)
def other_level_crashes(query: Query) -> Query:
    """Answers 500 to a key of a level that the resource does not have."""
    if any(tag_of(name) for name in query.ignored):
        raise Refusal(500, "Internal error")
    return query


@defect("qido-optional-key-hides", breaks="10.6.1.2.2/optional-key", hook=Hook.ROWS)
def optional_key_hides(rows: list[Entity], context: Context) -> list[Entity]:
    """Finds nothing when an optional key is given."""
    optional = tag_of("StudyDescription")
    keys = context.query.keys if context.query else ()
    return [] if any(key.tag == optional and not key.universal for key in keys) else rows
