from __future__ import annotations

from typing import Any

import pytest

from check.evidence import answer, holds, results, search
from dwconform.standard.search import QueryLevel

STUDY = "1.2.3"


def url(value: str, vr: str = "UR") -> dict[str, Any]:
    return {"00081190": {"vr": vr, "Value": [value]}}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (url(f"http://server/dicom-web/studies/{STUDY}"), True),
        (url(f"https://elsewhere/pacs/studies/{STUDY}/"), True),
        (url(f"/dicom-web/studies/{STUDY}"), True),
        (url(f"studies/{STUDY}"), True),
        (url(f"http://server/dicom-web/studies/{STUDY}", "LO"), False),
        (url("http://server/dicom-web/studies/null"), False),
        (url("http://server/dicom-web/studies/11.2.3"), False),
        (url(f"ftp://server/studies/{STUDY}"), False),
        (url(f"http://[server/studies/{STUDY}"), False),
        ({"00081190": {"vr": "UR"}}, False),
        ({}, False),
    ],
)
def test_retrieve_url_of_a_study(attributes: dict[str, Any], expected: bool) -> None:
    assert holds("retrieve-url", {}, search(answer(results(STUDY, **attributes)))) is expected


def test_it_may_be_allowed_to_be_absent() -> None:
    assert holds("retrieve-url", {"may-be-absent": True}, search(answer(results(STUDY)))) is True


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("studies/9.8/series/7.6/instances/1.2.3", True),
        ("studies/9.9/series/7.6/instances/1.2.3", False),
        ("studies/9.8/series/7.6/instance/1.2.3", False),
        ("studies/9.8/series/7.6", False),
    ],
)
def test_the_uids_above_come_from_the_path_of_the_search(path: str, expected: bool) -> None:
    body = results("1.2.3", level=QueryLevel.INSTANCE, **url(f"http://server/dicom-web/{path}"))
    evidence = search(answer(body), path="/studies/9.8/series/7.6/instances")
    assert holds("retrieve-url", {}, evidence) is expected


def test_without_results_nothing_can_be_told_of_their_url() -> None:
    assert holds("retrieve-url", {}, search(answer(status=204))) is None
