from __future__ import annotations

import struct
import warnings
from io import BytesIO
from pathlib import Path

import pydicom.data
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset

from dwconform.encoding.dataset import BulkData, Element, PersonName
from dwconform.encoding.part10 import Identity, read_part10
from dwconform.encoding.reading import LIMIT

from . import part10_files as files

DATA = Path(pydicom.data.__file__).parent
INFLATE = 1 << 20


@pytest.mark.parametrize("body", files.VALID.values(), ids=files.VALID)
def test_valid_files_have_no_problem(body: bytes) -> None:
    assert read_part10(body).problems == ()


@pytest.mark.parametrize("case", files.INVALID, ids=str)
def test_each_invalid_file_breaks_one_rule(case: files.Case) -> None:
    problems = read_part10(case.body, inflate_limit=INFLATE).problems
    assert [(problem.rule, problem.pointer) for problem in problems] == [(case.rule, case.pointer)]


def test_values_have_the_form_of_the_other_readers() -> None:
    body = files.file(
        files.element(0x00080008, "CS", "ORIGINAL\\\\AXIAL"),
        files.element(0x00080050, "SH", ""),
        files.element(0x00081199, "SQ", files.item(files.element(0x00081155, "UI", "2.25.9"))),
        files.element(0x00100010, "PN", "Doe^Jane"),
        files.element(0x00101030, "DS", "70.50"),
        files.element(0x00280009, "AT", struct.pack("<HH", 0x0018, 0x1063)),
        files.us(0x00280010, 2),
        files.element(0x00420011, "OB", b"ab"),
        identity=b"",
    )
    dataset = read_part10(body).datasets[0]
    assert dataset == {
        "00080008": Element("CS", ("ORIGINAL", None, "AXIAL")),
        "00080050": Element("SH"),
        "00081199": Element("SQ", ({"00081155": Element("UI", ("2.25.9",))},)),
        "00100010": Element("PN", (PersonName("Doe^Jane"),)),
        "00101030": Element("DS", ("70.50",)),
        "00280009": Element("AT", ("00181063",)),
        "00280010": Element("US", (2,)),
        "00420011": Element("OB", (b"ab",)),
    }


@pytest.mark.parametrize(
    ("name", "alphabetic", "ideographic"),
    [("kanji", "Yamada^Tarou", "山田^太郎"), ("hangul", "Hong^Gildong", "洪^吉洞")],
)
def test_code_extensions_are_decoded(name: str, alphabetic: str, ideographic: str) -> None:
    dataset = read_part10(files.VALID[name]).datasets[0]
    assert dataset["00100010"].values == (PersonName(alphabetic, ideographic),)


def test_the_transfer_syntax_is_the_declared_one() -> None:
    assert read_part10(files.file(), expected_transfer_syntax=files.EXPLICIT).problems == ()
    assert read_part10(files.file(), expected_transfer_syntax="*").problems == ()
    (problem,) = read_part10(files.file(), expected_transfer_syntax=files.JPEG).problems
    assert (problem.rule, problem.expected, problem.found) == ("P-TS-02", files.JPEG, files.EXPLICIT)


def test_the_object_is_the_one_of_its_url() -> None:
    body = files.file(files.element(0x0020000D, "UI", "2.25.1"), files.element(0x0020000E, "UI", "2.25.2"))
    assert read_part10(body, identity=Identity("2.25.1", "2.25.2", files.UID)).problems == ()
    problems = read_part10(body, identity=Identity("2.25.1", "2.25.3", "2.25.4")).problems
    assert [(problem.rule, problem.pointer) for problem in problems] == [
        ("P-UID-02", "/0020000E"),
        ("P-UID-02", "/00080018"),
    ]


def test_large_values_stay_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "large.dcm"
    path.write_bytes(files.file(files.element(0x00420011, "OB", bytes(100))))
    with path.open("rb") as body:
        reading = read_part10(body, inline=99)
    assert reading.problems == ()
    assert reading.datasets[0]["00420011"].values == (BulkData("byte 308"),)


def test_text_beyond_any_object_is_not_looked_into() -> None:
    body = files.file(files.element(0x00420011, "UT", b"x" * ((1 << 24) + 2)))
    assert "P-LIMIT-01" in {problem.rule for problem in read_part10(body).problems}


def test_a_flood_of_problems_is_bounded() -> None:
    body = files.file(*[files.element(0x00100020, "SH", "a\\b")] * 10_000)
    problems = read_part10(body).problems
    assert len(problems) <= LIMIT + 1
    assert problems[-1].rule == "LIMIT"


def test_what_is_nothing_but_problems_is_not_read_to_its_end() -> None:
    problems = read_part10(files.file(b"\xff" * (1 << 20))).problems
    assert "P-LIMIT-01" in {problem.rule for problem in problems}


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    read_part10(body)
    read_part10(bytes(128) + b"DICM" + body)


