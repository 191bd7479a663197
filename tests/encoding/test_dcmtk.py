"""What DCMTK writes of pydicom's test files, through our readers: dcm2json and dcm2xml."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from lxml import etree

from dwconform.data import folder
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.native_xml import read_xml
from dwconform.encoding.problem import Problem

from .corpus import CORPUS, Explanation, check_explained, name_of

MISSING = shutil.which("dcm2json") is None and not os.environ.get("DWCONFORM_REQUIRE_PEERS")
pytestmark = [pytest.mark.peer, pytest.mark.skipif(MISSING, reason="DCMTK is not installed (apt-get install dcmtk)")]

TO_JSON = ("dcm2json",)
TO_XML = ("dcm2xml", "--native-format", "--use-xml-namespace", "--convert-to-utf8")

# What DCMTK itself does not write: what it says on standard error, and why.
REFUSED = [
    ("JSON InlineBinary encoding not supported", "encapsulated pixels have no inline form, and dcm2json has no other"),
    ("Cannot convert Directory Record", "a DICOMDIR is no SOP Instance"),
    ("error (I/O suspension or premature end", "the file is cut off"),
    ("error (Invalid stream)", "the file is cut off"),
    ("open character encoding", "this build of DCMTK does not know the Japanese character sets"),
    ("incomplete multibyte or wide character", "the item has a character set other than that of the data set"),
]

_DIRECTORY = "DCMTK writes the elements of group 0004 of a DICOMDIR"
_OLD_GROUPS = "the file has elements of group 0001, and DCMTK writes them"
_UID = "the file has a UID with a leading zero in a component"
_BLOCK = "the file has private elements of old, without block or creator"
_UN = "the file has UN for standard attributes, and DCMTK writes it as it is"

JSON: list[Explanation] = [
    ("J-TAG-05", "test_files/dicomdirtests/*DICOMDIR*", _DIRECTORY),
    ("LIMIT", "test_files/dicomdirtests/*DICOMDIR*", _DIRECTORY),
    ("J-TAG-05", "test_files/nested_priv_SQ.dcm", _OLD_GROUPS),
    ("J-DA-01", "test_files/ExplVR_BigEnd.dcm", "the file has a date with dots"),
    ("J-TM-01", "test_files/ExplVR_BigEnd.dcm", "the file has a time with colons"),
    ("J-IS-01", "test_files/badVR.dcm", "the file has 1A, on purpose"),
    ("J-UI-01", "test_files/badVR.dcm", _UID),
    ("J-UI-01", "test_files/rtdose*.dcm", _UID),
    ("J-PRIV-01", "test_files/UN_sequence.dcm", _BLOCK),
    ("J-PRIV-01", "test_files/waveform_ecg.dcm", _BLOCK),
    ("J-TAG-09", "test_files/dicomdirtests/77654033/CT2/*", _BLOCK),
    ("J-PRIV-02", "test_files/dicomdirtests/77654033/CT2/*", "the file has an empty private creator"),
    ("J-PN-07", "charset_files/chrKoreanMulti.dcm", "Hangul stands in the first group, which DCMTK converts as it is"),
    ("J-UTF8-01", "charset_files/chrSQEncoding.dcm", "DCMTK leaves the item undecoded, whose character set is another"),
    ("J-CHAR-01", "charset_files/chrSQEncoding.dcm", "DCMTK leaves the item undecoded, whose character set is another"),
]
XML: list[Explanation] = [
    ("X-BULK-01", "*", "DCMTK names bulk data by uuid, as application hosting does"),
    ("X-PRIV-05", "*", "DCMTK lists private creators as attributes, of which the model says nothing"),
    ("X-KEY-02", "*", "DCMTK's dictionary leaves out the keywords of some retired attributes"),
    ("X-TAG-03", "test_files/dicomdirtests/DICOMDIR-empty.dcm", _DIRECTORY),
    ("X-TAG-03", "test_files/nested_priv_SQ.dcm", _OLD_GROUPS),
    ("X-PRIV-02", "test_files/nested_priv_SQ.dcm", _BLOCK),
    ("X-PRIV-02", "test_files/dicomdirtests/77654033/CT2/*", _BLOCK),
    ("X-PRIV-02", "test_files/UN_sequence.dcm", _BLOCK),
    ("X-VR-04", "test_files/rtdose_rle*.dcm", _UN),
    ("X-FMT-01", "test_files/ExplVR_BigEnd.dcm", "the file has a date with dots and a time with colons"),
    ("X-FMT-01", "test_files/badVR.dcm", "the file has 1A, on purpose; " + _UID),
    ("X-FMT-01", "test_files/rtdose*.dcm", _UID),
]


def converted(command: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield name and text of each file that DCMTK converts; what it refuses has a reason in the table."""
    for path in CORPUS:
        result = subprocess.run([*command, str(path)], capture_output=True, check=False)
        if result.returncode:
            said = result.stderr.decode()
            assert any(text in said for text, _ in REFUSED), f"{path}: {said}"
        else:
            yield name_of(path), result.stdout


def test_json_of_dcmtk_is_clean_but_for_what_is_explained() -> None:
    found: list[tuple[str, Problem]] = []
    files = 0
    for name, text in converted(TO_JSON):
        files += 1
        found += [(name, problem) for problem in read_json(text, JsonContext.DATASET).problems]
    assert files > 100
    check_explained(found, JSON)


def test_xml_of_dcmtk_is_clean_but_for_what_is_explained_and_valid_by_the_schema() -> None:
    schema = etree.RelaxNG(etree.parse(folder("schemas") / "native-dicom-model.rng"))
    found: list[tuple[str, Problem]] = []
    files = 0
    for name, text in converted(TO_XML):
        files += 1
        schema.assertValid(etree.fromstring(text))
        found += [(name, problem) for problem in read_xml(text).problems]
    assert files > 150
    check_explained(found, XML)
