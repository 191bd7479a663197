"""The end of a run on the terminal: outcome, claims, findings, and where the reports are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dwconform.report.findings import Finding, findings
from dwconform.report.headline import CONSEQUENCES, edition, exit_status, headline, mode, summary
from dwconform.report.results import ClaimRecord, Results
from dwconform.report.text import plural, shorten, visible
from dwconform.standard.terms import Consequence, Outcome, Verdict

__all__ = ["STYLES", "print_summary"]

_FINDINGS = 12  # of each consequence; the reports have all of them
_WIDTH = 200

STYLES = {
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.ERROR: "magenta",
    Verdict.UNTESTED: "dim",
    Verdict.INFO: "blue",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}
_OUTCOMES = {
    Outcome.CONFORMANT: "bold green",
    Outcome.CONFORMANT_WITH_WARNINGS: "bold yellow",
    Outcome.NOT_CONFORMANT: "bold red",
    Outcome.INCOMPLETE: "bold",
}


def print_summary(results: Results, console: Console, reports: Collection[Path] = ()) -> None:
    """Print what a run found out; ``reports`` are the files that tell the rest.

    Colour only repeats what the words say, and what a target sent is never taken for markup or control characters.
    """
    run = results.run
    console.print()
    _say(console, f"{run.target.name}: {results.outcome}", style=_OUTCOMES[results.outcome])
    _say(console, headline(results))
    console.print(_rows((Text("-"), Text(line)) for line in summary(results)))
    if run.stopped:
        _say(console, f"The run ended early: {run.stopped}", style="bold")
    _print_claims(results.claims, console)
    for consequence in Consequence:
        _print_findings((item for item in findings(results) if item.requirement.consequence is consequence), console)
    console.print()
    _say(console, f"{plural(run.requests, 'request')}, {mode(run)}; judged by {edition(run)}; seed {run.seed}")
    _say(console, f"Exit status {exit_status(run)}")
    for path in reports:
        _say(console, f"Report: {path}")


def _say(console: Console, line: str, style: str = "") -> None:
    console.print(Text(visible(line), style=style), soft_wrap=False)


def _print_claims(claims: Iterable[ClaimRecord], console: Console) -> None:
    claimed = [claim for claim in claims if claim.claimed]
    if not claimed:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
    table.add_column("Claim", overflow="fold")
    table.add_column("Outcome", overflow="fold")
    for heading in ("fail", "warn", "pass", "open"):
        table.add_column(heading, justify="right")
    for claim in claimed:
        counts = claim.requirements
        left_open = counts.get(Verdict.UNTESTED, 0) + counts.get(Verdict.ERROR, 0)
        numbers = [counts.get(verdict, 0) for verdict in (Verdict.FAIL, Verdict.WARN, Verdict.PASS)]
        outcome = Text(claim.outcome or "not judged", style=_OUTCOMES[claim.outcome] if claim.outcome else "")
        table.add_row(Text(visible(claim.claim)), outcome, *map(str, (*numbers, left_open)))
    console.print()
    console.print(table)


def _print_findings(found: Iterable[Finding], console: Console) -> None:
    members = list(found)
    if not members:
        return
    consequence = members[0].requirement.consequence
    title = "strict findings" if consequence is Consequence.LETTER else str(consequence)
    console.print()
    _say(console, f"{title.capitalize()}: {CONSEQUENCES[consequence]}", style="bold")
    console.print(_rows(map(_finding, members[:_FINDINGS])))
    if len(members) > _FINDINGS:
        _say(console, f"  and {len(members) - _FINDINGS} more, in the report")


def _finding(finding: Finding) -> tuple[Text, Text]:
    waived = ", waived" if finding.requirement.waiver else ""
    first_line = " ".join(visible(shorten(finding.headline, _WIDTH)).split())
    told = f"{visible(finding.requirement.id)}: {first_line} ({plural(len(finding.cases), 'case')}{waived})"
    return Text(finding.verdict.upper(), style=STYLES[finding.verdict]), Text(told)


def _rows(rows: Iterable[tuple[Text, Text]]) -> Table:
    """Return lines whose second column keeps its indentation where it wraps."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for mark, text in rows:
        grid.add_row("", mark, text)
    return grid
