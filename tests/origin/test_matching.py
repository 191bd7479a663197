from __future__ import annotations

import pytest

from .conftest import Client
from .instances import CT, DOE, EMPTY, MR, PAGE, SR, WANG, ZONE

STUDY, SERIES, INSTANCE = "0020000D", "0020000E", "00080018"
ALL = [DOE, WANG, EMPTY, ZONE, PAGE]

STUDIES = [
    # single value
    ("PatientID=P1", [DOE]),
    ("00100020=P1", [DOE]),
    ("PatientID=p1", []),
    ("PatientID=P1%20", [DOE]),
    ("PatientID=P", []),
    ("StudyID=S2", [WANG]),
    ("AccessionNumber=A%26B%3DC%2C1", [DOE]),
    ("AccessionNumber=a%26b", [WANG]),
    ("AccessionNumber=NOSUCH", []),
    ("ModalitiesInStudy=SR", [DOE]),
    ("ModalitiesInStudy=MR", [WANG]),
    ("SOPClassesInStudy=" + MR, [WANG]),
    ("PatientBirthDate=19600102", [DOE]),
    ("PatientSex=M", [WANG]),
    ("PatientID=P1&StudyID=S1", [DOE]),
    ("PatientID=P1&StudyID=S2", []),
    ("NumberOfStudyRelatedInstances=3", [DOE]),
    ("StudyDescription=Thorax%20+%20Abdomen", [DOE]),
    ("StudyDescription=Thorax+%20+Abdomen", []),
    ("%50atientID=P1", [DOE]),
    # person names
    ("PatientName=Doe%5EJane", [DOE]),
    ("PatientName=Doe%5EJane%5E%5E", [DOE]),
    ("PatientName=Doe", []),
    ("PatientName=Wang%5EXiaoDong", [WANG]),
    ("PatientName=%E7%8E%8B%5E%E5%B0%8F%E6%9D%B1", [WANG]),
    ("PatientName=Wang%5EXiaoDong%3D%E7%8E%8B%5E%E5%B0%8F%E6%9D%B1", [WANG]),
    ("ReferringPhysicianName=M%C3%BCller%5E%C3%85sa", [WANG]),
    ("ReferringPhysicianName=Muller%5EAsa", []),
    # wild cards
    ("PatientName=D*", [DOE]),
    ("PatientName=*Jan?", [DOE]),
    ("PatientName=Doe%5EJane?", []),
    ("PatientName=*%E7%8E%8B*", [WANG]),
    ("PatientID=P?", [*ALL]),
    ("PatientID=P1*", [DOE]),
    ("ModalitiesInStudy=*R", [DOE, WANG]),
    ("StudyDescription=Thorax%20.%20Abdomen", []),
    ("StudyDescription=Thorax%20_%25", []),
    # universal
    ("PatientID=", ALL),
    ("PatientID", ALL),
    ("AccessionNumber=*", ALL),
    ("&PatientID=P1&", [DOE]),
    # lists of UIDs
    (f"StudyInstanceUID={DOE}", [DOE]),
    (f"StudyInstanceUID={DOE},{PAGE},2.25.999", [DOE, PAGE]),
    (f"0020000d={DOE}%2C{WANG}", [DOE, WANG]),
    ("StudyInstanceUID=2.25.999", []),
    # dates and times
    ("StudyDate=20200115", [DOE]),
    ("StudyDate=20200115-20200116", [DOE, WANG]),
    ("StudyDate=20200117-", [ZONE, PAGE]),
    ("StudyDate=-20200115", [DOE]),
    ("StudyDate=20200116-20200115", []),
    ("StudyTime=1015", [DOE]),
    ("StudyTime=101530.0", [DOE]),
    ("StudyTime=10-11", [DOE]),
    ("StudyTime=-1015", [DOE, ZONE]),
    ("StudyTime=1016-", [WANG]),
    ("StudyTime=-101529", [ZONE]),
    ("StudyTime=235959-235959", [WANG]),
    # one period
    ("StudyDate=20200115-20200117&StudyTime=1000-1100", [DOE, WANG]),
    ("StudyDate=20200114-&StudyTime=1100-", [DOE, WANG, ZONE]),
    ("StudyDate=-20200116&StudyTime=-1000", [DOE]),
    ("StudyDate=20200115-&StudyTime=-1000", [ZONE]),
    # zone of the request: 2021-01-01 00:30 +0200 is 2020-12-31 23:30 +0100
    ("StudyDate=20201231&TimezoneOffsetFromUTC=%2B0100", [ZONE]),
    ("StudyDate=20210101&TimezoneOffsetFromUTC=%2B0100", []),
    ("StudyDate=20201231&StudyTime=2330&TimezoneOffsetFromUTC=%2B0100", [ZONE]),
    ("StudyDate=20201231-20210101&StudyTime=2300-0000&TimezoneOffsetFromUTC=+0100", [ZONE]),
    ("StudyDate=20200115&TimezoneOffsetFromUTC=-0500", [DOE]),
    # fuzzy
    ("PatientName=jane%20doe&fuzzymatching=true", [DOE]),
    ("PatientName=JAN&fuzzymatching=true", [DOE]),
    ("PatientName=jane%20roe&fuzzymatching=true", []),
    ("PatientName=jane%20doe&fuzzymatching=false", []),
    ("ReferringPhysicianName=asa%20muller&fuzzymatching=true", [WANG]),
    ("PatientID=p1&fuzzymatching=true", []),
    # empty values
    ("StudyID=%22%22&emptyvaluematching=true", [EMPTY, ZONE, PAGE]),
    ('AccessionNumber=""&emptyvaluematching=true&PatientID=P3', [EMPTY]),
    ("StudyDate=%22%22&emptyvaluematching=true", [EMPTY]),
    ("StudyID=%22%22", []),
    # several values
    ("ModalitiesInStudy=CT,SR&multiplevaluematching=true", [DOE]),
    ("ModalitiesInStudy=SR%5CCT&multiplevaluematching=true", [DOE]),
    ("ModalitiesInStudy=CT,MR&multiplevaluematching=true", []),
    # private
    ("00090010=ACME&00091001=private%201", [DOE]),
    ("00090020=ACME&00092001=private%201", [DOE]),
    ("00090010=OTHER&00091001=private%201", []),
    # what does not restrict
    ("SpecificCharacterSet=ISO_IR%20100", ALL),
    ("includefield=StudyDescription", ALL),
    ("NoSuchParameter=1", ALL),
    ("patientid=P1", ALL),
    ("Modality=CT", ALL),
    ("00091001=x", ALL),
]


