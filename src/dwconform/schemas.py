"""Writes every JSON Schema that is generated from code: ``python -m dwconform.schemas [FOLDER]`` (``make schemas``)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dwconform import data
from dwconform.check.registry import registry
from dwconform.fixtures import Recipe
from dwconform.report.results import results_schema
from dwconform.standard.requirements import requirements_schema
from dwconform.suite.schema import suite_schema
from dwconform.target.load import target_schema

__all__ = ["generated", "write"]


def generated() -> Mapping[str, dict[str, Any]]:
    """Return each generated schema by the name of its file."""
    return {
        "fixtures.schema.json": _fixtures_schema(),
        "requirements.schema.json": requirements_schema(),
        "results.schema.json": results_schema(),
        "suite.schema.json": suite_schema(registry()),
        "target.schema.json": target_schema(),
    }


def _fixtures_schema() -> dict[str, Any]:
    schema = Recipe.model_json_schema(by_alias=True)
    charset = schema["$defs"]["StudyRecipe"]["properties"]["charset"]
    charset["anyOf"].append({"type": "string"})  # a single character set needs no list
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://dwconform.org/schemas/fixtures.schema.json",
        **schema,
    }


def write(folder: Path) -> None:
    """Write the generated schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in generated().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else data.folder("schemas"))
