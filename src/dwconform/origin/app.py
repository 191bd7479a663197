"""The origin server as a Starlette application: routing, methods, the hooks at both ends, the last header fields."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.archive import Archive
from dwconform.origin.bulkdata import bulkdata, bulkdata_collection, pixeldata
from dwconform.origin.byte_ranges import ranged
from dwconform.origin.capabilities import capabilities
from dwconform.origin.codecs import CodecError
from dwconform.origin.context import BUFFER, Context, Options, base_url_of
from dwconform.origin.defects import DefectSet, Hook
from dwconform.origin.frames import frames
from dwconform.origin.levels import Level
from dwconform.origin.rendered import rendered, rendered_frames
from dwconform.origin.retrieve import instances, metadata
from dwconform.origin.search import search
from dwconform.origin.store import store
from dwconform.origin.thumbnails import thumbnail
from dwconform.origin.volumes import rendered_volume

__all__ = ["PREFIX", "create_app"]

PREFIX = "/dicom-web"
_LOG = logging.getLogger(__name__)
_ANY = r"studies/([^/]+)(?:/series/([^/]+)(?:/instances/([^/]+))?)?"
_INSTANCE = r"studies/([^/]+)/series/([^/]+)/instances/([^/]+)"
_RESOURCES = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"", "capabilities"),
        (r"studies", "studies"),
        (r"series", "series"),
        (r"instances", "instances"),
        (r"studies/([^/]+)", "study"),
        (r"studies/([^/]+)/series", "series"),
        (r"studies/([^/]+)/instances", "instances"),
        (
            r"studies/([^/]+)/series/rendered3d",
            "rendered3d",
        ),  # as Table 10.4.1.8-1 prints it; H-1 has it below the study
        (r"studies/([^/]+)/series/([^/]+)", "retrieve"),
        (r"studies/([^/]+)/series/([^/]+)/instances", "instances"),
        (r"studies/([^/]+)/series/([^/]+)/instances/([^/]+)", "retrieve"),
        (rf"{_ANY}/metadata", "metadata"),
        (rf"{_INSTANCE}/bulkdata/(.+)", "bulkdata"),
        (rf"{_ANY}/bulkdata", "bulkdata-collection"),
        (rf"{_ANY}/pixeldata", "pixeldata"),
        (rf"{_INSTANCE}/frames/([^/]+)(?:/pixeldata)?", "frames"),  # Table H-1 has the longer path, too
        (rf"{_ANY}/rendered", "rendered"),
        (rf"{_INSTANCE}/frames/([^/]+)/rendered", "rendered"),
        (rf"{_ANY}/renderedmpr", "renderedmpr"),
        (rf"{_INSTANCE}/frames/([^/]+)/renderedmpr", "renderedmpr"),
        (rf"{_ANY}/rendered3d", "rendered3d"),
        (rf"{_INSTANCE}/frames/([^/]+)/rendered3d", "rendered3d"),
        (rf"{_ANY}/thumbnail", "thumbnail"),
        (rf"{_INSTANCE}/frames/([^/]+)/thumbnail", "thumbnail"),
    )
)
_LEVELS = {"studies": Level.STUDY, "series": Level.SERIES, "instances": Level.INSTANCE}
_FIELD = re.compile(r"[^\x20-\x7e]")

Uids = tuple[str, ...]
Handler = Callable[[Context, Uids, bytes], Answer]


def create_app(
    storage: Path,
    *,
    defects: DefectSet | None = None,
    max_results: int = 1000,
    edition: str = "2025c",
    allow_delete: bool = False,
    buffer: int = BUFFER,
) -> Starlette:
    """The origin server over one storage folder, mounted at ``/dicom-web``.

    Args:
        storage: where files and index are, or will be.
        defects: the switches of the violations; may be changed while the server runs.
        max_results: the most results of one search.
        edition: ``2025c`` answers an empty search with 204, ``2026a`` with 200 and an empty list.
        allow_delete: whether DELETE on a study is offered, an extension of ours.
        buffer: how many octets of a payload are held in memory at most.
    """
    archive = Archive(storage)
    origin = _Origin(
        archive, Options(max_results, edition, allow_delete, buffer), defects if defects is not None else DefectSet()
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        archive.close()

    # The base URI is a resource of its own with and without the slash at its end.
    return Starlette(routes=[Route(PREFIX, origin), Mount(PREFIX, app=origin)], lifespan=lifespan)


class _Origin:
    """The ASGI application below the prefix."""

    def __init__(self, archive: Archive, options: Options, defects: DefectSet) -> None:
        self.archive = archive
        self.options = options
        self.defects = defects

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        context = Context(request, self.archive, self.options, self.defects, base_url_of(request, PREFIX))
        try:
            answer = await self._answer(context)
            answer = ranged(context.request, context.kind, answer)
        except ClientDisconnect:
            return
        if self.defects.at(Hook.RESPONSE):
            answer = await run_in_threadpool(lambda: answer.whole)  # what they bend is the payload, too
        response = _response(context.bend(Hook.RESPONSE, _completed(context, answer)))
        await response(scope, receive, send)

    async def _answer(self, context: Context) -> Answer:
        try:
            early = context.bend(Hook.REQUEST, context.request)
            if isinstance(early, Answer):
                return early
            context.request = early
            handler, uids = self._route(context)
            body = await context.request.body() if context.request.method == "POST" else b""
            if context.request.method == "POST" or context.kind not in _LEVELS:
                return await run_in_threadpool(handler, context, uids, body)
            return handler(context, uids, b"")
        except Refusal as refusal:
            return refusal.answer
        except CodecError as error:
            return report(406, f"The representation cannot be made: {error}.")
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 - one failed request must not end the server
            _LOG.exception("the origin failed on %s", context.request.url.path)
            return report(500, "The server met an error of its own.")

    def _route(self, context: Context) -> tuple[Handler, Uids]:
        """The handler of the target resource and method. Raises a 404 or 405 Refusal."""
        scope = context.request.scope
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0].removeprefix(PREFIX).removeprefix("/")
        for pattern, kind in _RESOURCES:
            match = pattern.fullmatch(path)
            if match:
                context.kind = kind
                uids = tuple(unquote(part) for part in match.groups() if part is not None)
                return self._method(context, kind), uids
        raise Refusal(404, "There is no such resource.")

    def _method(self, context: Context, kind: str) -> Handler:
        if kind == "capabilities":
            methods: dict[str, Handler] = {"OPTIONS": lambda context, _uids, _body: capabilities(context)}
        else:
            methods = {"GET": _HANDLERS[kind], "HEAD": _HANDLERS[kind]}
        if kind in ("studies", "study"):
            methods["POST"] = _store
        if kind == "study" and self.options.allow_delete:
            methods["DELETE"] = _delete
        handler = methods.get(context.request.method)
        if handler is None:
            allow = ", ".join(methods)
            raise Refusal(405, f"The resource does not support this method; it supports {allow}.", (("Allow", allow),))
        return handler


def _search(context: Context, uids: Uids, _body: bytes) -> Answer:
    return search(context, _LEVELS[context.kind], *uids)


def _store(context: Context, uids: Uids, body: bytes) -> Answer:
    return store(context, body, *uids)


def _delete(context: Context, uids: Uids, _body: bytes) -> Answer:
    found = context.archive.entities(Level.STUDY, [("0020000D", uids)])
    if not found:
        raise Refusal(404, "There is no such study.")
    context.archive.delete(found[0].study)
    return Answer(204)


_HANDLERS: dict[str, Handler] = {
    "studies": _search,
    "series": _search,
    "instances": _search,
    "study": lambda context, uids, _body: instances(context, uids),
    "retrieve": lambda context, uids, _body: instances(context, uids),
    "metadata": lambda context, uids, _body: metadata(context, uids),
    "bulkdata": lambda context, uids, _body: bulkdata(context, uids[:3], uids[3]),
    "bulkdata-collection": lambda context, uids, _body: bulkdata_collection(context, uids),
    "pixeldata": lambda context, uids, _body: pixeldata(context, uids),
    "frames": lambda context, uids, _body: frames(context, uids[:3], uids[3]),
    "rendered": lambda context, uids, _body: (
        rendered_frames(context, uids[:3], uids[3]) if len(uids) == 4 else rendered(context, uids)
    ),
    "renderedmpr": lambda context, uids, _body: rendered_volume(context, uids, plane=True),
    "rendered3d": lambda context, uids, _body: rendered_volume(context, uids, plane=False),
    "thumbnail": lambda context, uids, _body: thumbnail(context, uids[:3], *uids[3:]),
}


def _completed(context: Context, answer: Answer) -> Answer:
    """With the header fields that every answer has."""
    headers = list(answer.headers)
    if answer.status < 300 or answer.status == 406:
        headers.append(("Vary", "Accept, Accept-Charset" if answer.media_type.startswith("text/") else "Accept"))
    headers += [("Warning", f"299 {context.base_url}: {text}") for text in context.warnings]
    return replace(answer, headers=tuple(headers))


def _response(answer: Answer) -> Response:
    headers = [(name, _FIELD.sub("?", value)) for name, value in answer.headers]
    if answer.media_type:
        headers.append(("Content-Type", answer.media_type))
    if (
        answer.chunks is None
        and answer.status != 204
        and not (answer.header("Content-Length") or answer.header("Transfer-Encoding"))
    ):
        headers.append(("Content-Length", str(len(answer.body))))
    response = (
        StreamingResponse(answer.chunks(), answer.status) if answer.chunks else Response(answer.body, answer.status)
    )
    response.raw_headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return response
