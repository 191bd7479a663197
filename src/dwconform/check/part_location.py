"""Content-Location of the parts: each leads to what the part holds (PS3.18 8.4.2, Table 8.6.1-1, 10.4.3.3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.represented import represented

__all__ = ["LocationArgs", "part_location"]


class LocationArgs(CheckArgs):
    """What each location has to be; a part without one is a finding of ``present`` only."""

    rule: Literal["present", "distinct", "instance", "ends-with", "equals"] = "present"
    paths: tuple[str, ...] = ()


@check("part-location")
def part_location(args: LocationArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each part has a Content-Location; those there are differ, and lead to what the parts hold."""
    found = [part.header("Content-Location") for part in parts_of(evidence).parts]
    if not found:
        yield Observation(holds=None, message="There is no part to look at.")
        return
    given = [location for location in found if location is not None]
    if args.rule == "present":
        lacking = len(found) - len(given)
        yield Observation(
            holds=not lacking,
            message=f"{lacking} of {len(found)} parts have no Content-Location." if lacking else "Each part has one.",
            expected="Content-Location",
            observed="absent" if lacking else "present",
            pointer="Content-Location",
        )
        return
    if not given:
        yield Observation(holds=True, message="No part has a Content-Location that could be wrong.")
        return
    wrong = _wrong(args, evidence, found)
    expected, observed = wrong or ("", "")
    yield Observation(
        holds=wrong is None,
        message=f"A part is located at {observed}." if wrong else f"{len(given)} locations are right.",
        expected=expected,
        observed=observed,
        pointer="Content-Location",
    )


def _wrong(args: LocationArgs, evidence: Evidence, found: list[str | None]) -> tuple[str, str] | None:
    """Return what was expected and what stands there, None where nothing is wrong."""
    base = evidence.exchange.request.url
    if args.rule == "distinct":
        given = [location for location in found if location]
        twice = next((location for location in given if given.count(location) > 1), None)
        return None if twice is None else ("another location for each part", f"{twice}, as another one is")
    wanted = _wanted(args, evidence)
    for position, location in enumerate(found):
        if location is None or position >= len(wanted) or not wanted[position]:
            continue
        target = unquote(urljoin(base, location) if args.rule == "equals" else urlsplit(urljoin(base, location)).path)
        due = wanted[position]
        right = target == urljoin(base, unquote(due)) if args.rule == "equals" else target.rstrip("/").endswith(due)
        if not right:
            return due, location
    return None


def _wanted(args: LocationArgs, evidence: Evidence) -> list[str]:
    """Return what each location has to end with, empty where that is not known."""
    if args.rule == "instance":
        return [f"/instances/{uid}" if uid else "" for uid in represented(evidence).uids]
    return list(args.paths)
