"""How much of the catalogue is done: a requirement is done when a case covers it and a defect proves the case.

Counted per chapter of PS3.18: *catalogued* requirements (and the entries they stand for), *covered* by a case, *with
defect*, *untestable* with the reason why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dwconform.engine.library import Library
from dwconform.origin import defects as defect_registry

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Chapter", "count", "print_table", "to_json"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The counts of one chapter, and the ids behind them that want work."""

    chapter: str
    catalogued: int
    entries: int
    covered: int
    with_defect: int
    untestable: dict[str, str]
    uncovered: tuple[str, ...]
    without_defect: tuple[str, ...]


def count(library: Library) -> tuple[Chapter, ...]:
    """Count the requirements of the library."""
    covered = {key for case in library.suites.cases.values() for key in case.requirements}
    broken = {defect.breaks for defect in defect_registry.registry().values()}
    chapters: dict[str, list[str]] = {}
    for key, requirement in library.catalogue.items():
        chapters.setdefault(_chapter_of(requirement.section), []).append(key)
    return tuple(_chapter(name, chapters[name], library, covered, broken) for name in sorted(chapters, key=_natural))


def _chapter(name: str, keys: list[str], library: Library, covered: set[str], broken: set[str]) -> Chapter:
    catalogue = library.catalogue
    untestable = {key: catalogue[key].untestable for key in keys if catalogue[key].untestable}
    testable = [key for key in keys if key not in untestable]
    return Chapter(
        chapter=name,
        catalogued=len(keys),
        entries=sum(len(catalogue[key].entries) for key in keys),
        covered=sum(key in covered for key in testable),
        with_defect=sum(key in broken for key in testable),
        untestable=untestable,
        uncovered=tuple(key for key in testable if key not in covered),
        without_defect=tuple(key for key in testable if key not in broken),
    )


def _chapter_of(section: str) -> str:
    """Return the chapter of PS3.18, or the part of the standard for a section of another one (``PS3.4 C.2.2``)."""
    return section.split(maxsplit=1)[0] if section.startswith("PS3.") else section.partition(".")[0]


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (1000, name)


def to_json(chapters: tuple[Chapter, ...]) -> str:
    """Return the counts as JSON: per chapter, and in total."""
    totals: Mapping[str, int] = {
        name: sum(getattr(chapter, name) for chapter in chapters)
        for name in ("catalogued", "entries", "covered", "with_defect")
    }
    total = {**totals, "untestable": sum(len(chapter.untestable) for chapter in chapters)}
    return json.dumps({"total": total, "chapters": [asdict(chapter) for chapter in chapters]}, indent=1)


def print_table(chapters: tuple[Chapter, ...], console: Console, *, missing: bool) -> None:
    """Print the counts as a table, and with ``missing`` the ids that want a case or a defect."""
    from rich.table import Table  # noqa: PLC0415 - only this needs it

    table = Table("chapter", "entries", "requirements", "covered", "with defect", "untestable", title="Requirements")
    for chapter in chapters:
        numbers = (chapter.entries, chapter.catalogued, chapter.covered, chapter.with_defect, len(chapter.untestable))
        table.add_row(chapter.chapter, *map(str, numbers))
    console.print(table)
    for line in _missing(chapters) if missing else ():
        console.print(line, markup=False)


def _missing(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    for chapter in chapters:
        yield from (f"no case: {key}" for key in chapter.uncovered)
        yield from (f"no defect: {key}" for key in chapter.without_defect)
        yield from (f"untestable: {key}: {reason}" for key, reason in chapter.untestable.items())
