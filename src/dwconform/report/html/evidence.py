"""What the page shows of an exchange: the command that repeats it and the offending part of the response."""

from __future__ import annotations

from dataclasses import dataclass

from dwconform.report.excerpt import LIMIT, Excerpt, excerpt
from dwconform.report.results import ExchangeRecord, ObservationRecord
from dwconform.report.text import shorten

__all__ = ["Evidence", "Line", "evidence", "request_line", "status_line"]

_HEADERS = 24  # header lines shown
_WIDTH = 300  # characters of each
_CURL = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the response's head; ``marked`` when the observation is about it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exchange, short enough for a page.

    ``curl`` is empty where no command was recorded; ``failure`` says why the exchange has no proper end.
    """

    number: int
    request: str
    curl: str
    curl_cut: bool
    head: tuple[Line, ...]
    body: Excerpt
    failure: str


def evidence(exchange: ExchangeRecord, observation: ObservationRecord, limit: int = LIMIT) -> Evidence:
    """Return what there is to show of an exchange in the light of an observation; ``limit`` bounds the body."""
    pointer = observation.pointer
    return Evidence(
        number=exchange.number,
        request=shorten(f"{exchange.request.method} {exchange.request.url}", _CURL),
        curl=shorten(exchange.request.curl, _CURL),
        curl_cut=len(exchange.request.curl) > _CURL,
        head=_head(exchange, pointer),
        body=excerpt(exchange, pointer, limit),
        failure=shorten(exchange.failure, _WIDTH),
    )


def _head(exchange: ExchangeRecord, pointer: str) -> tuple[Line, ...]:
    response = exchange.response
    if response is None:
        return ()
    lines = [Line(shorten(status_line(exchange), _WIDTH), pointer == "status")]
    # A header that the observation is about is shown even where it stands far down.
    marked = [(name, value) for name, value in response.headers if name.lower() == pointer.lower()]
    others = [field for field in response.headers[:_HEADERS] if field not in marked]
    shown = [field for field in response.headers if field in marked or field in others][: 2 * _HEADERS]
    lines += [Line(shorten(f"{name}: {value}", _WIDTH), (name, value) in marked) for name, value in shown]
    hidden = len(response.headers) - len(shown)
    return (*lines, Line(f"… and {hidden} more")) if hidden else tuple(lines)


def status_line(exchange: ExchangeRecord) -> str:
    """Return the status line, or what came instead of it."""
    response = exchange.response
    if response is None:
        return exchange.failure or "no response"
    return f"{response.http_version} {response.status} {response.reason}".rstrip()


def request_line(exchange: ExchangeRecord, base: str) -> str:
    """Return the request in a few words, relative to the target's base URL, with the status it was answered by."""
    url = exchange.request.url
    answer = str(exchange.response.status) if exchange.response else "no response"
    return f"{exchange.request.method} {shorten(url.removeprefix(base) or url, 120)} → {answer}"
