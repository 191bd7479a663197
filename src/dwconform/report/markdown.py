"""A summary in Markdown, short enough for the comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from dwconform.report.findings import Finding, findings
from dwconform.report.headline import CONSEQUENCES, edition, headline, mode, summary
from dwconform.report.results import ClaimRecord, Results, RunRecord
from dwconform.report.text import plural, shorten, visible
from dwconform.standard.terms import Consequence, Outcome, Verdict

__all__ = ["render_markdown"]

_FINDINGS = 30  # of each kind; a comment holds 65,536 characters
_WIDTH = 240
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
_JOINER = "\u2060"  # word joiner: nobody sees it, and nothing is mentioned or made a link any more
_ALIVE = re.compile(r"(?<=@)|(?<=#)(?=[0-9])|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_SIGNS = {
    Outcome.CONFORMANT: "✅",
    Outcome.CONFORMANT_WITH_WARNINGS: "⚠️",
    Outcome.NOT_CONFORMANT: "❌",
    Outcome.INCOMPLETE: "❔",
}


def render_markdown(results: Results) -> str:
    """Return the outcome, the claims, and a line for each finding."""
    run = results.run
    lines = [
        f"## {_SIGNS[results.outcome]} {_text(run.target.name)}: {results.outcome}",
        "",
        headline(results),
        "",
        *(f"- {line}" for line in summary(results)),
        "",
        *_stopped(results),
        *_claims(results.claims),
        *_findings(findings(results)),
        _circumstances(run),
    ]
    return "\n".join(lines) + "\n"


def _circumstances(run: RunRecord) -> str:
    return (
        f"<sub>{_text(edition(run))} · {plural(run.requests, 'request')} · {mode(run)} · {run.started} · "
        f"{_text(run.tool)} {_text(run.version)} · seed {run.seed} · suites `{run.suites_digest[:12]}`</sub>"
    )


def _stopped(results: Results) -> Iterator[str]:
    if results.run.stopped:
        yield from (f"**The run ended early:** {_text(results.run.stopped)}", "")


def _claims(claims: tuple[ClaimRecord, ...]) -> Iterator[str]:
    yield "| Claim | Outcome | Violated | Warnings | Hold | Untested |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for claim in claims:
        if claim.claimed:
            counts = claim.requirements
            numbers = (counts.get(Verdict.FAIL, 0), counts.get(Verdict.WARN, 0), counts.get(Verdict.PASS, 0))
            untested = counts.get(Verdict.UNTESTED, 0) + counts.get(Verdict.ERROR, 0)
            cells = (_text(claim.claim), claim.outcome or "not judged", *map(str, numbers), str(untested))
            yield f"| {' | '.join(cells)} |"
    yield ""


def _findings(found: tuple[Finding, ...]) -> Iterator[str]:
    for consequence in Consequence:
        members = [finding for finding in found if finding.requirement.consequence is consequence]
        if not members:
            continue
        title = "Strict findings" if consequence is Consequence.LETTER else consequence.capitalize()
        yield from (f"### {title}: {CONSEQUENCES[consequence]}", "")
        yield from map(_finding, members[:_FINDINGS])
        if len(members) > _FINDINGS:
            yield f"- and {len(members) - _FINDINGS} more"
        yield ""


def _finding(finding: Finding) -> str:
    rule = finding.requirement
    waived = " (waived)" if rule.waiver else ""
    return (
        f"- **{finding.verdict.upper()}**{waived} `{_code(rule.id)}` {_text(rule.statement)}<br>"
        f"{_text(finding.headline)} ({plural(len(finding.cases), 'case')})"
    )


def _text(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no mention, no link."""
    line = " ".join(visible(shorten(text, _WIDTH)).split())
    return escape(_PUNCTUATION.sub(r"\\\1", _ALIVE.sub(_JOINER, line)), quote=False)


def _code(text: str) -> str:
    return visible(text).replace("`", "'").replace("\n", " ")
