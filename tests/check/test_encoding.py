from __future__ import annotations

import json
from typing import Any

import pytest

from check.evidence import answer, holds, observe, results, search, uid

CT = uid("clinic.ct")
STRING_NAME = {"00100010": {"vr": "PN", "Value": ["DOE^JANE"]}}


@pytest.mark.parametrize(
    ("rules", "apart_from", "attributes", "expected"),
    [
        (["J-PN-*"], [], {}, True),
        (["J-PN-*"], [], STRING_NAME, False),
        (["J-VAL-*", "J-PN-01"], [], STRING_NAME, False),
        (["J-VAL-*"], [], STRING_NAME, True),
        (["J-PN-*"], ["J-PN-0*"], STRING_NAME, True),
    ],
)
def test_encoding(rules: list[str], apart_from: list[str], attributes: dict[str, Any], expected: bool) -> None:
    arguments = {"rules": rules, "apart-from": apart_from}
    assert holds("encoding", arguments, search(answer(results(CT, **attributes)))) is expected


def test_without_results_nothing_can_be_told_of_their_encoding() -> None:
    assert holds("encoding", {"rules": ["J-*"]}, search(answer(status=204))) is None


def test_it_names_the_rule_and_the_place() -> None:
    (observation,) = observe("encoding", {"rules": ["J-PN-*"]}, search(answer(results(CT, **STRING_NAME))))
    assert observation.message.startswith("J-PN-01: ")
    assert "00100010" in observation.pointer


def test_octets_that_are_no_utf_8_are_seen() -> None:
    body = json.dumps([{"00100020": {"vr": "LO", "Value": ["Müller"]}}], ensure_ascii=False).encode("latin-1")
    assert holds("encoding", {"rules": ["J-UTF8-*"]}, search(answer(body))) is False


@pytest.mark.parametrize(
    ("values", "expected"), [(["ISO_IR 192"], True), (["ISO_IR 100"], False), ([None, "ISO 2022 IR 87"], False)]
)
def test_character_set(values: list[str], expected: bool) -> None:
    named = {"00080005": {"vr": "CS", "Value": values}}
    assert holds("character-set", None, search(answer(results(CT, **named)))) is expected


def test_no_character_set_is_right_as_well() -> None:
    assert holds("character-set", None, search(answer(results(CT)))) is True
