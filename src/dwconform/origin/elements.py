"""The data set as the origin keeps it, and the compact JSON in which the index stores it.

A data set maps an eight-digit upper-case tag to an :class:`Element`. Text values are decoded strings without trailing
padding, a PN is one string with ``=`` between its groups, IS and DS keep their spelling, AT is eight hex digits, binary
numbers are numbers, short octets are ``bytes``, long ones :class:`Bulk`, items are data sets. An empty value among
several is ``None``; an element without a value has no values.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Bulk", "Dataset", "Element", "Value", "dump", "load", "texts"]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A value that is delivered on its own; ``path`` is relative to the base URI."""

    path: str


@dataclass(frozen=True, slots=True)
class Element:
    """One attribute: VR and values."""

    vr: str
    values: tuple[Value, ...] = ()


Dataset: TypeAlias = "dict[str, Element]"
Value: TypeAlias = "str | int | float | bytes | Bulk | Dataset | None"


def texts(dataset: Dataset, tag: str) -> tuple[str, ...]:
    """The non-empty values of an attribute as text; ``()`` when it is absent."""
    element = dataset.get(tag)
    return tuple(str(value) for value in element.values if value not in (None, "")) if element else ()


def dump(dataset: Dataset) -> str:
    """Write a data set for the index."""
    return json.dumps(_plain(dataset), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Dataset:
    """Read what :func:`dump` wrote."""
    return _dataset(json.loads(text))


def _plain(dataset: Dataset) -> dict[str, Any]:
    return {tag: [element.vr, [_plain_value(value) for value in element.values]] for tag, element in dataset.items()}


def _plain_value(value: Value) -> Any:
    if isinstance(value, bytes):
        return {"octets": base64.b64encode(value).decode()}
    if isinstance(value, Bulk):
        return {"bulk": value.path}
    if isinstance(value, dict):
        return {"item": _plain(value)}
    return value


def _dataset(plain: dict[str, Any]) -> Dataset:
    return {tag: Element(vr, tuple(_value(value) for value in values)) for tag, (vr, values) in plain.items()}


def _value(plain: Any) -> Value:
    match plain:
        case {"octets": octets}:
            return base64.b64decode(octets)
        case {"bulk": path}:
            return Bulk(path)
        case {"item": item}:
            return _dataset(item)
        case _:
            return plain  # type: ignore[no-any-return]  # str, int, float or None by what dump writes
