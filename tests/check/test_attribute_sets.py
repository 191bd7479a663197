from __future__ import annotations

from typing import Any

import pytest

from check.evidence import answer, holds, results, search, uid

CT, EMPTY = uid("clinic.ct"), uid("clinic.empty")
DESCRIPTION = {"00081030": {"vr": "LO", "Value": ["CT of the thorax"]}}
DATE = {"00080020": {"vr": "DA", "Value": ["20200115"]}}


@pytest.mark.parametrize(
    ("arguments", "attributes", "expected"),
    [
        ({"keywords": ["StudyDescription", "StudyDate"]}, {**DESCRIPTION, **DATE}, True),
        ({"keywords": ["StudyDescription", "StudyDate"]}, DATE, False),
        ({"keywords": ["StudyDescription", "StudyDate"], "any-of": True}, DATE, True),
        ({"keywords": ["StudyDescription", "StudyDate"], "any-of": True}, {}, False),
        ({"keywords": ["00081030"], "present": False}, DATE, True),
        ({"keywords": ["00081030"], "present": False}, DESCRIPTION, False),
        ({"keywords": ["StudyDescription", "PatientComments"], "stored": True}, DESCRIPTION, True),
        ({"keywords": ["PatientComments"], "stored": True}, {}, None),
    ],
)
def test_attributes(arguments: Any, attributes: dict[str, Any], expected: bool | None) -> None:
    assert holds("attributes", arguments, search(answer(results(CT, **attributes)))) is expected


def test_without_results_nothing_can_be_told_of_attributes() -> None:
    assert holds("attributes", {"keywords": ["StudyDate"]}, search(answer(status=204))) is None


@pytest.mark.parametrize(
    ("before", "after", "superset", "expected"),
    [
        (DATE, DATE, False, True),
        (DATE, {**DATE, **DESCRIPTION}, False, False),
        (DATE, {**DATE, **DESCRIPTION}, True, True),
        ({**DATE, **DESCRIPTION}, DATE, True, False),
    ],
)
def test_same_attributes(before: dict[str, Any], after: dict[str, Any], superset: bool, expected: bool) -> None:
    evidence = search(answer(results(CT, **after)), first=search(answer(results(CT, **before))))
    assert holds("same-attributes", {"of": "first", "superset": superset}, evidence) is expected


def test_other_results_cannot_be_compared() -> None:
    evidence = search(answer(results(CT)), first=search(answer(results(EMPTY))))
    assert holds("same-attributes", {"of": "first"}, evidence) is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(["00090010", "00091001"], True), (["00091001"], False), (["00090010", "00091101"], False), ([], True)],
)
def test_private_creator(tags: list[str], expected: bool) -> None:
    private = {tag: {"vr": "LO", "Value": ["x"]} for tag in tags}
    assert holds("private-creator", None, search(answer(results(CT, **private)))) is expected
