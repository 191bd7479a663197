"""The files that pydicom carries for its own tests, and what is wrong with some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pydicom

from dwconform.encoding.problem import Problem

__all__ = ["CORPUS", "NOT_PART_10", "Explanation", "check_explained", "name_of"]

_FOLDER = Path(pydicom.__file__).parent / "data"
_NO_DICOM = {".gz", ".icc", ".json", ".md", ".py", ".pyc", ".txt", ".zip", ".dump"}

Explanation = tuple[str, str, str]  # rule, pattern of file names, why the problem is real

NOT_PART_10 = {
    "test_files/ExplVR_BigEndNoMeta.dcm": "a bare data set without preamble and file meta information",
    "test_files/ExplVR_LitEndNoMeta.dcm": "a bare data set without preamble and file meta information",
    "test_files/no_meta.dcm": "a bare data set without preamble and file meta information",
    "test_files/rtstruct.dcm": "a bare data set without preamble and file meta information",
    "test_files/meta_missing_tsyntax.dcm": "the file meta information lacks the transfer syntax, on purpose",
}


def name_of(path: Path) -> str:
    return path.relative_to(_FOLDER).as_posix()


def _files() -> Iterator[Path]:
    for folder in ("charset_files", "palettes", "test_files"):
        for path in sorted((_FOLDER / folder).rglob("*")):
            if path.is_file() and path.suffix not in _NO_DICOM and path.name != "README":
                yield path


CORPUS = [path for path in _files() if name_of(path) not in NOT_PART_10]


def check_explained(found: Iterable[tuple[str, Problem]], explanations: Iterable[Explanation]) -> None:
    """Fail for a problem that no explanation is about, and for an explanation that is about none."""
    used: set[Explanation] = set()
    unexplained: list[str] = []
    known = list(explanations)
    for file, problem in found:
        about = [row for row in known if row[0] == problem.rule and fnmatchcase(file, row[1])]
        used.update(about)
        if not about:
            unexplained.append(f"{file}: {problem.rule} {problem.pointer} {problem.message} found: {problem.found}")
    assert not unexplained, "\n".join(unexplained[:50])
    assert [row for row in known if row not in used] == []
