"""The Warning header of a search: options not honoured (PS3.18 8.3.4.2), results that remain (8.3.4.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.search_level import unique_keys

__all__ = [
    "RemainingArgs",
    "WarningArgs",
    "WarningFormArgs",
    "remaining_number",
    "warning",
    "warning_form",
    "warning_remaining",
]

_HEADER = "Warning"
# Ours to accept: the form of 8.3.4.2 (299 <service>: text) and that of RFC 7234 5.5 (299 agent "text" ["date"]).
_FORM = re.compile(r'299\s+(?P<agent>\S+?)(?P<colon>:)?\s+(?P<text>"[^"]*"(\s+"[^"]*")?|[^"]+)')
_SERVICE = re.compile(r"([a-z][a-z0-9+.-]*://)?[^\s/?#]+(:[0-9]+)?(/\S*)?|/\S*|<\S+>", re.IGNORECASE)
_NEXT_VALUE = re.compile(r",\s*(?=[0-9]{3}\s)")
_OTHER_CODE = re.compile(r'(?!299)[0-9]{3}\s+\S+\s+"')  # as caches and proxies write them
_REMAINING = re.compile(r"(?<![0-9./:])([0-9]+)\s+(?:more|additional|further|remaining)\b", re.IGNORECASE)


class WarningArgs(CheckArgs):
    """What the warning is to mention; any warning will do where nothing is named."""

    mentions: str = Field(default="", description="a regular expression found in it, letter case apart")
    present: bool = True


@check("warning", head_only=True)
def warning(args: WarningArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response has a Warning header with the code 299, about something, or has none."""
    values = [value for value in _warnings(evidence) if _has_code(value) and re.search(args.mentions, value, re.I)]
    about = f" that mentions {args.mentions}" if args.mentions else ""
    found = "; ".join(values)
    yield Observation(
        holds=bool(values) is args.present,
        message=f"There is a Warning{about}: {found}" if values else f"The response has no Warning 299{about}.",
        expected=f"{'a' if args.present else 'no'} Warning 299{about}",
        observed=found or "; ".join(_warnings(evidence)) or "absent",
        pointer=_HEADER,
    )


class WarningFormArgs(CheckArgs):
    """No arguments."""


@check("warning-form", head_only=True)
def warning_form(args: WarningFormArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Each Warning has the code 299, then the service, then a text; those of another code are not the search's."""
    values = [value for value in _warnings(evidence) if not _OTHER_CODE.match(value)]
    if not values:
        yield Observation(holds=True, message="The response has no Warning of a search.", pointer=_HEADER)
    for value in values:
        found = _FORM.fullmatch(value)
        holds = found is not None and _SERVICE.fullmatch(found["agent"]) is not None
        said = "names code, service and text" if holds else "is not made of code 299, service and text"
        yield Observation(holds, f"The Warning {said}.", "299 <service>: <text>", value, _HEADER)


class RemainingArgs(CheckArgs):
    """The step whose results are all there are, and how many were skipped before this step's."""

    of: str
    offset: int = 0


@check("warning-remaining")
def warning_remaining(args: RemainingArgs, evidence: Evidence) -> Iterator[Observation]:
    """The number of remaining results that a Warning gives is right, where it gives one."""
    numbers = remaining_number(_warnings(evidence))
    returned = len(unique_keys(evidence))
    total = len(unique_keys(evidence, args.of))
    left = max(total - args.offset - returned, 0)
    # On later pages "not yet returned" may count what this response leaves out, the skipped ones among it.
    right = {left, max(total - returned, 0)} if args.offset else {left}
    if not numbers:
        yield Observation(
            holds=None if left else True, message="No Warning gives a number of remaining results.", pointer=_HEADER
        )
        return
    yield Observation(
        holds=right.issuperset(numbers),
        message=f"{numbers[0]} results are said to remain; {left} of {total} do.",
        expected=" or ".join(map(str, sorted(right))),
        observed=", ".join(map(str, numbers)),
        pointer=_HEADER,
    )


def remaining_number(values: Sequence[str]) -> list[int]:
    """Return the numbers of remaining results that the Warnings give."""
    return [int(found[1]) for value in values for found in _REMAINING.finditer(value)]


def _warnings(evidence: Evidence) -> list[str]:
    """Return the Warnings one by one; a field may list several (RFC 9110 5.2)."""
    return [one.strip() for field in evidence.response.headers.all(_HEADER) for one in _NEXT_VALUE.split(field)]


def _has_code(value: str) -> bool:
    return re.search(r"(?<!\S)299(?!\S)", value) is not None
