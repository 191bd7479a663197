"""The query string of a search, read as PS3.18 8.3 writes it.

The raw string is split at ``&``, ``=`` and ``,`` before anything is decoded, so that an encoded delimiter stays data;
``+`` is a plus. What is wrong with a supported parameter is a :class:`Fault` (400); what is not supported is ignored
and named in :attr:`Query.ignored`, so that the answer can warn of it (8.3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from dwconform.origin.dictionary import creator_tag, is_private, tag_of, vr_of
from dwconform.origin.levels import ADDITIONAL, Scope, level_of
from dwconform.origin.query import Fault, Key, Path, Query
from dwconform.origin.temporal import offset_of
from dwconform.origin.validity import LISTABLE, why_invalid

__all__ = ["Complain", "parse"]

_TIMEZONE, _CHARSET = "00080201", "00080005"
_FLAGS = {"fuzzymatching": "fuzzy", "emptyvaluematching": "empty", "multiplevaluematching": "multiple"}
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

Complain = Callable[[Fault], None]
"""Raises for a fault, or returns when it is to be passed over; then the parameter is left out."""


def parse(raw: str, query: Query, complain: Complain) -> Query:
    """Read a raw query string into the query of a target resource."""
    reader = _Reader(query, complain)
    for name, values in _terms(raw, complain):
        reader.term(name, values)
    return reader.result()


def decoded(raw: str) -> str:
    """Percent-decode UTF-8. Raises ValueError for a broken escape or octets that are not UTF-8."""
    if _ESCAPE.search(raw):
        raise ValueError("a percent sign without two hexadecimal digits")
    text = unquote_to_bytes(raw).decode("utf-8")
    if "\0" in text:
        raise ValueError("a NUL character")
    return text


def _terms(raw: str, complain: Complain) -> Iterator[tuple[str, list[str]]]:
    """Names as written and raw values; a bare name has one empty value."""
    for term in raw.split("&"):
        name, _, value = term.partition("=")
        if name:
            yield name, value.split(",")
        elif term:
            complain(Fault(term, "a parameter needs a name before the equals sign"))


class _Reader:
    """Collects the terms of one query string."""

    def __init__(self, query: Query, complain: Complain) -> None:
        self.query = query
        self.complain = complain
        self.keys: dict[Path, Key] = {}
        self.includes: list[tuple[Path, str]] = []
        self.ignored: list[str] = []
        self.seen: set[str] = set()

    def term(self, spelled: str, raw: list[str]) -> None:
        try:
            name, values = decoded(spelled), [decoded(value) for value in raw]
        except ValueError as error:
            self.complain(Fault(spelled, f"the parameter cannot be decoded: {error}"))
            return
        if name == "includefield":
            self._include(values, raw)
        elif name in ("limit", "offset", *_FLAGS):
            self._control(name, values)
        elif name not in ("accept", "charset"):  # those two are the negotiation's
            self._key(spelled, name, values)

    def result(self) -> Query:
        keys = tuple(key for key in self.keys.values() if self._usable(key))
        includes = []
        for path, spelled in self.includes:
            creator = creator_tag(path[-1])
            if creator and creator not in self.query.creators:
                self.ignored.append(spelled)
            else:
                includes.append(path)
        return replace(self.query, keys=keys, includes=tuple(includes), ignored=tuple(self.ignored))

    def _control(self, name: str, values: list[str]) -> None:
        if name in self.seen:
            self.complain(Fault(name, "the parameter is given more than once"))
            return
        self.seen.add(name)
        if name in _FLAGS:
            if values in (["true"], ["false"]):
                self.query = _with_flag(self.query, name, on=values == ["true"])
            else:
                self.complain(Fault(name, "the value is neither true nor false"))
        elif len(values) != 1 or not re.fullmatch("[0-9]+", values[0]):
            self.complain(Fault(name, "the value is not an unsigned integer"))
        elif name == "limit":
            self.query = replace(self.query, limit=_count(values[0]))
        else:
            self.query = replace(self.query, offset=_count(values[0]))

    def _include(self, values: list[str], raw: list[str]) -> None:
        for value, spelled in [
            (part, each) for text, each in zip(values, raw, strict=True) for part in text.split(",")
        ]:
            path = _path(value)
            if value == "all":
                self.query = replace(self.query, include_all=True)
            elif path is None:
                self.ignored.append(f"includefield={spelled}")
            else:
                self.includes.append((path, f"includefield={spelled}"))

    def _key(self, spelled: str, name: str, values: list[str]) -> None:
        path = _path(name)
        if path is None:
            self.ignored.append(spelled)
        elif path in self.keys or str(path) in self.seen:
            self.complain(Fault(spelled, "the attribute is given more than once"))
        elif is_private(path[-1]) and creator_tag(path[-1]) is None:
            self.seen.add(str(path))
            self.query = replace(self.query, creators={**self.query.creators, path[-1]: values[0]})
        elif path == (_TIMEZONE,):
            self._timezone(spelled, values[0])
        elif path == (_CHARSET,):  # never matched (PS3.4 C.2.2.2), so it only asks for itself
            self.keys[path] = Key(path, ("",), spelled)
        else:
            self.keys[path] = Key(path, tuple(values), spelled)

    def _timezone(self, spelled: str, value: str) -> None:
        self.seen.add(str((_TIMEZONE,)))
        self.includes.append(((_TIMEZONE,), spelled))
        if value and offset_of(value) is None:
            self.complain(Fault(spelled, "the value is not an offset from UTC such as +0100"))
        else:
            self.query = replace(self.query, timezone=value)

    def _usable(self, key: Key) -> bool:
        """Whether the key can be matched; else it is ignored or complained of."""
        creator = creator_tag(key.tag)
        if (creator and creator not in self.query.creators) or not _matchable(key, self.query.scope):
            self.ignored.append(key.spelled)
            return False
        listed = key.vr == "UI" or (self.query.multiple and (key.vr in LISTABLE or is_private(key.tag)))
        if len(key.values) > 1 and not listed:
            self.complain(
                Fault(key.spelled, "the attribute takes a single value; a comma in it must be percent-encoded")
            )
            return False
        reason = None if key.universal or (self.query.empty and key.values == ('""',)) else _reason(key, self.query)
        if reason:
            self.complain(Fault(key.spelled, reason))
            return False
        return True


def _count(digits: str) -> int:
    """An unsigned integer; beyond what any archive holds one is as good as the other."""
    return int(digits) if len(digits) < 19 else min(int(digits.lstrip("0")[:19] or "0"), 10**18)


def _with_flag(query: Query, name: str, *, on: bool) -> Query:
    if name == "fuzzymatching":
        return replace(query, fuzzy=on)
    return replace(query, empty=on) if name == "emptyvaluematching" else replace(query, multiple=on)


def _path(name: str) -> Path | None:
    """The tags of a dotted attribute; ``None`` when a part is unknown, or one before the last is no sequence."""
    tags = [tag_of(part) for part in name.split(".")]
    known = [tag for tag in tags if tag is not None and (is_private(tag) or vr_of(tag) is not None)]
    if len(known) != len(tags) or any(vr_of(tag) != "SQ" and not is_private(tag) for tag in known[:-1]):
        return None
    return tuple(known)


def _matchable(key: Key, scope: Scope) -> bool:
    """Whether the resource allows the key: its level (10.6.1.2.1), and no value for a whole sequence."""
    if key.vr == "SQ" and not key.universal:
        return False
    first = key.path[0]
    return is_private(first) or first in ADDITIONAL or first == _CHARSET or level_of(first) in scope.matches


def _reason(key: Key, query: Query) -> str | None:
    values = [part for value in key.values for part in value.split(",")] if key.vr == "UI" else list(key.values)
    if query.multiple and key.vr in LISTABLE:
        return None
    return next((reason for value in values if (reason := why_invalid(key.vr, value))), None)
