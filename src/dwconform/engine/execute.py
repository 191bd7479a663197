"""One case: send its steps, keep what is to be kept, ask its checks, and collect what they saw."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from pydantic import ValidationError

from dwconform.check.matches import announces_more
from dwconform.check.registry import Check, Evidence, Observation, Sent
from dwconform.engine.compose import compose, with_offset
from dwconform.engine.evidence import without_queries
from dwconform.engine.judge import in_force, judged, missed
from dwconform.engine.properties import draw
from dwconform.engine.records import ObservationRecord
from dwconform.errors import SuiteError, UnsafeRequest
from dwconform.fixtures import Archive, RunIdentity
from dwconform.probe import Exchange, Probe
from dwconform.standard.editions import Edition
from dwconform.standard.requirements import Catalogue
from dwconform.standard.terms import Verdict, worst
from dwconform.suite import ONLY_STEP, Alternative, Case, Expectation, Keep, Send, Step
from dwconform.suite.template import expand
from dwconform.target import Target

__all__ = ["CONTROL", "CaseOutcome", "World", "execute"]

CONTROL = "control"
"""The label of the exchanges of a control."""
_PAGE_IS_SUSPICIOUSLY_FULL = 50
"""No fixture query has so many matches: a list of this length may have been cut."""
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class World:
    """What every case of a run shares."""

    target: Target
    probe: Probe
    archive: Archive
    identity: RunIdentity
    catalogue: Catalogue
    checks: Mapping[str, Check]
    edition: Edition | None = None
    redact: bool = False


@dataclass(slots=True)
class CaseOutcome:
    """What a case came to. ``ours`` marks a crash of dwconform itself; ``dead`` that nothing answered at all."""

    observations: list[ObservationRecord] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    offered: dict[str, bool] = field(default_factory=dict)
    verdict: Verdict = Verdict.UNTESTED
    reason: str = ""
    seconds: float = 0.0
    ours: bool = False
    dead: bool = False


def execute(case: Case, world: World) -> CaseOutcome:
    """Run one case. Nothing that the target does makes it raise."""
    run = _CaseRun(case, world)
    started = time.perf_counter()
    try:
        run.play()
    except _Stop as stop:
        run.end_early(stop.verdict, stop.reason)
    except Exception as error:  # noqa: BLE001 - a crash of ours costs one case its verdict, never the run
        run.end_early(Verdict.ERROR, f"dwconform failed: {type(error).__name__}{'' if world.redact else f': {error}'}")
        run.outcome.ours = True
    run.outcome.seconds = time.perf_counter() - started
    return run.outcome


class _Stop(Exception):  # noqa: N818 - the end of a case, not an error
    """The case ends here."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


