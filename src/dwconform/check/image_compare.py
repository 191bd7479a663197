"""Two renderings side by side: the same picture, another one, a smaller file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field, NonNegativeInt

from dwconform.check.image import Pixels, pictures_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check

__all__ = ["DiffersFromArgs", "SamePictureArgs", "SmallerThanArgs", "differs_from", "same_picture", "smaller_than"]

_BARELY = 8
"""Levels by which two encodings of one picture may differ here and there: coders are not always deterministic."""


class SamePictureArgs(CheckArgs):
    """The step whose pictures these are to be."""

    as_: str = Field(alias="as", description="a step")
    tolerance: NonNegativeInt = Field(default=0, description="levels that each pixel may differ by")


@check("same-picture")
def same_picture(args: SamePictureArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response shows the same pictures as another step's."""
    yield _compared(evidence, args.as_, args.tolerance, same=True)


class DiffersFromArgs(CheckArgs):
    """The step whose pictures these are not to be."""

    step: str
    by: NonNegativeInt = Field(default=_BARELY, description="levels that some pixel has to differ by at least")


@check("differs-from")
def differs_from(args: DiffersFromArgs, evidence: Evidence) -> Iterator[Observation]:
    """The response shows other pictures than another step's."""
    yield _compared(evidence, args.step, args.by, same=False)


class SmallerThanArgs(CheckArgs):
    """The step whose body is to be larger."""

    step: str


@check("smaller-than")
def smaller_than(args: SmallerThanArgs, evidence: Evidence) -> Iterator[Observation]:
    """The body is smaller than another step's."""
    other = evidence.pages(args.step)[0].response
    size, larger = evidence.response.body.size, other.body.size if other else 0
    yield Observation(
        size < larger, f"The body has {size} bytes, that of '{args.step}' {larger}.", f"less than {larger} bytes",
        f"{size} bytes", "body",
    )  # fmt: skip


def _compared(evidence: Evidence, step: str, levels: int, *, same: bool) -> Observation:
    wanted = f"{'the same pictures as' if same else 'other pictures than'} '{step}'"
    here, there = pictures_of(evidence), pictures_of(evidence, step)
    trouble = next((picture.problem or "it is no picture" for picture in (*here, *there) if not picture.frames), "")
    if trouble or not here or not there:
        said = trouble or "a response carries no picture"
        return Observation(False if same else None, f"The pictures cannot be compared: {said}.", wanted, said, "body")
    ours, theirs = ([frame for picture in group for frame in picture.frames] for group in (here, there))
    shapes = [[frame.shape for frame in group] for group in (ours, theirs)]
    if shapes[0] != shapes[1]:
        said = f"{_told(ours)} here, {_told(theirs)} there"
        return Observation(not same, f"The pictures differ in number or size: {said}.", wanted, said, "body")
    most = max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))
    said = f"they differ by up to {most:.0f} levels"
    return Observation(most <= levels if same else most > levels, f"Of the pictures, {said}.", wanted, said, "body")


def _told(frames: list[Pixels]) -> str:
    return ", ".join(f"{frame.shape[1]} x {frame.shape[0]}" for frame in frames[:4]) + (
        ", ..." if len(frames) > 4 else ""
    )
