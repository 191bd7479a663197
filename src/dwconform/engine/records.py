"""What a run found out: the records that ``results.json`` is made of, and every other report after it.

Its JSON Schema is ``schemas/results.schema.json``. Lists are ordered by id (exchanges by number), so that two runs of
the same seed against the same target can be compared line by line.
"""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dwconform.standard.terms import Consequence, Effect, Level, Outcome, Verdict

__all__ = [
    "SCHEMA_ID",
    "BodyRecord",
    "CaseRecord",
    "ClaimRecord",
    "ExchangeRecord",
    "FixtureRecord",
    "LedgerEntry",
    "ObservationRecord",
    "RequestRecord",
    "RequirementRecord",
    "ResponseRecord",
    "Results",
    "RunRecord",
    "TargetRecord",
    "WaiverRecord",
]

SCHEMA_ID = "https://dwconform.org/schemas/results.schema.json"
Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetRecord(_Record):
    """What was under test."""

    name: str
    url: str
    services: dict[str, str] = Field(default_factory=dict, description="base URL of each service")
    role: str = "native"
    authentication: str = Field(default="none", description="the kind of it; never a secret")


class FixtureRecord(_Record):
    """What became of one fixture set."""

    name: str
    source: Literal["stored", "preloaded", "adopted", "none"] = Field(
        description="stored by this run, loaded before by the user, taken over from what the target holds, or not there"
    )
    instances: int = 0
    refused: dict[str, str] = Field(default_factory=dict, description="path of an instance -> why it is not there")


class LedgerEntry(_Record):
    """A study that the run stored."""

    study: str = Field(description="Study Instance UID")
    instances: tuple[str, ...] = Field(default=(), description="SOP Instance UIDs")
    deleted: bool = False


class RunRecord(_Record):
    """The circumstances of the run."""

    tool: str = "dwconform"
    version: str
    suites_digest: str = Field(description="SHA-256 over the suites and requirements used")
    edition: str | None = Field(description="the edition pinned, or null when any since 2019 was accepted")
    seed: int
    target: TargetRecord
    started: str = Field(description="ISO 8601, UTC")
    seconds: float
    requests: int
    read_only: bool = False
    concurrency: int = 1
    suites: tuple[str, ...] = ()
    fixtures: tuple[FixtureRecord, ...] = ()
    options: dict[str, bool] = Field(default_factory=dict, description="options that were probed, and whether offered")
    notes: tuple[str, ...] = ()
    stopped: str = Field(default="", description="why the run ended early; empty when it did not")
    exit_status: int = 0


class ClaimRecord(_Record):
    """One claim and what it is worth. ``requirements`` counts verdicts of the requirements judged under it."""

    claim: str
    outcome: Outcome | None = Field(description="null when the target does not claim it: it was not judged")
    claimed: bool = True
    requirements: dict[Verdict, int] = Field(default_factory=dict)
    findings: dict[Consequence, dict[Verdict, int]] = Field(
        default_factory=dict, description="fails and warns by consequence"
    )


class RequirementRecord(_Record):
    """One requirement and the verdict on it."""

    id: str
    section: str
    table: str = ""
    level: Level
    consequence: Consequence
    editions: str = ""
    statement: str
    reading: str = ""
    verdict: Verdict
    reason: str = Field(default="", description="why it is untested, not applicable, or weaker than it looks")
    notes: tuple[str, ...] = Field(default=(), description="which of several permitted answers the target gave")
    cases: tuple[str, ...] = ()
    waiver: str = Field(default="", description="the reason of the waiver that covers its fail")


class ObservationRecord(_Record):
    """What one check saw."""

    check: str
    holds: bool | None
    verdict: Verdict
    covers: tuple[str, ...]
    message: str
    expected: str = ""
    observed: str = ""
    pointer: str = ""
    exchange: int | None = Field(default=None, description="number of the exchange that shows it")


class CaseRecord(_Record):
    """One case and its verdict."""

    id: str
    suite: str
    title: str
    section: str = ""
    claims: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    effect: Effect = Effect.READ
    verdict: Verdict
    reason: str = Field(default="", description="why it is untested, not applicable or an error")
    blocked_by: str = Field(default="", description="id of the case whose fail blocked this one")
    reading: str = ""
    impact: str = ""
    fix: str = ""
    seconds: float = 0.0
    observations: tuple[ObservationRecord, ...] = ()
    exchanges: tuple[int, ...] = ()
    waiver: str = ""


class BodyRecord(_Record):
    """A body as evidence: its beginning as text or base64, and size and hash of all of it."""

    text: str | None = None
    base64: str | None = None
    size: int = 0
    sha256: Sha256 = ""
    truncated: bool = Field(default=False, description="whether more was received than is shown here")

    def content(self) -> bytes:
        """Return the bytes kept."""
        if self.base64 is not None:
            return base64.b64decode(self.base64)
        return (self.text or "").encode()


class RequestRecord(_Record):
    """A request as sent, secrets redacted."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: BodyRecord = BodyRecord()
    curl: str = Field(default="", description="a command that repeats it")


class ResponseRecord(_Record):
    """A response as received."""

    status: int
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers: tuple[tuple[str, str], ...] = ()
    body: BodyRecord = BodyRecord()


class ExchangeRecord(_Record):
    """One request and what became of it."""

    number: int
    label: str = ""
    request: RequestRecord
    response: ResponseRecord | None = None
    failure: str = ""
    seconds: float = 0.0


class WaiverRecord(_Record):
    """A waiver and what became of it in this run."""

    requirement: str = ""
    case: str = ""
    reason: str
    owner: str
    expires: str
    state: Literal["used", "stale", "expired", "unjudged"]


class Results(_Record):
    """The whole of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_id: str = Field(default=SCHEMA_ID, alias="$schema")
    outcome: Outcome
    run: RunRecord
    claims: tuple[ClaimRecord, ...] = ()
    requirements: tuple[RequirementRecord, ...] = ()
    cases: tuple[CaseRecord, ...] = ()
    exchanges: tuple[ExchangeRecord, ...] = ()
    waivers: tuple[WaiverRecord, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()

    def to_json(self) -> str:
        """Return the text of results.json."""
        return self.model_dump_json(by_alias=True, indent=1)