class _CaseRun:
    """The state of one running case."""

    def __init__(self, case: Case, world: World) -> None:
        self.case = case
        self.world = world
        self.outcome = CaseOutcome()
        self.kept: dict[str, Any] = {}
        self.steps: dict[str, list[Exchange]] = {}
        self.sent: dict[str, Sent] = {}

    def play(self) -> None:
        """Send everything and look at it."""
        self._control()
        if self.case.property_name:
            return self._play_property()
        for position, step in enumerate(self.case.steps):
            self._send(step.name, step.send)
            if not self._expect(step.expect, step.name):
                later = [item for other in self.case.steps[position + 1 :] for item in other.expect]
                self._leave_open([*later, *self.case.expect])
                return self._conclude()
            self._keep(step)
        self._expect(self.case.expect, self.case.steps[-1].name)
        return self._conclude()

    def _play_property(self) -> None:
        """Draw requests; record the smallest that is not answered as expected, or else one of those that are."""
        self._send(ONLY_STEP, draw(self.case.property_name, self.world, self._answered_as_expected))
        self._expect(self.case.expect, ONLY_STEP)
        return self._conclude()

    def _answered_as_expected(self, send: Send) -> bool:
        """Try a request, leaving no trace; one that gets no answer says nothing here: the recorded one will tell."""
        trial = _CaseRun(self.case, self.world)
        try:
            trial._send(ONLY_STEP, send)
            looks = [trial._look(item, ONLY_STEP) for item in self.case.expect]
        except _Stop:
            return True
        return all(item.holds is not False for look in looks for item in look.observations)

    def end_early(self, verdict: Verdict, reason: str) -> None:
        """Give the case this verdict, or a worse one that it has earned already, and leave the rest open."""
        if self.outcome.observations:
            self._open(self.case.requirements, verdict, reason)
        self.outcome.verdict = worst((verdict, *(item.verdict for item in self.outcome.observations)))
        self.outcome.reason = without_queries(reason) if self.world.redact else reason

    def _control(self) -> None:
        control = self.case.control
        if control is None:
            return
        self._send(CONTROL, control.send)
        response = self.steps[CONTROL][0].response
        if not control.expect:
            succeeded = response is not None and response.status // 100 == 2
            reason = f"answered {response.status if response else 'not at all'}"
        else:
            observations = [item for each in control.expect for item in self._look(each, CONTROL).observations]
            succeeded = all(item.holds for item in observations)
            reason = next((item.message for item in observations if not item.holds), "")
        if not succeeded:
            raise _Stop(Verdict.UNTESTED, f"the control, the same request without the fault, did not succeed: {reason}")

    def _send(self, name: str, send: Send) -> None:
        try:
            outgoing, sent = compose(send, self._lookup, self._base, name)
        except LookupError as error:
            raise _Stop(Verdict.UNTESTED, f"needs what this run does not have: {_told(error)}") from error
        self.sent[name] = sent
        exchanges = self.steps.setdefault(name, [])
        exchanges.append(self._exchange(outgoing))
        if send.all_pages:
            self._follow(outgoing, name)
        last = exchanges[-1]
        if last.response is None:
            self.outcome.dead = True
            raise _Stop(Verdict.ERROR, last.failure.message if last.failure else "no response")

    def _exchange(self, outgoing: Any) -> Exchange:
        try:
            exchange = self.world.probe.send(outgoing)
        except UnsafeRequest as error:
            raise _Stop(Verdict.UNTESTED, f"a read-only run does not send it: {error}") from error
        self.outcome.exchanges.append(exchange)
        return exchange

    def _follow(self, outgoing: Any, name: str) -> None:
        """Ask for the rest of a list while more is announced, or its length makes a cut likely."""
        exchanges = self.steps[name]
        seen = 0
        for _ in range(_MOST_PAGES):
            response = exchanges[-1].response
            if response is None or response.status not in (200, 206):
                return
            here = len(
                Evidence(name, {name: [exchanges[-1]]}, self.sent, self.world.archive, self._base).reading().datasets
            )
            seen += here
            announced = announces_more(response.headers.all("Warning"))
            if not here or not (announced or here >= _PAGE_IS_SUSPICIOUSLY_FULL):
                return
            exchanges.append(self._exchange(replace(outgoing, **with_offset(outgoing, seen))))

    @property
    def _base(self) -> str:
        return self.world.target.base("studies")

    def _lookup(self, name: str) -> Any:
        root, _, rest = name.partition(".")
        if root in self.kept:
            return self.kept[root]
        if root == "run":
            return self._of_run(rest)
        if not rest:
            return self.world.target.base(root)
        return self._of_fixture(name)

    def _of_fixture(self, name: str) -> str:
        try:
            value = self.world.archive.resolve(name)
        except SuiteError as error:
            raise LookupError(str(error)) from error
        if not value:
            message = f"{{{name}}} has no value here"
            raise LookupError(message)
        return value

    def _of_run(self, name: str) -> str:
        if name == "token":
            return self.world.identity.token
        if name == "prefix":
            return self.world.identity.prefix
        if name == "uid" or name.startswith("uid."):
            return self.world.identity.fresh_uid(f"{self.case.id}/{name}")
        message = f"run.{name}: a run has token, prefix, uid and uid.NAME"
        raise LookupError(message)

    def _keep(self, step: Step) -> None:
        for name, keep in step.keep.items():
            value = _kept(keep, self.steps[step.name][0])
            if value is None:
                where = keep.header or keep.pointer or keep.xpath
                raise _Stop(Verdict.UNTESTED, f"the response to '{step.name}' has nothing at {where} to go on with")
            self.kept[name] = value

    def _expect(self, expectations: Sequence[Expectation], step: str) -> bool:
        """Evaluate the expectations in order; False when a guard did not hold."""
        for position, expectation in enumerate(expectations):
            if not in_force(expectation.editions, self.world.edition):
                continue
            look = self._look(expectation, expectation.step or step)
            self.outcome.offered.update(look.offered)
            for observation in look.observations:
                self._record(expectation, observation, look)
            if expectation.stop and not all(item.holds for item in look.observations):
                self._leave_open(expectations[position + 1 :])
                return False
        return True

    def _record(self, expectation: Expectation, observation: Observation, look: _Look) -> None:
        by_verdict: dict[Verdict, list[str]] = {}
        for key in look.covers or expectation.covers or self.case.covers:
            requirement = self.world.catalogue[key]
            if not in_force(requirement.editions, self.world.edition):
                continue
            miss = missed(requirement, expectation.level, self.world.edition)
            verdict = judged(requirement, holds=observation.holds, note=look.note, best=look.best, miss=miss)
            by_verdict.setdefault(verdict, []).append(key)
        exchange = self.steps[observation.step or expectation.step or look.step][0]
        for verdict, covers in by_verdict.items():
            self.outcome.observations.append(
                ObservationRecord(
                    check=expectation.check,
                    holds=observation.holds,
                    verdict=verdict,
                    covers=tuple(covers),
                    message=observation.message,
                    expected=observation.expected,
                    observed=observation.observed,
                    pointer=observation.pointer,
                    exchange=exchange.number,
                )
            )
        for inner, seen, nested in look.nested:
            self._record(inner, seen, nested)

    def _leave_open(self, expectations: Sequence[Expectation]) -> None:
        """Say of every requirement behind a guard that it was not looked at to the end."""
        active = [item for item in expectations if in_force(item.editions, self.world.edition)]
        left = {key for item in active for key in (item.covers or self.case.covers)}
        self._open(left, Verdict.UNTESTED, "not looked at, because what had to hold first did not")

    def _open(self, keys: Collection[str], verdict: Verdict, message: str) -> None:
        """Leave open those of the requirements that no observation speaks against."""
        missed_already = {key for item in self.outcome.observations if not item.holds for key in item.covers}
        left = tuple(
            key
            for key in sorted(set(keys) - missed_already)
            if in_force(self.world.catalogue[key].editions, self.world.edition)
        )
        if left:
            self.outcome.observations.append(
                ObservationRecord(check="", holds=None, verdict=verdict, covers=left, message=message)
            )

    def _look(self, expectation: Expectation, step: str) -> _Look:
        if expectation.alternatives:
            return self._any_of(expectation, step)
        check = self.world.checks[expectation.check]
        failure = None if check.head_only else self._failure()
        if failure:
            raise _Stop(Verdict.ERROR, failure)
        try:
            args = check.args.model_validate(expand(expectation.args, self._lookup))
        except LookupError as error:
            raise _Stop(Verdict.UNTESTED, f"needs what this run does not have: {_told(error)}") from error
        except ValidationError as error:
            told = "" if self.world.redact else f": {error}"
            raise _Stop(Verdict.ERROR, f"{expectation.place}: {expectation.check}: wrong arguments{told}") from error
        observations = tuple(check.function(args, self._evidence(step)))
        if not observations:
            message = f"the check '{expectation.check}' observed nothing"
            raise AssertionError(message)
        if self.world.redact and not check.head_only:
            observations = tuple(map(_kept_back, observations))
        return _Look(step, observations)

    def _failure(self) -> str:
        """Return what spoilt a body of this case; a check may look at any step, so that none can be trusted then."""
        failures = (item.failure for exchanges in self.steps.values() for item in exchanges if item.failure)
        return next((failure.message for failure in failures), "")

    def _evidence(self, step: str) -> Evidence:
        return Evidence(
            step=step,
            steps=self.steps,
            sent=self.sent,
            archive=self.world.archive,
            base=self._base,
            edition=str(self.world.edition) if self.world.edition else None,
            variables=self.kept,
        )

    def _any_of(self, expectation: Expectation, step: str) -> _Look:
        """Take the first alternative that holds in full; without one, tell what stood in the way of each."""
        tried: list[tuple[Alternative, Observation]] = []
        offered = {item.offers: False for item in expectation.alternatives if item.offers}
        for alternative in expectation.alternatives:
            if not in_force(alternative.editions, self.world.edition):
                continue
            active = [item for item in alternative.expect if in_force(item.editions, self.world.edition)]
            looks = [(inner, self._look(inner, inner.step or step)) for inner in active]
            seen = [item for _, look in looks for item in look.observations]
            failing = next((item for item in seen if item.holds is not True), None)
            if failing is None:
                return self._chosen(alternative, step, looks, offered)
            tried.append((alternative, failing))
        return _Look(step, (_none_of(tried),), offered=offered)

    @staticmethod
    def _chosen(
        alternative: Alternative, step: str, looks: Sequence[tuple[Expectation, _Look]], offered: Mapping[str, bool]
    ) -> _Look:
        nested = tuple((inner, item, look) for inner, look in looks if inner.covers for item in look.observations)
        message = alternative.note or "; ".join(item.message for _, look in looks for item in look.observations)
        inner_notes = {key: value for _, look in looks for key, value in look.offered.items()}
        return _Look(
            step,
            (Observation(holds=True, message=message),),
            note=alternative.note,
            best=alternative.verdict,
            offered={**offered, **inner_notes, **({alternative.offers: True} if alternative.offers else {})},
            nested=nested,
        )

    def _conclude(self) -> None:
        self.outcome.verdict = worst((item.verdict for item in self.outcome.observations), Verdict.NOT_APPLICABLE)
        if self.outcome.verdict is Verdict.UNTESTED:
            self.outcome.reason = next(
                item.message for item in self.outcome.observations if item.verdict is Verdict.UNTESTED
            )
        elif self.outcome.verdict is Verdict.NOT_APPLICABLE:
            self.outcome.reason = f"what it covers does not hold in the edition {self.world.edition}"


