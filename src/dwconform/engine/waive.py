"""Waivers: which fails they cover, and which of them are stale or expired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from dwconform.engine.judge import in_force
from dwconform.engine.records import CaseRecord, RequirementRecord, WaiverRecord
from dwconform.standard.editions import Edition
from dwconform.standard.terms import Verdict
from dwconform.target import Waiver

__all__ = ["Waived", "apply_waivers"]

RecordT = TypeVar("RecordT", RequirementRecord, CaseRecord)


@dataclass(frozen=True, slots=True)
class Waived:
    """What the waivers came to: the records with their waivers named, and whether fails are left without one."""

    requirements: tuple[RequirementRecord, ...]
    cases: tuple[CaseRecord, ...]
    waivers: tuple[WaiverRecord, ...]
    unwaived: bool


def apply_waivers(
    waivers: Sequence[Waiver],
    requirements: Sequence[RequirementRecord],
    cases: Sequence[CaseRecord],
    today: dt.date,
    edition: Edition | None,
) -> Waived:
    """Match the waivers with the fails: a fail is a requirement that a case shows to be violated.

    A waiver is *used* when it covers a fail, *stale* when what it names was judged and did not fail, *expired* when its
    last day is over (it still covers its fails: the exit status 4 tells of it), *unjudged* when nothing it names was
    judged, or not to the end, or when it is for other editions than the one pinned.
    """
    fails = {
        (requirement, case.id)
        for case in cases
        for observation in case.observations
        if observation.verdict is Verdict.FAIL
        for requirement in observation.covers
    }
    judged, left = _seen(requirements, cases)
    states: list[WaiverRecord] = []
    reasons: dict[tuple[str, str], str] = {}
    for waiver in waivers:
        counts = waiver.edition is None or in_force(waiver.edition, edition)
        covered = {fail for fail in fails if counts and waiver.covers(*fail)}
        for fail in covered:
            reasons.setdefault(fail, f"{waiver.reason} ({waiver.owner}, until {waiver.expires})")
        done = counts and any(waiver.covers(*seen) for seen in judged) and not any(waiver.covers(*one) for one in left)
        states.append(_state(waiver, used=bool(covered), judged=done, today=today))
    return Waived(
        tuple(_with_waiver(record, _of_requirement(record, fails, reasons)) for record in requirements),
        tuple(_with_waiver(record, _of_case(record, fails, reasons)) for record in cases),
        tuple(states),
        unwaived=any(fail not in reasons for fail in fails),
    )


def _seen(
    requirements: Sequence[RequirementRecord], cases: Sequence[CaseRecord]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the pairs of requirement and case that were judged, and those that were left open."""
    shown = {
        (requirement, case.id)
        for case in cases
        for observation in case.observations
        if observation.holds is not None
        for requirement in observation.covers
    }
    open_cases = {case.id for case in cases if case.verdict in (Verdict.UNTESTED, Verdict.ERROR)}
    left = {(record.id, case) for record in requirements for case in record.cases if case in open_cases}
    return shown, left - shown


def _state(waiver: Waiver, *, used: bool, judged: bool, today: dt.date) -> WaiverRecord:
    state = "expired" if waiver.expires < today else "used" if used else "stale" if judged else "unjudged"
    return WaiverRecord.model_validate(
        {
            "requirement": waiver.requirement,
            "case": waiver.case,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
            "state": state,
        }
    )


def _with_waiver(record: RecordT, waiver: str) -> RecordT:
    return record.model_copy(update={"waiver": waiver}) if waiver else record


def _of_requirement(record: RequirementRecord, fails: set[tuple[str, str]], reasons: dict[tuple[str, str], str]) -> str:
    return _all_waived([fail for fail in fails if fail[0] == record.id], reasons)


def _of_case(record: CaseRecord, fails: set[tuple[str, str]], reasons: dict[tuple[str, str], str]) -> str:
    return _all_waived([fail for fail in fails if fail[1] == record.id], reasons)


def _all_waived(own: list[tuple[str, str]], reasons: dict[tuple[str, str], str]) -> str:
    if not own or any(fail not in reasons for fail in own):
        return ""
    return "; ".join(sorted({reasons[fail] for fail in own}))
