from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from check.evidence import answer, holds, search
from dwconform.check.header import HeaderArgs


@pytest.mark.parametrize(
    ("arguments", "headers", "expected"),
    [
        ("Content-Type", {"content-type": "text/plain"}, True),
        ("Content-Type", {}, False),
        ({"name": "Content-Type", "present": False}, {}, True),
        ({"name": "Content-Type", "present": False}, {"Content-Type": "text/plain"}, False),
        ({"name": "Content-Length", "matches": "[0-9]+"}, {"Content-Length": "12"}, True),
        ({"name": "Content-Length", "matches": "[0-9]+"}, {"Content-Length": "12 bytes"}, False),
        ({"name": "Content-Length", "matches": "[0-9]+"}, {}, False),
    ],
)
def test_header(arguments: Any, headers: dict[str, str], expected: bool) -> None:
    assert holds("header", arguments, search(answer(headers=headers))) is expected


def test_a_value_of_an_absent_header_is_no_expectation() -> None:
    with pytest.raises(ValidationError):
        HeaderArgs.model_validate({"name": "Warning", "present": False, "matches": "299 .*"})


@pytest.mark.parametrize(
    ("version", "headers", "expected"),
    [
        ("HTTP/1.1", {"Content-Length": "2"}, True),
        ("HTTP/1.1", {"Transfer-Encoding": "chunked"}, True),
        ("HTTP/1.1", {"Connection": "close"}, False),
        ("HTTP/1.1", {"Content-Length": "2", "Transfer-Encoding": "chunked"}, False),
        ("HTTP/2", {}, True),
    ],
)
def test_framing(version: str, headers: dict[str, str], expected: bool) -> None:
    assert holds("framing", {}, search(answer(b"[]", headers=headers, http_version=version))) is expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Length": "2"}, True),
        ({}, True),
        ({"Content-Length": "2", "Transfer-Encoding": "chunked"}, False),
    ],
)
def test_framing_twice(headers: dict[str, str], expected: bool) -> None:
    assert holds("framing", {"not-both": True}, search(answer(b"[]", headers=headers))) is expected
