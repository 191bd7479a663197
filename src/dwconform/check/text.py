"""What a rendered text says, and what must not stand in a rendering at all (PS3.18 8.8, 10.4.3.3.3, 10.4.3.3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Annotated

from pydantic import BeforeValidator, Field

from dwconform.check.image import Picture, pictures_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.media_type import parse_media_type

__all__ = ["NowhereArgs", "TextContainsArgs", "nowhere", "text_contains"]

_MARKUP = ("text/html", "text/xml")
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_META = re.compile(
    rb"""<meta[^>]*charset\s*=\s*["']?([A-Za-z0-9_-]+)|<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_-]+)""", re.I
)


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class TextContainsArgs(CheckArgs):
    """What the text is to say; white space counts as one blank."""

    texts: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(min_length=1)


@check("text-contains")
def text_contains(args: TextContainsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The text, read in its character set and without its markup, says this."""
    pictures = pictures_of(evidence)
    text = " ".join(" ".join(read_text(picture) for picture in pictures).split())
    for wanted in args.texts:
        found = " ".join(wanted.split()) in text
        said = "says" if found else "does not say"
        yield Observation(found, f"The text {said} '{wanted}'.", wanted, wanted if found else text[:200], "body")


def read_text(picture: Picture) -> str:
    """Return the text in the character set that it is said to be in, without markup; the undecodable is replaced."""
    parsed = parse_media_type(picture.content_type)[0]
    named = parsed.parameter("charset") if parsed else None
    inside = _META.search(picture.content[:1024])
    charset = named or (inside and (inside[1] or inside[2]).decode()) or "utf-8"
    try:
        text = picture.content.decode(charset, errors="replace")
    except LookupError:
        text = picture.content.decode("utf-8", errors="replace")
    if picture.media_type not in _MARKUP:
        return text
    return unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text)))


class NowhereArgs(CheckArgs):
    """What must stand neither in the header fields nor in the bytes."""

    texts: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(min_length=1)


@check("nowhere")
def nowhere(args: NowhereArgs, evidence: Evidence) -> Iterator[Observation]:
    """None of these texts stands in the response: its header fields, its bytes, the comments of its pictures."""
    response = evidence.response
    fields = "\n".join(f"{name}: {value}" for name, value in response.headers).encode("latin-1", "replace")
    for text in args.texts:
        forms = [text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
        where = next((place for place, octets in (("a header field", fields), ("the body", response.body.content))
                      if any(form in octets for form in forms)), "")  # fmt: skip
        yield Observation(
            not where, f"'{text}' stands in {where}." if where else f"'{text}' stands nowhere in the response.",
            "nowhere", where or "nowhere", "body",
        )  # fmt: skip
