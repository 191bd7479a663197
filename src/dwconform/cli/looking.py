"""Commands that look things up: list, explain, lint, coverage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dwconform.engine.library import Library
    from dwconform.standard.requirements import Requirement
    from dwconform.suite import Case

__all__ = ["register"]

Folders = Annotated[
    list[Path] | None, typer.Option("--suites", help="A folder of your own suites, beside ours (repeatable).")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command()(explain)
    app.command()(lint)
    app.command()(coverage)


def list_(
    what: Annotated[str, typer.Argument(help="cases, requirements, suites, checks, fixtures or defects")] = "cases",
    suites: Folders = None,
) -> None:
    """List what there is, a line each."""
    from dwconform.errors import UsageError
    from dwconform.yamldoc import nearest

    library = _library(suites)
    lists = {
        "cases": lambda: [f"{case.id}  {case.title}" for case in library.suites.cases.values()],
        "requirements": lambda: [f"{item.id}  {item.level}  {item.statement}" for item in library.catalogue.values()],
        "suites": lambda: [f"{name}  {title}" for name, title in sorted(library.suites.titles.items())],
        "checks": lambda: [f"{name}  {check.summary}" for name, check in library.checks.items()],
        "fixtures": lambda: [f"{name}  {recipe.title}" for name, recipe in sorted(library.recipes.items())],
        "defects": _defects,
    }
    if what not in lists:
        message = f"cannot list '{what}'{nearest(what, lists)}; there are {', '.join(lists)}"
        raise UsageError(message)
    for line in lists[what]():
        typer.echo(line)


def _defects() -> list[str]:
    from dwconform.origin import defects

    return [f"{name}  {defect.breaks}  {defect.summary}" for name, defect in sorted(defects.registry().items())]


def explain(
    name: Annotated[str, typer.Argument(help="The id of a case or of a requirement.")], suites: Folders = None
) -> None:
    """Explain a case or a requirement: what it asks, why, and how it is tested."""
    from dwconform.errors import UsageError
    from dwconform.yamldoc import nearest

    library = _library(suites)
    cases = library.suites.cases
    if name in library.catalogue:
        typer.echo("\n".join(_requirement(library.catalogue[name], library)))
        return
    found = [case for case in cases.values() if name in (case.id, f"{case.suite}/{case.name}")]
    if not found:
        known = {*library.catalogue, *cases, *(f"{case.suite}/{case.name}" for case in cases.values())}
        message = f"no case or requirement '{name}'{nearest(name, known)} (`dwconform list` shows what there is)"
        raise UsageError(message)
    typer.echo("\n\n".join("\n".join(_case(case, library)) for case in found[:3]))
    if len(found) > 3:
        typer.echo(f"\nand {len(found) - 3} more of the same matrix: {', '.join(case.id for case in found[3:])}")


def _requirement(requirement: Requirement, library: Library) -> list[str]:
    cases = [case.id for case in library.suites.cases.values() if requirement.id in case.requirements]
    lines = [
        requirement.id,
        f"  PS3.18 {requirement.section}" + (f", Table {requirement.table}" if requirement.table else ""),
        f"  level: {requirement.level}; consequence: {requirement.consequence}",
        f"  a miss is reported as: {requirement.finding}",
        f"  {requirement.statement}",
    ]
    if str(requirement.editions) != "-":
        lines.append(f"  editions: {requirement.editions}")
    if requirement.reading:
        lines.append(f"  reading: {requirement.reading}")
    if requirement.untestable:
        lines.append(f"  no black-box test: {requirement.untestable}")
    if requirement.entries:
        lines.append(f"  stands for the catalogue's {', '.join(requirement.entries)}")
    lines.append(f"  cases ({len(cases)}):")
    return [*lines, *(f"    {case}" for case in cases)]


def _case(case: Case, library: Library) -> list[str]:
    lines = [case.id, f"  {case.title}", f"  {case.place}"]
    for step in case.steps:
        send = step.send
        query = "&".join(key if value is None else f"{key}={_text(value)}" for key, value in send.query)
        joined = "&".join(part for part in (query, send.raw_query) if part)
        lines.append(f"  sends: {send.method} {send.url}{'?' + joined if joined else ''}")
        lines.append(f"         Accept: {send.accept if send.accept is not None else '(none)'}")
    lines.extend(f"  expects: {item.check} {_arguments(item.args)}" for item in case.expectations)
    told = {"reading": case.reading, "impact": case.impact, "fix": case.fix}
    lines.extend(f"  {label}: {text}" for label, text in told.items() if text)
    lines.append("  covers:")
    for key in case.requirements:
        requirement = library.catalogue[key]
        lines.append(f"    {key} ({requirement.level}): {requirement.statement}")
    return lines


def _text(value: str | tuple[str, ...]) -> str:
    return ",".join(value) if isinstance(value, tuple) else value


def _arguments(args: object) -> str:
    return "" if args is None else json.dumps(args, ensure_ascii=False, default=str)


def lint(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders or files of suites; ours are always read.")
    ] = None,
) -> None:
    """Check suites, requirements and fixtures without sending anything."""
    library = _library(folders)
    faults = _dead_templates(library)
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(2)
    typer.echo(
        f"{len(library.suites.cases)} cases, {len(library.catalogue)} requirements, "
        f"{len(library.recipes)} fixture sets: no fault found"
    )


def _dead_templates(library: Library) -> list[str]:
    """Return a line for each template that names what no fixture has."""
    from dwconform.engine.lint import dead_templates

    return list(dead_templates(library))


def coverage(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Name what is missing.")] = False,
) -> None:
    """Count requirements: catalogued, covered by a case, with a defect, untestable with a reason; per chapter."""
    from rich.console import Console

    from dwconform import coverage as counting

    counted = counting.count(_library(None))
    if as_json:
        typer.echo(counting.to_json(counted))
    else:
        counting.print_table(counted, Console(), missing=missing)


def _library(folders: list[Path] | None) -> Library:
    from dwconform.engine.library import load_library

    return load_library(folders or ())
