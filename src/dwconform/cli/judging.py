"""Commands that judge: run, demo, report, selftest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dwconform.engine.events import Event
    from dwconform.engine.run import Options
    from dwconform.standard.editions import Edition
    from dwconform.target import Target

__all__ = ["register"]

DEFAULT_REPORTS = Path("reports")
FORMATS = ("json", "html", "junit", "markdown")

Suite = Annotated[
    list[str] | None,
    typer.Option(
        "--suite", "-s", help="Only these suites (id, prefix or pattern; repeatable), such as studies/search."
    ),
]
CaseIds = Annotated[
    list[str] | None, typer.Option("--case", "-c", help="Only these cases (id or pattern; repeatable).")
]
Requirements = Annotated[
    list[str] | None, typer.Option("--requirement", "-r", help="Only cases that cover these requirements (repeatable).")
]
Folders = Annotated[
    list[Path] | None, typer.Option("--suites", help="A folder of your own suites, beside ours (repeatable).")
]
EditionText = Annotated[
    str, typer.Option("--edition", help="Judge by this edition only, such as 2025c. Default: any since 2019 will do.")
]
Seed = Annotated[
    int | None, typer.Option(help="Makes UIDs and identifiers; the same seed repeats them. Default: drawn anew.")
]
Concurrency = Annotated[int, typer.Option("--concurrency", "-j", min=1, max=64, help="Cases at the same time.")]
Reports = Annotated[Path, typer.Option("--reports", "-o", help="Folder that the reports are written to.")]
Formats = Annotated[list[str] | None, typer.Option("--format", "-f", help=f"Reports to write: {', '.join(FORMATS)}.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(demo)
    app.command()(report)
    app.command()(cleanup)
    app.command()(selftest)


def run(
    target: Annotated[str, typer.Argument(help="Base URL of the server, or a target.yaml (see `dwconform discover`).")],
    suite: Suite = None,
    case: CaseIds = None,
    requirement: Requirements = None,
    suites: Folders = None,
    edition: EditionText = "",
    seed: Seed = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Send nothing but GET, HEAD and OPTIONS; use what the server holds.")
    ] = False,
    concurrency: Concurrency = 1,
    reports: Reports = DEFAULT_REPORTS,
    format_: Formats = None,
    redact: Annotated[bool, typer.Option("--redact", help="Keep patient data out of all reports.")] = False,
    quiet: Quiet = False,
) -> None:
    """Judge a server and write the reports.

    Exit status: 0 conformant (or all fails waived), 1 not conformant, 2 usage or configuration, 3 incomplete,
    4 a waiver is stale or expired, 5 the target cannot be reached, 6 a fault of dwconform.
    """
    from dwconform.engine.plan import Selection
    from dwconform.engine.run import Options
    from dwconform.target import load_target

    options = Options(
        selection=Selection(tuple(suite or ()), tuple(case or ()), tuple(requirement or ())),
        edition=_edition(edition),
        seed=seed,
        read_only=read_only,
        concurrency=concurrency,
        redact=redact,
        ledger=None if read_only else reports / f"ledger-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.jsonl",
    )
    status = _judge(load_target(target), options, suites or (), reports, format_ or FORMATS, quiet=quiet)
    raise typer.Exit(status)


def demo(
    suite: Suite = None,
    case: CaseIds = None,
    defect: Annotated[
        list[str] | None, typer.Option("--defect", "-d", help="Break the server in this way (repeatable).")
    ] = None,
    seed: Seed = 1,
    concurrency: Concurrency = 1,
    reports: Reports = DEFAULT_REPORTS,
    format_: Formats = None,
    quiet: Quiet = False,
) -> None:
    """Judge the origin server that comes with dwconform: the whole way, nothing else needed."""
    from dwconform.engine.plan import Selection
    from dwconform.engine.run import Options
    from dwconform.origin.server import OriginServer
    from dwconform.target import load_target

    with OriginServer() as origin:
        origin.defects.activate(*(defect or ()))
        options = Options(Selection(tuple(suite or ()), tuple(case or ())), seed=seed, concurrency=concurrency)
        status = _judge(load_target(origin.base_url), options, (), reports, format_ or FORMATS, quiet=quiet)
    raise typer.Exit(status)


def report(
    results: Annotated[Path, typer.Argument(help="A results.json of an earlier run.")],
    reports: Reports = DEFAULT_REPORTS,
    format_: Formats = None,
) -> None:
    """Write the reports of an earlier run anew."""
    from dwconform.report.results import load_results
    from dwconform.report.write import write_reports

    for name, path in write_reports(load_results(results), reports, _formats(format_ or FORMATS)).items():
        typer.echo(f"{name}: {path}")


def cleanup(
    results: Annotated[Path, typer.Argument(help="A results.json, or the ledger of a run that died.")],
    target: Annotated[str, typer.Option("--target", help="URL or target.yaml, where logging in is needed.")] = "",
) -> None:
    """Delete from a server what an earlier run stored there, by DELETE of each study."""
    from dwconform.engine.ledger import delete_studies, read_ledger
    from dwconform.errors import UsageError
    from dwconform.probe import Probe
    from dwconform.report.results import load_results
    from dwconform.target import load_target

    try:
        found = load_results(results)
        url, entries = found.run.target.url, found.ledger
    except UsageError:
        url, entries = read_ledger(results)
    judged = load_target(target or url)
    left = 0
    with Probe(judged) as probe:
        for deletion in delete_studies(probe, judged.base("studies"), (item for item in entries if not item.deleted)):
            typer.echo(f"{deletion.study}: {'deleted' if deletion.gone else f'left: {deletion.reason}'}")
            left += not deletion.gone
    raise typer.Exit(1 if left else 0)


def selftest(
    defect: Annotated[list[str] | None, typer.Option("--defect", "-d", help="Only these defects (repeatable).")] = None,
    suites: Folders = None,
    everything: Annotated[
        bool, typer.Option("--all-cases", help="Run all cases on each defect, and tell what else it breaks.")
    ] = False,
) -> None:
    """Break our own server in every way we know, and tell which defects the suites catch: the mutation score."""
    from rich.console import Console

    from dwconform.selftest import print_score
    from dwconform.selftest import selftest as test

    score = test(defects=defect or None, folders=suites or (), all_cases=everything, tell=_tell_defect(Console()))
    print_score(score, Console())
    raise typer.Exit(0 if score.complete else 1)


def _tell_defect(console: Console) -> Callable[[str, bool], None]:
    def tell(name: str, caught: bool) -> None:
        if not caught:
            console.print(f"survived: {name}")

    return tell


def _edition(text: str) -> Edition | None:
    from dwconform.errors import UsageError
    from dwconform.standard.editions import Edition

    try:
        return Edition.parse(text) if text else None
    except ValueError as error:
        raise UsageError(str(error)) from error


def _formats(formats: Sequence[str]) -> frozenset[str]:
    from dwconform.errors import UsageError
    from dwconform.yamldoc import nearest

    for name in formats:
        if name not in FORMATS:
            message = f"unknown report format '{name}'{nearest(name, FORMATS)}; known are {', '.join(FORMATS)}"
            raise UsageError(message)
    return frozenset(formats)


def _judge(
    target: Target, options: Options, folders: Sequence[Path], reports: Path, formats: Sequence[str], *, quiet: bool
) -> int:
    """Run, write the reports, tell the outcome; return the exit status."""
    from rich.console import Console

    from dwconform.engine.library import load_library
    from dwconform.engine.run import run as judge
    from dwconform.report.terminal import print_summary
    from dwconform.report.write import write_reports

    wanted = _formats(formats)
    library = load_library(folders)
    console = Console()
    try:
        with _progress(Console(stderr=True), quiet=quiet) as listeners:
            results = judge(target, library, options, listeners)
    except KeyboardInterrupt:  # before the run began, or once more while it was ending: there is nothing to report
        raise typer.Exit(130) from None
    written = write_reports(results, reports, wanted)
    if "json" in written and options.ledger:
        options.ledger.unlink(missing_ok=True)  # results.json has it now
    if not quiet:
        print_summary(results, console, list(written.values()))
    return results.run.exit_status


@contextmanager
def _progress(console: Console, *, quiet: bool) -> Iterator[Sequence[Callable[[Event], None]]]:
    if quiet:
        yield ()
        return
    from dwconform.report.progress import ProgressDisplay

    with closing(ProgressDisplay(console)) as progress:
        yield (progress,)
