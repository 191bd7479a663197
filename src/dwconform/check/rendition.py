"""Whether rendered payloads are what they are declared to be, and how many there are (PS3.18 8.7.4, 10.4.3.3.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from lxml import etree
from pydantic import BeforeValidator, Field, NonNegativeInt

from dwconform.check.image import Picture, essence, pictures_of, unmet
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["RenditionArgs", "rendition"]

_RANGES = {"image/*": "image/", "text/*": "text/", "video/*": "video/"}


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _numbers(value: object) -> object:
    return (value,) if isinstance(value, int) else value


class RenditionArgs(CheckArgs):
    """The media types, and how many representations there are to be."""

    types: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        min_length=1, description="media types without parameters, or image/*, text/*, video/*"
    )
    multipart: bool | None = Field(default=None, description="whether they come as parts; either will do by default")
    count: NonNegativeInt | None = Field(default=None, description="how many")
    at_least: NonNegativeInt = 1
    frames: Annotated[tuple[NonNegativeInt, ...], BeforeValidator(_numbers)] = Field(
        default=(), description="how many frames each image has; one of these"
    )


@check("rendition")
def rendition(args: RenditionArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response carries representations of such a media type, and they are in truth what they are called."""
    pictures = pictures_of(evidence)
    wrapped = essence(evidence.response.headers.get("Content-Type")).startswith("multipart/")
    if args.multipart is not None:
        yield Observation(
            wrapped is args.multipart,
            f"The representations come {'as parts of a multipart payload' if wrapped else 'as the payload itself'}.",
            "parts" if args.multipart else "no parts",
            evidence.response.headers.get("Content-Type") or "no Content-Type",
            "Content-Type",
        )
    wanted = f"{args.count}" if args.count is not None else f"at least {args.at_least}"
    yield Observation(
        len(pictures) == args.count if args.count is not None else len(pictures) >= args.at_least,
        f"The response carries {len(pictures)} representations.",
        f"{wanted} representations",
        f"{len(pictures)} representations",
        "body",
    )
    for number, picture in enumerate(pictures, 1):
        yield _judged(args, picture, f"body (part {number})" if wrapped else "body")


def _judged(args: RenditionArgs, picture: Picture, pointer: str) -> Observation:
    types = " or ".join(args.types)
    if not any(
        picture.media_type == one.lower() or picture.media_type.startswith(_RANGES.get(one, "-")) for one in args.types
    ):
        declared = picture.content_type or "absent"
        return unmet(f"The Content-Type is {declared}.", types, declared, pointer)
    problem = picture.problem or _untrue(picture)
    if not problem and args.frames and len(picture.frames) not in args.frames:
        problem = f"it has {len(picture.frames)} frames instead of {' or '.join(map(str, args.frames))}"
    said = f"called {picture.media_type}, and {problem or 'is that'}"
    return Observation(not problem, f"The representation is {said}.", f"a valid {picture.media_type}", said, pointer)


def _untrue(picture: Picture) -> str:
    """Return what shows that the content is not of its media type; empty when nothing does."""
    test = _TESTS.get(picture.media_type)
    if picture.is_image or test is None:
        return "" if picture.content else "it is empty"
    return "" if test(picture.content) else f"its first bytes are {picture.content[:16]!r}"


def _xml(content: bytes) -> bool:
    try:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.LxmlError:
        return False
    return True


def _html(content: bytes) -> bool:
    text = content.replace(b"\0", b"").lower()
    return re.search(rb"<(!doctype html|html|body|p|div|table|h[1-6]|ul|dl|pre)\b", text) is not None


def _plain(content: bytes) -> bool:
    return bool(content.strip()) and not content.lstrip().lower().startswith(
        (b"<!doctype", b"<html", b"<?xml", b"{\\rtf")
    )


def _boxed(content: bytes) -> bool:
    return content[4:8] == b"ftyp"


_TESTS: Mapping[str, Callable[[bytes], bool]] = {
    "application/pdf": lambda content: b"%PDF-" in content[:1024],
    "text/html": _html,
    "text/plain": _plain,
    "text/xml": _xml,
    "text/rtf": lambda content: content.startswith(b"{\\rtf"),
    "video/mp4": _boxed,
    "video/mpeg": lambda content: content[:3] == b"\0\0\1" or content[:1] == b"\x47",
    "video/h265": lambda content: _boxed(content) or content[:3] == b"\0\0\1" or content[:4] == b"\0\0\0\1",
    "image/jxl": lambda content: content[:2] == b"\xff\x0a" or content[4:8] == b"JXL ",
}
