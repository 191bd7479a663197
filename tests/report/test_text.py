from __future__ import annotations

import pytest

from dwconform.report.text import natural, plural, series, shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("DOE^JANE\n\tok é 日本", "DOE^JANE\n\tok é 日本"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\\x0db"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x00", "\\x00"),
        ("\x9b", "\\x9b"),
        ("\u202egnp", "\\u202egnp"),
        ("\ud800", "\\ud800"),
        ("\uffff", "\\uffff"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_sections_are_ordered_as_in_the_standard() -> None:
    sections = ["10.6.10", "8.3.4", "10.6.9", "10.6", "A.1", "10.6.9/b", "10.6.9/a"]
    assert sorted(sections, key=natural) == ["8.3.4", "10.6", "10.6.9", "10.6.9/a", "10.6.9/b", "10.6.10", "A.1"]


def test_small_words() -> None:
    assert [plural(count, "study", "studies") for count in (0, 1, 2)] == ["0 studies", "1 study", "2 studies"]
    assert [series(parts) for parts in ((), "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert (shorten("abcd", 4), shorten("abcde", 4)) == ("abcd", "abc…")
