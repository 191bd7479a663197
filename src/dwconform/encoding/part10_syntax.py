"""Transfer syntaxes (PS3.5 A, PS3.6 A): what a Transfer Syntax UID says of the bytes that follow."""

from __future__ import annotations

from dataclasses import dataclass

from dwconform.encoding.part10_header import BIG, EXPLICIT, IMPLICIT, Encoding

__all__ = ["TransferSyntax", "look_up_syntax"]

_NATIVE = {"1.2.840.10008.1.2": IMPLICIT, "1.2.840.10008.1.2.1": EXPLICIT, "1.2.840.10008.1.2.2": BIG}
_DEFLATED = {"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"}
_NOT_ENCAPSULATED = {*_NATIVE, *_DEFLATED, "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.204"}
_VIDEO = tuple(f"1.2.840.10008.1.2.4.10{digit}" for digit in range(10))


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One transfer syntax.

    Attributes:
        uid: its UID.
        encoding: of the data set.
        known: PS3.6 lists it.
        retired: PS3.6 says that it is retired.
        deflated: the data set is a deflate stream.
        encapsulated: pixel data is in fragments.
        pixels_elsewhere: pixel data is referenced, not contained.
        video: one fragment may hold all frames.
    """

    uid: str
    encoding: Encoding
    known: bool = True
    retired: bool = False
    deflated: bool = False
    encapsulated: bool = False
    pixels_elsewhere: bool = False
    video: bool = False


def look_up_syntax(uid: str) -> TransferSyntax:
    """Return what is known of a UID; unknown ones are read as Explicit VR Little Endian, which PS3.5 10 asks for."""
    # pydicom takes 0.3 s to import, which a reader without a document should not cost
    from pydicom.uid import UID_dictionary  # noqa: PLC0415

    entry = UID_dictionary.get(uid, ("", "", "", "", ""))
    known = entry[1] == "Transfer Syntax"
    return TransferSyntax(
        uid,
        _NATIVE.get(uid, EXPLICIT),
        known=known,
        retired=known and entry[3] == "Retired",
        deflated=uid in _DEFLATED,
        encapsulated=known and uid not in _NOT_ENCAPSULATED,
        pixels_elsewhere="JPIP" in entry[0],
        video=uid.startswith(_VIDEO),
    )
