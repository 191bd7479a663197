from __future__ import annotations

import json

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import assume, given

from dwconform.data import folder
from dwconform.encoding.dicom_json import read_json
from dwconform.origin import json_writer
from dwconform.origin.elements import Dataset

from .data_sets import BASE, data_sets
from .json_cases import INVALID, VALID, Case
from .test_dicom_json import DATA_SETS, JSON_LIKE

SCHEMA = json.loads((folder("schemas") / "dicom-json.schema.json").read_text())
ONE = {**SCHEMA, "$id": SCHEMA["$id"] + "/one", "$ref": "#/$defs/dataSet"}
RESULTS = jsonschema_rs.Draft202012Validator(SCHEMA)
DATASET = jsonschema_rs.Draft202012Validator(ONE)
VISIBLE = [case for case in INVALID if case.schema]
HIDDEN = [case for case in INVALID if case.schema is False]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "https://dwconform.org/schemas/dicom-json.schema.json"


def verdicts(text: bytes, context: str) -> set[bool]:
    document = json.loads(text)
    is_array = context in {"search", "metadata"}
    fast = RESULTS if is_array else DATASET
    slow = jsonschema.Draft202012Validator(SCHEMA if is_array else ONE)
    return {fast.is_valid(document), slow.is_valid(document)}


@pytest.mark.parametrize("case", VISIBLE, ids=str)
def test_what_a_schema_can_say_it_says(case: Case) -> None:
    assert verdicts(case.body, case.context) == {False}


@pytest.mark.parametrize("case", HIDDEN, ids=str)
def test_what_only_the_reader_can_say_passes_the_schema(case: Case) -> None:
    assert verdicts(case.body, case.context) == {True}


@pytest.mark.parametrize("text", VALID)
def test_valid_documents_are_valid(text: str) -> None:
    assert verdicts(text.encode(), "search") == {True}


SLOW = jsonschema.Draft202012Validator(SCHEMA)


@given(JSON_LIKE | DATA_SETS)
def test_both_validators_and_the_reader_agree_on_anything(document: object) -> None:
    text = json.dumps(document).encode()
    assume(b"NaN" not in text and b"Infinity" not in text)
    tree = json.loads(text)
    valid = RESULTS.is_valid(tree)
    assert SLOW.is_valid(tree) is valid
    if not valid:
        assert read_json(text).problems


@given(data_sets())
def test_what_the_origin_writes_of_any_data_set_is_valid(dataset: Dataset) -> None:
    document = [json_writer.model(dataset, lambda path: BASE + path)]
    assert RESULTS.is_valid(document)
    assert SLOW.is_valid(document)
