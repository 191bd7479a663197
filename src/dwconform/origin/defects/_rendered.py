"""What defects of renderings share: which resource is asked for, its parameters, and the pictures of an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote

from PIL import Image, ImageSequence
from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer
from dwconform.origin.context import Context
from dwconform.origin.defects._requests import with_query
from dwconform.origin.elements import texts
from dwconform.origin.levels import Level
from dwconform.origin.multipart import Part

__all__ = [
    "accepts",
    "is_image",
    "is_rendering",
    "is_state",
    "is_whole",
    "parameter",
    "redrawn",
    "saved",
    "segments",
    "stored",
    "with_accept",
    "with_parameter",
    "with_parts",
    "with_path",
    "with_payload",
    "without",
]

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/jp2": "JPEG2000"}
_STATES = "1.2.840.10008.5.1.4.1.1.11."
_BOUNDARY = re.compile(r'boundary="?([^";]+)')


def segments(context: Context) -> list[str]:
    """The segments of the path behind ``studies``."""
    return unquote(context.request.url.path).partition("/studies/")[2].split("/")


def is_rendering(context: Context, *resources: str) -> bool:
    """Whether one of these resources is asked for, ``rendered`` where none is named."""
    return segments(context)[-1] in (resources or ("rendered",))


def parameter(context: Context, name: str) -> str | None:
    """The decoded value of a query parameter; empty for a bare name, ``None`` where it is not there."""
    return next((value for key, value in _terms(context.request) if key == name), None)


def without(request: Request, *names: str) -> Request:
    """The request without these parameters."""
    return _with(request, [(key, value) for key, value in _terms(request) if key not in names])


def with_parameter(request: Request, name: str, value: str) -> Request:
    """The request with one parameter of this name and value."""
    return _with(request, [*((key, other) for key, other in _terms(request) if key != name), (name, value)])


def _terms(request: Request) -> Iterator[tuple[str, str]]:
    for term in request.scope["query_string"].decode("latin-1").split("&"):
        name, _, value = term.partition("=")
        if name:
            yield unquote(name), unquote(value)


def _with(request: Request, terms: list[tuple[str, str]]) -> Request:
    return with_query(request, "&".join(f"{quote(key)}={quote(value, safe=',')}" for key, value in terms))


def with_parts(answer: Answer, change: Callable[[list[Part]], list[Part]]) -> Answer:
    """The answer with other parts; a single payload is one part, and stays single as long as it stays one."""
    answer = answer.whole
    if answer.status != 200:
        return answer
    found = _BOUNDARY.search(answer.media_type) if answer.media_type.startswith("multipart/") else None
    if found is None:
        (part, *more) = change([Part(answer.media_type, answer.body)])
        if not more:
            return replace(answer, body=part.body, media_type=part.media_type)
        parts = [part, *more]
    else:
        parts = change([_bare(part) for part in multipart.split(answer.body, found[1])])
    kind = parts[0].media_type.partition(";")[0] if parts else "image/jpeg"
    body, media_type = multipart.join(parts, kind)
    return replace(answer, body=body, media_type=media_type)


def _bare(part: Part) -> Part:
    kept = tuple(pair for pair in part.headers if pair[0] not in ("content-type", "content-length"))
    return replace(part, headers=kept)


def with_payload(answer: Answer, change: Callable[[Part], Part]) -> Answer:
    """The answer with each representation changed."""
    return with_parts(answer, lambda parts: [change(part) for part in parts])


def redrawn(answer: Answer, change: Callable[[Image.Image], Image.Image], *, keep_profile: bool = True) -> Answer:
    """The answer with each frame of each picture changed, coded as it was."""

    def drawn(part: Part) -> Part:
        form = _FORMATS.get(part.media_type.partition(";")[0])
        if form is None:
            return part
        with Image.open(BytesIO(part.body)) as image:
            known = keep_profile and "icc_profile" in image.info
            kept = {"icc_profile": image.info["icc_profile"] if known else None}
            frames = [
                change(frame.copy() if form != "GIF" else frame.convert("RGB"))
                for frame in ImageSequence.Iterator(image)
            ]
        return replace(part, body=saved(frames, form, **kept))

    return with_payload(answer, drawn)


def saved(frames: list[Image.Image], form: str, **options: Any) -> bytes:
    """A file of one picture, or an animation."""
    target = BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(target, form, **more, **({"quality": 95} if form == "JPEG" else {}), **options)
    return target.getvalue()


def with_path(request: Request, path: str) -> Request:
    """The request for another resource."""
    return Request({**request.scope, "path": path, "raw_path": quote(path, safe="/,").encode()}, request.receive)


def with_accept(request: Request, accept: str) -> Request:
    """The request with another Accept header field."""
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept"]
    return Request({**request.scope, "headers": [*headers, (b"accept", accept.encode())]}, request.receive)


def accepts(context: Context) -> str:
    """The Accept header field."""
    return context.request.headers.get("accept", "")


def is_image(context: Context) -> bool:
    """Whether an image is rendered, by itself and not by a presentation state."""
    return context.kind == "rendered" and not stored(context, "00080016").startswith(_STATES)


def is_state(context: Context) -> bool:
    """Whether a presentation state is rendered."""
    return is_rendering(context) and stored(context, "00080016").startswith(_STATES)


def is_whole(context: Context) -> bool:
    """Whether a study or a series is asked for, and no instance."""
    return "instances" not in segments(context)


def stored(context: Context, tag: str) -> str:
    """The first value of an attribute of the instance of the path, or of the first one there."""
    uids = [part for part in segments(context)[:-1] if part not in ("series", "instances")][:3]
    known = [(key, (uid,)) for key, uid in zip(("0020000D", "0020000E", "00080018"), uids, strict=False)]
    found = context.archive.entities(Level.INSTANCE, known)
    instance = found[0].instance if found else None
    return next(iter(texts(context.archive.document(instance), tag)), "") if instance else ""
