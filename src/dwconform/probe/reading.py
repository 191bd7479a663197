"""Reading an answer to its end, within its deadline and its limits."""

from __future__ import annotations

import sys

import httpcore

from dwconform.probe.body import BodyReader
from dwconform.probe.exchange import Body, Failure, FailureKind, Headers, Response
from dwconform.probe.failure import NETWORK_ERRORS, explain
from dwconform.probe.message import Answer, Sink
from dwconform.probe.wire import Flight

__all__ = ["read_answer"]

_BEARABLE_PACE = float(2**20)
"""Bytes a second: a stream that is slower than that runs into the deadline of its exchange sooner or later."""
_KEPT_BESIDE_SINK = 2**16


def read_answer(
    answer: Answer, flight: Flight, *, keep: int, limit: int, sink: Sink | None = None
) -> tuple[Response, Failure | None]:
    """Return the response as far as it came, and what kept it from coming to its end."""
    headers = Headers(answer.headers)
    coding = headers.get("Content-Encoding")
    if sink is not None and sink.begin(answer.status, headers.get("Content-Type") or ""):
        flight.pace = _BEARABLE_PACE
        reader = BodyReader(coding, keep=_KEPT_BESIDE_SINK, limit=sys.maxsize, tee=sink.feed)
    else:
        reader = BodyReader(coding, keep=keep, limit=limit)
    try:
        body, failure = _read_body(answer, reader, flight)
        if failure is None:
            failure = _surplus(answer, headers, body.wire_size, flight)
    finally:
        answer.close()
    return Response(answer.status, answer.reason, answer.http_version, headers, body), failure


def _read_body(answer: Answer, reader: BodyReader, flight: Flight) -> tuple[Body, Failure | None]:
    try:
        for chunk in answer.chunks:
            reader.feed(chunk)
            if flight.over:
                raise httpcore.ReadTimeout
        return reader.finish(), None
    except NETWORK_ERRORS as error:
        failure = explain(error, flight, answered=True)
        return (reader.coded() if failure.kind is FailureKind.CODING else reader.cut()), failure


def _surplus(answer: Answer, headers: Headers, body_size: int, flight: Flight) -> Failure | None:
    """Look for octets behind the end of the response: the next one on this connection would begin with them."""
    if not answer.http_version.startswith("HTTP/1"):
        return None
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        # The length of the framing is not known here; its end is (RFC 9112 7.1).
        if flight.wire and body_size and not flight.tail.endswith((b"\n\r\n", b"\n\n")):
            flight.wire.spoiled = True
        return None
    surplus = flight.surplus(body_size)
    if surplus <= 0:
        return None
    if flight.wire:
        flight.wire.spoiled = True
    message = f"{surplus} octets follow the end of the response, which its header fields put after {body_size}"
    return Failure(FailureKind.PROTOCOL, message)
