"""One case: play its steps, ask its checks, and collect what they saw."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from dwconform.check.registry import Observation
from dwconform.engine.conversation import Conversation
from dwconform.engine.evidence import without_queries
from dwconform.engine.judge import in_force, judged, missed
from dwconform.engine.look import Look, look
from dwconform.engine.properties import draw
from dwconform.engine.records import ObservationRecord
from dwconform.engine.world import CaseOutcome, Stop, World
from dwconform.standard.terms import Verdict, worst
from dwconform.suite import ONLY_STEP, Case, Expectation, Send

__all__ = ["CONTROL", "execute"]

CONTROL = "control"
"""The label of the exchanges of a control."""


def execute(case: Case, world: World) -> CaseOutcome:
    """Run one case. Nothing that the target does makes it raise."""
    run = _CaseRun(case, world)
    started = time.perf_counter()
    try:
        run.play()
    except Stop as stop:
        run.end_early(stop.verdict, stop.reason)
    except Exception as error:  # noqa: BLE001 - a crash of ours costs one case its verdict, never the run
        run.end_early(Verdict.ERROR, f"dwconform failed: {type(error).__name__}{'' if world.redact else f': {error}'}")
        run.outcome.ours = True
    run.outcome.seconds = time.perf_counter() - started
    return run.outcome


class _CaseRun:
    """The state of one running case."""

    def __init__(self, case: Case, world: World) -> None:
        self.case = case
        self.world = world
        self.conversation = Conversation(case, world)
        self.outcome = CaseOutcome(exchanges=self.conversation.exchanges)

    def play(self) -> None:
        """Send everything and look at it."""
        self._control()
        if self.case.property_name:
            return self._play_property()
        for position, step in enumerate(self.case.steps):
            self.conversation.send(step.name, step.send)
            if not self._expect(step.expect, step.name):
                later = [item for other in self.case.steps[position + 1 :] for item in other.expect]
                self._leave_open([*later, *self.case.expect])
                return self._conclude()
            self.conversation.keep(step)
        self._expect(self.case.expect, self.case.steps[-1].name)
        return self._conclude()

    def _play_property(self) -> None:
        """Draw requests; record the smallest that is not answered as expected, or else one of those that are."""
        self.conversation.send(ONLY_STEP, draw(self.case.property_name, self.world, self._answered_as_expected))
        self._expect(self.case.expect, ONLY_STEP)
        return self._conclude()

    def _answered_as_expected(self, send: Send) -> bool:
        """Try a request, leaving no trace; one that gets no answer says nothing here: the recorded one will tell."""
        trial = Conversation(self.case, self.world)
        try:
            trial.send(ONLY_STEP, send)
            looks = [look(item, ONLY_STEP, trial) for item in self.case.expect]
        except Stop:
            return True
        return all(item.holds is not False for each in looks for item in each.observations)

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
        self.conversation.send(CONTROL, control.send)
        response = self.conversation.steps[CONTROL][0].response
        if not control.expect:
            succeeded = response is not None and response.status // 100 == 2
            reason = f"answered {response.status if response else 'not at all'}"
        else:
            observations = [
                item for each in control.expect for item in look(each, CONTROL, self.conversation).observations
            ]
            succeeded = all(item.holds for item in observations)
            reason = next((item.message for item in observations if not item.holds), "")
        if not succeeded:
            raise Stop(Verdict.UNTESTED, f"the control, the same request without the fault, did not succeed: {reason}")

    def _expect(self, expectations: Sequence[Expectation], step: str) -> bool:
        """Evaluate the expectations in order; False when a guard did not hold."""
        for position, expectation in enumerate(expectations):
            if not in_force(expectation.editions, self.world.edition):
                continue
            seen = look(expectation, expectation.step or step, self.conversation)
            self.outcome.offered.update(seen.offered)
            for observation in seen.observations:
                self._record(expectation, observation, seen)
            if expectation.stop and not all(item.holds for item in seen.observations):
                self._leave_open(expectations[position + 1 :])
                return False
        return True

    def _record(self, expectation: Expectation, observation: Observation, seen: Look) -> None:
        by_verdict: dict[Verdict, list[str]] = {}
        for key in expectation.covers or self.case.covers:
            requirement = self.world.catalogue[key]
            if not in_force(requirement.editions, self.world.edition):
                continue
            miss = missed(requirement, expectation.level, self.world.edition)
            verdict = judged(requirement, holds=observation.holds, note=seen.note, best=seen.best, miss=miss)
            by_verdict.setdefault(verdict, []).append(key)
        exchange = self.conversation.steps[observation.step or expectation.step or seen.step][0]
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
        for inner, nested, where in seen.nested:
            self._record(inner, nested, where)

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

    def _conclude(self) -> None:
        self.outcome.verdict = worst((item.verdict for item in self.outcome.observations), Verdict.NOT_APPLICABLE)
        if self.outcome.verdict is Verdict.UNTESTED:
            self.outcome.reason = next(
                item.message for item in self.outcome.observations if item.verdict is Verdict.UNTESTED
            )
        elif self.outcome.verdict is Verdict.NOT_APPLICABLE:
            self.outcome.reason = f"what it covers does not hold in the edition {self.world.edition}"
