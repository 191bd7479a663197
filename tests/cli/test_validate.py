from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydicom.data
import pytest

GOOD = b'[{"00100020": {"vr": "LO", "Value": ["P1"]}}]'
BAD = b'[{"00100020": {"vr": "LO", "Value": []}}]'
DOUBTFUL = b'[{"00100020": {"vr": "LO", "Value": ["a\\\\b"]}}]'
DICOM = Path(pydicom.data.__file__).parent / "test_files" / "CT_small.dcm"


def validate(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "dwconform", "validate", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {"good": GOOD, "bad": BAD, "doubtful": DOUBTFUL, "riddle": b"hello"}
    for name, octets in contents.items():
        (tmp_path / name).write_bytes(octets)
    return {name: tmp_path / name for name in contents}


def test_files_are_listed_as_json(files: dict[str, Path]) -> None:
    done = validate(files["good"], files["bad"], files["doubtful"], "--output", "json")
    assert done.returncode == 1, done.stderr
    good, bad, doubtful = json.loads(done.stdout)
    assert good == {"file": str(files["good"]), "valid": True, "problems": []}
    (problem,) = bad["problems"]
    assert set(problem) == {"rule", "level", "pointer", "message"}
    assert (bad["valid"], problem["rule"], problem["level"], problem["pointer"]) == (
        False,
        "J-VAL-02",
        "shall",
        "/0/00100020/Value",
    )
    assert doubtful["valid"]
    assert [(each["rule"], each["level"]) for each in doubtful["problems"]] == [("J-VAL-07", "warn")]


def test_valid_files_end_in_success(files: dict[str, Path]) -> None:
    done = validate(files["good"], files["doubtful"], DICOM)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0] == f"{files['good']}: valid as json"
    assert lines[2].startswith("  warn  J-VAL-07  /0/00100020/Value/0: ")
    assert lines[-1] == f"{DICOM}: valid as part10"


def test_standard_input_is_read() -> None:
    done = validate("-", "--as", "search-json", given=b"{}")
    assert done.returncode == 0, done.stderr
    assert b"J-TOP-02" in done.stdout


def test_what_a_file_is_can_be_said(files: dict[str, Path]) -> None:
    done = validate(files["riddle"], "--as", "part10", "--output", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["problems"][0]["rule"] == "P-PREAMBLE-01"


def usage(files: dict[str, Path]) -> list[tuple[list[Any], str]]:
    return [
        (["nowhere.json"], "nowhere.json does not exist"),
        ([files["good"].parent], "is a folder"),
        ([files["good"], "--as", "search-jsn"], "did you mean 'search-json'?"),
        ([files["good"], "--output", "xml"], "unknown --output 'xml'"),
        ([files["riddle"]], "say so with --as"),
        (["-", "-"], "once only"),
        ([], "Missing argument"),
    ]


@pytest.mark.parametrize("number", range(7))
def test_usage_errors_say_what_to_do(number: int, files: dict[str, Path]) -> None:
    arguments, message = usage(files)[number]
    done = validate(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert not done.stdout
