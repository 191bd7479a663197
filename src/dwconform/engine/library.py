"""What a run judges by, loaded: requirements, suites, checks and recipes, ours and the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dwconform import data
from dwconform.check.registry import Check, registry
from dwconform.engine.collecting import seldom_collecting
from dwconform.engine.properties import PROPERTIES
from dwconform.fixtures import Recipe, load_recipes
from dwconform.standard.requirements import Catalogue, load_catalogue
from dwconform.suite import SuiteSet, Vocabulary, load_suites

__all__ = ["Library", "load_library"]


@dataclass(frozen=True, slots=True)
class Library:
    """What a run judges by: the same for every target."""

    catalogue: Catalogue
    suites: SuiteSet
    checks: Mapping[str, Check]
    recipes: Mapping[str, Recipe]


@seldom_collecting()
def load_library(folders: Sequence[Path] = ()) -> Library:
    """Load the library; suites of the user's own folders stand beside ours.

    Requirements of the user's are read from ``requirements/`` inside each folder.

    Raises:
        SuiteError: a file is wrong; one line for each fault, with file, line and column.
    """
    catalogue = load_catalogue(data.folder("suites") / "requirements", *(folder / "requirements" for folder in folders))
    checks = registry()
    recipes = load_recipes()
    vocabulary = Vocabulary(checks, frozenset(catalogue), frozenset(recipes), frozenset(PROPERTIES))
    return Library(catalogue, load_suites([data.folder("suites"), *folders], vocabulary), checks, recipes)
