"""Editions of the standard: ``2019a`` to ``2026c`` and ranges of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ALL_EDITIONS", "FIRST_ACCEPTED", "Edition", "EditionRange"]

_EDITION = re.compile(r"(?P<year>20[0-9]{2})(?P<letter>[a-e]?)\Z")


@dataclass(frozen=True, slots=True, order=True)
class Edition:
    """One edition. A year without a letter is the year's first edition."""

    year: int
    letter: str = "a"

    @classmethod
    def parse(cls, text: str) -> Edition:
        """Return the edition written as ``2025c`` or ``2020``.

        Raises:
            ValueError: it is not written so.
        """
        found = _EDITION.match(str(text))
        if not found:
            message = f"'{text}' is no edition of the standard; write it as 2025c or 2020"
            raise ValueError(message)
        return cls(int(found["year"]), found["letter"] or "a")

    def __str__(self) -> str:
        return f"{self.year}{self.letter}"


FIRST_ACCEPTED = Edition(2019, "a")
"""A run that pins no edition accepts what any edition from this one on allows."""


@dataclass(frozen=True, slots=True)
class EditionRange:
    """The editions a rule holds for, both ends included; an open end is ``None``."""

    first: Edition | None = None
    last: Edition | None = None

    @classmethod
    def parse(cls, text: str) -> EditionRange:
        """Return the range written as ``2023e-``, ``-2025e``, ``2020-2023b`` or ``2025c``.

        Raises:
            ValueError: it is not written so.
        """
        if "-" not in str(text):
            only = Edition.parse(text)
            return cls(only, only)
        first, _, last = str(text).partition("-")
        return cls(Edition.parse(first) if first else None, Edition.parse(last) if last else None)

    def __contains__(self, edition: Edition) -> bool:
        return not (self.first and edition < self.first) and not (self.last and edition > self.last)

    @property
    def spans_all(self) -> bool:
        """Whether the rule holds for every edition that an unpinned run accepts."""
        return self.last is None and (self.first is None or self.first <= FIRST_ACCEPTED)

    def __str__(self) -> str:
        if self.first and self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}-{self.last or ''}"


ALL_EDITIONS = EditionRange()
