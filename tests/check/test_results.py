from __future__ import annotations

from typing import Any

import pytest

from check.evidence import Query, answer, archive, holds, observe, results, search, uid, value
from dwconform.check.matches import announces_more
from dwconform.errors import DwconformError
from dwconform.standard.search import QueryLevel

CT, MR, MIX, EMPTY = (uid(f"clinic.{study}") for study in ("ct", "mr", "mix", "empty"))
UPPER, LOWER = uid("literal.case-upper"), uid("literal.case-lower")
PATIENT: Query = (("PatientID", value("clinic.ct.PatientID")),)
ACCESSION: Query = (("AccessionNumber", value("literal.case-upper.AccessionNumber")),)
MORE = {
    "Content-Type": "application/dicom+json",
    "Warning": "299 x: There are 3 additional results that can be requested",
}
STRANGERS = tuple(f"1.2.3.{number}" for number in range(20))


@pytest.mark.parametrize(
    ("arguments", "returned", "expected"),
    [
        ({"match": "exactly"}, (CT, MR), True),
        ({"match": "exactly"}, (MR, CT, "1.2.3"), True),
        ({"match": "exactly"}, (CT,), False),
        ({"match": "exactly"}, (CT, MR, MIX), False),
        ({"match": "exactly"}, (), False),
        ({"match": "includes"}, (CT, MR, MIX), True),
        ({"match": "includes"}, (CT, MIX), False),
        ({"match": "excludes"}, (CT,), True),
        ({"match": "excludes"}, (MIX,), False),
        ({"of": [CT]}, (CT,), True),
        ({"of": [CT]}, (CT, MR), False),
        ({"of": []}, ("1.2.3",), True),
        ({"of": []}, (CT,), False),
        ({"match": "includes", "of": CT}, (CT, MIX), True),
        ({"match": "excludes", "of": [CT]}, (MR, MIX), True),
        ({"match": "excludes", "of": [CT]}, (CT,), False),
    ],
)
def test_results(arguments: Any, returned: tuple[str, ...], expected: bool) -> None:
    assert holds("results", arguments, search(answer(results(*returned)), query=PATIENT)) is expected


@pytest.mark.parametrize(("arguments", "expected"), [({}, True), ({"case-sensitive": True}, False)])
def test_what_differs_in_letter_case_counts_only_when_asked_for(arguments: Any, expected: bool) -> None:
    evidence = search(answer(results(UPPER, LOWER)), query=ACCESSION)
    assert holds("results", {"match": "exactly", **arguments}, evidence) is expected


def test_an_unknown_value_may_match_a_named_list_as_well() -> None:
    evidence = search(answer(results(UPPER, EMPTY)), query=ACCESSION)
    assert holds("results", {"of": [UPPER]}, evidence) is True
    assert holds("results", {"match": "excludes", "of": [EMPTY]}, evidence) is False


@pytest.mark.parametrize(
    ("response", "query"),
    [
        (answer(results(CT), headers=MORE), PATIENT),
        (answer(results(CT), status=206), PATIENT),
        (answer(results(CT)), (*PATIENT, ("limit", "1"))),
        (answer(results(CT, *STRANGERS)), PATIENT),
        (answer(results(CT, "")), PATIENT),
        (answer(b"<html>", headers={"Content-Type": "application/dicom+json"}), PATIENT),
    ],
)
def test_nothing_is_missed_in_a_list_that_may_be_incomplete(response: Any, query: Query) -> None:
    assert holds("results", {"match": "exactly"}, search(response, query=query)) is None


def test_what_must_not_be_there_is_wrong_in_an_incomplete_list_too() -> None:
    evidence = search(answer(results(CT, MIX), headers=MORE), query=PATIENT)
    assert holds("results", {"match": "exactly"}, evidence) is False


@pytest.mark.parametrize(
    ("status", "arguments", "expected"),
    [
        (400, {"of": []}, False),
        (500, {"match": "excludes"}, False),
        (404, {"of": []}, True),
        (404, {"of": [CT]}, False),
    ],
)
def test_a_refusal_is_no_list_and_a_404_an_empty_one(status: int, arguments: Any, expected: bool) -> None:
    assert holds("results", arguments, search(answer(status=status), query=PATIENT)) is expected


def test_no_content_is_an_empty_list() -> None:
    assert holds("results", {"of": []}, search(answer(status=204))) is True


def test_all_pages_count() -> None:
    pages = search(answer(results(CT), headers=MORE), answer(results(MR)), query=PATIENT)
    assert holds("results", {"match": "exactly"}, pages) is True


def test_messages_name_the_study_and_the_value_that_was_asked_for() -> None:
    (observation,) = observe("results", {"match": "exactly"}, search(answer(results(CT, MR, MIX)), query=PATIENT))
    assert observation.message == (
        f"The study clinic.mix (PatientID '{value('clinic.mix.PatientID')}') was returned and does not match."
    )
    assert observation.pointer == "/2"


