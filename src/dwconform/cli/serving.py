"""Commands beside the judging: discover, serve, fixtures."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

__all__ = ["register"]

fixtures = typer.Typer(help="The data sets that the suites use.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(discover)
    app.command()(serve)
    app.add_typer(fixtures, name="fixtures")


def discover(
    target: Annotated[str, typer.Argument(help="Base URL of the server, or a target.yaml.")],
) -> None:
    """Look at a server, harmlessly, and draft its target.yaml: what answers, what is claimed, what differs."""
    from dwconform.probe.discover import discover as look
    from dwconform.probe.discover import draft_yaml
    from dwconform.target import load_target

    found = look(load_target(target))
    typer.echo(draft_yaml(found))
    if not found.reachable:
        raise typer.Exit(5)


def serve(
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8042,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    storage: Annotated[
        Path | None, typer.Option(help="Folder to keep what is stored; default: a temporary one.")
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option("--defect", "-d", help="Break it in this way (repeatable; `dwconform list defects`)."),
    ] = None,
    edition: Annotated[str, typer.Option(help="Behave as this edition says, where editions differ.")] = "2025c",
) -> None:
    """Serve the reference origin server, healthy or with defects, until Ctrl-C."""
    from dwconform.origin.app import PREFIX
    from dwconform.origin.server import serve as serve_origin

    with TemporaryDirectory(prefix="dwconform-") as temporary:
        typer.echo(f"serving http://{host}:{port}{PREFIX} until Ctrl-C")
        serve_origin(host, port, storage or Path(temporary), defects=list(defect or ()), edition=edition)


@fixtures.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write the files to.")],
    seed: Annotated[int, typer.Option(help="A later `run --read-only --seed` with the same number finds them.")] = 1,
    only: Annotated[list[str] | None, typer.Option("--set", help="Only this set (repeatable).")] = None,
) -> None:
    """Write the fixtures as DICOM files, for a server that takes no Store."""
    from dwconform.errors import UsageError
    from dwconform.fixtures import RunIdentity, build, load_recipes
    from dwconform.fixtures import export as write
    from dwconform.yamldoc import nearest

    recipes = load_recipes()
    for name in only or ():
        if name not in recipes:
            message = f"unknown fixture set '{name}'{nearest(name, recipes)}; `dwconform list fixtures` shows them"
            raise UsageError(message)
    chosen = [recipes[name] for name in only or recipes]
    identity = RunIdentity.from_seed(seed)
    write(folder, (build(recipe, identity) for recipe in chosen), identity)
    typer.echo(f"{len(chosen)} fixture sets written to {folder}")
    typer.echo(f"load them into the server, then: dwconform run URL --read-only --seed {seed}")
