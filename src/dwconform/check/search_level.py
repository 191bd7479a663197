"""What the checks of search results share: the level of a step's results, and their unique keys."""

from __future__ import annotations

from dwconform.check.registry import Evidence
from dwconform.encoding.dataset import DataSet
from dwconform.standard.search import QueryLevel

__all__ = ["level_of_results", "unique_key", "unique_keys"]


def level_of_results(evidence: Evidence, step: str | None = None) -> QueryLevel:
    """Return the level that the step's search was about; studies where it went to no search resource."""
    resource = evidence.sent[step or evidence.step].resource
    return resource.level if resource is not None else QueryLevel.STUDY


def unique_key(dataset: DataSet, level: QueryLevel) -> str:
    """Return the UID by which a result of the level is known, empty where it has none."""
    element = dataset.get(level.unique_key)
    value = element.values[0] if element is not None and element.values else None
    return value.rstrip("\0 ") if isinstance(value, str) else ""


def unique_keys(evidence: Evidence, step: str | None = None) -> list[str]:
    """Return the unique keys of all results of a step, in their order."""
    level = level_of_results(evidence, step)
    return [unique_key(dataset, level) for dataset in evidence.reading(step).datasets]
