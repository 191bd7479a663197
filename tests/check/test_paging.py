from __future__ import annotations

from typing import Any

import pytest

from check.evidence import answer, holds, observe, results, search
from dwconform.check.registry import Evidence

JSON = {"Content-Type": "application/dicom+json"}


def listed(*uids: str, **steps: Evidence) -> Evidence:
    return search(answer(results(*uids)), **steps)


WHOLE = listed("1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    ("part", "arguments", "expected"),
    [
        ("12", {"limit": 2}, True),
        ("21", {"limit": 2}, False),
        ("1", {"limit": 2}, False),
        ("123", {"limit": 2}, False),
        ("45", {"offset": 3}, True),
        ("34", {"offset": 3, "limit": 2}, False),
        ("", {"offset": 9}, True),
        ("11", {"limit": 2}, False),
    ],
)
def test_page(part: str, arguments: dict[str, Any], expected: bool) -> None:
    assert holds("page", {"of": "whole", **arguments}, listed(*part, whole=WHOLE)) is expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [(("12", "34", "5"), True), (("12", "23", "45"), False), (("12", "4", "5"), False), (("21", "34", "5"), False)],
)
def test_pages_tile(pages: tuple[str, ...], expected: bool) -> None:
    steps = {f"p{number}": listed(*page) for number, page in enumerate(pages)}
    assert holds("pages-tile", {"pages": list(steps), "of": "whole"}, listed(whole=WHOLE, **steps)) is expected


@pytest.mark.parametrize("check", ["page", "pages-tile"])
def test_without_a_list_there_is_nothing_to_compare_with(check: str) -> None:
    arguments = {"of": "whole", **({"pages": ["whole", "whole"]} if check == "pages-tile" else {})}
    assert holds(check, arguments, listed("1", whole=search(answer(status=204)))) is None


@pytest.mark.parametrize(
    ("part", "told"),
    [("112", "twice"), ("129", "1 are missing, 1 are too many"), ("132", "another order"), ("123", "the same order")],
)
def test_it_says_how_a_page_differs(part: str, told: str) -> None:
    (observation,) = observe("page", {"of": "whole", "limit": 3}, listed(*part, whole=WHOLE))
    assert told in observation.message


@pytest.mark.parametrize(("uids", "expected"), [(("1", "2"), True), (("1", ""), False), ((), None)])
def test_unique_key(uids: tuple[str, ...], expected: bool | None) -> None:
    assert holds("unique-key", None, listed(*uids)) is expected


@pytest.mark.parametrize(
    ("first", "late", "warning", "expected"),
    [
        ("12345", "5", "", True),
        ("123", "5", "", False),
        ("123", "5", "299 server: There are 2 additional results that can be requested", True),
        ("123", "", "", None),
    ],
)
def test_cut_announced(first: str, late: str, warning: str, expected: bool | None) -> None:
    headers = {**JSON, **({"Warning": warning} if warning else {})}
    evidence = search(answer(results(*first), headers=headers), late=listed(*late))
    assert holds("cut-announced", {"beyond": "late"}, evidence) is expected
