"""Bytes to JSON, by RFC 8259 to the letter: encoding, byte order mark, grammar, duplicate names, lone surrogates."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems

__all__ = [
    "NOTHING",
    "NotJson",
    "Path",
    "Repeated",
    "count_members",
    "decode_json",
    "has_repeated_names",
    "json_pointer",
    "parse_json",
]

NOTHING = object()
Path = tuple[Any, ...]  # (path of the parent, member name or array index), () for the document

_BOM = b"\xef\xbb\xbf"
_NOT_UTF8 = Fault("J-UTF8-01", "The bytes are not UTF-8.", "UTF-8 from first to last byte")
_UTF16 = Fault("J-UTF8-01", "The bytes look like UTF-16 or UTF-32.", "UTF-8 from first to last byte")
_MARKED = Fault("J-UTF8-02", "A byte order mark precedes the JSON text.", "no byte order mark")
_TOKEN = Fault("J-JSON-01", "NaN and Infinity are not JSON.", "a number")
_SURROGATE = Fault("J-JSON-02", "An escape leaves an unpaired surrogate.", "Unicode characters")
_DEEP = Fault("J-DEPTH-01", "The nesting is deeper than any data set needs, it was not read further.", "64 sequences")
_lone_surrogates = re.compile("[\ud800-\udfff]").sub
_names = re.compile(r'"(?:[^"\\]|\\.)*+"(?=[ \t\r\n]*:)').finditer
_surrogate_escape = re.compile(r"\\u[dD][89a-fA-F]").search


class Repeated(dict[str, Any]):
    """An object whose text holds a member name more than once; the last one counts."""

    names: tuple[str, ...] = ()


class NotJson(float):
    """The token NaN, Infinity or -Infinity, already reported."""

    __slots__ = ()


def json_pointer(path: Path) -> str:
    """Return the JSON Pointer (RFC 6901) of a path."""
    tokens: list[str] = []
    while path:
        path, token = path
        tokens.append(
            str(token)[:120].replace("~", "~0").replace("/", "~1").encode("utf-8", "backslashreplace").decode()
        )
    return "".join(f"/{token}" for token in reversed(tokens))


def parse_json(text: str, problems: Problems, *, repeated: bool = True) -> Any:
    """Return the parsed text, or ``NOTHING`` when it cannot be parsed; never raises.

    Tokens that are not JSON are :class:`NotJson`, objects with duplicate names are :class:`Repeated` where that is
    asked for: it takes as long again.
    """
    tokens: list[str] = []
    try:
        tree = _load(text, tokens, _members if repeated else None)
    except json.JSONDecodeError as error:
        offset = len(text[: error.pos].encode())
        fault = Fault("J-JSON-01", f"The text breaks the JSON grammar: {error.msg}.", "JSON by RFC 8259")
        problems.add(fault, f"byte {offset}", text[error.pos : error.pos + 40])
        return NOTHING
    except RecursionError:
        problems.add(_DEEP, "")
        return NOTHING
    if tokens or _surrogate_escape(text):
        _search(tree, problems)
    return tree


def has_repeated_names(text: str, members: int) -> bool:
    """Say whether an object of the text has a name twice; ``members`` is how many members its objects have, parsed."""
    # A name is followed by a colon at once, unless white space stands before a colon somewhere. In strings there may
    # be more of the kind: a greater number is no proof.
    if text.count('":') == members and not any(space in text and f"{space}:" in text for space in " \t\r\n"):
        return False
    return sum(1 for _ in _names(text)) != members


def count_members(tree: Any) -> int:
    """Return how many members all objects of a parsed text have."""
    count = 0
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            count += len(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return count


def decode_json(body: bytes, problems: Problems) -> str | None:
    """Return the text of the bytes, None when it is in an encoding of 16 or 32 bits."""
    if body.startswith(_BOM):
        problems.add(_MARKED, "byte 0")
        body = body[3:]
    if b"\0" in body[:4]:
        problems.add(_UTF16, "byte 0", body[:8])
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.add(_NOT_UTF8, f"byte {error.start}", body[error.start : error.start + 8])
        problems.mute("J-CHAR-05")  # the replacement characters are ours
        return body.decode("utf-8", "replace")


def _load(text: str, tokens: list[str], hook: Callable[[list[tuple[str, Any]]], Any] | None) -> Any:
    def constant(token: str) -> NotJson:
        tokens.append(token)
        return NotJson("nan")

    try:
        return json.loads(text, object_pairs_hook=hook, parse_constant=constant)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more digits than Python converts
        tokens.clear()
        return json.loads(text, object_pairs_hook=hook, parse_constant=constant, parse_int=_large_integer)


def _large_integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 1000 else float(digits)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeated = Repeated(members)
    repeated.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return repeated


def _search(tree: Any, problems: Problems) -> None:
    """Report tokens and lone surrogates wherever they stand, and put U+FFFD in place of the latter."""
    found = False

    def repaired(value: Any, path: Path) -> Any:
        nonlocal found
        if type(value) is NotJson:
            problems.add(_TOKEN, json_pointer(path), "NaN or Infinity")
        elif isinstance(value, str) and _is_broken(value):
            found = True
            problems.add(_SURROGATE, json_pointer(path), value)
            return _lone_surrogates("\ufffd", value)
        return value

    _visit(tree, repaired)
    if found:
        problems.mute("J-CHAR-05")  # the replacement characters are ours


def _visit(tree: Any, repaired: Callable[[Any, Path], Any]) -> None:
    pending: list[tuple[Any, Path]] = [([tree], ())]
    top = True
    while pending:
        container, path = pending.pop()
        pairs = list(container.items() if isinstance(container, dict) else enumerate(container))
        for key, value in pairs:
            here = () if top else (path, key)
            if isinstance(container, dict):
                repaired(key, here)
            if isinstance(value, (dict, list)):
                pending.append((value, here))
            else:
                container[key] = repaired(value, here)
        top = False


def _is_broken(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
