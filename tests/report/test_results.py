from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from dwconform import data
from dwconform.errors import UsageError
from dwconform.report.results import Results, load_results, results_schema

REGENERATE = (
    "schemas/results.schema.json is out of date; regenerate it: python -c 'import json; "
    "from dwconform.report.results import results_schema; print(json.dumps(results_schema(), indent=2))' "
    "> schemas/results.schema.json"
)


def test_schema_file_is_the_schema_of_the_records() -> None:
    written = json.loads((data.folder("schemas") / "results.schema.json").read_text(encoding="utf-8"))
    assert written == results_schema(), REGENERATE


def test_results_are_valid_by_the_schema(faulty: Results, clean: Results) -> None:
    validator = jsonschema.Draft202012Validator(results_schema())
    for results in (faulty, clean):
        validator.validate(json.loads(results.to_json()))


def test_schema_refuses_what_is_no_result(faulty: Results) -> None:
    broken = json.loads(faulty.to_json()) | {"grade": "A"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(results_schema()).validate(broken)


def test_results_survive_a_round_trip(faulty: Results, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(faulty.to_json(), encoding="utf-8")
    assert load_results(path) == faulty


@pytest.mark.parametrize("content", ["", "{}", "[1]", "no JSON"])
def test_what_is_no_results_file_is_a_usage_error(content: str, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"results\.json: not a results\.json"):
        load_results(path)
