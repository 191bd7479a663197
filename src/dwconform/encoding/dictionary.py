"""The data dictionary of PS3.6, read from pydicom on first use: VRs, multiplicity and keyword of a standard tag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["VRS", "Entry", "codes", "look_up"]


def codes(text: str) -> frozenset[str]:
    """Return the VRs named in ``text``, separated by spaces."""
    return frozenset(text.split())


VRS = codes("AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV")
_VM = re.compile(r"(?P<low>[0-9]+)(?:-(?:(?P<high>[0-9]+)|(?P<step>[0-9]*)n))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the dictionary.

    Attributes:
        keyword: the keyword, empty for a few retired attributes.
        vrs: the VRs to choose from, usually one.
        vm: the multiplicity as printed, such as ``2-2n``.
        low: the smallest number of values.
        high: the largest number of values, 0 for any.
        step: numbers of values go up in steps of this.
    """

    keyword: str
    vrs: frozenset[str]
    vm: str
    low: int
    high: int
    step: int

    def allows(self, count: int) -> bool:
        """Say whether an attribute that is not empty may have ``count`` values."""
        return self.low <= count and (not self.high or count <= self.high) and count % self.step == 0


@lru_cache(maxsize=8192)
def look_up(tag: str) -> Entry | None:
    """Return the dictionary's line for an eight-digit tag, repeating groups included; None when there is none."""
    # pydicom takes 0.3 s to import, which a reader without a document should not cost
    from pydicom import datadict  # noqa: PLC0415

    try:
        vr, vm, _name, _retired, keyword = datadict.get_entry(int(tag, 16))
    except KeyError:
        return None
    vrs = frozenset(vr.split(" or ")) & VRS
    if not vrs:
        return None
    low, high, step = _multiplicity(vm)
    return Entry(keyword, vrs, vm, low, high, step)


def _multiplicity(vm: str) -> tuple[int, int, int]:
    match = _VM.fullmatch(vm)
    if match is None:  # "1-n or 1" and the like: any number
        return 1, 0, 1
    low = int(match["low"])
    if match["step"] is not None:
        return low, 0, int(match["step"] or 1)
    return low, int(match["high"] or low), 1
