"""The command line: one module for each group of commands; nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated

import typer

from dwconform import __version__
from dwconform.cli import judging, looking, serving, validating
from dwconform.errors import DwconformError

__all__ = ["app", "main"]

app = typer.Typer(
    name="dwconform",
    help="Judge a DICOMweb server against DICOM PS3.18, and say why.",
    epilog="Begin with:  dwconform demo   |   dwconform discover URL   |   dwconform run URL",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
judging.register(app)
looking.register(app)
serving.register(app)
validating.register(app)


def _version(value: bool) -> None:  # typer calls it so
    if value:
        typer.echo(f"dwconform {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Judge a DICOMweb server against DICOM PS3.18, and say why."""


def main() -> None:
    """Run the command line.

    Errors of the user's making end in a sentence and the exit status 2; a fault of ours ends in the exit status 6, so
    that nobody takes it for a finding about the target.
    """
    try:
        app(prog_name="dwconform")
    except DwconformError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
    except OSError as error:  # a report cannot be written, say; what the network does never comes here
        typer.echo(f"error: {error.strerror or error}: {error.filename or ''}", err=True)
        sys.exit(2)
    except Exception:  # noqa: BLE001 - the last resort
        traceback.print_exc()
        typer.echo("error: this is a fault of dwconform; please report it with the lines above", err=True)
        sys.exit(6)
