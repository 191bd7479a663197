"""From what went wrong below to a `Failure` that a user understands."""

from __future__ import annotations

import h2.exceptions
import h11
import httpcore

from dwconform.probe.body import CodingError, TooLong
from dwconform.probe.exchange import Failure, FailureKind
from dwconform.probe.wire import Flight

__all__ = ["NETWORK_ERRORS", "explain"]

NETWORK_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    h11.LocalProtocolError,
    h2.exceptions.ProtocolError,
    CodingError,
    TooLong,
)
"""Everything that the network and the server can do to an exchange."""

_PLAIN = (
    (CodingError, FailureKind.CODING, ""),
    (TooLong, FailureKind.LIMIT, ""),
    # httpcore lets h11's own error through where the body is longer than its Content-Length.
    (httpcore.LocalProtocolError, FailureKind.PROTOCOL, "the request cannot be sent: "),
    (h11.LocalProtocolError, FailureKind.PROTOCOL, "the request cannot be sent: "),
    (h2.exceptions.ProtocolError, FailureKind.PROTOCOL, "the request cannot be sent: "),
)
_SHOWN = 40


def explain(error: BaseException, flight: Flight, *, answered: bool) -> Failure:
    """Return what ``error`` means; ``answered``: the header section of a response had arrived."""
    if _breaks_http2(error, flight):
        return Failure(FailureKind.PROTOCOL, f"what came back breaks the rules of HTTP/2: {error}")
    for kind, failure_kind, prefix in _PLAIN:
        if isinstance(error, kind):
            return Failure(failure_kind, f"{prefix}{error}")
    if not answered and _is_not_http(flight):
        shown = bytes(flight.head[:_SHOWN])
        return Failure(FailureKind.PROTOCOL, f"what came back is not HTTP; it begins with {shown!r}")
    if isinstance(error, httpcore.TimeoutException):
        return _timeout(error, flight, answered=answered)
    if isinstance(error, httpcore.ConnectError):
        return Failure(FailureKind.CONNECT, f"no connection: {error}")
    return _broken(error, flight, answered=answered)


def _breaks_http2(error: BaseException, flight: Flight) -> bool:
    """Whether it is about the server's frames: httpcore calls that a local error, or lets h2's own error through."""
    local = isinstance(error, (httpcore.LocalProtocolError, h2.exceptions.ProtocolError))
    return local and bool(flight.received and flight.wire and flight.wire.speaks_http2)


def _is_not_http(flight: Flight) -> bool:
    if flight.wire and flight.wire.speaks_http2:
        return False
    return bool(flight.head) and not b"HTTP/".startswith(bytes(flight.head[:5]))


def _timeout(error: httpcore.TimeoutException, flight: Flight, *, answered: bool) -> Failure:
    if isinstance(error, httpcore.ConnectTimeout):
        return Failure(FailureKind.CONNECT, "no connection in the time allowed")
    if isinstance(error, httpcore.WriteTimeout):
        return Failure(FailureKind.TIMEOUT, "the server did not take the request in the time allowed")
    if not answered and not flight.received:
        return Failure(FailureKind.TIMEOUT, "no answer in the time allowed")
    return Failure(
        FailureKind.TIMEOUT,
        f"not all of the answer in the time allowed: it stopped {_where(flight, answered=answered)}",
    )


def _where(flight: Flight, *, answered: bool) -> str:
    if answered:
        return f"in the middle of the body ({flight.received} octets of the response arrived)"
    return "in the middle of the header section" if flight.received else "without an answer"


def _broken(error: BaseException, flight: Flight, *, answered: bool) -> Failure:
    text = str(error)
    closed = text.startswith(("Server disconnected", "peer closed", "peer unexpectedly closed"))
    if closed or isinstance(error, httpcore.NetworkError):
        where = _where(flight, answered=answered)
        return Failure(FailureKind.CLOSED, f"the connection was closed {where}{'' if closed else f': {text}'}")
    return Failure(FailureKind.PROTOCOL, f"what came back breaks the rules of HTTP: {text}")