def test_series_and_instances_are_named_by_their_paths() -> None:
    series, instance = "clinic.ct.axial", "clinic.ct.axial.1"
    of_series = search(
        answer(results(level=QueryLevel.SERIES)), path="/series", query=(("SeriesInstanceUID", uid(series)),)
    )
    below = search(answer(status=204), path=f"/studies/{CT}/instances", query=(("SOPInstanceUID", uid(instance)),))
    for path, evidence in ((series, of_series), (instance, below)):
        (observation,) = observe("results", {"match": "exactly"}, evidence)
        assert f" {path} (" in observation.message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PatientID", f" (PatientID '{value('clinic.req.PatientID')}')"),
        ("00100020", f" (PatientID '{value('clinic.req.PatientID')}')"),
        ("RequestAttributesSequence.RequestedProcedureID", "RequestedProcedureID '{token}RP1', '{token}RP2')"),
        ("RequestAttributesSequence", " (RequestAttributesSequence '2 items')"),
        ("limit", " was returned"),
        ("NoKeyword.PatientID", " was returned"),
    ],
)
def test_messages_tell_what_is_stored_of_each_key(name: str, told: str) -> None:
    token = value("clinic.ct.AccessionNumber").removesuffix("-CT1")
    evidence = search(answer(results(uid("clinic.req"))), query=((name, "nothing-of-ours"),))
    (observation,) = observe("results", {"of": []}, evidence)
    assert told.replace("{token}", token) in observation.message


def test_the_combined_reading_is_demanded_only_when_asked_for() -> None:
    # Of 15 January 10:15 and 16 January 23:59 the independent reading finds the first only.
    query = (*PATIENT, ("StudyDate", "20200115-20200117"), ("StudyTime", "1000-1100"))
    evidence = search(answer(results(CT)), query=query)
    assert holds("results", {"match": "exactly"}, evidence) is True
    assert holds("results", {"match": "exactly", "combined": True}, evidence) is False


def test_a_step_that_is_no_search_is_our_fault() -> None:
    evidence = search(answer(results(CT)))
    object.__setattr__(evidence.sent["search"], "resource", None)
    with pytest.raises(DwconformError, match="no search"):
        observe("results", {"match": "exactly"}, evidence)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [((CT, MR), True), ((CT, MR, CT), False), (("1.2.3", "1.2.3"), False), (("", ""), True), ((), True)],
)
def test_each_once(returned: tuple[str, ...], expected: bool) -> None:
    assert holds("each-once", None, search(answer(results(*returned)))) is expected


def test_each_once_needs_a_list() -> None:
    assert holds("each-once", None, search(answer(status=400))) is False


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (2, True),
        (1, False),
        ({"at-least": 2}, True),
        ({"at-least": 3}, False),
        ({"at-most": 1}, False),
        ({"at-most": 2}, True),
    ],
)
def test_count(arguments: Any, expected: bool) -> None:
    assert holds("count", arguments, search(answer(results(CT, "1.2.3")))) is expected


def test_count_needs_a_list() -> None:
    assert holds("count", 0, search(answer(status=500))) is False


@pytest.mark.parametrize(
    ("before", "after", "arguments", "expected"),
    [
        ((CT, MR), (MR, CT), {"as": "first"}, True),
        ((CT, MR), (MR, CT), {"as": "first", "order": True}, False),
        ((CT, MR), (CT, MR), {"as": "first", "order": True}, True),
        ((CT, MR), (CT,), {"as": "first"}, False),
        ((CT,), (CT, "1.2.3"), {"as": "first"}, False),
        ((CT,), (CT, CT), {"as": "first"}, False),
    ],
)
def test_same_results(before: tuple[str, ...], after: tuple[str, ...], arguments: Any, expected: bool) -> None:
    first = search(answer(results(*before)))
    assert holds("same-results", arguments, search(answer(results(*after)), first=first)) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (answer(results(CT, MR)), answer(results(CT), headers=MORE), None),
        (answer(status=400), answer(results(CT)), None),
        (answer(results(CT)), answer(status=400), False),
    ],
)
def test_same_results_where_one_of_them_is_no_full_list(first: Any, second: Any, expected: bool | None) -> None:
    assert holds("same-results", {"as": "first"}, search(second, first=search(first))) is expected


def test_the_archive_has_what_the_tests_speak_of() -> None:
    assert {CT, MR, MIX, EMPTY, UPPER, LOWER} <= set(archive().uids(QueryLevel.STUDY))


@pytest.mark.parametrize(
    ("warning", "expected"),
    [
        ("299 http://x/dicom-web: There are 3 additional results that can be requested", True),
        ('299 x "12 more results"', True),
        ("299 x:8042: The list was truncated", True),
        ("299 http://x/dicom-web: http://x/dicom-web/reports/1", True),
        ("299 x: </reports/1>", True),
        ("299 http://x/dicom-web: These parameters have been ignored: a", False),
        ("299 http://x/dicom-web: The fuzzymatching parameter is not supported.", False),
        ("There are 3 additional results", False),
    ],
)
def test_more_is_announced_by_a_number_or_by_the_url_of_a_report(warning: str, expected: bool) -> None:
    assert announces_more([warning]) is expected
