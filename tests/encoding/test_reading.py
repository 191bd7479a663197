from __future__ import annotations

import subprocess
import sys

import pytest

from dwconform.encoding.problem import Fault, Problem
from dwconform.encoding.reading import Problems, shorten


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        (1 << 1000, "a number of 1001 bits"),
        ([1, 2], "an array of 2 values"),
        ({"a": 1}, "an object of 1 members"),
        (b"a\xff", "a\\xff"),
        ("a\nb\0", "a\\nb\\x00"),
        ("\ud800", "\\ud800"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_what_was_found_is_shortened_to_a_line(value: object, line: str) -> None:
    assert shorten(value) == line


def test_problems_of_another_reader_are_taken_over_with_a_prefix() -> None:
    problems = Problems()
    problems.extend((Problem("R", "/x", "m", "e", "f"),), "part[1]")
    assert problems.listed() == (Problem("R", "part[1]/x", "m", "e", "f"),)


def test_what_is_left_out_is_counted() -> None:
    problems = Problems(limit=20)
    for _ in range(5):
        problems.add(Fault("A", "a"), "")
        problems.add(Fault("B", "b"), "")
    *listed, last = problems.listed()
    assert [problem.rule for problem in listed] == ["A", "B"] * 2
    assert last.rule == "LIMIT"
    assert "A 3 times, B 3 times" in last.message


def test_the_first_problem_of_a_rule_is_listed_even_when_the_list_is_full() -> None:
    problems = Problems(limit=20)
    for rule in "ABCDEFGHIJ":
        for _ in range(3):
            problems.add(Fault(rule, rule), "")
    for _ in range(3):
        problems.add(Fault("grave", "the one that matters"), "")
    *listed, last = problems.listed()
    assert [problem.rule for problem in listed] == [*sorted("ABCDEFGHIJ" * 2), "grave"]
    assert "grave 2 times" in last.message


def test_importing_the_readers_does_not_import_pydicom() -> None:
    program = "import sys, dwconform.encoding.search_results; sys.exit('pydicom' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
