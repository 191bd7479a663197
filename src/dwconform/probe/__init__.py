"""The probing client: sends requests, reads answers within bounds, records exchanges without credentials."""

from dwconform.probe.client import Probe
from dwconform.probe.exchange import Body, Exchange, Failure, FailureKind, Headers, Request, Response
from dwconform.probe.message import Outgoing, Sink

__all__ = ["Body", "Exchange", "Failure", "FailureKind", "Headers", "Outgoing", "Probe", "Request", "Response", "Sink"]
