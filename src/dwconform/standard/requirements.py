"""The requirement catalogue: ``suites/requirements/*.yaml``.

One entry is one normative statement in our own words. Its ``finding`` is the verdict that a miss earns: that of its
level, or a weaker one where the text can be read in another way, and then ``reading`` says how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

from dwconform import data, yamldoc
from dwconform.errors import SuiteError
from dwconform.standard.editions import ALL_EDITIONS, EditionRange
from dwconform.standard.terms import Consequence, Level, Verdict

__all__ = ["Catalogue", "Requirement", "load_catalogue", "requirements_schema"]

SCHEMA_ID = "https://dwconform.org/schemas/requirements.schema.json"


def _editions(value: Any) -> EditionRange:
    return value if isinstance(value, EditionRange) else EditionRange.parse(str(value))


Editions = Annotated[
    EditionRange, BeforeValidator(_editions), WithJsonSchema({"type": ["string", "integer"], "examples": ["2023e-"]})
]
"""Editions as YAML writes them; a bare year is a number there."""
_FINDINGS = (Verdict.FAIL, Verdict.WARN, Verdict.INFO)


class Requirement(BaseModel):
    """One normative statement on an origin server."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: str = Field(pattern=r"^[0-9A-Z][0-9A-Za-z.]*(/[0-9A-Za-z.-]+)+$")
    entries: tuple[str, ...] = Field(default=(), description="ids of the catalogue entries that it stands for")
    section: str
    table: str = ""
    level: Level
    editions: Editions = Field(default_factory=lambda: ALL_EDITIONS)
    consequence: Consequence
    statement: str
    reading: str = Field(default="", description="how an ambiguous text is read, and what other readings there are")
    finding: Verdict = Field(default=Verdict.NOT_APPLICABLE, description="the verdict on a miss; default: the level's")
    option: str = Field(default="", description="the option that must be offered before this holds")
    untestable: str = Field(default="", description="why no black-box test can exist")

    @model_validator(mode="before")
    @classmethod
    def _finding_of_level(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "finding" not in value and value.get("level") in set(Level):
            return {**value, "finding": Level(value["level"]).finding}
        return value

    @model_validator(mode="after")
    def _weaker_only_with_a_reading(self) -> Requirement:
        if self.finding not in _FINDINGS:
            message = f"finding is one of {', '.join(_FINDINGS)}"
            raise ValueError(message)
        if self.finding.rank < self.level.finding.rank and not self.reading:
            message = "a finding weaker than the level's needs a reading that says why"
            raise ValueError(message)
        if self.finding.rank > self.level.finding.rank:
            message = f"a {self.level} cannot be more than {self.level.finding}"
            raise ValueError(message)
        return self

    @property
    def mandatory(self) -> bool:
        """Whether a run that leaves it untested is incomplete."""
        return self.level is Level.SHALL and not self.untestable


class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the order of their sections."""

    def __init__(self, requirements: Mapping[str, Requirement], places: Mapping[str, yamldoc.Place]) -> None:
        self._requirements = dict(requirements)
        self.places = dict(places)

    def __getitem__(self, key: str) -> Requirement:
        return self._requirements[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._requirements)

    def __len__(self) -> int:
        return len(self._requirements)

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """From the id of a catalogue entry to the id of the requirement that stands for it."""
        return {entry: requirement.id for requirement in self.values() for entry in requirement.entries}


def load_catalogue(*folders: Path) -> Catalogue:
    """Read every requirement file of the folders (default: the catalogue that comes with dwconform).

    Raises:
        SuiteError: a file is wrong, or an id or entry stands twice.
    """
    requirements: dict[str, Requirement] = {}
    places: dict[str, yamldoc.Place] = {}
    entries: dict[str, str] = {}
    own = data.folder("suites") / "requirements"
    for path in (path for folder in folders or (own,) for path in sorted(folder.glob("ps3.*.yaml"))):
        document = yamldoc.read(path)
        for index, item in enumerate(document.value or ()):
            requirement = yamldoc.validate(document, Requirement, item, (index,))
            _once(requirement, requirements, entries, document.place((index,)))
            requirements[requirement.id] = requirement
            places[requirement.id] = document.place((index,))
    return Catalogue(requirements, places)


def _once(
    requirement: Requirement, known: Mapping[str, Requirement], entries: dict[str, str], place: yamldoc.Place
) -> None:
    if requirement.id in known:
        message = f"{place}: the requirement '{requirement.id}' stands twice"
        raise SuiteError(message)
    for entry in requirement.entries:
        if entry in entries:
            message = f"{place}: the entry '{entry}' already counts for '{entries[entry]}'"
            raise SuiteError(message)
        entries[entry] = requirement.id


def requirements_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of requirements."""
    schema = TypeAdapter(tuple[Requirement, ...]).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
