from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from check.evidence import holds
from check.retrieved import DICOM, archive, changed, multipart, retrieve, retrieved, stored, url_of
from dwconform.check.parts import PartsArgs

ONE = "clinic.ct.axial.1"
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


def of(*headers: dict[str, str], kind: str = DICOM) -> Any:
    (body,) = stored(ONE)
    return retrieve(url_of("clinic.ct.axial"), *multipart([(each, body) for each in headers], kind))


@pytest.mark.parametrize(
    ("arguments", "headers", "expected"),
    [
        (DICOM, [{"Content-Type": DICOM}], True),
        (DICOM, [{"Content-Type": f"{DICOM}; transfer-syntax=1.2"}], True),
        (DICOM, [{"Content-Type": DICOM}, {"Content-Type": "application/octet-stream"}], False),
        (DICOM, [{}], False),
        ({"count": 2}, [{"Content-Type": DICOM}], False),
        ({"count": 2}, [{"Content-Type": DICOM}] * 2, True),
    ],
)
def test_parts(arguments: Any, headers: list[dict[str, str]], expected: bool) -> None:
    assert holds("parts", arguments, of(*headers)) is expected


def test_a_body_without_parts() -> None:
    evidence = retrieve(url_of(ONE), b"x", {"Content-Type": DICOM})
    assert holds("parts", DICOM, evidence) is False
    assert holds("part-length", {}, evidence) is None
    assert holds("part-location", {}, evidence) is None


def test_an_argument_that_is_no_media_type_is_refused() -> None:
    with pytest.raises(ValidationError, match="no media type"):
        PartsArgs.model_validate("dicom")


def test_the_wrapping() -> None:
    body, headers = multipart([({"Content-Type": DICOM}, b"x")], DICOM)
    assert holds("multipart", {"rules": ["M-*"]}, retrieve(url_of(ONE), body, headers)) is True
    cut = retrieve(url_of(ONE), body[:-8], headers)
    assert holds("multipart", {"rules": ["M-*"]}, cut) is False
    assert holds("multipart", {"rules": ["M-*"], "apart-from": ["M-CLOSE-01"]}, cut) is True
    wrong = multipart([({"Content-Type": DICOM}, b"x")], "image/jpeg")
    assert holds("multipart", {"rules": ["M-ROOT-*"]}, retrieve(url_of(ONE), *wrong)) is False


@pytest.mark.parametrize(
    ("headers", "expected"), [([{"Content-Length": "3"}], True), ([{"Content-Length": "3"}, {}], False)]
)
def test_each_part_states_its_length(headers: list[dict[str, str]], expected: bool) -> None:
    assert holds("part-length", {}, of(*({"Content-Type": DICOM, **each} for each in headers))) is expected


HERE = f"http://server/dicom-web{url_of(ONE)}"


@pytest.mark.parametrize(
    ("arguments", "locations", "expected"),
    [
        ("present", [HERE], True),
        ("present", [HERE, None], False),
        ("distinct", [HERE, HERE + "1"], True),
        ("distinct", [HERE, HERE], False),
        ("distinct", [None, None], True),
        ("instance", [HERE], True),
        ("instance", [url_of(ONE)], True),
        ("instance", [HERE + ".1"], False),
        ("instance", [None], True),
        ({"rule": "ends-with", "paths": ["/frames/2", "/frames/5"]}, ["x/frames/2", "x/frames/5"], True),
        ({"rule": "ends-with", "paths": ["/frames/2", "/frames/5"]}, ["x/frames/1", "x/frames/4"], False),
        ({"rule": "equals", "paths": [HERE]}, [HERE], True),
        ({"rule": "equals", "paths": [url_of(ONE)]}, [HERE], False),
        ({"rule": "equals", "paths": [HERE]}, [HERE + "/1"], False),
    ],
)
def test_locations(arguments: Any, locations: list[str | None], expected: bool) -> None:
    headers = [{"Content-Type": DICOM, **({"Content-Location": each} if each else {})} for each in locations]
    assert holds("part-location", arguments, of(*headers)) is expected


@pytest.mark.parametrize(
    ("syntax", "expected"),
    [
        ("", True),
        (f"; transfer-syntax={EXPLICIT}", True),
        ("; transfer-syntax=*", False),
        (f"; transfer-syntax={IMPLICIT}", False),
    ],
)
def test_a_part_tells_its_transfer_syntax(syntax: str, expected: bool) -> None:
    assert holds("part-syntax", {}, of({"Content-Type": DICOM + syntax})) is expected


def test_octets_are_little_endian() -> None:
    kind = "application/octet-stream"
    assert holds("part-syntax", {}, of({"Content-Type": f"{kind}; transfer-syntax={EXPLICIT}"}, kind=kind)) is True
    assert holds("part-syntax", {}, of({"Content-Type": f"{kind}; transfer-syntax={IMPLICIT}"}, kind=kind)) is False


def test_transfer_syntax_and_form_of_files() -> None:
    evidence = retrieved(ONE, *stored(ONE))
    assert holds("transfer-syntax", EXPLICIT, evidence) is True
    assert holds("transfer-syntax", {"not": [EXPLICIT]}, evidence) is False
    assert holds("transfer-syntax", IMPLICIT, evidence) is False
    assert holds("part10", {"rules": ["P-*"]}, evidence) is True
    assert holds("part10", {"rules": ["P-PREAMBLE-*"]}, retrieved(ONE, stored(ONE)[0][132:])) is False
    assert holds("transfer-syntax", EXPLICIT, retrieve(url_of(ONE), *multipart([], DICOM))) is None


def test_a_file_may_come_without_parts() -> None:
    evidence = retrieve(url_of(ONE), stored(ONE)[0], {"Content-Type": DICOM})
    assert holds("instances", {}, evidence) is True
    assert holds("transfer-syntax", EXPLICIT, evidence) is True


def test_every_fixture_of_these_tests_is_readable() -> None:
    assert all(item.attributes for item in archive().instances)
    assert changed(ONE, lambda _: None)
