"""Representations into a payload: one part or several, in memory or as a stream (PS3.18 8.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.forms import Form
from dwconform.origin.multipart import Part

__all__ = ["pack", "place"]

Parts = Callable[[], Iterable[Part]]


def place(context: Context, path: str) -> tuple[str, str]:
    """A Content-Location for a path below the base URI."""
    return "Content-Location", f"{context.base_url}/{path}"


def pack(context: Context, parts: Parts, form: Form, size: int, path: str) -> Answer:
    """An answer of one part, or of all parts as multipart.

    Args:
        context: the request.
        parts: makes the parts, one after the other; called when the payload is made.
        form: the media type of the payload.
        size: about how large the payload will be; a large one is sent part by part, in a chunked coding.
        path: what the payload represents, relative to the base URI.

    Raises:
        Refusal: what making a part raises, but for a payload that has begun to be sent.
    """
    if not form.multipart:
        made = list(_bent(context, parts))
        if len(made) != 1:
            raise Refusal(406, "A single part cannot hold what was asked for.")
        headers = [pair for pair in made[0].headers if pair[0] != "Content-Location"]
        identified = dict(made[0].headers).get("Content-Location") or f"{context.base_url}/{path}"
        return Answer(200, made[0].body, made[0].media_type, (*headers, ("Content-Location", identified)))
    location = place(context, path)
    if size <= context.options.buffer:
        body, media_type = multipart.join(_bent(context, parts), form.media_type)
        return Answer(200, body, media_type, (location,))
    stream = _bent(context, parts)
    first = next(stream, None)  # what no codec can make shows here, where a status can still say so
    boundary = multipart.new_boundary()
    media_type = multipart.content_type(form.media_type, boundary)

    def chunks() -> Iterator[bytes]:
        if first is not None:
            yield multipart.encoded(first, boundary)
        for part in stream:
            yield multipart.encoded(part, boundary)
        yield multipart.closing(boundary)

    return Answer(200, b"", media_type, (location,), chunks)


def _bent(context: Context, parts: Parts) -> Iterator[Part]:
    for part in parts():
        bent: Part | None = context.bend(Hook.PART, part)
        if bent is not None:
            yield bent
