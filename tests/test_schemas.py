"""The generated schemas: committed as generated, strict, and true of every file that we ship."""

from __future__ import annotations

import copy
import json

import jsonschema_rs
import pytest

from dwconform import data, yamldoc
from dwconform.schemas import generated, write

FILES = {
    "suite.schema.json": [
        path for path in sorted(data.folder("suites").rglob("*.yaml")) if "requirements" not in path.parts
    ],
    "requirements.schema.json": sorted((data.folder("suites") / "requirements").glob("ps3.*.yaml")),
    "fixtures.schema.json": sorted(data.folder("fixtures").glob("*.yaml")),
}
SHIPPED = [(schema, path) for schema, paths in FILES.items() for path in paths]


@pytest.fixture(scope="module")
def schemas():
    return generated()


def test_the_committed_schemas_are_the_generated(schemas, tmp_path):
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == schemas.keys()
    stale = [
        path.name
        for path in tmp_path.iterdir()
        if path.read_text(encoding="utf-8") != (data.folder("schemas") / path.name).read_text(encoding="utf-8")
    ]
    assert stale == [], "run `make schemas`"


@pytest.mark.parametrize("name", sorted(generated()))
def test_each_is_a_schema_that_says_where_it_lives(name, schemas):
    jsonschema_rs.meta.validate(schemas[name])
    assert schemas[name]["$id"].endswith(f"/{name}")


def test_there_is_something_to_compare():
    assert all(FILES.values())


@pytest.mark.parametrize(("schema", "path"), SHIPPED, ids=lambda value: getattr(value, "name", value))
def test_every_shipped_file_is_valid(schema, path, schemas):
    validator = jsonschema_rs.validator_for(schemas[schema])
    faults = [f"{path}: {fault.instance_path}: {fault.message[:300]}" for fault in validator.iter_errors(_read(path))]
    assert faults == []


def _read(path):
    return json.loads(json.dumps(yamldoc.read(path).value))


SUITE = {
    "suite": "a",
    "title": "A",
    "section": "1",
    "cases": [
        {
            "case": "b",
            "title": "B",
            "covers": "1/a",
            "send": {"get": "{studies}/studies", "query": {"limit": 1}},
            "expect": [{"status": 200}, {"count": {"at-least": 1}}, {"any-of": [{"expect": [{"body": "empty"}]}]}],
        }
    ],
}

# where a typo is made: (path, old key, new key)
TYPOS = [
    ((), "section", "sektion"),
    (("cases", 0), "covers", "cover"),
    (("cases", 0, "send"), "query", "qurey"),
    (("cases", 0, "send"), "get", "fetch"),
    (("cases", 0, "expect", 0), "status", "sttus"),
    (("cases", 0, "expect", 1, "count"), "at-least", "at-lest"),
    (("cases", 0, "expect", 2), "any-of", "anyof"),
    (("cases", 0, "expect", 2, "any-of", 0, "expect", 0), "body", "boddy"),
]


def test_a_good_suite_is_valid(schemas):
    jsonschema_rs.validator_for(schemas["suite.schema.json"]).validate(SUITE)


@pytest.mark.parametrize(("path", "old", "new"), TYPOS)
def test_a_typo_is_refused(path, old, new, schemas):
    broken = copy.deepcopy(SUITE)
    part = broken
    for step in path:
        part = part[step]
    part[new] = part.pop(old)
    assert not jsonschema_rs.validator_for(schemas["suite.schema.json"]).is_valid(broken)


@pytest.mark.parametrize("value", [{"status": "ok"}, {"count": {"at-least": "many"}}, {"status": 200, "count": 1}, {}])
def test_a_wrong_expectation_is_refused(value, schemas):
    broken = copy.deepcopy(SUITE)
    broken["cases"][0]["expect"] = [value]
    assert not jsonschema_rs.validator_for(schemas["suite.schema.json"]).is_valid(broken)
