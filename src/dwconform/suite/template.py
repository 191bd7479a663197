"""Templates: ``{name}`` and ``{name.member}`` in the strings of a suite."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["expand", "names"]

_TEMPLATE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")
_WHOLE = re.compile(r"\{([^{}]+)\}\Z")

Lookup = Callable[[str], Any]
"""From the name in the braces to its value; raises LookupError for a name it does not know."""


def expand(value: Any, lookup: Lookup, *, keep_unknown: bool = False) -> Any:
    """Fill in every template in ``value``, at any depth.

    A template that is the whole string keeps the type of its value; any other becomes text.

    Args:
        value: strings, and lists, tuples and mappings of them; anything else is returned as it is.
        lookup: gives the value of a name.
        keep_unknown: leave a template whose name is not known as it stands, for a later pass.

    Raises:
        LookupError: a name is not known and ``keep_unknown`` is off.
    """
    if isinstance(value, str):
        return _expand_text(value, lookup, keep_unknown=keep_unknown) if "{" in value or "}" in value else value
    if isinstance(value, Mapping):
        return {
            expand(key, lookup, keep_unknown=keep_unknown): expand(item, lookup, keep_unknown=keep_unknown)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(expand(item, lookup, keep_unknown=keep_unknown) for item in value)
    return value


def _expand_text(text: str, lookup: Lookup, *, keep_unknown: bool) -> Any:
    def value_of(name: str, otherwise: str) -> Any:
        try:
            return lookup(name)
        except LookupError:
            if keep_unknown:
                return otherwise
            raise

    whole = _WHOLE.match(text)
    if whole:
        return value_of(whole[1], text)

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0] if keep_unknown else found[0][0]
        return str(value_of(found[1], found[0]))

    return _TEMPLATE.sub(fill, text)


def names(value: Any) -> Iterator[str]:
    """Yield the name of every template in ``value``."""
    if isinstance(value, str):
        yield from (found[1] for found in _TEMPLATE.finditer(value) if found[1] is not None)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from names(key)
            yield from names(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from names(item)
