"""The metadata of a CT study of many instances, by the origin's writers: what `readers.py` reads.

A GE CT of pydicom's test files with what a scanner and a PACS add today: references, codes, equipment. What differs
from slice to slice differs here: identifiers, times, positions, exposure, and a third of the private elements.
"""

from __future__ import annotations

from pydicom.data import get_testdata_file

from dwconform.origin import json_writer, part10, xml_writer
from dwconform.origin.elements import Dataset, Element, Value


def locate(path: str) -> str:
    return f"https://pacs.example/dicom-web/{path}"


def instances(count: int) -> list[Dataset]:
    """Return the data sets of a study of ``count`` instances, some 20 KB of JSON each."""
    path = get_testdata_file("CT_small.dcm", download=False)
    assert isinstance(path, str)
    with open(path, "rb") as file:  # noqa: PTH123 - pydicom names its files by strings
        common = part10.parse(file.read()).dataset
    common.pop("00280107", None)
    common |= _added()
    return [dict(sorted((common | _varied(common, number)).items())) for number in range(1, count + 1)]


def as_json(study: list[Dataset]) -> bytes:
    return json_writer.encode([json_writer.model(dataset, locate) for dataset in study])


def as_xml(study: list[Dataset]) -> list[bytes]:
    return [xml_writer.encode(xml_writer.model(dataset, locate)) for dataset in study]


def _added() -> Dataset:
    codes = [_code(value, meaning) for value, meaning in (("24627-2", "Chest CT"), ("3457005", "Patient referral"))]
    equipment: Dataset = {
        "00080070": Element("LO", ("ACME Imaging",)),
        "00080080": Element("LO", ("Städtisches Klinikum",)),
        "00081010": Element("SH", ("PACS-1",)),
        "00081090": Element("LO", ("Archive 9000",)),
        "00181020": Element("LO", ("9.1.2", "build 4711")),
        "0040A170": Element("SQ", (_code("109105", "Modifying Equipment"),)),
    }
    request: Dataset = {
        "00080050": Element("SH", ("A-2024-0815",)),
        "0020000D": Element("UI", ("1.2.826.0.1.3680043.8.498.1",)),
        "00321060": Element("LO", ("CT Thorax mit KM",)),
        "00400007": Element("LO", ("CT Thorax",)),
        "00400008": Element("SQ", tuple(codes)),
        "00400009": Element("SH", ("SPS-4711",)),
        "00401001": Element("SH", ("RP-4711",)),
    }
    return {
        "00081032": Element("SQ", tuple(codes)),
        "00100010": Element("PN", ("Müller^Jörg^^Dr.",)),
        "00102160": Element("SH", ("unknown",)),
        "0018A001": Element("SQ", (equipment, dict(equipment))),
        "00400275": Element("SQ", (request,)),
        "00400260": Element("SQ", tuple(codes)),
    }


def _code(value: str, meaning: str) -> Dataset:
    return {
        "00080100": Element("SH", (value,)),
        "00080102": Element("SH", ("LN",)),
        "00080103": Element("SH", ("2.75",)),
        "00080104": Element("LO", (meaning,)),
    }


def _varied(common: Dataset, number: int) -> Dataset:
    """Return what the slice has of its own."""
    root = "1.2.826.0.1.3680043.8.498"
    second = f"{10 + number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}"
    references = [
        {
            "00081150": Element("UI", ("1.2.840.10008.5.1.4.1.1.2",)),
            "00081155": Element("UI", (f"{root}.{number}.{other}.4711081512345678901234",)),
            "0040A170": Element("SQ", (_code("121311", "Localizer"),)),
        }
        for other in range(12)
    ]
    varied: Dataset = {
        "00080018": Element("UI", (f"{root}.{number}.98765432109876543210",)),
        "00080032": Element("TM", (f"{second}.{number:06d}",)),
        "00080033": Element("TM", (f"{second}.{number + 7:06d}",)),
        "0008002A": Element("DT", (f"20240315{second}.{number:06d}",)),
        "00081140": Element("SQ", tuple(references)),
        "00082112": Element("SQ", tuple(references[:6])),
        "00181151": Element("IS", (str(100 + number % 170),)),
        "00181152": Element("IS", (str(10 + number % 37),)),
        "00200012": Element("IS", (str(1 + number // 64),)),
        "00200013": Element("IS", (str(number),)),
        "00200032": Element("DS", ("-158.135803", "-179.035797", f"{-75.7 - number * 0.625:.6f}")),
        "00201041": Element("DS", (f"{-77.2 - number * 0.625:.6f}",)),
        "00280106": Element("SS", (-1024 - number % 19,)),
        "00281050": Element("DS", (str(40 + number % 11),)),
    }
    for tag, element in list(common.items())[::3]:
        if int(tag[3], 16) % 2 and tag[4:] >= "1000":
            varied[tag] = Element(element.vr, tuple(_changed(value, number) for value in element.values))
    return varied


def _changed(value: Value, number: int) -> Value:
    match value:
        case int():
            return (value + number) % 32_000
        case float():
            return value + number / 8
        case str() if value.lstrip("-").replace(".", "", 1).isdigit():
            return str(number)
        case _:
            return value
