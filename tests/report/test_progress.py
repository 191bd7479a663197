from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from dwconform.engine.events import (
    CaseFinished,
    CaseStarted,
    Event,
    FixtureReady,
    FixtureStarted,
    Notice,
    RunFinished,
    RunStarted,
)
from dwconform.report.progress import ProgressDisplay

from . import sample


def events() -> list[Event]:
    results = sample.faulty()
    heard: list[Event] = [RunStarted("Acme [bold]", len(results.cases), 2, read_only=True)]
    for fixture in results.run.fixtures:
        heard += [FixtureStarted(fixture.name), FixtureReady(fixture)]
    for case in results.cases:
        heard += [CaseStarted(case.id), CaseFinished(case)]
    return [*heard, Notice("a notice \x1b[31m"), RunFinished(results)]


def shown(*, terminal: bool, every: int = 10, verbose: bool = False) -> str:
    console = Console(file=StringIO(), width=100, force_terminal=terminal)
    display = ProgressDisplay(console, every=every, verbose=verbose)
    for event in events():
        display(event)
    display.close()
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_there_are_lines_now_and_then() -> None:
    lines = shown(terminal=False).splitlines()
    assert lines[0] == "Acme [bold]: 21 cases on 2 fixture sets (read-only)"
    assert [line.partition(":")[0] for line in lines if " of 21 cases" in line] == [
        "10 of 21 cases",
        "20 of 21 cases",
        "21 of 21 cases",
    ]
    assert "21 of 21 cases: 14 fail, 1 warn, 1 error" in lines
    assert lines[-1] == "a notice \\x1b[31m"


@pytest.mark.parametrize("terminal", [True, False])
def test_verbose_names_every_case(*, terminal: bool) -> None:
    text = shown(terminal=terminal, verbose=True)
    assert all(case.id in text for case in sample.faulty().cases)


def test_on_a_terminal_there_is_a_bar_that_goes_away() -> None:
    text = shown(terminal=True)
    assert "21/21" in text or "/21" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") > 0, "the cursor is back"


def test_a_bar_is_taken_down_when_a_run_breaks_off() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True)
    display = ProgressDisplay(console)
    display(RunStarted("Acme", 3, 0, read_only=False))
    display.close()
    assert isinstance(console.file, StringIO)
    assert "\x1b[?25h" in console.file.getvalue()
