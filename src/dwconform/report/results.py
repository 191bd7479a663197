"""``results.json``: reading it, and its JSON Schema (``schemas/results.schema.json``). The records are the engine's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dwconform.engine.records import (
    SCHEMA_ID,
    BodyRecord,
    CaseRecord,
    ClaimRecord,
    ExchangeRecord,
    FixtureRecord,
    LedgerEntry,
    ObservationRecord,
    RequestRecord,
    RequirementRecord,
    ResponseRecord,
    Results,
    RunRecord,
    TargetRecord,
    WaiverRecord,
)
from dwconform.errors import UsageError

__all__ = [
    "BodyRecord",
    "CaseRecord",
    "ClaimRecord",
    "ExchangeRecord",
    "FixtureRecord",
    "LedgerEntry",
    "ObservationRecord",
    "RequestRecord",
    "RequirementRecord",
    "ResponseRecord",
    "Results",
    "RunRecord",
    "TargetRecord",
    "WaiverRecord",
    "load_results",
    "results_schema",
]


def load_results(path: Path) -> Results:
    """Read a results.json.

    Raises:
        UsageError: it cannot be read, or is no results.json of this version.
    """
    try:
        return Results.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        message = f"{path}: not a results.json of dwconform: {error}"
        raise UsageError(message) from error


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json."""
    schema = Results.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
