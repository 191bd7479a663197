"""Editions and ranges of them."""

from __future__ import annotations

import pytest

from dwconform.standard.editions import ALL_EDITIONS, Edition, EditionRange


@pytest.mark.parametrize(("text", "told"), [("2025c", "2025c"), ("2020", "2020a"), ("2019a", "2019a")])
def test_an_edition(text, told):
    assert str(Edition.parse(text)) == told


@pytest.mark.parametrize("text", ["", "25c", "2025f", "2025C", "2025c ", "1999", "2025-", "latest"])
def test_no_edition(text):
    with pytest.raises(ValueError, match="is no edition of the standard"):
        Edition.parse(text)


def test_editions_are_ordered():
    written = ["2019a", "2019e", "2020", "2025c", "2025e", "2026a"]
    assert sorted(map(Edition.parse, reversed(written))) == [Edition.parse(text) for text in written]


# range -> how it is written, an edition in it (or none), one outside (or none), whether it spans all accepted
RANGES = [
    ("2023e-", "2023e-", "2023e", "2023d", False),
    ("-2025e", "-2025e", "2025e", "2026a", False),
    ("2020-2023b", "2020a-2023b", "2021", "2023c", False),
    ("2025c", "2025c", "2025c", "2025d", False),
    ("2019-", "2019a-", "2019a", None, True),
    ("2018-", "2018a-", "2026a", None, True),
    ("-", "-", "2000", None, True),
]


@pytest.mark.parametrize(("text", "told", "inside", "outside", "spans"), RANGES)
def test_a_range(text, told, inside, outside, spans):
    found = EditionRange.parse(text)
    assert (str(found), found.spans_all) == (told, spans)
    assert Edition.parse(inside) in found
    if outside:
        assert Edition.parse(outside) not in found


def test_all_editions():
    assert EditionRange.parse("-") == ALL_EDITIONS


@pytest.mark.parametrize("text", ["soon", "2025c-soon", "2020-2021-2022", ""])
def test_no_range(text):
    with pytest.raises(ValueError, match="is no edition"):
        EditionRange.parse(text)
