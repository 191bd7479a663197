"""The probe: sends a request, reads what comes back within bounds, and records both.

Nothing that the network or the server does raises: it becomes a `Failure` of the exchange.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from dwconform.probe.body import HARD_LIMIT, KEEP_LIMIT
from dwconform.probe.compose import Composer
from dwconform.probe.exchange import Exchange
from dwconform.probe.journey import Journey, Traveller
from dwconform.probe.message import Outgoing
from dwconform.probe.pace import Pace
from dwconform.probe.pooled import PooledChannel
from dwconform.probe.raw import RawChannel
from dwconform.probe.recording import Recorder
from dwconform.probe.safety import check_safe
from dwconform.probe.wire import Flight, under_way
from dwconform.target import Target
from dwconform.target.auth import login
from dwconform.target.tls import tls_context

__all__ = ["Probe"]


class Probe:
    """Sends requests to one target; a context manager, and safe to share between threads.

    Args:
        target: where to, with what credentials, and how fast.
        read_only: let only safe methods pass, also where the target does not ask for it.
        body_limit: how many bytes of a body to keep.
        hard_limit: how many bytes of a body to read at most.
        connections: how many requests may be under way at a time.

    Raises:
        TargetError: a certificate or key of the target cannot be used.
    """

    def __init__(
        self,
        target: Target,
        *,
        read_only: bool = False,
        body_limit: int = KEEP_LIMIT,
        hard_limit: int = HARD_LIMIT,
        connections: int = 64,
    ) -> None:
        self._read_only = read_only or target.read_only
        self._total = target.timeouts.total
        self._pace = Pace(target.requests_per_second)
        self._lock = threading.Lock()
        self._exchanges = 0
        self._requests = 0
        composer = Composer(target)
        self._login = login(target)
        self._recorder = Recorder(target, self._login, composer.secret_fields)
        encrypted = any(origin.scheme == "https" for origin in target.reachable())
        connect, read = target.timeouts.connect, target.timeouts.read
        # Two contexts: httpcore offers HTTP/2 with its own, and a raw socket speaks HTTP/1.1 only.
        pooled_tls, raw_tls = (tls_context(target) if encrypted else None for _ in range(2))
        self._pooled = PooledChannel(
            pooled_tls,
            http2=target.http2,
            read_only=self._read_only,
            connect=connect,
            read=read,
            connections=connections,
        )
        raw = RawChannel(raw_tls, read_only=self._read_only, connect=connect, read=read)
        self._traveller = Traveller(
            composer, self._login, self._pooled, raw, target.reachable(), self._turn, body_limit, hard_limit
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pooled.close()
        self._login.close()

    @property
    def requests(self) -> int:
        """How many requests went to the target, redirects and repetitions after a renewed login included."""
        return self._requests

    def send(self, request: Outgoing) -> Exchange:
        """Send a request, following redirects of GET and HEAD within the target, and return what was recorded.

        Raises:
            UnsafeRequest: the run is read-only, and the method is not safe.
        """
        if self._read_only:
            check_safe(request.method, request.headers)
        with self._lock:
            self._exchanges += 1
            number = self._exchanges
        journey = Journey(request, Flight(self._total))
        under_way.flight = journey.flight
        try:
            self._traveller.travel(journey)
        finally:
            under_way.flight = None
        return self._recorder.record(journey, number, journey.flight.seconds())

    def _turn(self) -> None:
        self._pace.wait()
        with self._lock:
            self._requests += 1
