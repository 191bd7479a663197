"""What a search asks for: its keys and all that its other parameters say (PS3.18 8.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from dwconform.origin.dictionary import vr_of
from dwconform.origin.levels import Scope
from dwconform.origin.validity import WILDCARD

__all__ = ["Fault", "Key", "Path", "Query", "uids"]

Path: TypeAlias = tuple[str, ...]
"""Tags from the outermost sequence to the attribute."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the request is a bad one: the parameter as the client wrote it, and one sentence."""

    parameter: str
    message: str


@dataclass(frozen=True, slots=True)
class Key:
    """One matching key.

    Attributes:
        path: the tags from the outermost sequence to the attribute.
        values: the values between raw commas, decoded; ``("",)`` for universal matching.
        spelled: the name as the client wrote it.
        outer: the sequences that were entered already, while a key is held against an item.
    """

    path: Path
    values: tuple[str, ...]
    spelled: str = ""
    outer: Path = ()

    @property
    def whole(self) -> Key:
        """The key as the query has it, also while it is held against an item."""
        return replace(self, path=self.outer + self.path, outer=())

    @property
    def inner(self) -> Key:
        """The key as it is held against the items of its outermost sequence."""
        return replace(self, path=self.path[1:], outer=(*self.outer, self.path[0]))

    @property
    def tag(self) -> str:
        """The tag of the attribute itself."""
        return self.path[-1]

    @property
    def vr(self) -> str:
        """Its VR in the dictionary; empty for private attributes, whose VR the stored element tells."""
        return vr_of(self.tag) or ""

    @property
    def universal(self) -> bool:
        """Whether everything matches and the key only asks for the attribute (PS3.4 C.2.2.2.3)."""
        return self.values == ("",) or (self.values == ("*",) and (not self.vr or self.vr in WILDCARD))


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks for.

    Attributes:
        scope: the levels that the target resource matches and returns.
        study: the Study Instance UID of the path.
        series: the Series Instance UID of the path.
        keys: the matching keys, universal ones included.
        includes: the attributes of includefield.
        include_all: whether includefield says ``all``.
        limit: the most results that the client wants; ``None`` when it does not say.
        offset: the matches to skip.
        fuzzy: fuzzy matching of person names (8.3.4.2).
        empty: empty value matching (8.3.4.5).
        multiple: multiple value matching (8.3.4.6).
        timezone: Timezone Offset From UTC of the request, such as ``+0100``; empty when it has none.
        creators: the Private Creator named for each creator tag.
        ignored: parameters that are not supported, as written.
    """

    scope: Scope
    study: str | None = None
    series: str | None = None
    keys: tuple[Key, ...] = ()
    includes: tuple[Path, ...] = ()
    include_all: bool = False
    limit: int | None = None
    offset: int = 0
    fuzzy: bool = False
    empty: bool = False
    multiple: bool = False
    timezone: str = ""
    creators: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def uids(key: Key) -> tuple[str, ...]:
    """The UIDs of a list key. An encoded comma separates as well: no UID contains one, and clients do encode it."""
    return tuple(part.strip() for value in key.values for part in value.split(","))
