"""Exchanges as they stand in results.json: bodies cut to a bearable length, a curl command beside each request."""

from __future__ import annotations

import base64
import re

from dwconform.engine.records import BodyRecord, ExchangeRecord, RequestRecord, ResponseRecord
from dwconform.probe import Body, Exchange
from dwconform.probe.curl import curl_command

__all__ = ["record_exchange", "without_queries"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def record_exchange(exchange: Exchange, *, number: int, limit: int, redact: bool) -> ExchangeRecord:
    """Return the record of an exchange.

    Args:
        exchange: what travelled, secrets already redacted.
        number: its place among all exchanges of the run.
        limit: how many bytes of each body to keep.
        redact: keep no patient data: no body, and no value in the query.
    """
    request, response = exchange.request, exchange.response
    shown = without_queries if redact else str
    return ExchangeRecord(
        number=number,
        label=exchange.label,
        request=RequestRecord(
            method=request.method,
            url=shown(request.url),
            headers=tuple(request.headers),
            body=_body(request.body, 0 if redact else limit),
            curl="" if redact else curl_command(request),
        ),
        response=None
        if response is None
        else ResponseRecord(
            status=response.status,
            reason=response.reason,
            http_version=response.http_version,
            headers=tuple((name, shown(value)) for name, value in response.headers),
            body=_body(response.body, 0 if redact else limit),
        ),
        failure=shown(exchange.failure.message) if exchange.failure else "",
        seconds=round(exchange.seconds, 6),
    )


def without_queries(text: str) -> str:
    """Return the text with the query components of its URLs left out: they may hold data of patients."""
    return re.sub(r"\?[^\s\"'<>]+", "?***", text)


def _body(body: Body, limit: int) -> BodyRecord:
    kept = body.content[:limit]
    truncated = body.size > len(kept)
    if not kept:
        return BodyRecord(size=body.size, sha256=body.sha256, truncated=truncated)
    text = _text(kept, cut=truncated)
    return BodyRecord(
        text=text,
        base64=base64.b64encode(kept).decode() if text is None else None,
        size=body.size,
        sha256=body.sha256,
        truncated=truncated,
    )


def _text(kept: bytes, *, cut: bool) -> str | None:
    """Return the bytes as text, or None where they are none; a character that the limit cut in two is left out."""
    for shorter in range(4 if cut else 1):
        try:
            text = kept[: len(kept) - shorter].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return text if _printable(text) else None
    return None


def _printable(text: str) -> bool:
    return _CONTROL.search(text) is None
