"""Requests drawn by Hypothesis: found, shrunk, the same for the same seed, and bounded in number."""

from __future__ import annotations

import pytest

from dwconform.engine.library import load_library
from dwconform.engine.plan import Selection
from dwconform.engine.properties import PROPERTIES
from dwconform.engine.run import Options, run
from dwconform.origin.server import OriginServer
from dwconform.target import load_target

CASE = "studies/search/combinations/required-keys"


def judged(origin: OriginServer, seed: int = 1):
    options = Options(Selection(cases=(CASE,)), seed=seed)
    results = run(load_target(origin.base_url), load_library(), options)
    return results, next(case for case in results.cases if case.id == CASE)


def url_of(results, case) -> str:
    (number,) = case.exchanges
    return next(item.request.url.rpartition("/dicom-web")[2] for item in results.exchanges if item.number == number)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_healthy_origin_satisfies_it(seed):
    with OriginServer() as origin:
        results, case = judged(origin, seed)
    assert case.verdict == "pass", case
    requests = results.run.requests
    assert PROPERTIES["search"].examples < requests < 400


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_only_three_keys_show_is_found_and_shrunk(seed):
    with OriginServer() as origin:
        origin.defects.activate("qido-third-key-is-forgotten")
        results, case = judged(origin, seed)
    assert case.verdict == "fail"
    assert url_of(results, case).count("=") == 3, "the smallest request that shows it has three keys"


def test_the_same_seed_draws_the_same():
    with OriginServer() as origin:
        origin.defects.activate("qido-third-key-is-forgotten")
        first, second = (judged(origin) for _ in range(2))
    assert url_of(*first) == url_of(*second)


def test_a_target_without_the_fixtures_leaves_it_untested():
    with OriginServer() as origin:
        results = run(load_target(origin.base_url), load_library(), Options(Selection(cases=(CASE,)), read_only=True))
    assert {case.verdict.value for case in results.cases} == {"untested"}