@pytest.mark.parametrize(("query", "expected"), STUDIES)
def test_study_search_finds_exactly(client: Client, query: str, expected: list[str]) -> None:
    assert client.found(f"studies?{query}", STUDY) == sorted(expected)


SEQUENCE = "RequestAttributesSequence"
OTHERS = [
    (f"studies/{DOE}/series?Modality=SR", SERIES, [f"{DOE}.2"]),
    (f"studies/{DOE}/series?SeriesNumber=2", SERIES, [f"{DOE}.2"]),
    (f"studies/{DOE}/series?SeriesInstanceUID={DOE}.1", SERIES, [f"{DOE}.1"]),
    (f"studies/{DOE}/series?PatientID=P1", SERIES, [f"{DOE}.1", f"{DOE}.2"]),
    (f"studies/{DOE}/series?PatientID=P2", SERIES, []),
    ("series?PerformedProcedureStepStartDate=20200115", SERIES, [f"{DOE}.1"]),
    ("series?PerformedProcedureStepStartTime=10", SERIES, [f"{DOE}.1"]),
    (
        "series?PerformedProcedureStepStartDate=20200114-20200116&PerformedProcedureStepStartTime=1100-0900",
        SERIES,
        [f"{DOE}.1"],
    ),
    (f"series?{SEQUENCE}.ScheduledProcedureStepID=SPS2", SERIES, [f"{DOE}.1"]),
    ("series?00400275.00401001=RP1", SERIES, [f"{DOE}.1"]),
    (f"series?{SEQUENCE}.00400009=SPS?&00400275.RequestedProcedureID=RP2", SERIES, [f"{DOE}.1"]),
    (f"series?{SEQUENCE}.ScheduledProcedureStepID=SPS1&{SEQUENCE}.RequestedProcedureID=RP2", SERIES, []),
    (f"series?{SEQUENCE}.RequestedProcedureID=%22%22&emptyvaluematching=true&PatientID=P2", SERIES, [f"{WANG}.1"]),
    ("series?StudyID=S2", SERIES, [f"{WANG}.1"]),
    ("series?ModalitiesInStudy=SR", SERIES, [f"{DOE}.1", f"{DOE}.2"]),
    ("series?BodyPartExamined=CH*", SERIES, [f"{DOE}.1"]),
    ("series?NumberOfSeriesRelatedInstances=2", SERIES, [f"{DOE}.1"]),
    (f"studies/{DOE}/instances?InstanceNumber=2", INSTANCE, [f"{DOE}.1.2"]),
    (f"studies/{DOE}/instances?Modality=SR", INSTANCE, [f"{DOE}.2.1"]),
    (f"studies/{DOE}/instances?SOPClassUID={SR}", INSTANCE, [f"{DOE}.2.1"]),
    (f"studies/{DOE}/series/{DOE}.1/instances", INSTANCE, [f"{DOE}.1.1", f"{DOE}.1.2"]),
    (f"studies/{DOE}/series/{DOE}.1/instances?SOPInstanceUID={DOE}.1.2", INSTANCE, [f"{DOE}.1.2"]),
    (f"studies/{DOE}/series/{WANG}.1/instances", INSTANCE, []),
    (f"instances?SOPClassUID={MR},{SR}", INSTANCE, [f"{DOE}.2.1", f"{WANG}.1.1"]),
    (f"instances?SOPClassUID={CT}&StudyDate=2020011*", INSTANCE, None),
    ("instances?PatientID=P1&SeriesNumber=1&InstanceNumber=1", INSTANCE, [f"{DOE}.1.1"]),
    ("instances?ImageType=AXIAL&InstanceNumber=1", INSTANCE, [f"{DOE}.1.1"]),
    ("instances?Rows=4&InstanceNumber=1", INSTANCE, [f"{DOE}.1.1"]),
    ("instances?00090010=ACME&00091001=private%202", INSTANCE, [f"{DOE}.1.2"]),
    ("studies/2.25.999/series", SERIES, []),
]


