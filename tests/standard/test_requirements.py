"""The catalogue and its loader."""

from __future__ import annotations

import pytest

from dwconform.errors import SuiteError
from dwconform.standard.requirements import load_catalogue
from dwconform.standard.terms import Level, Verdict

GOOD = """\
- id: 1.2/first
  entries: [C1, C2]
  section: "1.2"
  level: shall
  consequence: interop
  statement: It does this.
- id: 1.2/second
  section: "1.2"
  level: should
  editions: 2023e-
  consequence: letter
  statement: It does that.
  untestable: Nobody can see it.
- {id: 1.2/third, section: "1.2", level: shall, finding: warn, reading: Or not., consequence: safety, statement: A.}
- {id: 1.2/fourth, section: "1.2", level: may, consequence: letter, statement: B.}
"""


def load(folder, text=GOOD, name="ps3.99.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def test_a_catalogue(tmp_path):
    catalogue = load(tmp_path)
    assert list(catalogue) == ["1.2/first", "1.2/second", "1.2/third", "1.2/fourth"]
    assert len(catalogue) == 4
    assert catalogue.entries == {"C1": "1.2/first", "C2": "1.2/first"}
    assert str(catalogue.places["1.2/second"]) == f"{tmp_path}/ps3.99.yaml:7:3"
    first, second, third, fourth = catalogue.values()
    assert (first.level, first.finding, first.mandatory) == (Level.SHALL, Verdict.FAIL, True)
    assert (second.finding, second.mandatory, str(second.editions)) == (Verdict.WARN, False, "2023e-")
    assert (third.finding, third.mandatory) == (Verdict.WARN, True)
    assert (fourth.finding, fourth.mandatory) == (Verdict.INFO, False)


def test_what_cannot_be_tested_is_not_mandatory(tmp_path):
    text = GOOD.replace("statement: It does this.", "statement: It does this.\n  untestable: Behind the door.")
    assert not load(tmp_path, text)["1.2/first"].mandatory


def test_only_files_of_the_standard_are_read(tmp_path):
    (tmp_path / "notes.yaml").write_text("B1: a note", encoding="utf-8")
    assert len(load(tmp_path)) == 4


# what is replaced in GOOD, by what -> line:column and message
FAULTS = [
    ("level: shall\n", "level: must\n", "4:10: 0.level: "),
    ("level: shall\n", "lvel: shall\n", "4:3: unknown key 'lvel'; did you mean 'level'?"),
    ("consequence: interop", "consequence: grave", "5:16: "),
    ("1.2/second", "1.2/first", "7:3: the requirement '1.2/first' stands twice"),
    ("  untestable", "  entries: [C2]\n  untestable", "7:3: the entry 'C2' already counts for '1.2/first'"),
    ("editions: 2023e-", "editions: soon", "'soon' is no edition"),
    ("reading: Or not., ", "", "a finding weaker than the level's needs a reading"),
    ("level: may,", "level: may, finding: fail,", "a may cannot be more than info"),
    ("finding: warn", "finding: pass", "finding is one of fail, warn, info"),
    ("id: 1.2/first", "id: first", "1:7: 0.id: "),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_told_with_its_place(old, new, message, tmp_path):
    with pytest.raises(SuiteError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{tmp_path}/ps3.99.yaml:") for line in lines)
    assert any(message in line for line in lines), lines


def test_several_folders_make_one_catalogue(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        load(tmp_path / name, GOOD.replace("1.2/", f"1.2/{name}-").replace("[C1, C2]", f"[{name}]"))
    catalogue = load_catalogue(tmp_path / "one", tmp_path / "two")
    assert len(catalogue) == 8
    assert catalogue.entries == {"one": "1.2/one-first", "two": "1.2/two-first"}
