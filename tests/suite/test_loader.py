"""What a suite file says once loaded, and what is said about a wrong one."""

from __future__ import annotations

import pytest

from bench import case, library, suite_text
from dwconform.errors import SuiteError
from dwconform.fixtures import load_recipes
from dwconform.standard.editions import EditionRange
from dwconform.standard.terms import Effect, Level, Verdict
from dwconform.suite import Vocabulary, load_suites
from dwconform.suite.loader import SERVICES
from dwconform.target import model as target_model

GOOD = """\
suite: bench
title: Bench
section: "1"
fixtures: [clinic]
cases:
  - case: first
    title: The first
    covers: 1/shall
    send:
      get: "{studies}/studies"
      query: {limit: 1}
    expect:
      - status: 200
  - case: second
    title: The second
    covers: [1/should]
    for:
      level: [study, series]
    after: [first]
    steps:
      - step: one
        send: {get: "{studies}/{level}"}
        keep: {url: {header: Location}}
      - step: two
        send: {get: "{url}", headers: {X: "{clinic.ct.PatientID}"}}
    expect:
      - count: {at-least: 1}
        step: one
      - any-of:
          - {note: one, expect: [{status: 200}]}
          - {note: two, expect: [{status: 204}, {body: empty}]}
"""


def load(folder, text):
    return library(folder, text, recipes=load_recipes()).suites


def test_the_good_file_is_good(tmp_path):
    assert list(load(tmp_path, GOOD).cases) == [
        "bench/first",
        "bench/second[level=series]",
        "bench/second[level=study]",
    ]


# what is replaced in GOOD, by what -> line:column and message
FAULTS = {
    "unknown key of a suite": ("fixtures:", "fixture:", "4:1: unknown key 'fixture'; did you mean 'fixtures'?"),
    "unknown key of a case": ("after:", "afer:", "19:5: unknown key 'afer'; did you mean 'after'?"),
    "unknown key of a send": ("query:", "qurey:", "11:7: unknown key 'qurey'; did you mean 'query'?"),
    "unknown key of a keep": (
        "{header: Location}",
        "{heeder: Location}",
        "unknown key 'heeder'; did you mean 'header'?",
    ),
    "unknown key of an expectation": (
        "step: one\n      -",
        "steep: one\n      -",
        "28:9: unknown check 'steep'; did you mean 'step'?",
    ),
    "unknown key of a check": ("at-least", "at-lest", "27:17: unknown key 'at-lest'; did you mean 'at-least'?"),
    "unknown check": ("- status: 200\n", "- sttus: 200\n", "13:9: unknown check 'sttus'; did you mean 'status'?"),
    "unknown check of an alternative": (
        "{body: empty}",
        "{boddy: empty}",
        "31:50: unknown check 'boddy'; did you mean 'body'?",
    ),
    "wrong argument": ("- status: 200\n", "- status: ok\n", "13:17: "),
    "unknown requirement": (
        "covers: 1/shall",
        "covers: 1/shal",
        "8:13: unknown requirement '1/shal'; did you mean '1/shall'?",
    ),
    "unknown requirement of a list": (
        "[1/should]",
        "[1/shoud]",
        "unknown requirement '1/shoud'; did you mean '1/should'?",
    ),
    "unknown fixture": ("[clinic]", "[clinik]", "4:11: unknown fixture set 'clinik'; did you mean 'clinic'?"),
    "unknown step": ("step: one\n      -", "step: onne\n      -", "no step is called 'onne'; did you mean 'one'?"),
    "unknown case": (
        "[first]",
        "[frist]",
        "14:5: `after` names an unknown case 'bench/frist'; did you mean 'bench/first'?",
    ),
    "unknown option": (
        "after: [first]",
        "needs: [magic]",
        "14:5: `needs` names an option that no case offers: 'magic'",
    ),
    "unknown name in a URL": (
        "{studies}/studies",
        "{studes}/studies",
        "6:5: unknown name in a template 'studes'; did you mean 'studies'?",
    ),
    "unknown name in an argument": (
        "- status: 200\n",
        '- status: "{limit}"\n',
        "6:5: unknown name in a template 'limit'",
    ),
    "unknown key of a check, with a template": (
        "{at-least: 1}",
        '{at-lest: "{url}"}',
        "27:17: unknown key 'at-lest'; did you mean 'at-least'?",
    ),
    "member of a parameter that has none": (
        "{studies}/{level}",
        "{studies}/{level.path}",
        "unknown name in a template 'level'",
    ),
    "no method": ('get: "{studies}/studies"\n', "", "a request needs a method: one of get, head"),
    "two methods": ('get: "{studies}/studies"\n', "get: a\n      put: b\n", "a request has one method"),
    "send and steps": (
        "    steps:\n",
        "    send: {get: a}\n    steps:\n",
        "a case has exactly one of send, steps, property",
    ),
    "no expectation": (
        "    expect:\n      - status: 200\n",
        "",
        "a case without expectations cannot fail: add `expect`",
    ),
    "two checks in one": (
        "- status: 200\n",
        "- {status: 200, count: 1}\n",
        "an expectation is one check; this one has status, count",
    ),
    "no check": ("- status: 200\n", "- {stop: true}\n", "13:9: an expectation is one check; this one has none"),
    "an empty alternative": ("[{status: 204}, {body: empty}]", "[]", "31:33: "),
    "wrong level": ("step: one\n      -", "level: must\n      -", "28:16: "),
    "wrong editions": ("step: one\n      -", "editions: soon\n      -", "'soon' is no edition"),
    "wrong verdict": ("{note: two,", "{note: two, verdict: fail,", "'pass', 'info' or 'warn'"),
    "two places to keep": (
        "{header: Location}",
        "{header: A, pointer: /b}",
        "keep takes exactly one of header, pointer, xpath",
    ),
    "two cases of one name": ("case: second", "case: first", "the case 'bench/first' "),
    "a key twice": ("title: Bench", "title: Bench\ntitle: Bench", "3:1: the key 'title' stands here twice"),
    "not YAML": ("title: Bench", "title: [", "not YAML"),
    "no mapping": (GOOD, "- a\n", "1:1: "),
    "nothing": (GOOD, "", "1:1: "),
    "no title": ("title: Bench\n", "", "title"),
    "wrong name of a case": ("case: first", "case: the first", "6:11: "),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place(name, tmp_path):
    old, new, expected = FAULTS[name]
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    if name == "two cases of one name":
        text = text.replace("    for:\n      level: [study, series]\n    after: [first]\n", "").replace("/{level}", "")
        expected = f"14:5: the case 'bench/first' stands at {tmp_path}/suite-0.yaml:6:5 already"
    with pytest.raises(SuiteError) as caught:
        load(tmp_path, text)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{tmp_path}/suite-0.yaml:") for line in lines), lines
    assert any(expected in line for line in lines), lines


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    one = suite_text(case(covers="1/nosuch"), case("b", covers="1/nosuch"))
    two = suite_text(case(expect=[{"nosuch": 1}]), name="other")
    with pytest.raises(SuiteError) as caught:
        library(tmp_path, one, two)
    assert len(str(caught.value).splitlines()) == 3


def test_a_fault_of_a_matrix_is_told_once(tmp_path):
    with pytest.raises(SuiteError) as caught:
        library(tmp_path, suite_text(case(covers="1/nosuch", for_={"a": [1, 2, 3]})))
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SuiteError, match="no such file or folder"):
        load_suites([tmp_path / "nowhere"], Vocabulary({}, frozenset(), frozenset()))


