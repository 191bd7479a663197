"""JUnit XML, as CI servers read it: a test suite for each suite, a test case for each case.

A fail is a ``failure`` (a waived one is ``skipped``, with the reason), an error an ``error``; untested and not
applicable are ``skipped``. A warning passes, and says what it has to say on ``system-out``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree as ET

from dwconform.report.headline import edition
from dwconform.report.results import CaseRecord, ExchangeRecord, ObservationRecord, RequirementRecord, Results
from dwconform.report.text import shorten, visible
from dwconform.standard.terms import Verdict

__all__ = ["render_junit"]

_SHOWN = 20  # observations of a case that are told
_WIDTH = 2000  # characters of a message or value


@dataclass(frozen=True, slots=True)
class _Lookup:
    requirements: Mapping[str, RequirementRecord]
    exchanges: Mapping[int, ExchangeRecord]


_BEYOND = re.compile("[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0010fffe\U0010ffff]")


def render_junit(results: Results) -> str:
    """Return the results as JUnit XML."""
    root = ET.Element("testsuites", {"name": f"dwconform: {_clean(results.run.target.name)}"})
    lookup = _Lookup(
        {record.id: record for record in results.requirements}, {record.number: record for record in results.exchanges}
    )
    by_suite = sorted(results.cases, key=lambda case: (case.suite, case.id))
    for suite, cases in groupby(by_suite, key=lambda case: case.suite):
        _add_suite(ET.SubElement(root, "testsuite", {"name": _clean(suite)}), list(cases), results, lookup)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{results.run.seconds:.3f}")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_suite(suite: ET.Element, cases: Sequence[CaseRecord], results: Results, lookup: _Lookup) -> None:
    suite.set("tests", str(len(cases)))
    suite.set("timestamp", results.run.started[:19])
    suite.set("time", f"{sum(case.seconds for case in cases):.3f}")
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(results):
        ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    tags = []
    for case in cases:
        element = ET.SubElement(suite, "testcase", {"classname": _clean(case.suite), "name": _clean(_short_id(case))})
        element.set("time", f"{case.seconds:.3f}")
        tags.append(_tell(element, case, lookup))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(tags.count(tag)))


def _properties(results: Results) -> Iterable[tuple[str, str]]:
    run = results.run
    return (
        ("outcome", results.outcome),
        ("target", run.target.name),
        ("url", run.target.url),
        ("edition", edition(run)),
        ("dwconform", run.version),
        ("seed", str(run.seed)),
        ("suites-digest", run.suites_digest),
        *((("stopped", run.stopped),) if run.stopped else ()),
    )


def _short_id(case: CaseRecord) -> str:
    return case.id.removeprefix(f"{case.suite}/")


def _tell(element: ET.Element, case: CaseRecord, lookup: _Lookup) -> str:
    """Say what became of the case; returns the name of the child element that says it."""
    found = [seen for seen in case.observations if seen.verdict is case.verdict]
    message = _clean(shorten(found[0].message if found else case.reason or case.title, _WIDTH))
    text = _text(case, found, lookup)
    match case.verdict:
        case Verdict.FAIL if case.waiver:
            ET.SubElement(element, "skipped", {"message": _clean(f"waived: {case.waiver}")})
            return _system_out(element, text, "skipped")
        case Verdict.FAIL:
            ET.SubElement(element, "failure", {"message": message, "type": "fail"}).text = text
            return "failure"
        case Verdict.ERROR:
            problem = _clean(shorten(case.reason or message, _WIDTH))
            ET.SubElement(element, "error", {"message": problem, "type": "error"}).text = text
            return "error"
        case Verdict.UNTESTED | Verdict.NOT_APPLICABLE:
            ET.SubElement(element, "skipped", {"message": _clean(f"{case.verdict}: {case.reason or message}")})
            return "skipped"
        case Verdict.WARN:
            return _system_out(element, f"warning: {text}", "system-out")
    return ""


def _system_out(element: ET.Element, text: str, told: str) -> str:
    ET.SubElement(element, "system-out").text = text
    return told


def _text(case: CaseRecord, found: Sequence[ObservationRecord], lookup: _Lookup) -> str:
    lines = [case.title]
    commands = []
    for seen in found[:_SHOWN]:
        lines += ["", *_observation(seen, seen.covers or case.covers, lookup.requirements)]
        exchange = lookup.exchanges.get(seen.exchange) if seen.exchange is not None else None
        if exchange is not None and exchange.request.curl and exchange.request.curl not in commands:
            commands.append(exchange.request.curl)
    if len(found) > _SHOWN:
        lines += ["", f"and {len(found) - _SHOWN} more"]
    for command in commands[:3]:
        lines += ["", f"Request: {shorten(command, 2 * _WIDTH)}"]
    for label, sentence in (("Why it matters", case.impact), ("Likely fix", case.fix)):
        if sentence:
            lines += ["", f"{label}: {sentence}"]
    return _clean("\n".join(lines))


def _observation(
    seen: ObservationRecord, covers: Iterable[str], requirements: Mapping[str, RequirementRecord]
) -> list[str]:
    lines = [shorten(seen.message, _WIDTH)]
    for name in covers:
        record = requirements.get(name)
        lines.append(f"Requirement: {name} ({record.level}): {record.statement}" if record else f"Requirement: {name}")
    for label, value in (("Expected", seen.expected), ("Observed", seen.observed), ("Where", seen.pointer)):
        if value:
            lines.append(f"{label}: {shorten(value, _WIDTH)}")
    return lines


def _clean(text: str) -> str:
    """Return the text without the characters that XML 1.0 has no place for; they are written out."""
    return _BEYOND.sub("\ufffd", visible(text))
