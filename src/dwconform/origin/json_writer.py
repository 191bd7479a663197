"""The DICOM JSON Model (PS3.18 Annex F)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from dwconform.origin.elements import Bulk, Dataset, Element, Value

__all__ = ["encode", "model"]

GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_EXACT = 2**53


def model(dataset: Dataset, locate: Callable[[str], str]) -> dict[str, Any]:
    """A data set as a DICOM JSON Model object; ``locate`` makes a Bulk path a URI."""
    return {tag: _attribute(dataset[tag], locate) for tag in sorted(dataset)}


def encode(document: Any) -> bytes:
    """JSON text in UTF-8 (F.2); raises for NaN, which JSON cannot spell."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _attribute(element: Element, locate: Callable[[str], str]) -> dict[str, Any]:
    if not element.values:
        return {"vr": element.vr}
    first = element.values[0]
    if isinstance(first, Bulk):
        return {"vr": element.vr, "BulkDataURI": locate(first.path)}
    if isinstance(first, bytes):
        return {"vr": element.vr, "InlineBinary": base64.b64encode(first).decode()}
    return {"vr": element.vr, "Value": [_value(element.vr, value, locate) for value in element.values]}


def _value(vr: str, value: Value, locate: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return model(value, locate)
    if value is None:
        return None
    if vr == "PN":
        groups = zip(GROUPS, str(value).split("="), strict=False)
        return {name: group.rstrip(" ") for name, group in groups if group.rstrip(" ^")} or None
    if vr in ("IS", "DS"):
        return _number(str(value).strip())
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)  # SV and UV: many readers would round the number (F.2.3)
    return value


def _number(text: str) -> int | float | str:
    """A number where JSON writes it back in the very same letters, else the string (F.2.3 allows either)."""
    if _NUMBER.fullmatch(text):
        number = float(text) if "." in text else int(text)
        if repr(number) == text:
            return number
    return text
