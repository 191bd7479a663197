"""What is known about the request in hand; every part of the server and every defect gets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from dwconform.origin.archive import Archive, Entity
from dwconform.origin.defects import DefectSet, Hook
from dwconform.origin.query import Query

__all__ = ["BUFFER", "Context", "Options", "base_url_of"]

BUFFER = 8 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """How the server was set up.

    Attributes:
        max_results: the most results of one search (8.3.4.4.1).
        edition: ``2025c``, or ``2026a`` for its answer to a search without matches.
        allow_delete: whether DELETE on a study works, an extension of ours.
        buffer: how many octets of a payload are held in memory at most; a larger one is sent in a chunked coding.
    """

    max_results: int = 1000
    edition: str = "2025c"
    allow_delete: bool = False
    buffer: int = BUFFER


@dataclass(slots=True)
class Context:
    """One request on its way through the server.

    Attributes:
        request: the request as it came, or as a ``REQUEST`` defect left it.
        archive: what is stored.
        options: how the server was set up.
        defects: the defects that are switched on.
        base_url: the base URI as the client sees it.
        kind: the target resource, such as ``search`` or ``metadata``; see ``app``.
        query: the query of a search, once it is parsed.
        entity: the study, series or instance whose result is being made.
        frame: the number of the frame that is being made; 0 where it is all of them, or none.
        warnings: texts of Warning 299 header fields, without code and service.
    """

    request: Request
    archive: Archive
    options: Options
    defects: DefectSet
    base_url: str
    kind: str = ""
    query: Query | None = None
    entity: Entity | None = None
    frame: int = 0
    warnings: list[str] = field(default_factory=list)

    def bend(self, hook: Hook, subject: Any) -> Any:
        """Send a subject through the active defects of a hook."""
        return self.defects.apply(hook, subject, self)


def base_url_of(request: Request, prefix: str) -> str:
    """The base URI as the client wrote it, also through a proxy that names itself in X-Forwarded fields."""
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "")).split(",")[0].strip()
    if not host:
        name, port = request.scope.get("server") or ("localhost", 80)
        host = f"{name}:{port}"
    return f"{scheme}://{host}{prefix}"
