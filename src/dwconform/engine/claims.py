"""What the target claims: what the user said, or else what answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dwconform.probe import Outgoing, Probe
from dwconform.target import Target

__all__ = ["FoundClaims", "find_claims"]

_ABSENT = (404, 405, 501)


@dataclass(frozen=True, slots=True)
class FoundClaims:
    """Every claim that suites know, and whether the target makes it.

    ``unreachable`` says why nothing answered, ``refused`` that the target lets nobody in: neither is a finding.
    """

    claims: Mapping[str, bool]
    notes: tuple[str, ...] = ()
    unreachable: str = ""
    refused: str = ""


def find_claims(probe: Probe, target: Target, known: Iterable[str]) -> FoundClaims:
    """Find out which of the known claims the target makes.

    With ``claims: auto`` a transaction counts as claimed when the target answers a harmless request to its resource
    with anything but 404, 405 or 501. The first request also tells whether the target can be reached at all.
    """
    exchange = probe.send(
        Outgoing(
            method="GET",
            url=f"{target.base('studies')}/studies?limit=1",
            accept="application/dicom+json",
            label="reachable",
        )
    )
    response = exchange.response
    if response is None:
        reason = exchange.failure.message if exchange.failure else "no response"
        return FoundClaims(_said(target, known), unreachable=f"the target cannot be reached: {reason}")
    answers = response.status not in _ABSENT
    notes = []
    if not answers and target.claims is None:
        notes.append(
            f"GET {exchange.request.url} was answered {response.status}: no Search Transaction was found there"
        )
    refused = ""
    if response.status in (401, 403):
        refused = (
            f"the target answered {response.status} to the first request: describe how to log in under `auth` in a "
            "target.yaml (`dwconform discover` drafts one)"
        )
        notes.append(refused)
    claims = _said(target, known) if target.claims is not None else dict.fromkeys(known, answers)
    return FoundClaims(claims, tuple(notes), refused=refused)


def _said(target: Target, known: Iterable[str]) -> dict[str, bool]:
    """Return what the target's description says; where it leaves it open, all counts as claimed."""
    return {claim: target.claims is None or claim in target.claims for claim in known}
