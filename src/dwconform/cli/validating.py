"""The command that judges files on disk: validate."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from dwconform.encoding.document import Form
    from dwconform.encoding.part10_header import Buffer
    from dwconform.encoding.validate import Verdict

__all__ = ["register"]

_OUTPUTS = ("text", "json")
_STDIN = "-"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(validate)


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Files to judge; - for standard input.")],
    form: Annotated[
        str,
        typer.Option(
            "--as",
            help="json, xml, metadata-json, search-json, store-response-json, metadata-xml, store-response-xml, part10 "
            "or multipart; default: told from the content, json and xml for text.",
        ),
    ] = "",
    output: Annotated[str, typer.Option("--output", help="text or json.")] = "text",
) -> None:
    """Judge captured payloads: DICOM JSON, Native DICOM XML, multipart, DICOM files, whole HTTP responses."""
    from dwconform.encoding.document import Form

    _check_word(output, _OUTPUTS, "--output")
    if form:
        _check_word(form, [known.value for known in Form], "--as")
    _check_files(files)
    verdicts = [(file, _judge(file, Form(form) if form else None)) for file in files]
    if output == "json":
        typer.echo(json.dumps([_as_json(file, verdict) for file, verdict in verdicts], ensure_ascii=False, indent=2))
    else:
        for file, verdict in verdicts:
            typer.echo("\n".join(_as_text(file, verdict)))
    if not all(verdict.valid for _, verdict in verdicts):
        raise typer.Exit(1)


def _check_word(word: str, known: list[str] | tuple[str, ...], option: str) -> None:
    from dwconform.errors import UsageError
    from dwconform.yamldoc import nearest

    if word not in known:
        message = f"unknown {option} '{word}'{nearest(word, known)}; there are {', '.join(known)}"
        raise UsageError(message)


def _check_files(files: list[str]) -> None:
    from dwconform.errors import UsageError

    for file in files:
        if file != _STDIN and not Path(file).is_file():
            what = "is a folder; name the files in it" if Path(file).is_dir() else "does not exist"
            message = f"{file} {what}"
            raise UsageError(message)
    if files.count(_STDIN) > 1:
        message = "standard input can be read once only"
        raise UsageError(message)


def _judge(file: str, form: Form | None) -> Verdict:
    from dwconform.encoding.validate import validate as judge
    from dwconform.errors import UsageError

    try:
        with _opened(file) as data:
            return judge(data, form)
    except (OSError, UsageError) as error:
        message = f"{file}: {error}"
        raise UsageError(message) from None


@contextmanager
def _opened(file: str) -> Iterator[Buffer]:
    """Give the bytes of a file, mapped into memory where there are any, or those of standard input."""
    from mmap import ACCESS_READ, mmap

    from dwconform.encoding.capture import MAX_BODY
    from dwconform.errors import UsageError

    if file == _STDIN:
        octets = sys.stdin.buffer.read(MAX_BODY + 1)
        if len(octets) > MAX_BODY:
            message = f"more than {MAX_BODY >> 20} MiB come from standard input; write them to a file"
            raise UsageError(message)
        yield octets
        return
    path = Path(file)
    if not path.stat().st_size:
        yield b""
        return
    with path.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as mapped:
        yield mapped


def _as_json(file: str, verdict: Verdict) -> dict[str, Any]:
    problems = [
        {"rule": finding.rule, "level": finding.level.value, "pointer": finding.pointer, "message": finding.message}
        for finding in verdict.findings
    ]
    return {"file": file, "valid": verdict.valid, "problems": problems}


def _as_text(file: str, verdict: Verdict) -> Iterator[str]:
    yield f"{file}: {'valid' if verdict.valid else 'not valid'} as {verdict.form}"
    for finding in verdict.findings:
        place = f"{finding.pointer}: " if finding.pointer else ""
        yield f"  {finding.level:5} {finding.rule}  {place}{finding.message}"
