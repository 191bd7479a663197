"""Names of places within the page: made from ids, safe in a URL, each used once."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["anchors"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def anchors(kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Return the anchor of each id; where two ids would share one, the later ones get a number."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in ids:
        if each in names:
            continue
        stem = f"{kind}-{_UNSAFE.sub('-', each).strip('-')[:160]}"
        name, count = stem, 2
        while name in taken:
            name, count = f"{stem}_{count}", count + 1
        taken.add(name)
        names[each] = name
    return names
