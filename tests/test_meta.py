"""The project about itself: nothing catalogued is forgotten, nothing written is unused, the layers hold."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dwconform import coverage, data, yamldoc
from dwconform.engine.lint import dead_templates
from dwconform.fixtures import RunIdentity, build
from dwconform.fixtures.instance import text_of
from dwconform.origin import defects
from dwconform.selftest import selftest
from dwconform.suite import Expectation

ROOT = Path(__file__).parents[1]
LISTS = Path(__file__).parent / "data"


def listed(name: str) -> set[str]:
    return set((LISTS / name).read_text(encoding="utf-8").split())


def test_every_entry_of_the_catalogue_is_in_one_requirement(shipped):
    counted = Counter(entry for item in shipped.catalogue.values() for entry in item.entries)
    assert listed("search_entries.txt") - counted.keys() == set()
    assert listed("retrieve_entries.txt") - counted.keys() == set()
    assert listed("rendered_entries.txt") - counted.keys() == set()
    assert {entry for entry, count in counted.items() if count > 1} == set()


def test_every_requirement_has_a_case_and_a_defect_or_a_reason_why_not(shipped):
    chapters = coverage.count(shipped)
    assert [key for chapter in chapters for key in chapter.uncovered] == []
    assert [key for chapter in chapters for key in chapter.without_defect] == []
    assert sum(chapter.catalogued for chapter in chapters) == len(shipped.catalogue)


def test_no_requirement_without_a_test_has_one(shipped):
    covered = {key for case in shipped.suites.cases.values() for key in case.requirements}
    assert {key for key, item in shipped.catalogue.items() if item.untestable} & covered == set()


def used(expectations) -> set[str]:
    found: set[str] = set()
    pending: list[Expectation] = list(expectations)
    while pending:
        item = pending.pop()
        found.add(item.check)
        pending.extend(inner for alternative in item.alternatives for inner in alternative.expect)
    return found - {"any-of"}


def test_every_check_is_used_and_says_what_it_is_for(shipped):
    cases = shipped.suites.cases.values()
    asked = used(
        item for case in cases for item in (*case.expectations, *(case.control.expect if case.control else ()))
    )
    assert set(shipped.checks) - asked == set()
    assert [name for name, check in shipped.checks.items() if not check.summary.endswith(".")] == []


def test_every_fixture_set_is_used(shipped):
    wanted = {name for case in shipped.suites.cases.values() for name in case.fixtures}
    assert set(shipped.recipes) - wanted == set()


def test_no_two_fixture_sets_share_a_patient(shipped):
    identity = RunIdentity.from_seed(1)
    owners: dict[str, set[str]] = {}
    for name, recipe in shipped.recipes.items():
        for instance in build(recipe, identity).instances:
            owners.setdefault(text_of(instance.attributes.get("00100020")), set()).add(name)
    assert {patient: names for patient, names in owners.items() if patient and len(names) > 1} == {}


def test_no_template_names_what_no_fixture_has(shipped):
    assert list(dead_templates(shipped)) == []


def test_every_case_says_why_it_matters_or_covers_what_does(shipped):
    assert [case.id for case in shipped.suites.cases.values() if not case.title or not case.requirements] == []


def test_every_bug_of_real_servers_is_a_defect_or_has_a_reason_why_not():
    shown = {bug for defect in defects.registry().values() for bug in defect.bugs}
    unseen = yamldoc.read(data.folder("suites") / "requirements" / "bugs-not-seen.yaml").value
    assert listed("search_bugs.txt") - shown - set(unseen) == set()
    assert listed("retrieve_bugs.txt") - shown - set(unseen) == set()
    assert shown & set(unseen) == set()
    assert all(isinstance(reason, str) and len(reason) > 20 for reason in unseen.values())


def test_every_defect_breaks_what_is_catalogued_and_says_how(shipped):
    registry = defects.registry().values()
    assert [defect.name for defect in registry if defect.breaks not in shipped.catalogue] == []
    assert [defect.name for defect in registry if not defect.summary.endswith(".")] == []


@pytest.mark.slow
def test_every_defect_is_caught_and_the_healthy_origin_accused_of_nothing():
    score = selftest()
    assert [f"{item.name} (breaks {item.requirement}): {item.reason}" for item in score.survivors] == []
    assert dict(score.accusations) == {}
    assert score.complete
    assert len(score.results) == len(defects.registry())


def test_imports_point_down_only():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


MACHINE = re.compile(r"(?<![\w{}.>/])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+|tmp/(?:venv|plan|t[0-9]|bash))(?:/|\b)")
HERE = Path(__file__).relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and name != HERE]


def test_no_path_of_a_machine_is_committed():
    found = []
    for path in tracked():
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            text = content.decode("utf-8")
            found += [f"{path}: {match[0]}" for match in MACHINE.finditer(text)]
    assert found == []
