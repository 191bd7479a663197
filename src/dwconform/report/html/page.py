"""The page as a function of the results: gathers what the templates show, and renders them.

All that comes from the target is escaped by jinja2, and its invisible characters are written out. The page forbids
itself every request and every script and style but its own (Content Security Policy with their hashes).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dwconform.report import headline
from dwconform.report.excerpt import LIMIT
from dwconform.report.findings import Finding, Symptom, blocked_cases, findings
from dwconform.report.html.anchors import anchors
from dwconform.report.html.evidence import Evidence, evidence, request_line
from dwconform.report.results import CaseRecord, ExchangeRecord, RequirementRecord, Results
from dwconform.report.text import natural, plural, shorten, visible
from dwconform.standard.terms import Consequence, Verdict

__all__ = ["render_html"]

_EVIDENCE = 3  # symptoms of a requirement that are shown with their evidence
_CROWDED = 150  # more findings than this, and each shows the evidence of one symptom only
_FOLD = 60  # a list longer than this is folded at first
_MANY = 2_000  # more cases than this, and each is told in fewer words
_OPEN = (Verdict.UNTESTED, Verdict.ERROR)

Grouped = list[tuple[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class ShownSymptom:
    """A symptom with its evidence; ``evidence`` is None where the page has no room for it, or none was recorded."""

    symptom: Symptom
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as the page shows it."""

    finding: Finding
    symptoms: tuple[ShownSymptom, ...]


def render_html(results: Results) -> str:
    """Return the report as one self-contained HTML document."""
    return _environment().get_template("page.html.j2").render(_context(results))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dwconform.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {"plural": plural, "shorten": shorten, "clause": _clause}
    return environment


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _clause(record: RequirementRecord) -> str:
    """Return section and table as the standard is cited; a section of another part names that part itself."""
    section = record.section if record.section.startswith("PS3.") else f"PS3.18 {record.section}"
    return f"{section}, Table {record.table.removeprefix('Table ')}" if record.table else section


def _context(results: Results) -> dict[str, Any]:
    found = findings(results)
    style, script = _asset("style.css"), _asset("script.js")
    by_id = {requirement.id: requirement for requirement in results.requirements}
    return {
        "results": results,
        "run": results.run,
        "words": headline,
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "Verdict": Verdict,
        "Consequence": Consequence,
        "findings": _findings_by_kind(found),
        "fold": _FOLD,
        "width": 150 if len(results.cases) > _MANY else 300,
        "finding_anchors": anchors("finding", (finding.requirement.id for finding in found)),
        "requirement_anchors": anchors("requirement", by_id),
        "case_anchors": anchors("case", (case.id for case in results.cases)),
        "blocked": blocked_cases(results),
        "requests": _requests(results),
        "infos": _infos(results),
        **_lists(results),
    }


def _lists(results: Results) -> dict[str, Any]:
    """Everything that is listed below the findings."""
    return {
        "untested": _by_reason(results.requirements, Verdict.UNTESTED),
        "not_applicable": _by_reason(results.requirements, Verdict.NOT_APPLICABLE),
        "partly": _partly(results),
        "errors": [case for case in results.cases if case.verdict is Verdict.ERROR],
        "untested_cases": _by_reason(results.cases, Verdict.UNTESTED),
        "sections": _grouped(
            (_chapter(record.section), record)
            for record in sorted(results.requirements, key=lambda record: (natural(record.section), natural(record.id)))
        ),
        "suites": _grouped((case.suite, case) for case in results.cases),
    }


def _partly(results: Results) -> list[RequirementRecord]:
    """Return the requirements that have a verdict although some of their cases could not tell."""
    undone = {case.id for case in results.cases if case.verdict in _OPEN}
    judged = (record for record in results.requirements if record.verdict not in (*_OPEN, Verdict.NOT_APPLICABLE))
    return [record for record in judged if not undone.isdisjoint(record.cases)]


def _findings_by_kind(found: Sequence[Finding]) -> Grouped:
    """Return the findings that clients notice, fails and warnings, and those of the letter alone, each as shown."""
    crowded = len(found) > _CROWDED
    kinds = (
        ("fails", [finding for finding in found if not finding.strict and finding.verdict is Verdict.FAIL]),
        ("warnings", [finding for finding in found if not finding.strict and finding.verdict is not Verdict.FAIL]),
        ("strict", [finding for finding in found if finding.strict]),
    )
    return [(kind, [_shown(finding, crowded=crowded) for finding in members]) for kind, members in kinds]


def _shown(finding: Finding, *, crowded: bool) -> ShownFinding:
    count, limit = (1, LIMIT // 2) if crowded else (_EVIDENCE, LIMIT)
    return ShownFinding(
        finding,
        tuple(
            ShownSymptom(symptom, _evidence(symptom, limit) if index < count else None)
            for index, symptom in enumerate(finding.symptoms)
        ),
    )


def _evidence(symptom: Symptom, limit: int) -> Evidence | None:
    return None if symptom.exchange is None else evidence(symptom.exchange, symptom.observation, limit)


def _requests(results: Results) -> dict[str, list[tuple[int, str]]]:
    """From the id of a case to its first requests in a line each."""
    exchanges: Mapping[int, ExchangeRecord] = {exchange.number: exchange for exchange in results.exchanges}
    base = results.run.target.url.rstrip("/")
    return {
        case.id: [
            (number, request_line(exchanges[number], base)) for number in case.exchanges[:3] if number in exchanges
        ]
        for case in results.cases
    }


def _infos(results: Results) -> list[tuple[RequirementRecord, tuple[str, ...]]]:
    """Return the requirements about which there is something to tell beyond the verdict, and what that is."""
    seen: dict[str, str] = {}
    for case in results.cases:
        for observation in case.observations:
            if observation.verdict is Verdict.INFO:
                for name in observation.covers or case.covers:
                    seen.setdefault(name, observation.message)
    told = []
    for record in results.requirements:
        notes = record.notes
        if not notes and record.verdict is Verdict.INFO:
            notes = (seen.get(record.id) or record.reason,)
        if notes:
            told.append((record, notes))
    return sorted(told, key=lambda item: (natural(item[0].section), natural(item[0].id)))


def _by_reason(records: Iterable[RequirementRecord | CaseRecord], verdict: Verdict) -> Grouped:
    return _grouped((record.reason or "no reason recorded", record) for record in records if record.verdict is verdict)


def _grouped(pairs: Iterable[tuple[str, Any]]) -> Grouped:
    groups: dict[str, list[Any]] = defaultdict(list)
    for name, member in pairs:
        groups[name].append(member)
    return list(groups.items())


def _chapter(section: str) -> str:
    """Return the first two numbers of a section: ``10.6`` of ``10.6.1.2.3``."""
    return ".".join(section.partition(";")[0].split(".")[:2]) if not section.startswith("PS3.") else section


def _asset(name: str) -> str:
    return (resources.files("dwconform.report.html") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
