from __future__ import annotations

import pytest

from check.evidence import answer, holds, results, search


@pytest.mark.parametrize(("first", "second", "expected"), [(200, 200, True), (400, 200, False), (204, 400, False)])
def test_same_status(first: int, second: int, expected: bool) -> None:
    evidence = search(answer(status=second), first=search(answer(status=first)))
    assert holds("same-status", "first", evidence) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("12", "123", True), ("", "1", True), ("12", "12", False), ("12", "13", False), ("12", "1", False)],
)
def test_more_results(before: str, after: str, expected: bool) -> None:
    evidence = search(answer(results(*after)), first=search(answer(results(*before))))
    assert holds("more-results", "first", evidence) is expected