@pytest.mark.parametrize(("target", "tag", "expected"), [row for row in OTHERS if row[2] is not None])
def test_other_searches_find_exactly(client: Client, target: str, tag: str, expected: list[str]) -> None:
    assert client.found(target, tag) == expected


REFUSED = [
    "StudyDate=2020-01-15",
    "StudyDate=20201340",
    "StudyDate=abc",
    "StudyDate=*",
    "StudyDate=202001",
    "StudyTime=2561",
    "StudyTime=10:15",
    "StudyInstanceUID=abc",
    "StudyInstanceUID=1.2.*",
    "StudyInstanceUID=1.2,,1.3",
    "StudyInstanceUID=1.02",
    "NumberOfStudyRelatedSeries=x",
    "TimezoneOffsetFromUTC=0100",
    "TimezoneOffsetFromUTC=-0000",
    "=x",
    "PatientID=P1&PatientID=P2",
    "PatientID=P1&00100020=P1",
    "PatientID=P1,P2",
    "StudyDate=20200101,20200102&multiplevaluematching=true",
    "PatientID=%ZZ",
    "PatientID=%FF",
    "PatientID=P1%00",
    "limit=-1",
    "limit=x",
    "limit=",
    "limit=1.5",
    "limit=1&limit=2",
    "offset=+1",
    "fuzzymatching=maybe",
    "fuzzymatching=TRUE",
    "emptyvaluematching=1",
    "multiplevaluematching",
]


@pytest.mark.parametrize("query", REFUSED)
def test_a_wrong_value_is_a_bad_request_with_a_report(client: Client, query: str) -> None:
    response = client.get(f"studies?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.strip()


IGNORED = [
    ("NoSuchParameter=1", "NoSuchParameter"),
    ("patientid=P1", "patientid"),
    ("Modality=CT", "Modality"),
    ("00091001=x", "00091001"),
    ("includefield=NoSuchKeyword", "includefield=NoSuchKeyword"),
    ("PatientName.PatientID=x", "PatientName.PatientID"),
    ("RequestAttributesSequence=x", "RequestAttributesSequence"),
]


@pytest.mark.parametrize(("query", "named"), IGNORED)
def test_what_is_ignored_is_named_in_a_warning(client: Client, query: str, named: str) -> None:
    response = client.get(f"studies?{query}")
    assert response.status_code == 200
    assert response.headers["warning"].startswith(f"299 {client.base_url}: ")
    assert named in response.headers["warning"]
