"""The VR of an element of Part 10: as it is written, or as the dictionary says (PS3.5 6.2.2, A.1, A.2)."""

from __future__ import annotations

from dwconform.encoding.bulk import BINARY_VRS
from dwconform.encoding.dataset import DataSet, Value
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.part10_header import LONG_VRS, Header
from dwconform.encoding.part10_place import Place
from dwconform.encoding.problem import Fault
from dwconform.encoding.tags import Kind, TagFacts

__all__ = ["check_count", "resolve_vr"]

_LONGEST_SHORT = 0xFFFE
_LUT_DESCRIPTOR = "00283002"


def resolve_vr(header: Header, facts: TagFacts, place: Place, elements: DataSet) -> str:
    """Return the VR by which the value is read, and report the one that is written where it is another.

    Args:
        header: of the element.
        facts: of its tag.
        place: of its data set.
        elements: the elements before it in the data set, which settle VRs that the dictionary leaves open.
    """
    if header.vr in VRS:
        _check_vr(header, facts, place)
        return header.vr
    if header.tag.endswith("0000"):
        return "UL"
    if facts.kind is Kind.CREATOR:
        return "LO"
    if facts.entry is None:
        return "SQ" if header.length is None else "UN"
    return facts.vr or _choose(facts.vrs, header, place, elements)


def _check_vr(header: Header, facts: TagFacts, place: Place) -> None:
    if header.tag.endswith("0000"):
        expected = "UL"
    elif header.vr in facts.vrs or facts.entry is None:
        return
    else:
        expected = " or ".join(sorted(facts.vrs))
    if header.vr == expected:
        return
    if header.vr != "UN":
        place.report(Fault("P-VR-02", "The VR is not that of the dictionary.", expected), header.tag, found=header.vr)
    elif expected in LONG_VRS or header.length is None or header.length <= _LONGEST_SHORT:
        place.report(Fault("P-VR-03", "The dictionary knows the VR of this tag.", expected), header.tag, found="UN")


def _choose(vrs: frozenset[str], header: Header, place: Place, elements: DataSet) -> str:
    """Return one of several VRs, for an element written without any."""
    number = "SS" if "SS" in vrs and place.signed else "US"
    if "OW" not in vrs:
        return number if number in vrs else min(vrs)
    if "US" not in vrs:
        return "OW"
    descriptor = elements.get(_LUT_DESCRIPTOR)
    single = descriptor is not None and descriptor.values[:1] == (1,)
    return number if single or (header.length or 0) <= 2 else "OW"


def check_count(facts: TagFacts, vr: str, values: tuple[Value, ...], place: Place) -> None:
    """Report a number of values that the dictionary does not allow."""
    if not values or facts.entry is None or vr not in facts.vrs or vr == "SQ" or vr in BINARY_VRS:
        return
    if not facts.entry.allows(len(values)):
        fault = Fault("P-VM-01", "The dictionary allows another number of values.", facts.entry.vm)
        place.report(fault, facts.tag, found=f"{len(values)} values")
