from __future__ import annotations

import pytest

from dwconform.encoding.document import Form, read_as

from . import module_cases


@pytest.mark.parametrize(("body", "form"), module_cases.VALID)
def test_valid_documents_have_no_problem(body: bytes, form: Form) -> None:
    assert read_as(form, body) == ()


@pytest.mark.parametrize("case", module_cases.INVALID, ids=str)
def test_each_invalid_document_breaks_one_rule(case: module_cases.Case) -> None:
    problems = read_as(case.form, case.body)
    assert [(problem.rule, problem.pointer) for problem in problems] == [(case.rule, case.pointer)]
