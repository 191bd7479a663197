from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client
from .instances import DOE, EMPTY, WANG, ZONE

STUDY = [
    "00080020",
    "00080030",
    "00080050",
    "00080056",
    "00080061",
    "00080090",
    "00081190",
    "00100010",
    "00100020",
    "00100030",
    "00100040",
    "0020000D",
    "00200010",
    "00201206",
    "00201208",
]
SERIES = ["00080060", "0008103E", "00081190", "0020000E", "00200011", "00201209", "00400244", "00400245", "00400275"]
INSTANCE = ["00080016", "00080018", "00080056", "00081190", "00200013", "00280010", "00280011", "00280100"]
UNIQUE = ["0020000D", "0020000E"]

TABLES = [
    ("studies?PatientID=P1", STUDY),
    (f"studies/{DOE}/series?Modality=CT", SERIES + UNIQUE),
    ("series?Modality=CT&PatientID=P1", STUDY + SERIES),
    (f"studies/{DOE}/instances?Modality=CT", INSTANCE + SERIES + UNIQUE),
    (f"studies/{DOE}/series/{DOE}.1/instances", INSTANCE + UNIQUE),
    ("instances?Modality=CT&PatientID=P1", STUDY + SERIES + INSTANCE),
]


@pytest.mark.parametrize(("target", "tags"), TABLES)
def test_default_attributes(client: Client, target: str, tags: list[str]) -> None:
    keys = {"00100020"} if "PatientID" in target else set()
    keys |= {"00080060"} if "Modality" in target else set()
    assert list(client.get(target).json()[0]) == sorted({*tags, *keys})


def test_required_attributes_without_a_value_are_there_and_empty(client: Client) -> None:
    (study,) = client.get(f"studies?StudyInstanceUID={EMPTY}").json()
    assert set(STUDY) <= set(study)
    for tag, vr in (("00100010", "PN"), ("00080020", "DA"), ("00100040", "CS"), ("00080090", "PN")):
        assert study[tag] == {"vr": vr}
    (series,) = client.get(f"studies/{EMPTY}/series").json()
    assert series["00200011"] == {"vr": "IS"}
    assert not {"00400244", "00400275", "0008103E", "00080201"} & set(series)


def test_counts_and_modalities(client: Client) -> None:
    (study,) = client.get("studies?PatientID=P1").json()
    assert study["00080061"]["Value"] == ["CT", "SR"]
    assert study["00201206"]["Value"] == [2]
    assert study["00201208"]["Value"] == [3]
    assert [each["00201209"]["Value"] for each in client.get(f"studies/{DOE}/series").json()] == [[2], [1]]


@pytest.mark.parametrize("target", ["studies?PatientID=P4", f"studies/{ZONE}/series", f"studies/{ZONE}/instances"])
def test_a_known_zone_is_told(client: Client, target: str) -> None:
    assert client.get(target).json()[0]["00080201"] == {"vr": "SH", "Value": ["+0200"]}


def test_names_have_all_their_groups(client: Client) -> None:
    (study,) = client.get(f"studies?StudyInstanceUID={WANG}").json()
    assert study["00100010"]["Value"] == [{"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小東"}]


INCLUDED = [
    ("studies?PatientID=P1&includefield=StudyDescription", "00081030", ["Thorax + Abdomen"]),
    ("studies?PatientID=P2&includefield=00081030", "00081030", None),
    ("studies?PatientID=P1&StudyDescription=T*", "00081030", ["Thorax + Abdomen"]),
    ("studies?PatientID=P2&StudyDescription=", "00081030", None),
    ("studies?PatientID=P1&includefield=PatientWeight,StudyDescription", "00101030", ["70.50"]),
    ("studies?PatientID=P1&includefield=PatientWeight%2CStudyDescription", "00101030", ["70.50"]),
    ("studies?PatientID=P1&includefield=StudyDescription&includefield=PatientWeight", "00101030", ["70.50"]),
    ("studies?PatientID=P1&includefield=SOPClassesInStudy", "00080062", ["1.2.840.10008.5.1.4.1.1.2"]),
    ("studies?PatientID=P1&includefield=all", "00081030", ["Thorax + Abdomen"]),
    (f"studies/{DOE}/series?includefield=BodyPartExamined", "00180015", ["CHEST"]),
    (f"studies/{DOE}/series?includefield=StudyDescription", "00081030", ["Thorax + Abdomen"]),
    (f"studies/{DOE}/series?includefield=all", "00180015", ["CHEST"]),
    (f"studies/{DOE}/instances?includefield=StudyDescription", "00081030", ["Thorax + Abdomen"]),
    (f"studies/{DOE}/instances?includefield=ImageType", "00080008", ["ORIGINAL", None, "AXIAL"]),
    (f"studies/{DOE}/instances?ImageType=AXIAL", "00080008", ["ORIGINAL", None, "AXIAL"]),
    (f"studies/{DOE}/instances?includefield=all", "00280101", [12]),
    (f"studies/{DOE}/instances?includefield=all&includefield=StudyDescription", "00280101", [12]),
    ("studies?PatientID=P1&00090010=ACME&includefield=00091001", "00091001", ["private 1"]),
    ("studies?PatientID=P1&00090010=ACME&includefield=00091001", "00090010", ["ACME"]),
    (f"studies/{DOE}/instances?00090010=ACME&00091001=private*", "00090010", ["ACME"]),
]


@pytest.mark.parametrize(("target", "tag", "values"), INCLUDED)
def test_requested_attributes_are_returned(client: Client, target: str, tag: str, values: list[Any] | None) -> None:
    attribute = client.get(target).json()[0][tag]
    got = attribute.get("Value")
    assert (got[: len(values)] if got and values else got) == values


NOT_RETURNED = [
    ("studies?includefield=SeriesDescription,SOPClassUID", ["0008103E", "00080016"]),
    (f"studies/{DOE}/series?includefield=InstanceNumber,Rows", ["00200013", "00280010"]),
    ("studies?includefield=all", ["00080060", "00180015", "00280010", "00090010"]),
    ("series?includefield=all", ["00280010", "00080018"]),
    (f"studies/{DOE}/instances?includefield=PixelData,all", ["7FE00010"]),
    ("studies?00090010=ACME", ["00090010"]),
    ("studies", ["00080005", "00020010"]),
]


@pytest.mark.parametrize(("target", "tags"), NOT_RETURNED)
def test_what_is_never_returned(client: Client, target: str, tags: list[str]) -> None:
    for result in client.get(target).json():
        assert not set(tags) & set(result)


STEP, PROCEDURE = "00400009", "00401001"
SEQUENCES = [
    ("series?PatientID=P1&Modality=CT", [[STEP, PROCEDURE]] * 2),
    ("series?PatientID=P1&RequestAttributesSequence.ScheduledProcedureStepID=SPS2", [[STEP, PROCEDURE]]),
    (
        "series?PatientID=P1&Modality=CT&includefield=RequestAttributesSequence.ScheduledProcedureStepDescription",
        [["00400007", STEP, PROCEDURE]] * 2,
    ),
    ("series?PatientID=P1&Modality=CT&includefield=RequestAttributesSequence", [[STEP, PROCEDURE]] * 2),
]


@pytest.mark.parametrize(("target", "items"), SEQUENCES)
def test_items_of_sequences(client: Client, target: str, items: list[list[str]]) -> None:
    (series,) = client.get(target).json()
    assert [list(each) for each in series["00400275"]["Value"]] == items
