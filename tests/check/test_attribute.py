from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from check.evidence import answer, holds, observe, results, search, uid
from dwconform.check.attribute import AttributeArgs
from dwconform.standard.search import QueryLevel

CT, EMPTY, MIX = uid("clinic.ct"), uid("clinic.empty"), uid("clinic.mix")


def one(tag: str, vr: str, *values: Any) -> dict[str, Any]:
    return {tag: {"vr": vr, "Value": list(values)} if values else {"vr": vr}}


@pytest.mark.parametrize(
    ("arguments", "study", "attributes", "expected"),
    [
        ("StudyDate", CT, one("00080020", "DA", "20200115"), True),
        ("StudyDate", CT, one("00080020", "DA", "20200116"), False),
        ("StudyDate", CT, one("00080020", "DA"), False),
        ("StudyDate", CT, {}, False),
        ("StudyDate", CT, one("00080020", "LO", "20200115"), False),
        ("StudyTime", CT, one("00080030", "TM", "101530.000"), True),
        ("PatientName", CT, one("00100010", "PN", {"Alphabetic": "DOE^JANE^^"}), True),
        ("PatientName", CT, one("00100010", "PN", {"Alphabetic": "DOE^JOHN"}), False),
        ("NumberOfStudyRelatedInstances", CT, one("00201208", "IS", "5"), True),
        ("NumberOfStudyRelatedInstances", CT, one("00201208", "IS", 5), True),
        ("NumberOfStudyRelatedInstances", CT, one("00201208", "IS", 6), False),
        ({"keyword": "ModalitiesInStudy", "unordered": True}, MIX, one("00080061", "CS", "SR", "CT"), True),
        ("ModalitiesInStudy", MIX, one("00080061", "CS", "SR", "CT"), False),
        ({"keyword": "ModalitiesInStudy", "unordered": True}, MIX, one("00080061", "CS", "CT\\SR"), False),
        ("AccessionNumber", EMPTY, one("00080050", "SH"), True),
        ("AccessionNumber", EMPTY, one("00080050", "SH", "X"), False),
        ("AccessionNumber", EMPTY, {}, False),
        ({"keyword": "AccessionNumber", "may-be-absent": "without-value"}, EMPTY, {}, True),
        ({"keyword": "StudyDate", "may-be-absent": "without-value"}, CT, {}, False),
        ({"keyword": "StudyDate", "may-be-absent": "always"}, CT, {}, True),
        ({"keyword": "StudyDate", "may-be-absent": "always"}, CT, one("00080020", "DA", "19990101"), False),
        ("00091001", CT, {"00091001": {"vr": "UN", "InlineBinary": "AAA="}}, False),
        ({"keyword": "00091001", "unknown-vr": True}, CT, {"00091001": {"vr": "UN", "InlineBinary": "AAA="}}, True),
        ({"keyword": "StudyDate", "unknown-vr": True}, CT, {"00080020": {"vr": "UN", "InlineBinary": "AAA="}}, False),
    ],
)
def test_attribute(arguments: Any, study: str, attributes: dict[str, Any], expected: bool) -> None:
    assert holds("attribute", arguments, search(answer(results(study, **attributes)))) is expected


def requests(*pairs: tuple[str, str]) -> dict[str, Any]:
    items = [{**one("00400009", "SH", step), **one("00401001", "SH", procedure)} for step, procedure in pairs]
    return {"00400275": {"vr": "SQ", "Value": items}}


@pytest.mark.parametrize(
    ("keyword", "items", "expected"),
    [
        ("RequestAttributesSequence", 2, True),
        ("RequestAttributesSequence", 1, False),
        ("RequestAttributesSequence.ScheduledProcedureStepID", 2, True),
        ("RequestAttributesSequence.ScheduledProcedureStepID", 1, False),
        ("RequestAttributesSequence.ScheduledProcedureStepID", 0, None),
    ],
)
def test_a_sequence_is_counted_and_its_items_compared(keyword: str, items: int, expected: bool | None) -> None:
    series, token = uid("clinic.req.one"), "2ICMHPPJ"
    pairs = [(f"{token}SPS2", f"{token}RP2"), (f"{token}SPS1", f"{token}RP1")][:items]
    body = results(series, level=QueryLevel.SERIES, **(requests(*pairs) if items else {}))
    assert holds("attribute", keyword, search(answer(body), path="/studies/1.2/series")) is expected


def test_results_that_nobody_knows_are_not_judged() -> None:
    assert holds("attribute", "StudyDate", search(answer(results("1.2.3")))) is None


def test_it_says_which_result_differs_and_how() -> None:
    (observation,) = observe("attribute", "StudyDate", search(answer(results(CT))))
    assert (observation.pointer, observation.expected, observation.observed) == ("/0/00080020", "20200115", "absent")
    assert CT in observation.message


def test_an_unknown_keyword_is_refused() -> None:
    with pytest.raises(ValidationError, match="no keyword"):
        AttributeArgs.model_validate({"keyword": "StudyDat"})


@pytest.mark.parametrize(
    ("arguments", "attributes", "expected"),
    [
        ({"keyword": "InstanceAvailability", "terms": ["ONLINE"]}, one("00080056", "CS", "ONLINE"), True),
        ({"keyword": "InstanceAvailability", "terms": ["ONLINE"]}, one("00080056", "CS", "MAYBE"), False),
        ({"keyword": "InstanceAvailability", "terms": ["ONLINE"]}, {}, True),
        ({"keyword": "TimezoneOffsetFromUTC", "pattern": "[-+][0-9]{4}"}, one("00080201", "SH", "+0100"), True),
        ({"keyword": "TimezoneOffsetFromUTC", "pattern": "[-+][0-9]{4}"}, one("00080201", "SH", "CET"), False),
    ],
)
def test_term(arguments: Any, attributes: dict[str, Any], expected: bool) -> None:
    assert holds("term", arguments, search(answer(results(CT, **attributes)))) is expected
