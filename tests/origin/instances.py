"""Small instances, as Part 10 octets, and the clinic: the data set of most tests here."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

CT, MR, SR = (f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("2", "4", "88.22"))
DOE, WANG, EMPTY, ZONE, PAGE = (f"2.25.{number}" for number in (100, 200, 300, 400, 500))


def item(**attributes: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def part10(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CT)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "2.25.1")
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def instance(study: str, series: int = 1, number: int = 1, **attributes: Any) -> Dataset:
    dataset = item(
        SpecificCharacterSet="ISO_IR 192",
        StudyInstanceUID=study,
        SeriesInstanceUID=f"{study}.{series}",
        SOPInstanceUID=f"{study}.{series}.{number}",
        SOPClassUID=CT,
        Modality="CT",
        SeriesNumber=series,
        InstanceNumber=number,
    )
    for keyword, value in attributes.items():
        if value is not None:
            setattr(dataset, keyword, value)
        elif keyword in dataset:
            delattr(dataset, keyword)
    return dataset


_DOE = {
    "PatientName": "Doe^Jane",
    "PatientID": "P1",
    "PatientBirthDate": "19600102",
    "PatientSex": "F",
    "AccessionNumber": "A&B=C,1",
    "StudyDate": "20200115",
    "StudyTime": "101530",
    "StudyID": "S1",
    "StudyDescription": "Thorax + Abdomen",
    "ReferringPhysicianName": "House^Gregory",
}
_WANG = {
    "PatientName": "Wang^XiaoDong=王^小東",
    "PatientID": "P2",
    "PatientBirthDate": "",
    "PatientSex": "M",
    "AccessionNumber": "a&b",
    "StudyDate": "20200116",
    "StudyTime": "235959.5",
    "StudyID": "S2",
    "ReferringPhysicianName": "Müller^Åsa",
    "Modality": "MR",
    "SOPClassUID": MR,
}
_ZONE = {
    "PatientID": "P4",
    "StudyDate": "20210101",
    "StudyTime": "0030",
    "TimezoneOffsetFromUTC": "+0200",
    "StudyID": "",
}


def _requests(*pairs: tuple[str, str]) -> list[Dataset]:
    return [item(ScheduledProcedureStepID=step, RequestedProcedureID=procedure) for step, procedure in pairs]


def clinic() -> list[bytes]:
    """Five studies: DOE (CT and SR), WANG (MR), EMPTY (no values), ZONE (an offset from UTC), PAGE (seven series)."""
    sets = [
        instance(
            DOE,
            1,
            number,
            **_DOE,
            Rows=4,
            Columns=2,
            BitsAllocated=16,
            BitsStored=12,
            HighBit=11,
            PixelRepresentation=0,
            SamplesPerPixel=1,
            PhotometricInterpretation="MONOCHROME2",
            PixelData=bytes(range(16)),
            ImageType=["ORIGINAL", "", "AXIAL"],
            SeriesDescription="Thorax",
            BodyPartExamined="CHEST",
            PerformedProcedureStepStartDate="20200115",
            PerformedProcedureStepStartTime="1000",
            RequestAttributesSequence=_requests(("SPS1", "RP1"), ("SPS2", "RP2")),
            PatientWeight="70.50",
        )
        for number in (1, 2)
    ]
    for dataset in sets:
        block = dataset.private_block(0x0009, "ACME", create=True)
        block.add_new(0x01, "LO", f"private {dataset.InstanceNumber}")
    sets.append(instance(DOE, 2, **_DOE, Modality="SR", SOPClassUID=SR))
    sets.append(instance(WANG, **_WANG))
    sets.append(
        instance(
            EMPTY,
            PatientName="",
            PatientID="P3",
            AccessionNumber="",
            StudyDate="",
            StudyTime="",
            StudyID="",
            SeriesNumber=None,
        )
    )
    sets.append(instance(ZONE, **_ZONE))
    sets += [instance(PAGE, series, PatientID="P5", StudyDate="20220101") for series in range(1, 8)]
    return [part10(dataset) for dataset in sets]


def body(*files: bytes, boundary: str = "frontier") -> bytes:
    head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join(head + file + b"\r\n" for file in files) + f"--{boundary}--\r\n".encode()


def post(
    base_url: str, *files: bytes, study: str = "", accept: str = "application/dicom+json", content_type: str = ""
) -> httpx.Response:
    target = f"{base_url}/studies" + (f"/{study}" if study else "")
    kind = content_type or 'multipart/related; type="application/dicom"; boundary=frontier'
    with httpx.Client(trust_env=False) as client:
        return client.post(target, content=body(*files), headers={"Content-Type": kind, "Accept": accept})
