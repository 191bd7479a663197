"""How a check is written and found.

A check is a function of its typed arguments and the evidence, registered under the name the YAML uses::

    class StatusArgs(CheckArgs):
        codes: tuple[int, ...]          # the first field also takes the short form, `status: 200`

    @check("status")
    def status(args: StatusArgs, evidence: Evidence) -> Iterator[Observation]:
        '''The response has one of these status codes.'''
        ...
        yield Observation(holds=..., message="...", expected="200", observed="404", pointer="status")

It yields at least one observation: one that yields nothing has seen nothing, and that is an error of ours. ``holds`` is
``None`` where it cannot be told (data missing, list cut by the server): the requirement then counts as untested there.
Messages say what was seen, as a person would tell it; they never say how grave it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, model_validator

from dwconform.encoding.reading import Reading
from dwconform.encoding.search_results import read_search_results
from dwconform.errors import DwconformError
from dwconform.probe.exchange import Exchange, Response

if TYPE_CHECKING:
    from dwconform.fixtures import Archive, SearchResource

__all__ = ["Check", "CheckArgs", "Evidence", "Observation", "Sent", "check", "registry"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What one check saw in one exchange.

    Attributes:
        holds: whether it is as expected; None where that cannot be told.
        message: what was seen, in one sentence.
        expected: what was expected, short.
        observed: what stands there, short.
        pointer: where: ``status``, a header name, a JSON Pointer, an XPath.
        step: the step whose exchange was looked at.
    """

    holds: bool | None
    message: str
    expected: str = ""
    observed: str = ""
    pointer: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a step asked for, before it was encoded into a URL.

    ``query`` holds (key, value) pairs as meant: a value is a string, a tuple (comma-separated list), or None (a bare
    name). ``resource`` is set where the path is that of a search resource.
    """

    method: str
    url: str
    accept: str | None = None
    query: tuple[tuple[str, str | tuple[str, ...] | None], ...] = ()
    resource: SearchResource | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a check may look at.

    ``step`` names the step that the expectation is about (the last one unless it says otherwise). A step that was sent
    with ``pages: all`` has several exchanges: ``pages(step)``; ``exchange`` is the first of them.
    """

    step: str
    steps: Mapping[str, Sequence[Exchange]]
    sent: Mapping[str, Sent]
    archive: Archive
    base: str
    """The base URL of the service that the first request of the case went to."""
    edition: str | None = None

    @property
    def exchange(self) -> Exchange:
        """The exchange of the step at hand."""
        return self.steps[self.step][0]

    @property
    def response(self) -> Response:
        """The response of the step at hand; the engine asks no check where there is none."""
        response = self.exchange.response
        if response is None:  # pragma: no cover - the engine sees to it
            message = "a check was asked about an exchange without a response"
            raise DwconformError(message)
        return response

    def pages(self, step: str | None = None) -> Sequence[Exchange]:
        """Return all exchanges of a step."""
        return self.steps[step or self.step]

    def reading(self, step: str | None = None) -> Reading:
        """Return the strict reading of a step's search results, all pages of it in one; each body is read once."""
        readings = [_read(exchange) for exchange in self.pages(step)]
        if len(readings) == 1:
            return readings[0]
        return Reading(
            tuple(dataset for reading in readings for dataset in reading.datasets),
            tuple(problem for reading in readings for problem in reading.problems),
        )


def _read(exchange: Exchange) -> Reading:
    reading = exchange.cache.get("search-results")
    if not isinstance(reading, Reading):
        response = exchange.response
        reading = (
            read_search_results(response.body.content, response.headers.get("Content-Type"))
            if response is not None
            else Reading((), ())
        )
        exchange.cache["search-results"] = reading
    return reading


class CheckArgs(BaseModel):
    """Base of the arguments of a check. A value that is no mapping is taken for the first field."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return value
        first, info = next(iter(cls.model_fields.items()), (None, None))
        if first is None or info is None:
            return {} if value in (None, True) else value
        return {info.alias or first: value}


ArgsT = TypeVar("ArgsT", bound=CheckArgs)
CheckFunction = Callable[[ArgsT, Evidence], Iterator[Observation]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check."""

    name: str
    args: type[CheckArgs]
    function: Callable[[Any, Evidence], Iterator[Observation]]
    head_only: bool = False
    """Whether it looks at status and headers only, and so can speak of a response whose body was cut."""

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]


_CHECKS: dict[str, Check] = {}


def check(name: str, *, head_only: bool = False) -> Callable[[CheckFunction[ArgsT]], CheckFunction[ArgsT]]:
    """Register a function as the check ``name``; the annotation of its first parameter is its arguments' model.

    ``head_only`` marks a check that looks at status and headers only: it may be asked about a response with a cut body.
    """

    def register(function: CheckFunction[ArgsT]) -> CheckFunction[ArgsT]:
        if name in _CHECKS and _CHECKS[name].function.__module__ != function.__module__:
            message = f"two checks are called '{name}'"
            raise DwconformError(message)
        args = get_type_hints(function, include_extras=True, localns={"Iterator": Iterator})["args"]
        _CHECKS[name] = Check(name, args, function, head_only)
        return function

    return register


def registry() -> Mapping[str, Check]:
    """Return every check by name: those of this package, and those of the entry points ``dwconform.checks``."""
    package = import_module("dwconform.check")
    for module in iter_modules(package.__path__):
        import_module(f"dwconform.check.{module.name}")
    for entry in entry_points(group="dwconform.checks"):
        entry.load()
    return dict(sorted(_CHECKS.items()))
