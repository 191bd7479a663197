"""Which cases run, in which order, and why the others do not."""

from __future__ import annotations

import pytest

from bench import CATALOGUE, case, library, suite_text
from dwconform.engine.plan import Circumstances, Selection, plan, select
from dwconform.errors import UsageError
from dwconform.standard.editions import Edition

OFFER = {"any-of": [{"offers": "magic", "expect": [{"tell": True}]}]}
CASES = [
    case("a", after=["c"]),
    case("b", for_={"x": [1, 2]}, covers="1/should"),
    case("c", expect=[OFFER]),
    case("d", needs=["magic"]),
    case("e", covers="1/other"),
]


def cases_of(folder, *cases, **suite):
    return dict(library(folder, suite_text(*cases, **suite)).suites.cases)


# selection -> what is chosen, with what it depends on
SELECTED = [
    ({}, ["a", "b[x=1]", "b[x=2]", "c", "d", "e"]),
    ({"cases": ["bench/a"]}, ["a", "c"]),
    ({"cases": ["bench/b"]}, ["b[x=1]", "b[x=2]"]),
    ({"cases": ["bench/b[x=1]"]}, ["b[x=1]"]),
    ({"cases": ["bench/b[x=?]", "bench/e"]}, ["b[x=1]", "b[x=2]", "e"]),
    ({"cases": ["*/d"]}, ["c", "d"]),
    ({"suites": ["bench"]}, ["a", "b[x=1]", "b[x=2]", "c", "d", "e"]),
    ({"suites": ["ben*"]}, ["a", "b[x=1]", "b[x=2]", "c", "d", "e"]),
    ({"requirements": ["1/other"]}, ["e"]),
    ({"requirements": ["1/other", "1/should"]}, ["b[x=1]", "b[x=2]", "e"]),
]


@pytest.mark.parametrize(("selection", "expected"), SELECTED)
def test_select(selection, expected, tmp_path):
    chosen = Selection(**{key: tuple(value) for key, value in selection.items()})
    assert [key.partition("/")[2] for key in select(cases_of(tmp_path, *CASES), chosen)] == expected


def test_a_suite_is_selected_by_the_beginning_of_its_name(tmp_path):
    cases = cases_of(tmp_path, *CASES, name="studies/search/paging")
    assert select(cases, Selection(suites=("studies/search",))) == select(cases, Selection())
    with pytest.raises(UsageError):
        select(cases, Selection(suites=("studies/sea",)))


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"cases": ("bench/dd",)}, "no case matches 'bench/dd'; did you mean 'bench/d'?"),
        ({"suites": ("bunch",)}, "no suite matches 'bunch'; did you mean 'bench'?"),
        ({"requirements": ("1/othr",)}, "no requirement matches '1/othr'; did you mean '1/other'?"),
        ({"cases": ("nonsense",)}, "no case matches 'nonsense' (`dwconform list` shows"),
    ],
)
def test_a_pattern_that_selects_nothing(selection, message, tmp_path):
    with pytest.raises(UsageError, match=r"no (case|suite|requirement) matches") as caught:
        select(cases_of(tmp_path, *CASES), Selection(**selection))
    assert message in str(caught.value)


def planned(cases, **circumstances):
    return plan(cases, CATALOGUE, Circumstances(**{"claims": frozenset(), **circumstances}))


def test_each_case_comes_after_what_it_depends_on_and_else_by_name(tmp_path):
    order = [item.name for item in planned(cases_of(tmp_path, *CASES)).cases]
    assert order == ["b", "b", "c", "e", "a", "d"]


@pytest.mark.parametrize(
    "cases",
    [
        [case("a", after=["b"]), case("b", after=["c"]), case("c", after=["a"])],
        [case("a", needs=["magic"]), case("c", expect=[OFFER], after=["a"])],
    ],
)
def test_a_circle_is_told(cases, tmp_path):
    with pytest.raises(UsageError, match=r"in a circle: bench/. -> bench/."):
        planned(cases_of(tmp_path, *cases))


# fields of the case, circumstances -> verdict and a part of the reason; None: it runs
SETTLED = [
    ({"claims": ["x.y"]}, {}, ("not-applicable", "does not claim x.y")),
    ({"claims": ["x.y", "x.z"]}, {"claims": frozenset({"x.y"})}, ("not-applicable", "does not claim x.z")),
    ({"claims": ["x.y"]}, {"claims": frozenset({"x.y"})}, None),
    ({"editions": "2023e-"}, {"edition": Edition.parse("2020")}, ("not-applicable", "about the editions 2023e-")),
    ({"editions": "2023e-"}, {"edition": Edition.parse("2024")}, None),
    ({"editions": "2023e-"}, {}, None),
    ({"covers": "1/new"}, {"edition": Edition.parse("2020")}, ("not-applicable", "nothing that it covers")),
    ({"covers": ["1/new", "1/shall"]}, {"edition": Edition.parse("2020")}, None),
    ({"covers": "1/new"}, {}, None),
    ({"needs": ["role:native"]}, {"role": "proxy"}, ("not-applicable", "only of a native implementation")),
    ({"needs": ["role:native"]}, {}, None),
    ({"effect": "store"}, {"read_only": True}, ("untested", "a read-only run does not store")),
    ({"effect": "delete"}, {"read_only": True}, ("untested", "a read-only run does not delete")),
    ({"effect": "store"}, {}, None),
    ({}, {"read_only": True}, None),
]


@pytest.mark.parametrize(("fields", "circumstances", "expected"), SETTLED)
def test_why_a_case_does_not_run(fields, circumstances, expected, tmp_path):
    found = planned(cases_of(tmp_path, case(**fields)), **circumstances)
    if expected is None:
        assert (len(found.cases), found.settled) == (1, {})
    else:
        assert found.cases == ()
        verdict, reason = found.settled["bench/it"]
        assert verdict == expected[0]
        assert expected[1] in reason
