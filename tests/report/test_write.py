from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dwconform.errors import UsageError
from dwconform.report.results import Results, load_results
from dwconform.report.write import FORMATS, write_reports


def test_every_format_is_written_and_nothing_else(faulty: Results, tmp_path: Path) -> None:
    written = write_reports(faulty, tmp_path / "new" / "folder", FORMATS)
    assert list(written) == ["json", "junit", "markdown", "html"]
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {path.name for path in written.values()}
    assert load_results(written["json"]) == faulty
    for name, (_, render) in FORMATS.items():
        assert written[name].read_text(encoding="utf-8") == render(faulty)


def test_writing_again_replaces_what_was_there(faulty: Results, clean: Results, tmp_path: Path) -> None:
    first = write_reports(faulty, tmp_path, ["json"])["json"]
    write_reports(clean, tmp_path, ["json"])
    assert load_results(first) == clean
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(first.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_an_unknown_format_writes_nothing(faulty: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown report format 'htlm'; did you mean 'html'\?"):
        write_reports(faulty, tmp_path, ["json", "htlm"])
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_is_a_usage_error(clean: Results, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_reports(clean, tmp_path / "file", ["markdown"])


def test_nothing_is_left_where_writing_fails(clean: Results, tmp_path: Path) -> None:
    (tmp_path / "summary.md").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        write_reports(clean, tmp_path, ["markdown"])
    assert [path.name for path in tmp_path.iterdir()] == ["summary.md"]
