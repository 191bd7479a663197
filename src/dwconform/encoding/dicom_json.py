"""DICOM JSON, strictly (PS3.18 Annex F): bytes to data sets, with everything that is wrong with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.json_data_set import JsonDataSetReader
from dwconform.encoding.json_text import (
    NOTHING,
    NotJson,
    Path,
    count_members,
    decode_json,
    has_repeated_names,
    json_pointer,
    parse_json,
)
from dwconform.encoding.json_values import Place
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import LIMIT, Problems, Reading

__all__ = ["JsonContext", "read_json"]


class JsonContext(StrEnum):
    """What the payload is, which decides the shape of its top level (PS3.18 F.2.1)."""

    SEARCH = "search"
    METADATA = "metadata"
    STORE_RESPONSE = "store-response"
    DATASET = "dataset"
    WORKITEM = "workitem"
    EVENT_REPORT = "event-report"
    STATUS_REPORT = "status-report"
    ANY = "any"


_ARRAYS = {JsonContext.SEARCH, JsonContext.METADATA, JsonContext.WORKITEM}  # the last by PS3.18 11.1.3
_EITHER = {JsonContext.ANY, JsonContext.STATUS_REPORT}  # no text gives a status report a shape
_NOT_RESULTS = Fault("J-TOP-01", "The payload is not an array of data set objects.", "an array of objects")
_BARE_OBJECT = Fault("J-TOP-02", "A bare object stands where several results may come.", "an array of objects")
_NOT_ONE = Fault("J-TOP-03", "The payload is not one data set object.", "an object")
_WRAPPED = Fault("J-TOP-04", "The one data set object is wrapped in an array.", "an object")


def read_json(body: bytes, context: JsonContext = JsonContext.SEARCH, *, limit: int = LIMIT) -> Reading:
    """Read a DICOM JSON payload.

    Args:
        body: the bytes of the payload, without any content coding.
        context: what the payload is: an array for searches and metadata, one object otherwise.
        limit: how many problems to list at most.

    Returns:
        Every data set that could be read, also from a faulty document, and the problems. Pointers are JSON Pointers,
        or ``byte N`` where the text is not JSON.
    """
    reading = _read(body, context, limit, repeated=False)
    return reading or _read(body, context, limit, repeated=True) or Reading((), ())


def _read(body: bytes, context: JsonContext, limit: int, *, repeated: bool) -> Reading | None:
    """Read a payload; None when it has repeated names, and was not parsed in the slower way that shows them."""
    problems = Problems(limit)
    if context is JsonContext.EVENT_REPORT:
        problems.mute("J-TAG-05")  # command fields of group 0000 come with the data set, PS3.18 11.13
    text = decode_json(body, problems)
    tree = NOTHING if text is None else parse_json(text, problems, repeated=repeated)
    if tree is NOTHING or text is None:
        return Reading((), problems.listed())
    reader = JsonDataSetReader(problems)
    datasets: list[DataSet] = []
    for path, members in _objects(tree, context, problems):
        datasets.append(reader.read(members, Place(problems, path)))
    members_read = count_members(tree) if problems.seen else reader.members
    if not repeated and has_repeated_names(text, members_read):
        return None
    return Reading(tuple(datasets), problems.listed())


def _objects(tree: Any, context: JsonContext, problems: Problems) -> list[tuple[Path, dict[str, Any]]]:
    """Return the data set objects of the top level with their paths, and report a wrong shape."""
    if isinstance(tree, dict):
        if context in _ARRAYS:
            problems.add(_BARE_OBJECT, "", tree)
        return [((), tree)]
    wrong = _NOT_RESULTS if context in _ARRAYS | _EITHER else _NOT_ONE
    if not isinstance(tree, list):
        if type(tree) is not NotJson:
            problems.add(wrong, "", tree)
        return []
    if context not in _ARRAYS | _EITHER:
        problems.add(_WRAPPED if len(tree) == 1 else _NOT_ONE, "", tree)
    objects: list[tuple[Path, dict[str, Any]]] = []
    for index, member in enumerate(tree):
        path: Path = ((), index)
        if isinstance(member, dict):
            objects.append((path, member))
        elif type(member) is not NotJson:
            problems.add(wrong, json_pointer(path), member)
    return objects
