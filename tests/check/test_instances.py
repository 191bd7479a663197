from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydicom import Dataset

from check.evidence import holds, observe
from check.retrieved import changed, instance, retrieve, retrieved, stored, url_of

AXIAL = ("clinic.ct.axial.1", "clinic.ct.axial.2", "clinic.ct.axial.3")
CORONAL = ("clinic.ct.coronal.1", "clinic.ct.coronal.2")


@pytest.mark.parametrize(
    ("resource", "returned", "expected"),
    [
        ("clinic.ct", (*AXIAL, *CORONAL), True),
        ("clinic.ct", (*CORONAL, *AXIAL), True),
        ("clinic.ct", AXIAL, False),
        ("clinic.ct", (*AXIAL, *CORONAL, AXIAL[0]), False),
        ("clinic.ct.axial", AXIAL, True),
        ("clinic.ct.axial", (*AXIAL, CORONAL[0]), False),
        ("clinic.ct.axial.2", AXIAL[1:2], True),
        ("clinic.ct.axial.2", AXIAL[:1], False),
        ("clinic.ct.axial.2", (), False),
    ],
)
def test_each_instance_once_and_no_other(resource: str, returned: tuple[str, ...], expected: bool) -> None:
    assert holds("instances", {}, retrieved(resource, *stored(*returned))) is expected


def test_what_is_no_file_is_no_instance() -> None:
    assert holds("instances", {}, retrieved("clinic.ct.axial.1", b"nothing of the kind")) is False


def test_nothing_can_be_told_of_an_unknown_study() -> None:
    evidence = retrieve("/studies/1.2.3", b"[]", {"Content-Type": "application/dicom+json"})
    assert holds("instances", {}, evidence) is None


def lose(keyword: str) -> Callable[[Dataset], object]:
    return lambda dataset: dataset.__delitem__(keyword)


def put(keyword: str, value: object) -> Callable[[Dataset], object]:
    return lambda dataset: setattr(dataset, keyword, value)


def record(dataset: Dataset) -> None:
    """A coercion that the Original Attributes Sequence tells of."""
    before = Dataset()
    before.PatientName = dataset.PatientName
    told = Dataset()
    told.ModifiedAttributesSequence = [before]
    dataset.OriginalAttributesSequence = [told]
    dataset.PatientName = "COERCED"


CHANGES: list[tuple[str, Callable[[Dataset], object], bool, bool]] = [
    ("as it was", lambda _: None, True, True),
    ("an attribute lost", lose("StudyDescription"), False, True),
    ("a value changed", put("PatientName", "DOE^JOHN"), False, True),
    ("a number changed", put("Rows", 13), False, True),
    ("a number of other spelling", put("PixelSpacing", ["0.50", "0.5"]), True, True),
    ("a pixel changed", lambda dataset: setattr(dataset, "PixelData", b"\1" + dataset.PixelData[1:]), False, True),
    ("an item lost", put("RequestAttributesSequence", []), False, True),
    (
        "a value in an item",
        lambda dataset: put("RequestedProcedureID", "X")(dataset.RequestAttributesSequence[0]),
        False,
        True,
    ),
    ("an attribute added", put("PatientComments", "new"), True, False),
    ("another character set", put("SpecificCharacterSet", "ISO_IR 192"), True, True),
    ("a recorded coercion", record, True, True),
]


@pytest.mark.parametrize(("name", "change", "kept", "nothing_more"), CHANGES, ids=[row[0] for row in CHANGES])
def test_content(name: str, change: Callable[[Dataset], object], kept: bool, nothing_more: bool) -> None:
    evidence = retrieved("clinic.ct.axial.1", changed("clinic.ct.axial.1", change))
    assert holds("content", {}, evidence) is kept, name
    assert holds("content", {"kinds": ["added"]}, evidence) is nothing_more, name


def test_patterns_limit_what_counts() -> None:
    evidence = retrieved("clinic.ct.axial.1", changed("clinic.ct.axial.1", lose("StudyDescription")))
    assert holds("content", {"tags": ["0010*"]}, evidence) is True
    assert holds("content", {"apart-from": ["0008103?"]}, evidence) is True
    (observation,) = observe("content", {}, evidence)
    assert (observation.pointer, observation.observed) == ("/00081030", "absent")


def test_metadata_is_compared_with_what_is_stored() -> None:
    def of(name: str) -> bytes:
        uid = instance("clinic.ct.axial.1").sop_instance_uid
        return json.dumps(
            [{"00080018": {"vr": "UI", "Value": [uid]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": name}]}}]
        ).encode()

    kind = {"Content-Type": "application/dicom+json"}
    path = url_of("clinic.ct.axial.1", "/metadata")
    assert holds("content", {"kinds": ["altered"]}, retrieve(path, of("DOE^JANE"), kind)) is True
    assert holds("content", {"kinds": ["altered"]}, retrieve(path, of("DOE^JIM"), kind)) is False
    assert holds("content", {"kinds": ["lost"]}, retrieve(path, of("DOE^JANE"), kind)) is False


def test_one_step_against_another() -> None:
    file = retrieved("clinic.ct.axial.1", *stored("clinic.ct.axial.1"))
    other = changed("clinic.ct.axial.1", put("PatientName", "DOE^JOHN"))
    assert holds("content", {"as": "file"}, retrieved("clinic.ct.axial.1", other, file=file)) is False
    assert (
        holds("content", {"as": "file"}, retrieved("clinic.ct.axial.1", *stored("clinic.ct.axial.1"), file=file))
        is True
    )
    assert holds("same-instances", {"as": "file"}, retrieved("clinic.ct.axial.1", other, file=file)) is True
    assert holds("same-instances", {"as": "file"}, retrieved("clinic.ct.axial", *stored(*AXIAL), file=file)) is False


def test_identifiers() -> None:
    def without_study(dataset: Dataset) -> None:
        del dataset.StudyInstanceUID

    path = "clinic.ct.axial.1"
    assert holds("identifiers", {}, retrieved(path, *stored(path))) is True
    assert holds("identifiers", {}, retrieved(path, changed(path, without_study))) is False
    assert holds("identifiers", {}, retrieved(path, changed(path, put("SeriesInstanceUID", "1.2.3")))) is False
