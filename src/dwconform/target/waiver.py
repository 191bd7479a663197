"""Waivers: known fails with a reason, an owner and an end. They change the exit status, never a verdict."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dwconform.standard.editions import EditionRange

__all__ = ["Waiver"]


def _date(value: Any) -> Any:
    # pydantic would take the number 20260101 for seconds since 1970.
    if isinstance(value, (str, date)):
        return value
    message = "write the date as 2026-12-31"
    raise ValueError(message)


def _editions(value: Any) -> EditionRange | None:
    return value if value is None or isinstance(value, EditionRange) else EditionRange.parse(str(value))


Editions = Annotated[EditionRange | None, BeforeValidator(_editions, json_schema_input_type=str | int | None)]


class Waiver(BaseModel):
    """One known fail: of a requirement, of the cases whose id matches a pattern, or of both together."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    requirement: str = Field(default="", description="id of the requirement, * and ? stand for anything")
    case: str = Field(default="", description="id of the case, * and ? stand for anything")
    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1, description="who will repair it, or has decided to live with it")
    expires: Annotated[date, BeforeValidator(_date)] = Field(description="the last day on which it counts")
    edition: Editions = Field(default=None, description="the editions of the standard for which it counts")

    @model_validator(mode="after")
    def _names_something(self) -> Waiver:
        if not self.requirement and not self.case:
            message = "a waiver names a requirement, a case or both"
            raise ValueError(message)
        return self

    def covers(self, requirement: str, case: str) -> bool:
        """Whether it waives a fail of ``requirement`` seen in ``case``. Brackets in ids are taken literally."""
        return _matches(requirement, self.requirement) and _matches(case, self.case)


def _matches(text: str, pattern: str) -> bool:
    return not pattern or fnmatchcase(text, pattern.replace("[", "[[]"))
