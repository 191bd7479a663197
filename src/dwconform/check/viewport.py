"""The arithmetic of the viewport parameter (PS3.18 8.3.5.1.3): which region is shown, how large, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

__all__ = ["Place", "Viewport"]

_ROUNDING = 1
"""Servers round the size of the content up, down or to the nearest pixel."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the content lies in a picture: left, top, width, height, in pixels of the picture."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Viewport:
    """A region of the source and the size that it is scaled into.

    Attributes:
        source: width and height of the source image.
        box: width and height asked for; None where the source's size is kept.
        region: left, top, width, height of what is shown, in pixels of the source.
        mirrored: whether it is flipped horizontally.
        upside_down: whether it is flipped vertically.
    """

    source: tuple[int, int]
    box: tuple[int, int] | None
    region: tuple[float, float, float, float]
    mirrored: bool = False
    upside_down: bool = False

    @classmethod
    def parse(cls, text: str, source: tuple[int, int]) -> Self:
        """Read a valid value of the parameter; empty text means that there is none.

        Raises:
            ValueError: the value is not valid.
        """
        width, height = source
        if not text:
            return cls(source, None, (0, 0, width, height))
        given = [*text.split(","), "", "", "", ""][:6]
        left, top = (abs(float(item or 0)) for item in given[2:4])
        wide, high = float(given[4] or width - left), float(given[5] or height - top)
        region = (left, top, min(abs(wide), width - left), min(abs(high), height - top))
        return cls(source, (int(given[0]), int(given[1])), region, wide < 0, high < 0)

    @property
    def content(self) -> tuple[float, float]:
        """Width and height of the scaled region: as large as fits into the box, aspect kept."""
        _, _, width, height = self.region
        if self.box is None:
            return width, height
        scale = min(self.box[0] / width, self.box[1] / height)
        return width * scale, height * scale

    def fits(self, size: tuple[int, int]) -> bool:
        """Say whether a picture of this size may be it: the content alone, or a canvas of the size of the box.

        8.3.5.1.3 calls the box the size of the rendered image, and has the content as large as possible within it.
        """
        return size == self.box or self._tight(size)

    def _tight(self, size: tuple[int, int]) -> bool:
        slack = 0 if self.box is None else _ROUNDING
        return all(abs(given - wanted) <= slack for given, wanted in zip(size, self.content, strict=True))

    def places(self, size: tuple[int, int]) -> Iterator[Place]:
        """Yield where the content may lie in a picture of this size: all of it, or in the middle or at an edge."""
        if self._tight(size):
            yield Place(0, 0, *size)
        if size != self.box:
            return
        width, height = (min(max(round(wanted), 1), given) for wanted, given in zip(self.content, size, strict=True))
        for left in _starts(size[0] - width):
            for top in _starts(size[1] - height):
                yield Place(left, top, width, height)

    def __str__(self) -> str:
        """The sizes that fit, for people."""
        width, height = (round(length) for length in self.content)
        if self.box is None or self.box == (width, height):
            return f"{width} x {height}"
        return f"{width} x {height}, alone or on a canvas of {self.box[0]} x {self.box[1]}"


def _starts(room: int) -> list[int]:
    return sorted({0, room // 2, (room + 1) // 2, room})
