"""The media type of a response (PS3.18 8.7.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.media_type import parse_media_type

__all__ = ["MediaTypeArgs", "media_type"]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class MediaTypeArgs(CheckArgs):
    """One of these; the response may have more parameters than named here."""

    types: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(min_length=1)

    @field_validator("types")
    @classmethod
    def _are_media_types(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [text for text in value if parse_media_type(text)[0] is None]
        if wrong:
            message = f"'{wrong[0]}' is no media type"
            raise ValueError(message)
        return value


@check("media-type", head_only=True)
def media_type(args: MediaTypeArgs, evidence: Evidence) -> Iterator[Observation]:
    """The body is declared to be of this media type, or of one of these."""
    given = evidence.response.headers.get("Content-Type")
    found = parse_media_type(given)[0] if given is not None else None
    wanted = [parsed for text in args.types if (parsed := parse_media_type(text)[0])]
    yield Observation(
        holds=found is not None and any(map(found.matches, wanted)),
        message=f"The Content-Type is {given}." if given is not None else "The response has no Content-Type.",
        expected=" or ".join(args.types),
        observed=given or "absent",
        pointer="Content-Type",
    )
