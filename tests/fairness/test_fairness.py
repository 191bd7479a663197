"""No variant of a conformant server is failed, or warned about unless the variant says why that is fair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dwconform.engine.library import Library
from dwconform.engine.plan import Selection
from dwconform.engine.prepare import Prepared, prepare
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.fixtures import RunIdentity, build
from dwconform.origin.server import OriginServer
from dwconform.probe import Probe
from dwconform.standard.editions import Edition
from dwconform.target import Target

from . import variants
from .variant import VARIANTS, Variant, VariantSet, fresh

SEED = 3
SEARCHES = Selection(suites=("studies/search",))
assert variants  # they register themselves


@dataclass(frozen=True)
class Bench:
    """An origin with all fixtures in it, and the switches of its variants."""

    origin: OriginServer
    switches: VariantSet
    prepared: Prepared
    library: Library

    def judge(self, chosen: Variant, edition: str | None) -> Results:
        target = Target.model_validate({"url": self.origin.base_url, "role": chosen.role, "claims": chosen.claims})
        pinned = Edition.parse(edition) if edition else None
        self.switches.put_on(chosen)
        return run(target, self.library, Options(SEARCHES, edition=pinned, seed=SEED), prepared=self.prepared)


def filled(origin: OriginServer, switches: VariantSet, library: Library, *, crowd: int = 0) -> Bench:
    for seed in range(SEED + crowd, SEED, -1):
        fill(origin, library, seed)
    return Bench(origin, switches, fill(origin, library, SEED), library)


def fill(origin: OriginServer, library: Library, seed: int) -> Prepared:
    target = Target.model_validate({"url": origin.base_url})
    recipes, identity = library.recipes, RunIdentity.from_seed(seed)
    with Probe(target) as probe:
        return prepare(
            probe,
            target,
            recipes,
            lambda name: build(recipes[name], identity),
            read_only=False,
            tell=lambda _: None,
        )


@pytest.fixture(scope="module")
def shared(shipped: Library) -> Iterator[Bench]:
    switches = VariantSet()
    with OriginServer(defects=switches) as origin:
        yield filled(origin, switches, shipped)


@pytest.fixture
def bench(request: pytest.FixtureRequest, shared: Bench) -> Iterator[Bench]:
    """The shared origin, or one of its own for a variant that is set up in another way."""
    chosen = VARIANTS[request.param]
    if not fresh(chosen):
        yield shared
        return
    switches = VariantSet()
    switches.put_on(chosen)
    with OriginServer(defects=switches, **chosen.origin) as origin:
        yield filled(origin, switches, shared.library, crowd=chosen.crowd)


def accusations(results: Results) -> dict[str, str]:
    """Requirement -> what is wrong with it, for all that a run complains of or cannot tell."""
    bad = ("fail", "warn", "error")
    found = {
        f"{item.verdict} {key}": f"{case.id}: {item.message}"
        for case in results.cases
        for item in case.observations
        if item.verdict in bad
        for key in item.covers
    }
    return found | {f"{case.verdict} {case.id}": case.reason for case in results.cases if case.verdict == "error"}


NAMES = [(name, edition) for name, each in VARIANTS.items() for edition in each.editions]


@pytest.mark.slow  # all of them together
@pytest.mark.parametrize(
    ("bench", "name", "edition"),
    [pytest.param(name, name, edition, id=f"{name}-{edition or 'any'}") for name, edition in NAMES],
    indirect=["bench"],
)
def test_a_conformant_variant_is_accused_of_nothing(bench: Bench, name: str, edition: str | None):
    chosen = VARIANTS[name]
    results = bench.judge(chosen, edition)
    assert bool(chosen.bent) is (bool(chosen.bends) and not chosen.unseen), "nothing was tried"
    found = accusations(results)
    allowed = {f"warn {key}" for key in chosen.warned}
    unfair = {what: why for what, why in found.items() if what not in allowed}
    assert not unfair, f"{chosen.summary} ({chosen.allowed})"
    assert allowed <= set(found), "a warning that is no longer given is to be taken off the variant"
    expected = ("incomplete",) if chosen.incomplete else ("conformant", "conformant with warnings")
    assert results.outcome in expected, [case.id for case in results.cases if case.verdict == "untested"]


def test_there_are_many_variants_and_each_says_why_it_is_allowed():
    assert len(VARIANTS) >= 35
    assert all(each.allowed and (each.summary or not each.bends) for each in VARIANTS.values())
