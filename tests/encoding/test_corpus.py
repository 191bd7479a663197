"""Every file of pydicom's test set through the origin's writers and our readers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.errors import InvalidDicomError

from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.native_xml import read_xml
from dwconform.encoding.problem import Problem
from dwconform.encoding.reading import Reading
from dwconform.origin import json_writer, part10, xml_writer
from dwconform.origin.elements import Dataset

from .corpus import CORPUS, NOT_PART_10, Explanation, check_explained, name_of

_UID = "the file has a UID with a leading zero in a component"
_FORMAT = "the file has a value that its VR does not allow: "
_BLOCK = "the file has private elements of old, without block or creator"
_SCRIPT = "the file has native script in the first group, and the origin converts to UTF-8, where that is for others"

JSON: list[Explanation] = [
    ("J-DA-01", "test_files/ExplVR_BigEnd.dcm", _FORMAT + "a date with dots, from before DICOM 3.0"),
    ("J-TM-01", "test_files/ExplVR_BigEnd.dcm", _FORMAT + "a time with colons, from before DICOM 3.0"),
    ("J-IS-01", "test_files/badVR.dcm", _FORMAT + "1A, on purpose"),
    ("J-UI-01", "test_files/badVR.dcm", _UID),
    ("J-UI-01", "test_files/rtdose*.dcm", _UID),
    ("J-VAL-06", "test_files/rtplan_truncated.dcm", "the file ends within Isocenter Position"),
    ("J-PRIV-01", "test_files/UN_sequence.dcm", _BLOCK),
    ("J-PRIV-01", "test_files/waveform_ecg.dcm", _BLOCK),
    ("J-TAG-09", "test_files/dicomdirtests/77654033/CT2/*", _BLOCK),
    ("J-PRIV-02", "test_files/dicomdirtests/77654033/CT2/*", "the file has an empty private creator"),
    ("J-PN-07", "charset_files/chrH32.dcm", _SCRIPT),
    ("J-PN-07", "charset_files/chrJapMulti*.dcm", _SCRIPT),
    ("J-PN-07", "charset_files/chrKoreanMulti.dcm", _SCRIPT),
    ("J-PN-07", "charset_files/chrSQEncoding*.dcm", _SCRIPT),
]
XML: list[Explanation] = [
    ("X-FMT-01", "test_files/ExplVR_BigEnd.dcm", _FORMAT + "a date with dots and a time with colons"),
    ("X-FMT-01", "test_files/badVR.dcm", _FORMAT + "1A, on purpose; " + _UID),
    ("X-FMT-01", "test_files/rtdose*.dcm", _UID),
    ("X-VM-01", "test_files/rtplan_truncated.dcm", "the file ends within Isocenter Position"),
]


def locate(path: str) -> str:
    return f"https://origin.example/{path}"


def as_json(dataset: Dataset) -> Reading:
    return read_json(json_writer.encode(json_writer.model(dataset, locate)), JsonContext.DATASET)


def as_xml(dataset: Dataset) -> Reading:
    return read_xml(xml_writer.encode(xml_writer.model(dataset, locate)))


def parsed(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom says what it forgives; here the writers are tested
        return part10.parse(path.read_bytes()).dataset


@pytest.mark.parametrize(("through", "explanations"), [(as_json, JSON), (as_xml, XML)])
def test_every_file_is_clean_but_for_its_own_faults(
    through: Callable[[Dataset], Reading], explanations: list[Explanation]
) -> None:
    found: list[tuple[str, Problem]] = []
    for path in CORPUS:
        reading = through(parsed(path))
        assert len(reading.datasets) == 1, path
        found += [(name_of(path), problem) for problem in reading.problems]
    assert len(CORPUS) > 150
    check_explained(found, explanations)


def test_what_is_left_out_is_no_part_10_file() -> None:
    for name in NOT_PART_10:
        path = CORPUS[0].parents[1] / name
        with pytest.raises((AttributeError, InvalidDicomError), match=r"Meta Information|TransferSyntaxUID"):
            parsed(path)
