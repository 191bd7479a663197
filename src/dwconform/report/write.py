"""Reports on disk: each is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from dwconform.errors import UsageError
from dwconform.report.html import render_html
from dwconform.report.junit import render_junit
from dwconform.report.markdown import render_markdown
from dwconform.report.results import Results
from dwconform.yamldoc import nearest

__all__ = ["FORMATS", "write_reports"]

FORMATS: Mapping[str, tuple[str, Callable[[Results], str]]] = {
    "json": ("results.json", Results.to_json),
    "junit": ("junit.xml", render_junit),
    "markdown": ("summary.md", render_markdown),
    "html": ("report.html", render_html),
}
"""From the name of a format to its file and the function that renders it; the one for people comes last."""


def write_reports(results: Results, folder: Path, formats: Collection[str]) -> dict[str, Path]:
    """Write the reports into ``folder`` (made where it is missing) and return the path of each format.

    ``results.json`` is written first: whatever becomes of the others, they can be made from it again.

    Raises:
        UsageError: a format is unknown, or a file cannot be written.
    """
    for name in formats:
        if name not in FORMATS:
            message = f"unknown report format '{name}'{nearest(name, FORMATS)} There are: {', '.join(FORMATS)}."
            raise UsageError(message)
    written: dict[str, Path] = {}
    for name, (file, render) in FORMATS.items():
        if name in formats:
            written[name] = _write(folder / file, render(results))
    return written


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise UsageError(message) from error
    return path


def _umask() -> int:
    """Return the umask: a temporary file is private, a report is as readable as any file of the user's."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
