"""Which character set a text goes out in (PS3.18 8.8)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from urllib.parse import unquote

from dwconform.origin.accept import Range
from dwconform.origin.answer import Refusal
from dwconform.origin.context import Context

__all__ = ["encoded"]

_TERMS = {"iso_ir 100": "iso-8859-1", "iso_ir 192": "utf-8", "iso_ir 6": "us-ascii", "gb18030": "gb18030"}
_KNOWN = re.compile(r"utf-8|us-ascii|iso-8859-\d+|shift_jis|iso-2022-jp|euc-kr|gb18030|gbk|tis-620|windows-125\d")
_WEIGHT = re.compile(r"\s*;\s*q=([01](?:\.\d{0,3})?)\s*$", re.IGNORECASE)


def encoded(context: Context, text: str, chosen: Range | None) -> tuple[bytes, str]:
    """A text in the best acceptable character set that has all its characters, and that set's name.

    Without one that is known it is UTF-8, as unknown values are ignored (8.8.1). Raises a 406 Refusal when none of
    those that are known has all characters (8.8.5).
    """
    known = [each for each in _acceptable(context, chosen) if each == "*" or _codec(each)]
    for name in known or ["utf-8"]:
        label = "utf-8" if name == "*" else name
        try:
            return text.encode(label), label
        except UnicodeEncodeError:
            continue
    raise Refusal(406, f"The text has characters that {', '.join(known)} cannot hold.")


def _codec(name: str) -> bool:
    try:
        return bool(_KNOWN.fullmatch(name)) and bool(codecs.lookup(name))
    except LookupError:
        return False


def _acceptable(context: Context, chosen: Range | None) -> Iterator[str]:
    """Media type parameter, query parameter, header field: each in the order of its weights."""
    if chosen and chosen.parameter("charset"):
        yield _name(chosen.parameter("charset"))
    for term in context.request.scope["query_string"].decode("latin-1").split("&"):
        name, _, value = term.partition("=")
        if name == "charset":
            yield from _weighed(unquote(value))
    yield from _weighed(",".join(context.request.headers.getlist("accept-charset")))


def _weighed(text: str) -> list[str]:
    found = []
    for place, member in enumerate(filter(None, (each.strip() for each in text.split(",")))):
        weight = _WEIGHT.search(member)
        value = float(weight[1]) if weight else 1.0
        if value > 0:
            found.append((-value, place, _name(_WEIGHT.sub("", member))))
    return [name for _, _, name in sorted(found)]


def _name(text: str) -> str:
    name = text.strip().strip('"').lower()
    return _TERMS.get(name, name)
