"""The way of one exchange: its hops from redirect to redirect, and the renewal of a login on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from dwconform.errors import TargetError
from dwconform.probe.body import BodyReader, body_of
from dwconform.probe.compose import Composer
from dwconform.probe.exchange import Body, Failure, FailureKind, Response
from dwconform.probe.failure import NETWORK_ERRORS, explain
from dwconform.probe.message import Channel, Outgoing, Prepared
from dwconform.probe.reading import read_answer
from dwconform.probe.wire import Flight
from dwconform.target.auth import Login
from dwconform.target.origin import Address, Origin

__all__ = ["Journey", "Traveller"]

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_FOLLOWED = frozenset(("GET", "HEAD"))


@dataclass(slots=True)
class Journey:
    """One exchange under way: what has become of it so far.

    Attributes:
        request: what was to be sent.
        flight: its deadline, and what its sockets saw.
        sent: the first hop's request, with all header fields.
        body: of the first hop's request, as far as it was sent.
        response: the last response.
        failure: what ended the journey, where no proper response did.
        hops: the URLs that redirects led to.
    """

    request: Outgoing
    flight: Flight
    sent: Prepared | None = None
    body: Body = field(default_factory=lambda: body_of(b""))
    response: Response | None = None
    failure: Failure | None = None
    hops: list[str] = field(default_factory=list)

    def fail(self, kind: FailureKind, message: str) -> None:
        """End the journey."""
        self.failure = Failure(kind, message)


@dataclass(frozen=True, slots=True)
class Traveller:
    """Makes journeys. ``turn`` is called before each request that goes to the network."""

    composer: Composer
    login: Login
    pooled: Channel
    raw: Channel
    reachable: frozenset[Origin]
    turn: Callable[[], None]
    keep: int
    limit: int

    def travel(self, journey: Journey) -> None:
        """Go from hop to hop until there is a response that is no redirect, or a failure."""
        try:
            address: Address | None = Address.parse(journey.request.url, verbatim=journey.request.raw)
        except ValueError as error:
            journey.fail(FailureKind.CONNECT, f"the request cannot be sent: {error}")
            return
        if address and address.origin not in self.reachable:
            journey.fail(
                FailureKind.REDIRECT,
                f"{address.origin} is no part of the target, so nothing was sent; list it under 'origins' if it is",
            )
            return
        while address:
            self._hop(journey, address)
            address = self._following(journey, address)

    def _hop(self, journey: Journey, address: Address) -> None:
        """Send the request to one address; once more with a renewed login where the first is refused."""
        at_home = self.composer.at_home(address.origin) and not journey.request.anonymous
        try:
            authorization = self.login.authorization() if at_home else None
            self._attempt(journey, address, authorization)
            refused = journey.response is not None and journey.response.status == 401
            if at_home and refused and self.login.renew(authorization) and _repeatable(journey.request.body):
                self._attempt(journey, address, self.login.authorization())
        except TargetError as error:
            journey.fail(FailureKind.CONNECT, str(error))

    def _attempt(self, journey: Journey, address: Address, authorization: str | None) -> None:
        request = journey.request
        tee = _Tee(request.body, self.keep)
        body = tee.body if request.raw or isinstance(request.body, bytes) else tee
        try:
            prepared = self.composer.prepare(request, address, authorization, body)
        except ValueError as error:
            journey.fail(FailureKind.PROTOCOL, f"the request cannot be sent: {error}")
            return
        self.turn()
        journey.response = None
        journey.flight.start()
        try:
            answer = (self.raw if request.raw else self.pooled).send(prepared)
            journey.response, journey.failure = read_answer(
                answer, journey.flight, keep=self.keep, limit=self.limit, sink=request.sink
            )
        except NETWORK_ERRORS as error:
            journey.failure = explain(error, journey.flight, answered=False)
        if not journey.hops:
            journey.sent, journey.body = prepared, tee.recorded()

    def _following(self, journey: Journey, address: Address) -> Address | None:
        """Return where the response redirects to, or None where the journey ends."""
        response, request = journey.response, journey.request
        if journey.failure or response is None or response.status not in _REDIRECTS or request.method not in _FOLLOWED:
            return None
        location = response.headers.get("Location")
        if location is None:
            return None
        try:
            following = Address.parse(urljoin(str(address), location))
        except ValueError as error:
            journey.fail(FailureKind.REDIRECT, f"a redirect that leads nowhere: {error}")
            return None
        if str(following) in (request.url, str(address), *journey.hops):
            journey.fail(FailureKind.REDIRECT, f"redirects in a circle, back to {following}")
        elif len(journey.hops) >= _MOST_REDIRECTS:
            journey.fail(FailureKind.REDIRECT, f"more than {_MOST_REDIRECTS} redirects")
        elif following.origin not in self.reachable:
            journey.fail(FailureKind.REDIRECT, f"a redirect out of the target, to {following}; it was not followed")
        if journey.failure:
            return None
        journey.hops.append(str(following))
        return following


def _repeatable(body: bytes | Iterable[bytes]) -> bool:
    return not isinstance(body, Iterator)


class _Tee:
    """Records an iterable body while it is being sent."""

    def __init__(self, pieces: bytes | Iterable[bytes], keep: int) -> None:
        self._pieces = pieces
        self._keep = keep
        self._reader = BodyReader(keep=keep, limit=sys.maxsize)

    @property
    def body(self) -> bytes:
        """All of it at once."""
        return self._pieces if isinstance(self._pieces, bytes) else b"".join(self)

    def __iter__(self) -> Iterator[bytes]:
        self._reader = BodyReader(keep=self._keep, limit=sys.maxsize)
        for piece in self._pieces if not isinstance(self._pieces, bytes) else (self._pieces,):
            self._reader.feed(piece)
            yield piece

    def recorded(self) -> Body:
        """Return what was sent."""
        return body_of(self._pieces, self._keep) if isinstance(self._pieces, bytes) else self._reader.finish()
