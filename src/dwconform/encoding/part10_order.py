"""Which elements may stand in a data set of Part 10, and in which order (PS3.5 7.1, 7.2, 7.8)."""

from __future__ import annotations

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.part10_place import Place
from dwconform.encoding.problem import Fault
from dwconform.encoding.tags import TagFacts
from dwconform.encoding.whole import check_private

__all__ = ["Order", "check_private_elements"]

_NAMES = {"J-TAG-03": "P-GL-01", "J-TAG-04": "P-TAG-03", "J-TAG-05": "P-TAG-04", "J-TAG-09": "P-TAG-05"}
_DISORDER = Fault("P-TAG-01", "The elements are not in ascending order.", "ascending order of tags")
_AGAIN = Fault("P-TAG-02", "The tag occurs more than once in its data set.", "each tag once")
_GROUP_LENGTH = Fault("P-GL-01", "Group lengths are retired.", "no element number 0000")


class Order:
    """Checks the tags of one data set as they come."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._seen: set[str] = set()
        self._last = ""
        self._ordered = True

    def check(self, tag: str, facts: TagFacts) -> None:
        """Report what is wrong with ``tag`` at this point of the data set."""
        if tag in self._seen:
            self._place.report(_AGAIN, tag, found=tag)
        elif tag < self._last and self._ordered:
            self._ordered = False
            self._place.report(_DISORDER, tag, found=f"{tag} behind {self._last}")
        self._seen.add(tag)
        self._last = tag
        if facts.fault is not None and not self._place.meta:
            self._report_name(tag, facts.fault)

    def _report_name(self, tag: str, fault: Fault) -> None:
        if self._place.directory and tag.startswith("0004"):
            return
        if tag.endswith("0000") and tag[:4] != "0002":
            self._place.report(_GROUP_LENGTH, tag, found=tag)
        else:
            self._place.report(Fault(_NAMES[fault.rule], fault.message, fault.expected), tag, found=tag)


def check_private_elements(elements: DataSet, place: Place) -> None:
    """Report private elements without creator, and creators that are none."""
    if place.meta:
        return
    for tag, fault in check_private(elements):
        if not tag.endswith("0000"):
            place.report(Fault(f"P{fault.rule[1:]}", fault.message, fault.expected), tag)
