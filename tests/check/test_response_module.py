from __future__ import annotations

import json
from typing import Any

import pytest

from check.evidence import holds
from check.pictures import rendering, reply

JSON = "application/dicom+json"
MODULE: dict[str, Any] = {
    "00720510": {"vr": "CS", "Value": ["3D_RENDERING"]},
    "0070120D": {"vr": "CS", "Value": ["MAXIMUM_IP"]},
    "00701603": {"vr": "FD", "Value": [1, -200, 52.5]},
    "00701604": {"vr": "FD", "Value": [1, 2, 3]},
    "00701605": {"vr": "FD", "Value": [0, 0, 1]},
    "00281056": {"vr": "CS"},
}


def told(module: Any, body: bytes | None = None) -> Any:
    return reply(json.dumps(module).encode() if body is None else body, JSON)


@pytest.mark.parametrize("module", [MODULE, [MODULE]], ids=["object", "array"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, True),
        ({"has": "RenderingMethod"}, True),
        ({"has": ["RenderingMethod", "MPRSlabThickness"]}, False),
        ({"has": "VOILUTFunction"}, False),
        ({"has-not": "MPRSlabThickness"}, True),
        ({"has-not": "RenderingMethod"}, False),
        ({"vectors": True}, True),
    ],
)
def test_what_a_module_has(module: Any, arguments: Any, expected: bool) -> None:
    assert holds("response-module", arguments, rendering(told(module))) is expected


@pytest.mark.parametrize("value", [[1, 2], [], ["1", "2", "3"]])
def test_a_vector_has_three_numbers(value: list[Any]) -> None:
    short = {**MODULE, "00701605": {"vr": "FD", "Value": value}}
    assert holds("response-module", {"vectors": True}, rendering(told(short))) is False


@pytest.mark.parametrize("body", [b"", b"\xff\xd8\xff", b"[]", b"{}", b"[{}, {}]", b"7"])
def test_what_is_no_module(body: bytes) -> None:
    assert holds("response-module", {}, rendering(told(None, body))) is False


def test_the_same_module_twice() -> None:
    other = {**MODULE, "00701605": {"vr": "FD", "Value": [0, 1, 0]}}
    assert holds("same-module", "first", rendering(told(MODULE), first=told([MODULE]))) is True
    assert holds("same-module", "first", rendering(told(MODULE), first=told(other))) is False
    assert holds("same-module", "first", rendering(told(MODULE), first=told(None, b""))) is False
