from __future__ import annotations

from typing import Any

import pytest

from check.evidence import answer, holds, results, search, uid
from dwconform.check.warning import remaining_number
from dwconform.probe import Headers, Response

FUZZY = "299 http://server/dicom-web: The fuzzymatching parameter is not supported."
MORE = "299 http://server/dicom-web: There are 7 additional results that can be requested"


def warned(*values: str) -> Response:
    return Response(200, headers=Headers(("Warning", value) for value in values))


@pytest.mark.parametrize(
    ("arguments", "values", "expected"),
    [
        ({}, [FUZZY], True),
        ({}, [], False),
        ({}, ['199 - "Miscellaneous"'], False),
        ({"mentions": "FuzzyMatching"}, [MORE, FUZZY], True),
        ({"mentions": "fuzzymatching"}, [MORE], False),
        ({"mentions": "[0-9]+ additional"}, [MORE], True),
        ({"mentions": "fuzzymatching", "present": False}, [MORE], True),
        ({"present": False}, [MORE], False),
    ],
)
def test_warning(arguments: Any, values: list[str], expected: bool) -> None:
    assert holds("warning", arguments, search(warned(*values))) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MORE, True),
        ("299 http://server/dicom-web There are 7 additional results", True),
        ('299 server:8042 "There are 7 additional results"', True),
        ('299 /dicom-web: "There are more" "Wed, 21 Oct 2015 07:28:00 GMT"', True),
        ("There are 7 additional results", False),
        ("199 server: something", False),
        ('214 proxy "Transformation Applied"', True),
        (f'299 server "We move on Monday, 30 November", {MORE}', True),
        (f"{MORE}, 299 ", False),
        ("299", False),
    ],
)
def test_form(value: str, expected: bool) -> None:
    assert holds("warning-form", None, search(warned(value))) is expected


def test_an_absent_warning_has_no_form() -> None:
    assert holds("warning-form", None, search(warned())) is True


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (MORE, [7]),
        ("299 http://10.0.0.1:8042: 12 more results", [12]),
        ("299 server: There are additional results", []),
        ("299 server: 0 remaining results", [0]),
    ],
)
def test_the_number_is_found_and_no_port_or_address(text: str, numbers: list[int]) -> None:
    assert remaining_number([text]) == numbers


@pytest.mark.parametrize(
    ("returned", "offset", "values", "expected"),
    [
        (1, 0, [MORE.replace("7", "2")], True),
        (1, 0, [MORE], False),
        (1, 0, [], None),
        (3, 0, [], True),
        (3, 0, [MORE], False),
        (3, 0, [MORE.replace("7", "0")], True),
        (1, 1, [MORE.replace("7", "1")], True),
        (1, 1, [MORE.replace("7", "2")], True),
        (1, 1, [MORE.replace("7", "3")], False),
    ],
)
def test_remaining(returned: int, offset: int, values: list[str], expected: bool | None) -> None:
    studies = [uid(f"clinic.{name}") for name in ("ct", "mr", "mix")]
    whole = search(answer(results(*studies)))
    headers = {"Content-Type": "application/dicom+json"} | ({"Warning": values[0]} if values else {})
    part = search(answer(results(*studies[:returned]), headers=headers), whole=whole)
    assert holds("warning-remaining", {"of": "whole", "offset": offset}, part) is expected
