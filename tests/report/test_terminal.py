from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from dwconform.report.results import Results
from dwconform.report.terminal import print_summary

from .sample import in_order


def shown(results: Results, *, width: int = 100, terminal: bool = False) -> str:
    console = Console(
        file=StringIO(), width=width, force_terminal=terminal, color_system="truecolor" if terminal else None
    )
    print_summary(results, console, [Path("reports/report.html")])
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_outcome_claims_findings_and_where_the_report_is(faulty: Results) -> None:
    text = shown(faulty)
    parts = (
        "Acme Archive 4.1: not conformant",
        "studies.search",
        "Safety:",
        "FAIL 10.4.3/frame-bytes: frame 1 differs",
        "(10 cases)",
        "Interop:",
        "waived",
        "Strict findings:",
        "Exit status 1",
        "Report: reports/report.html",
    )
    assert in_order(text, *parts)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_keep_to_the_width(faulty: Results, width: int) -> None:
    assert max(map(len, shown(faulty, width=width).splitlines())) <= width


def test_nothing_of_the_target_reaches_the_terminal_as_a_command(faulty: Results) -> None:
    assert "\x1b" not in shown(faulty)
    assert "\x1b[31mred" not in shown(faulty, terminal=True)
    assert "\x1b[" in shown(faulty, terminal=True), "our own colours are there"


def test_a_clean_run_is_short(clean: Results) -> None:
    text = shown(clean)
    assert "conformant" in text
    assert "FAIL" not in text
