"""list, explain, lint, coverage, and what every command has in common."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench import case, suite_text
from dwconform import __version__
from dwconform.cli.judging import FORMATS

COMMANDS = ("run", "demo", "report", "selftest", "list", "explain", "lint", "coverage", "discover", "serve", "fixtures")
REQUIREMENT = "8.3.4.4/limit"
CASE = "studies/search/paging/limit"


def test_help_names_every_command(cli):
    done = cli("--help")
    assert done.status == 0
    assert all(f"\n  {command} " in done.out for command in COMMANDS)
    assert "dwconform demo" in done.out


@pytest.mark.parametrize("command", [*COMMANDS, "fixtures export"])
def test_each_command_explains_itself(command, cli):
    done = cli(*command.split(), "--help")
    assert done.status == 0
    assert f"Usage: dwconform {command} " in done.out


def test_no_command_is_a_question(cli):
    done = cli()
    assert done.status == 2
    assert "Usage: dwconform" in done.out + done.err


def test_version(cli):
    assert cli("--version").out == f"dwconform {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "No such command 'lst'"),
        (["run"], "Missing argument"),
        (["run", "http://127.0.0.1:9", "--nosuch"], "No such option"),
        (["run", "nowhere.yaml"], "error: 'nowhere.yaml' is neither a URL (http://...) nor a file"),
        (["run", "ftp://a"], "error: "),
        (["run", "http://127.0.0.1:9", "--edition", "soon"], "error: 'soon' is no edition of the standard"),
        (["demo", "--case", "nosuch"], "error: no case matches 'nosuch'"),
        (["demo", "--suite", "studies/serch"], "error: no suite matches 'studies/serch'"),
        (
            ["demo", "--defect", "qido-ignores-limits"],
            "error: no defect is called 'qido-ignores-limits'; near it: qido-ignores-limit",
        ),
        (["demo", "--format", "htm"], "error: unknown report format 'htm'; did you mean 'html'?"),
        (["report", "nowhere.json"], "error: nowhere.json: not a results.json"),
        (["selftest", "--defect", "nosuch"], "error: unknown defect 'nosuch'"),
        (["list", "case"], "error: cannot list 'case'; did you mean 'cases'?"),
        (["explain", "studies/search/paging/limt"], "did you mean 'studies/search/paging/limit'?"),
        (["explain", "8.3.4.4/limt"], "did you mean '8.3.4.4/limit'?"),
        (["lint", "nowhere"], "error: nowhere:1:1: no such file or folder of suites"),
        (["run", "http://127.0.0.1:9", "--suites", "nowhere"], "error: nowhere:1:1: no such file or folder of suites"),
        (["fixtures", "export", "out", "--set", "clinc"], "error: unknown fixture set 'clinc'; did you mean 'clinic'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_told_in_a_sentence(arguments, message, cli):
    done = cli(*arguments)
    assert done.status == 2
    assert message in " ".join(done.err.split())
    assert "Traceback" not in done.err


# what -> a line of it begins so
LISTS = {
    "cases": f"{CASE}  ",
    "requirements": f"{REQUIREMENT}  shall  ",
    "suites": "studies/search/paging  ",
    "checks": "status  ",
    "fixtures": "clinic  ",
    "defects": "qido-ignores-limit  8.3.4.4/limit  ",
}


@pytest.mark.parametrize("what", LISTS)
def test_list(what, cli):
    done = cli("list", what)
    assert done.status == 0
    lines = done.out.splitlines()
    assert sum(line.startswith(LISTS[what]) for line in lines) == 1
    assert all(line.partition("  ")[2] for line in lines)


def test_list_is_of_cases_unless_told_otherwise(cli):
    assert cli("list").out == cli("list", "cases").out


def test_explain_a_requirement(cli):
    told = cli("explain", REQUIREMENT).out
    assert told.startswith(f"{REQUIREMENT}\n  PS3.18 8.3.4.4")
    for part in (
        "level: shall; consequence: ",
        "a miss is reported as: fail",
        "C8-3-4-4-",
        "cases (",
        f"\n    {CASE}\n",
    ):
        assert part in told


def test_explain_a_case(cli):
    told = cli("explain", CASE).out
    assert told.startswith(f"{CASE}\n  ")
    for part in ("/paging.yaml:", "sends: GET {studies}/studies?", "Accept: application/dicom+json", "expects: status",
                 "impact: ", "fix: ", f"\n    {REQUIREMENT} (shall): "):  # fmt: skip
        assert part in told


def test_explain_a_matrix_shows_some_and_names_the_rest(cli):
    done = cli("explain", "studies/search/paging/lower-levels")
    assert done.out.count("  covers:") == 3
    assert "and 2 more of the same matrix: studies/search/paging/lower-levels[resource=" in done.out


def test_lint_of_what_is_shipped(cli):
    done = cli("lint")
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("no fault found\n")


def own_suite(folder, *cases, requirements=""):
    folder.mkdir()
    (folder / "mine.yaml").write_text(suite_text(*cases, name="mine", fixtures=["clinic"]), encoding="utf-8")
    if requirements:
        (folder / "requirements").mkdir()
        (folder / "requirements" / "ps3.99.yaml").write_text(requirements, encoding="utf-8")


OWN = """
- {id: 99/mine, section: "99", level: shall, consequence: letter, statement: It is as we like it.}
"""


def test_lint_of_suites_and_requirements_of_the_users_own(cli, tmp_path):
    own_suite(tmp_path / "own", case(covers="99/mine", expect=[{"status": 200}]), requirements=OWN)
    assert cli("lint", "own").status == 0
    assert "mine/it  Case it" in cli("list", "cases", "--suites", "own").out
    assert "mine/it" in cli("explain", "99/mine", "--suites", "own").out


# fields of a case -> message
FAULTS = [
    ({"covers": "8.3.4.4/limt"}, "unknown requirement '8.3.4.4/limt'; did you mean '8.3.4.4/limit'?"),
    ({"covers": REQUIREMENT, "send": {"get": "{studies}/{clinic.ctt.PatientID}"}}, "did you mean 'ct'?"),
    ({"covers": REQUIREMENT, "send": {"get": "{studies}/{clinic.ct.PatientId}"}}, "did you mean 'PatientID'?"),
    ({"covers": REQUIREMENT, "send": {"get": "{studies}/{names.x}"}}, "without 'names' among its fixtures"),
]


@pytest.mark.parametrize(("fields", "message"), FAULTS)
def test_lint_tells_faults_with_their_places(fields, message, cli, tmp_path):
    own_suite(tmp_path / "own", case(expect=[{"status": 200}], **fields))
    done = cli("lint", "own")
    assert done.status == 2
    assert "own/mine.yaml:1:" in done.err
    assert message in done.err


def test_coverage(cli):
    counted = json.loads(cli("coverage", "--json").out)
    chapters = {item["chapter"]: item for item in counted["chapters"]}
    assert counted["total"]["catalogued"] == sum(item["catalogued"] for item in chapters.values())
    assert counted["total"]["covered"] <= counted["total"]["catalogued"]
    assert chapters["8"]["entries"] > 0
    assert chapters["10"]["covered"] > 0
    table = cli("coverage", "--missing")
    assert table.status == 0
    assert all(
        f"untestable: {key}: " in table.out.replace("\n", "")
        for item in chapters.values()
        for key in item["untestable"]
    )


def test_help_costs_no_heavy_import():
    code = "import sys, dwconform.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"pydicom", "httpx", "starlette", "uvicorn", "numpy", "lxml", "pydantic", "ruamel.yaml", "jinja2", "pytest"}
    assert heavy.isdisjoint(loaded)


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "dwconform", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"dwconform {__version__}\n"


def test_every_format_can_be_asked_for(cli):
    assert all(name in cli("run", "--help").out for name in FORMATS)
