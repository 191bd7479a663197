from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from check.evidence import answer, holds, observe, search
from dwconform.check.status import StatusArgs


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (200, 200, True),
        (200, 204, False),
        ([200, 204], 204, True),
        ([200, 204], 404, False),
        ({"codes": [406]}, 406, True),
        ({"class": 2}, 299, True),
        ({"class": 2}, 400, False),
        ({"not-class": 5}, 400, True),
        ({"not-class": 5}, 500, False),
    ],
)
def test_status(arguments: Any, status: int, expected: bool) -> None:
    assert holds("status", arguments, search(answer(status=status))) is expected


@pytest.mark.parametrize("arguments", [{}, {"codes": [200], "class": 2}, {"class": 7}, "ok"])
def test_arguments_that_say_nothing_or_two_things_are_refused(arguments: Any) -> None:
    with pytest.raises(ValidationError):
        StatusArgs.model_validate(arguments)


def test_every_page_counts() -> None:
    assert holds("status", 200, search(answer(), answer(status=500))) is False


def test_no_content_is_the_end_of_the_pages() -> None:
    assert holds("status", 200, search(answer(), answer(status=204))) is True


def test_a_code_without_a_name_is_told_as_a_number() -> None:
    (observation,) = observe("status", 200, search(answer(status=599)))
    assert (observation.observed, observation.expected) == ("599", "200 (OK)")


@pytest.mark.parametrize(
    ("presence", "body", "expected"),
    [("empty", b"", True), ("empty", b"x", False), ("not-empty", b"x", True), ("not-empty", b"", False)],
)
def test_body(presence: str, body: bytes, expected: bool) -> None:
    assert holds("body", presence, search(answer(body))) is expected
