from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from dwconform.origin.elements import Bulk, Element
from dwconform.origin.part10 import parse, value_field

from .instances import instance, item, part10

VALUES: list[tuple[dict[str, Any], str, Element]] = [
    ({"PatientWeight": "70.50"}, "00101030", Element("DS", ("70.50",))),
    ({"ImageType": ["A", "", "B"]}, "00080008", Element("CS", ("A", None, "B"))),
    ({"StudyDescription": ""}, "00081030", Element("LO")),
    ({"Rows": 7}, "00280010", Element("US", (7,))),
    ({"PatientName": "王^小東"}, "00100010", Element("PN", ("王^小東",))),
    ({"ReferringPhysicianName": "^^^^"}, "00080090", Element("PN")),
    ({"PatientName": ["A^", "^", "B"]}, "00100010", Element("PN", ("A^", None, "B"))),
    ({"ImageComments": "a\\b "}, "00204000", Element("LT", ("a\\b",))),
    ({"FrameIncrementPointer": [0x00181063]}, "00280009", Element("AT", ("00181063",))),
    ({"PixelRepresentation": 1, "SmallestImagePixelValue": -2}, "00280106", Element("SS", (-2,))),
    ({"PixelRepresentation": 0, "SmallestImagePixelValue": 2}, "00280106", Element("US", (2,))),
    ({"ReferencedImageSequence": []}, "00081140", Element("SQ")),
    (
        {"ReferencedImageSequence": [item(PatientName="Å"), item()]},
        "00081140",
        Element("SQ", ({"00100010": Element("PN", ("Å",))}, {})),
    ),
    ({"SliceThickness": None, "EncapsulatedDocument": b"\1\2"}, "00420011", Element("OB", (b"\1\2",))),
    ({"EventElapsedTimes": ["1", "2.0"]}, "00082130", Element("DS", ("1", "2.0"))),
    ({"SpecificCharacterSet": "ISO_IR 100", "PatientName": "Müller"}, "00100010", Element("PN", ("Müller",))),
    ({"SpecificCharacterSet": "ISO_IR 100", "PatientName": "Müller"}, "00080005", Element("CS", ("ISO_IR 192",))),
    (
        {"SpecificCharacterSet": ["", "ISO 2022 IR 87"], "PatientName": "Yamada^Tarou=山田^太郎"},
        "00100010",
        Element("PN", ("Yamada^Tarou=山田^太郎",)),
    ),
]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
@pytest.mark.parametrize(("attributes", "tag", "expected"), VALUES)
def test_values_are_read_as_written(attributes: dict[str, Any], tag: str, expected: Element, syntax: str) -> None:
    octets = part10(instance("2.25.7", **attributes), syntax)
    assert parse(octets).dataset[tag] == expected


def test_large_values_and_nan_stand_elsewhere() -> None:
    inner = Dataset()
    inner.EncapsulatedDocument = b"\7" * 2000
    dataset = instance("2.25.7", ReferencedImageSequence=[item(), inner], DimensionOrganizationType="3D")
    dataset.add_new(0x00189809, "FD", float("nan"))
    octets = part10(dataset)
    found = parse(octets).dataset
    place = "studies/2.25.7/series/2.25.7.1/instances/2.25.7.1.1/bulkdata"
    nested = found["00081140"].values[1]
    assert isinstance(nested, dict)
    assert nested["00420011"] == Element("OB", (Bulk(f"{place}/00081140/2/00420011"),))
    assert found["00189809"] == Element("FD", (Bulk(f"{place}/00189809"),))
    assert value_field(octets, "00081140/2/00420011") == b"\7" * 2000
    assert value_field(octets, "00081140/3/00420011") is None
    assert value_field(octets, "nonsense") is None


def test_group_lengths_are_left_out() -> None:
    dataset = instance("2.25.7")
    dataset.add_new(0x00080000, "UL", 10)
    assert "00080000" not in parse(part10(dataset)).dataset


def test_a_file_without_uids_is_read() -> None:
    dataset = instance("2.25.7")
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        delattr(dataset, keyword)
    assert "0020000D" not in parse(part10(dataset)).dataset


@pytest.mark.parametrize(("octets", "vr"), [(b"\xfe\xff\x00\xe0\0\0\0\0", "OB"), (b"\1\2", "OW")])
def test_pixel_data_without_a_vr_is_bytes_when_it_is_encapsulated(octets: bytes, vr: str) -> None:
    dataset = instance("2.25.7")
    dataset.add_new(0x7FE00010, "OB", octets)
    assert parse(part10(dataset, ImplicitVRLittleEndian)).dataset["7FE00010"].vr == vr


def test_standard_attributes_of_unknown_vr_are_those_of_the_dictionary() -> None:
    dataset = instance("2.25.7")
    dataset.add_new(0x00100020, "OB", b"P1")
    dataset.add_new(0x00081140, "OB", b"\xfe\xff\x00\xe0\0\0\0\0")
    octets = part10(dataset)
    assert octets.count(b"OB\0\0") == 3  # one is the version in the file meta information
    head, data = octets[:200], octets[200:]
    found = parse(head + data.replace(b"OB\0\0", b"UN\0\0")).dataset
    assert found["00100020"] == Element("LO", ("P1",))
    assert found["00081140"] == Element("SQ", ({},))
