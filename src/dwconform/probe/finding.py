"""What a discovery finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from dwconform.probe.capabilities import Capabilities
from dwconform.probe.exchange import Exchange, FailureKind
from dwconform.target import Target

__all__ = ["Answer", "Discovery", "Finding", "MediaTypeAnswer"]

_ABSENT = (404, 405, 501)
_UNWANTED = (406, 415)


class Answer(StrEnum):
    """How a server answered one harmless question."""

    ANSWERS = "answers"
    ABSENT = "absent"
    UNCLEAR = "unclear"
    DEMANDS_LOGIN = "demands a login"
    FAILS = "fails"
    NOT_PROBED = "not probed"

    @classmethod
    def of(cls, exchange: Exchange) -> tuple[Answer, str]:
        """Return what the exchange means, and what was seen in a few words."""
        response, failure = exchange.response, exchange.failure
        if response is None or (failure and failure.kind is not FailureKind.LIMIT):
            return cls.FAILS, failure.message if failure else "no response"
        detail = f"{response.status} {response.headers.get('Content-Type') or ''}".strip()
        if response.status in (200, 204, 206):
            return (cls.UNCLEAR if "html" in detail else cls.ANSWERS), detail
        if response.status in _ABSENT or response.status in _UNWANTED:
            return cls.ABSENT, detail
        if response.status in (401, 403):
            return cls.DEMANDS_LOGIN, detail
        return cls.FAILS, detail


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim: what answers, and whether the server says that it has it (None: it does not say)."""

    claim: str
    title: str
    answer: Answer
    detail: str
    claimed: bool | None = None

    def unclear(self, why: str) -> Finding:
        """Return the same with an answer that proves nothing."""
        return replace(self, answer=Answer.UNCLEAR, detail=f"{self.detail}; {why}")

    @property
    def offered(self) -> bool:
        """Whether a draft should claim it."""
        return self.answer is Answer.ANSWERS or (self.answer is Answer.NOT_PROBED and bool(self.claimed))

    @property
    def differs(self) -> bool:
        """Whether what is claimed and what answers are two things."""
        return (self.claimed is True and self.answer is Answer.ABSENT) or (
            self.claimed is False and self.answer is Answer.ANSWERS
        )


@dataclass(frozen=True, slots=True)
class MediaTypeAnswer:
    """How a search was answered for one value of Accept (None: there was no Accept)."""

    accept: str | None
    answer: Answer
    detail: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """All that was found out about a target."""

    target: Target
    reachable: bool
    reason: str = ""
    server: str = ""
    http_version: str = ""
    findings: tuple[Finding, ...] = ()
    media_types: tuple[MediaTypeAnswer, ...] = ()
    capabilities: Capabilities | None = None
    notes: tuple[str, ...] = ()
    requests: int = 0
