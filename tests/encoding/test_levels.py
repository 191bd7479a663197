from __future__ import annotations

import pytest

from dwconform.encoding import levels
from dwconform.encoding.levels import LEVELS, Level, level_of
from dwconform.encoding.rules import RULES


def test_every_rule_has_a_level_and_only_one() -> None:
    assert LEVELS.keys() == RULES.keys()
    assert len(levels._SHALL) + len(levels._WARN) + len(levels._INFO) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "form", "level"),
    [
        ("J-TAG-01", "json", Level.SHALL),
        ("J-VAL-07", "json", Level.WARN),
        ("J-NUM-64", "json", Level.INFO),
        ("J-TAG-04", "metadata-json", Level.SHALL),
        ("J-TAG-04", "search-json", Level.WARN),
        ("J-TAG-04", "store-response-json", Level.WARN),
        ("P-TS-04", "part10", Level.WARN),
        ("P-EVEN-01", "part10", Level.SHALL),
    ],
)
def test_levels_are_those_of_the_texts(rule: str, form: str, level: Level) -> None:
    assert level_of(rule, form) is level
