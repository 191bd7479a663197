"""A DICOM data set as the readers see it: neutral between JSON, XML and Part 10, and comparable.

``DataSet`` maps an eight-digit upper-case tag to an :class:`Element`. The values of an element are

=====================  =======================================================================================
VR                     value
=====================  =======================================================================================
SQ                     ``DataSet``
PN                     :class:`PersonName`
OB OD OF OL OV OW UN   ``bytes`` (inline) or :class:`BulkData`
DS FD FL IS SL SS      ``int``, ``float`` or ``str`` exactly as it was written (a DS may travel as "1.0" or 1)
SV UL US UV
all others             ``str``
=====================  =======================================================================================

An empty value among several is ``None``. An element without a value has no values: ``()``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["BulkData", "DataSet", "Element", "PersonName", "Value"]


@dataclass(frozen=True, slots=True)
class PersonName:
    """The three component groups of a person name (PS3.5 6.2), each with ``^`` between its components."""

    alphabetic: str = ""
    ideographic: str = ""
    phonetic: str = ""

    def __str__(self) -> str:
        """The name in the form of PS3.5, groups separated by ``=``, without trailing empty groups."""
        return f"{self.alphabetic}={self.ideographic}={self.phonetic}".rstrip("=")


@dataclass(frozen=True, slots=True)
class BulkData:
    """A value that stands elsewhere, at ``uri``."""

    uri: str


Value: TypeAlias = "str | int | float | bytes | PersonName | BulkData | Mapping[str, Element] | None"


@dataclass(frozen=True, slots=True)
class Element:
    """One attribute: its VR as it was given (empty when it was not given) and its values."""

    vr: str
    values: tuple[Value, ...] = ()


DataSet: TypeAlias = Mapping[str, Element]