@settings(max_examples=300)
@given(
    st.sampled_from([*files.VALID.values()]),
    st.sampled_from([files.meta(), files.meta(files.IMPLICIT), files.meta(files.BIG), files.meta(files.DEFLATED)]),
    st.lists(st.tuples(st.integers(min_value=0), st.integers(0, 255)), max_size=4),
    st.integers(0, 60),
)
def test_no_damage_makes_it_raise(body: bytes, head: bytes, damage: list[tuple[int, int]], cut: int) -> None:
    broken = bytearray(body)
    for at, octet in damage:
        broken[at % len(broken)] = octet
    read_part10(bytes(broken))
    read_part10(bytes(broken[: len(broken) - cut]))
    read_part10(bytes(128) + b"DICM" + head + bytes(broken[254:]))


WORDS = st.text("ABCxyz019 -.ΑΒΓωЖя", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def data_sets(draw: st.DrawFn, depth: int = 2) -> tuple[Dataset, dict[str, Element]]:
    """Draw a data set of pydicom's, and what it is to us."""
    dataset, expected = Dataset(), {}

    def put(tag: str, vr: str, value: object, *values: object) -> None:
        dataset.add_new(int(tag, 16), vr, value)
        expected[tag] = Element(vr, values)  # type: ignore[arg-type]

    words = draw(st.lists(WORDS, max_size=3))
    put("00080033", "TM", "101530", "101530")
    put("00081048", "PN", words, *(PersonName(word) for word in words))
    put("00081080", "LO", words, *words)
    three = draw(st.tuples(*[st.integers(0, 65535)] * 3))
    put("00281101", "US", list(three), *three)
    put("00200013", "IS", "7", "7")
    octets = draw(st.binary(max_size=20)) * 2
    put("00420011", "OB", octets, *([octets] if octets else []))
    if depth:
        items = draw(st.lists(data_sets(depth - 1), max_size=2))
        put("00081115", "SQ", [one for one, _ in items], *(other for _, other in items))
    return dataset, dict(sorted(expected.items()))


@settings(max_examples=60)
@given(data_sets(), st.sampled_from([files.IMPLICIT, files.EXPLICIT, files.DEFLATED]), st.booleans())
def test_what_pydicom_writes_is_read_back(
    drawn: tuple[Dataset, dict[str, Element]], syntax: str, endless: bool
) -> None:
    dataset, expected = drawn
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = files.CT, files.UID
    expected |= {
        "00080005": Element("CS", ("ISO_IR 192",)),
        "00080016": Element("UI", (files.CT,)),
        "00080018": Element("UI", (files.UID,)),
    }
    dataset["00081115"].is_undefined_length = endless
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    target = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pydicom, on values that real files have
        dataset.save_as(target, enforce_file_format=True)
    reading = read_part10(target.getvalue())
    assert reading.datasets == (expected,)
    assert reading.problems == ()


# What is wrong with pydicom's own files, where they say it is or where it can be seen.
EXPLAINED = {
    "P-DEFLATE-03": {"image_dfl.dcm"},
    "P-ENCAPS-07": "pydicom wrote OW for fragments",
    "P-EVEN-01": {"meta_missing_tsyntax.dcm", "nested_priv_SQ.dcm"},
    "P-FMT-01": {"ExplVR_BigEnd.dcm", "badVR.dcm", "rtdose"},
    "P-GL-01": "old files have group lengths",
    "P-LEN-01": {"MR_truncated.dcm", "rtplan_truncated.dcm", "DICOMDIR-nooffset"},
    "P-META-03": {"no_meta_group_length.dcm"},
    "P-META-04": {"empty_charset_LEI.dcm", "meta_missing_tsyntax.dcm", "nested_priv_SQ.dcm"},
    "P-META-05": {"no_meta_group_length.dcm"},
    "P-PAD-01": {"no_meta_group_length.dcm"},
    "P-PIX-01": {"MR_small_padded.dcm", "MR_truncated.dcm", "badVR.dcm"},
    "P-PRIV-01": {"UN_sequence.dcm", "waveform_ecg.dcm"},
    "P-PRIV-02": {"J2K_pixelrep_mismatch.dcm", "17106", "17136", "17166", "17196"},
    "P-TAG-02": {"winter.dcm"},
    "P-TAG-04": {"meta_missing_tsyntax.dcm", "nested_priv_SQ.dcm"},
    "P-TAG-05": {"17106", "17136", "17166", "17196"},
    "P-TS-03": {"SC_rgb_jpeg.dcm"},
    "P-TS-04": "Explicit VR Big Endian is retired",
    "P-UID-01": "pydicom's files were made anonymous in the data set alone",
    "P-UID-03": "snippets of an object",
    "P-VM-01": {"rtplan_truncated.dcm"},
    "P-VR-03": {"rtdose_rle"},
}
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and path.read_bytes()[128:132] == b"DICM")


def test_pydicom_brings_files() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_problems_of_pydicoms_files_are_explained(path: Path) -> None:
    for problem in read_part10(path.read_bytes()).problems:
        explained = EXPLAINED[problem.rule]
        assert isinstance(explained, str) or any(path.name.startswith(name) for name in explained), problem


@pytest.mark.parametrize("path", sorted(path for path in DATA.rglob("*") if path.is_file()), ids=lambda path: path.name)
def test_no_file_of_pydicoms_makes_it_raise(path: Path) -> None:
    octets = path.read_bytes()
    read_part10(octets)
    read_part10(octets[: len(octets) // 2])