def loaded(folder, *cases, **suite):
    return library(folder, suite_text(*cases, **suite), recipes=load_recipes()).suites.cases


def test_every_combination_of_the_matrix_is_a_case(tmp_path):
    cases = loaded(
        tmp_path,
        case(
            title="{level} as {form}",
            covers="1/{kind}",
            for_={
                "level": ["study", "series"],
                "form": {"json": "application/dicom+json", "xml": "application/dicom+xml"},
                "kind": {"shall": {"value": 1}},
            },
            send={"get": "{studies}/{level}", "accept": "{form}", "query": {"{kind}": "{kind.value}"}},
            expect=[{"count": {"at-least": "{kind.value}"}}],
        ),
    )
    assert list(cases) == [
        f"bench/it[level={level},form={form},kind=shall]" for level in ("series", "study") for form in ("json", "xml")
    ]
    one = cases["bench/it[level=study,form=xml,kind=shall]"]
    assert (one.title, one.covers) == ("study as application/dicom+xml", ("1/shall",))
    assert one.parameters == {"level": "study", "form": "xml", "kind": "shall"}
    send = one.steps[0].send
    assert (send.url, send.accept, send.query) == ("{studies}/study", "application/dicom+xml", (("shall", "1"),))
    assert one.expect[0].args == {"at-least": 1}  # a template that is the whole value keeps its type


def test_after_means_the_variants_with_the_same_parameters(tmp_path):
    cases = loaded(
        tmp_path,
        case("base", for_={"level": ["study", "series"], "form": ["json", "xml"]}),
        case("same", for_={"level": ["study"], "form": ["xml"]}, after=["base"]),
        case("shared", for_={"level": ["study"], "other": ["x"]}, after=["base"]),
        case("none", after=["base"]),
        case("exact", after=["base[level=series,form=json]"]),
        case("full", after=["bench/base"], for_={"level": ["series"]}),
        case("filled", after=["base[level={wanted},form=json]"], for_={"wanted": ["study"]}),
    )

    def after(key):
        return {item.removeprefix("bench/base") for item in cases[f"bench/{key}"].after}

    assert after("same[level=study,form=xml]") == {"[level=study,form=xml]"}
    assert after("shared[level=study,other=x]") == {"[level=study,form=json]", "[level=study,form=xml]"}
    assert len(after("none")) == 4
    assert after("exact") == {"[level=series,form=json]"}
    assert after("full[level=series]") == {"[level=series,form=json]", "[level=series,form=xml]"}
    assert after("filled[wanted=study]") == {"[level=study,form=json]"}


