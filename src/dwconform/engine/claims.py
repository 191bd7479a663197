"""What the target claims: what the user said, or else what answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dwconform.probe import Outgoing, Probe
from dwconform.target import Target

__all__ = ["FoundClaims", "find_claims"]

_ABSENT = (404, 405, 501)
_NOT_SUPPORTED = (405, 501)
_NOBODY = "2.25.1"
"""A UID that no study has: what is asked for of it is never sent."""
_RESOURCES = {
    "studies.retrieve": ("", 'multipart/related; type="application/dicom"'),
    "studies.rendered": ("/rendered", "image/jpeg"),
    "studies.thumbnail": ("/thumbnail", "image/jpeg"),
    "studies.volume": ("/renderedmpr", "image/jpeg"),
}
"""The resources of a study by which a claim is found, and what is asked for; others are those of a search."""


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
    with anything but 404, 405 or 501; for a retrieve of a study that is not there, 404 says nothing, so that without
    a Search Transaction nothing is found. The first request also tells whether the target can be reached at all.
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
            f"GET {exchange.request.url} was answered {response.status}: no Search Transaction was found there; "
            "where there is none, name the others under `claims` in a target.yaml"
        )
    refused = ""
    if response.status in (401, 403):
        refused = (
            f"the target answered {response.status} to the first request: describe how to log in under `auth` in a "
            "target.yaml (`dwconform discover` drafts one)"
        )
        notes.append(refused)
    if target.claims is not None or refused:
        claims = _said(target, known) if target.claims is not None else dict.fromkeys(known, answers)
    else:
        claims = {claim: answers and (claim not in _RESOURCES or _supports(probe, target, claim)) for claim in known}
    return FoundClaims(claims, tuple(notes), refused=refused)


def _supports(probe: Probe, target: Target, claim: str) -> bool:
    path, accept = _RESOURCES[claim]
    url = f"{target.base('studies')}/studies/{_NOBODY}{path}"
    response = probe.send(Outgoing(method="GET", url=url, accept=accept, label="claims")).response
    return response is not None and response.status not in _NOT_SUPPORTED


def _said(target: Target, known: Iterable[str]) -> dict[str, bool]:
    """Return what the target's description says; where it leaves it open, all counts as claimed."""
    return {claim: target.claims is None or claim in target.claims for claim in known}