@dataclass(frozen=True, slots=True)
class _Look:
    """What an expectation saw."""

    step: str
    observations: tuple[Observation, ...]
    note: str = ""
    best: Verdict = Verdict.PASS
    offered: Mapping[str, bool] = field(default_factory=dict)
    nested: tuple[tuple[Expectation, Observation, _Look], ...] = ()
    covers: tuple[str, ...] = ()


def _kept_back(observation: Observation) -> Observation:
    """Leave out of an observation what may be data of a patient."""
    return replace(observation, message="what was seen is kept back (--redact)", expected="", observed="")


def _none_of(tried: Sequence[tuple[Alternative, Observation]]) -> Observation:
    if not tried:
        return Observation(holds=None, message="no alternative of this expectation holds in the edition pinned")
    unknown = [item for _, item in tried if item.holds is None]
    if unknown:
        return unknown[0]
    told = "; ".join(f"not '{alternative.note}': {item.message}" if alternative.note else item.message
                     for alternative, item in tried)  # fmt: skip
    first = tried[0][1]
    expected = " or ".join(alternative.note or item.expected for alternative, item in tried)
    return replace(first, message=told, expected=expected)


def _kept(keep: Keep, exchange: Exchange) -> Any:
    response = exchange.response
    if response is None:
        return None
    if keep.header:
        return response.headers.get(keep.header)
    if keep.pointer:
        return _at_pointer(response.body.content, keep.pointer)
    return _at_xpath(response.body.content, keep.xpath)


def _at_pointer(content: bytes, pointer: str) -> Any:
    try:
        value = json.loads(content)
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value


def _at_xpath(content: bytes, xpath: str) -> str | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        found = etree.fromstring(content, parser).xpath(xpath)
    except etree.LxmlError:
        return None
    first = found[0] if isinstance(found, list) and found else found if isinstance(found, str) else None
    return first if first is None or isinstance(first, str) else str(getattr(first, "text", first))


def _told(error: LookupError) -> str:
    return str(error.args[0]) if error.args else str(error)