SEND = {"get": "{studies}/a", "query": {"x": 1}, "accept": "text/html", "headers": {"A": "b"}}

# send of the control -> method, URL, query, accept of the control
CONTROLS = [
    ({}, ("GET", "{studies}/a", (("x", "1"),), "text/html")),
    ({"query": {"y": 2}}, ("GET", "{studies}/a", (("y", "2"),), "text/html")),
    ({"get": "{studies}/b"}, ("GET", "{studies}/b", (("x", "1"),), "text/html")),
    ({"head": "{studies}/b"}, ("HEAD", "{studies}/b", (("x", "1"),), "text/html")),
    ({"accept": None}, ("GET", "{studies}/a", (("x", "1"),), None)),
]


@pytest.mark.parametrize(("given", "expected"), CONTROLS)
def test_the_control_is_the_case_but_for_what_it_says(given, expected, tmp_path):
    control = loaded(tmp_path, case(send=SEND, control={"send": given}))["bench/it"].control
    assert control is not None
    send = control.send
    assert (send.method, send.url, send.query, send.accept) == expected
    assert send.headers == (("A", "b"),)


def test_a_control_with_an_unknown_key(tmp_path):
    with pytest.raises(SuiteError, match="unknown key 'qurey'; did you mean 'query'"):
        loaded(tmp_path, case(control={"send": {"qurey": {}}}))


# query as YAML has it -> pairs
QUERIES = [
    ({"limit": 1}, (("limit", "1"),)),
    ({"fuzzymatching": True}, (("fuzzymatching", "true"),)),
    ({"PatientID": None}, (("PatientID", None),)),
    ({"PatientID": ""}, (("PatientID", ""),)),
    ({"includefield": ["a", "b"]}, (("includefield", ("a", "b")),)),
    ([{"a": 1}, {"a": 2}, {"b": "{clinic.ct.PatientID}"}], (("a", "1"), ("a", "2"), ("b", "{clinic.ct.PatientID}"))),
]


@pytest.mark.parametrize(("query", "pairs"), QUERIES)
def test_query(query, pairs, tmp_path):
    cases = loaded(tmp_path, case(send={"get": "{studies}/a", "query": query}), fixtures=["clinic"])
    assert cases["bench/it"].steps[0].send.query == pairs


def test_the_rest_of_a_case(tmp_path):
    choice = {"note": "n", "verdict": "warn", "editions": "-2025e", "offers": "magic", "expect": [{"status": 204}]}
    it = loaded(
        tmp_path,
        case(
            fixtures=["names"], claims=["studies.store"], effect="store", editions=2023, needs=["magic", "role:proxy"],
            reading="r", impact="i", fix="f", section="2",
            send={"post": "{studies}/a", "pages": "all", "transport": "raw", "raw-query": "a=b+c", "body": "x"},
            expect=[{"any-of": [choice], "level": "may", "stop": True, "covers": "1/may"}],
        ),
        fixtures=["clinic"], claims=["studies.search"],
    )["bench/it"]  # fmt: skip
    assert (it.fixtures, it.claims, it.effect, it.section) == (("names",), ("studies.store",), Effect.STORE, "2")
    assert it.editions == EditionRange.parse("2023")
    assert (it.reading, it.impact, it.fix, it.needs) == ("r", "i", "f", ("magic", "role:proxy"))
    send = it.steps[0].send
    assert (send.method, send.all_pages, send.raw, send.raw_query, send.body) == ("POST", True, True, "a=b+c", "x")
    (expectation,) = it.expect
    assert (expectation.check, expectation.level, expectation.stop) == ("any-of", Level.MAY, True)
    (alternative,) = expectation.alternatives
    assert (alternative.note, alternative.verdict, alternative.offers) == ("n", Verdict.WARN, "magic")
    assert alternative.editions == EditionRange.parse("-2025e")
    assert it.requirements == ("1/may", "1/shall")
    assert it.offers == {"magic"}
    assert str(it.place).startswith(f"{tmp_path}/suite-0.yaml:1:")


def test_a_request_without_accept_needs_a_socket_of_its_own(tmp_path):
    send = loaded(tmp_path, case(send={"get": "{studies}/a", "accept": None}))["bench/it"].steps[0].send
    assert (send.accept, send.raw) == (None, True)


def test_services_are_called_as_in_a_target():
    assert SERVICES == target_model.SERVICES


def test_the_digest_changes_with_the_files(tmp_path):
    texts = suite_text(case()), suite_text(case(impact="another"))
    digests = {library(tmp_path / str(number), text).suites.digest for number, text in enumerate((*texts, texts[0]))}
    assert len(digests) == 2
