"""What a defect is, where it may bend the server, and which ones are switched on."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from dwconform.errors import UsageError

__all__ = ["Defect", "DefectSet", "Hook", "defect", "registry"]


class Hook(StrEnum):
    """The points where behaviour can be bent; the package's docstring says what each takes and gives."""

    REQUEST = "request"
    FAULT = "fault"
    QUERY = "query"
    MATCH = "match"
    ROWS = "rows"
    PAGE = "page"
    RESULT = "result"
    NEGOTIATE = "negotiate"
    JSON = "json"
    XML = "xml"
    TARGET = "target"
    SYNTAX = "syntax"
    INSTANCE = "instance"
    FRAME = "frame"
    RENDER = "render"
    IMAGE = "image"
    TEXT = "text"
    PART = "part"
    WADL = "wadl"
    RESPONSE = "response"
    STORE = "store"


_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Defect:
    """A named, switchable violation.

    Attributes:
        name: how it is switched on.
        breaks: the requirement that it breaks, and no other where that can be had.
        hook: where it bends the server.
        function: takes the hook's subject and the context, gives the subject back, bent.
        bugs: the bugs of real servers that it stands for (ids of the bug list).
        edition: the edition that the judge is pinned to for it; ``None`` when every edition forbids it.
        fresh: whether the archive must be filled while it is switched on.
        summary: the first line of its docstring.
    """

    name: str
    breaks: str
    hook: Hook
    function: Callable[[Any, Any], Any]
    bugs: tuple[str, ...] = ()
    edition: str | None = None
    fresh: bool = False
    summary: str = ""


_DEFECTS: dict[str, Defect] = {}


def defect(
    name: str, *, breaks: str, hook: Hook, bugs: tuple[str, ...] = (), edition: str | None = None, fresh: bool = False
) -> Callable[[_Function], _Function]:
    """Register a function of the hook's subject, and of the context if it asks for one, as a defect."""

    def register(function: _Function) -> _Function:
        if name in _DEFECTS:
            raise UsageError(f"two defects are called {name!r}: rename one")
        takes_context = len(inspect.signature(function).parameters) > 1
        summary = (inspect.getdoc(function) or "").partition("\n")[0]
        call = function if takes_context else lambda subject, _context: function(subject)
        _DEFECTS[name] = Defect(name, breaks, hook, call, bugs, edition, fresh or hook is Hook.STORE, summary)
        return function

    return register


def registry() -> Mapping[str, Defect]:
    """All defects by name; loads every module of the package once."""
    package = importlib.import_module(__package__ or "")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return MappingProxyType(_DEFECTS)


@dataclass
class DefectSet:
    """The defects that are switched on. May be changed while the server answers; costs nothing while empty."""

    _active: tuple[Defect, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def of(cls, names: Iterable[str]) -> DefectSet:
        """A set with these defects switched on."""
        chosen = cls()
        chosen.activate(*names)
        return chosen

    def activate(self, *names: str) -> None:
        """Switch defects on; those that are on stay on. Raises UsageError for a name that nobody has."""
        known = registry() if names else {}
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
                raise UsageError(
                    f"no defect is called {name!r}; " + (f"near it: {', '.join(near)}" if near else "none is near")
                )
        with self._lock:
            wanted = {each.name: each for each in (*self._active, *(known[name] for name in names))}
            self._active = tuple(wanted.values())

    def clear(self) -> None:
        """Switch all defects off."""
        with self._lock:
            self._active = ()

    def at(self, hook: Hook) -> tuple[Defect, ...]:
        """The active defects of one hook, in the order in which they were switched on."""
        active = self._active
        return tuple(each for each in active if each.hook is hook) if active else ()

    def apply(self, hook: Hook, subject: Any, context: Any) -> Any:
        """Send a subject through the active defects of a hook."""
        for each in self.at(hook):
            subject = each.function(subject, context)
        return subject

    def __iter__(self) -> Iterator[str]:
        return iter([each.name for each in self._active])

    def __len__(self) -> int:
        return len(self._active)

    def __contains__(self, name: object) -> bool:
        return name in list(self)
