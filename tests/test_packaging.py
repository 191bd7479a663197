"""The wheel is all that a user needs: it carries suites, schemas and fixtures, and works far from the checkout."""

from __future__ import annotations

import email
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.xdist_group("packaging")
def test_the_wheel_carries_all_data_and_no_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("suites", "schemas", "fixtures"):
        wanted = {
            f"dwconform/_data/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        assert wanted
        assert wanted - names == set()
    assert {"dwconform/py.typed", "dwconform/cli/__init__.py"} <= names
    code = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    templates = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.j2")}
    assert (code | templates) - names == set()
    assert [name for name in names if name.startswith(("tests/", "benchmarks/", "reports/"))] == []


@pytest.mark.xdist_group("packaging")
def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
        entries = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert metadata["Name"] == "dwconform"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert "dwconform = dwconform.cli:main" in entries
    assert "[pytest11]" in entries


@pytest.mark.slow
@pytest.mark.xdist_group("packaging")
def test_demo_from_an_empty_environment(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run(scripts / "dwconform", "demo", cwd=elsewhere)
    assert "conformant" in done.stdout
    assert {path.name for path in (elsewhere / "reports").iterdir()} == {
        "junit.xml", "report.html", "results.json", "summary.md"}  # fmt: skip
    results = json.loads((elsewhere / "reports" / "results.json").read_text(encoding="utf-8"))
    assert results["outcome"] == "conformant"
    where = run(scripts / "python", "-c", "import dwconform.data as d; print(d.folder('suites'))", cwd=elsewhere).stdout
    assert Path(where.strip()).is_relative_to(tmp_path / "env")
