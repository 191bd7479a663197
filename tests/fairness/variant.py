"""What a variant is: a legal way of another server, bent into the origin at the hooks that defects use."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dwconform.origin.defects import Defect, DefectSet, Hook

__all__ = ["VARIANTS", "Variant", "VariantSet", "also", "fresh", "setting", "variant"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(slots=True)
class Variant:
    """A conformant behaviour that is not the origin's own.

    Attributes:
        name: what it is called.
        allowed: the section and, in our words, the rule that lets a server do so.
        bends: what it does at which hook.
        origin: settings of the origin, which then is one of its own.
        editions: those that the run pins, one run each; ``None`` pins none.
        role: what the target says it is.
        claims: what the target says it supports; ``None`` leaves it to be found out.
        crowd: how many further sets of studies, of the same names and dates, the origin has.
        unseen: whether a run must never come across it.
        incomplete: whether some cases have nothing to go by.
        warned: requirement -> why a warning about it is fair. Nothing else may be warned about.
        summary: the first line of its docstring.
        bent: how often it made a difference.
    """

    name: str
    allowed: str
    bends: list[Defect] = field(default_factory=list)
    origin: Mapping[str, Any] = field(default_factory=dict)
    editions: tuple[str | None, ...] = ("2025c",)
    role: str = "native"
    claims: tuple[str, ...] | None = None
    crowd: int = 0
    unseen: bool = False
    incomplete: bool = False
    warned: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    bent: int = 0


VARIANTS: dict[str, Variant] = {}


def variant(hook: Hook, allowed: str, **fields: Any) -> Callable[[_Function], _Function]:
    """Make a function of the hook's subject, and of the context if it asks for one, a variant of its own name."""

    def register(function: _Function) -> _Function:
        name = function.__name__.replace("_", "-")
        assert name not in VARIANTS, f"two variants are called {name}"
        summary = (inspect.getdoc(function) or "").partition("\n")[0]
        VARIANTS[name] = Variant(name, allowed, [_bend(name, hook, function)], summary=summary, **fields)
        return function

    return register


def also(name: str, hook: Hook) -> Callable[[_Function], _Function]:
    """Let a variant bend the origin at a further hook."""

    def register(function: _Function) -> _Function:
        VARIANTS[name].bends.append(_bend(name, hook, function))
        return function

    return register


def setting(name: str, allowed: str, **fields: Any) -> None:
    """Make a variant that is a setting of the origin or of the run alone."""
    VARIANTS[name] = Variant(name, allowed, **fields)


def _bend(name: str, hook: Hook, function: Callable[..., Any]) -> Defect:
    takes_context = len(inspect.signature(function).parameters) > 1

    def bend(subject: Any, context: Any) -> Any:
        before = subject.verdict if hook is Hook.MATCH else subject
        try:
            after = function(subject, context) if takes_context else function(subject)
        except Exception:
            VARIANTS[name].bent += 1
            raise
        VARIANTS[name].bent += after is not before and repr(after) != repr(before)  # == knows no order of members
        return after

    return Defect(name, "", hook, bend)


def fresh(chosen: Variant) -> bool:
    """Tell whether it needs an origin of its own."""
    return bool(chosen.origin or chosen.crowd or any(bend.hook is Hook.STORE for bend in chosen.bends))


class VariantSet(DefectSet):
    """Defects that are in nobody's registry: the bends of one variant."""

    def put_on(self, chosen: Variant) -> None:
        """Bend the origin as the variant does, and in no other way."""
        with self._lock:
            self._active = tuple(chosen.bends)
