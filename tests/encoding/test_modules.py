from __future__ import annotations

import json

import pytest

from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.document import Form, read_as

from . import module_cases


@pytest.mark.parametrize(("body", "form"), module_cases.VALID)
def test_valid_documents_have_no_problem(body: bytes, form: Form) -> None:
    assert read_as(form, body) == ()


@pytest.mark.parametrize("case", module_cases.INVALID, ids=str)
def test_each_invalid_document_breaks_one_rule(case: module_cases.Case) -> None:
    problems = read_as(case.form, case.body)
    assert [(problem.rule, problem.pointer) for problem in problems] == [(case.rule, case.pointer)]


EVENT = {"00000002": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.34.6.4"]}}


@pytest.mark.parametrize(
    ("context", "tree", "rules"),
    [
        (JsonContext.WORKITEM, [{}], []),
        (JsonContext.WORKITEM, {}, ["J-TOP-02"]),
        (JsonContext.EVENT_REPORT, EVENT, []),
        (JsonContext.EVENT_REPORT, [EVENT, EVENT], ["J-TOP-03"]),
        (JsonContext.DATASET, EVENT, ["J-TAG-05"]),
        (JsonContext.STATUS_REPORT, {}, []),
        (JsonContext.STATUS_REPORT, [{}], []),
        (JsonContext.ANY, {}, []),
        (JsonContext.ANY, [{}, {}], []),
        (JsonContext.ANY, ["text"], ["J-TOP-01"]),
        (JsonContext.ANY, "text", ["J-TOP-01"]),
    ],
)
def test_the_shape_is_that_of_the_context(context: JsonContext, tree: object, rules: list[str]) -> None:
    assert [problem.rule for problem in read_json(json.dumps(tree).encode(), context).problems] == rules
