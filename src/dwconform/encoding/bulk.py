"""Values that travel as base64 or stand elsewhere: InlineBinary and BulkDataURI (PS3.18 F.2.6, F.2.7)."""

from __future__ import annotations

import binascii
import re

from dwconform.encoding.dictionary import codes
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import Faults

__all__ = ["BINARY_VRS", "BULK_VRS", "NUMERIC_VRS", "check_uri", "read_base64"]

BINARY_VRS = codes("OB OD OF OL OV OW UN")
NUMERIC_VRS = codes("FD FL SL SS SV UL US UV")
BULK_VRS = codes("DS FL FD IS LT OB OD OF OL OV OW SL SS ST SV UC UL UN US UT UV")
_WORD = {"OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2}
_LINE_BREAKS = str.maketrans("", "", "\r\n\t ")
_URL_SAFE = str.maketrans("-_", "+/")
_ITEM = b"\xfe\xff\x00\xe0"

_EMPTY = Fault("J-BIN-05", "An empty binary value has no InlineBinary at all.", "no InlineBinary")
_NOT_BASE64 = Fault("J-BIN-02", "The text is not base64.", "the standard alphabet with padding")
_BROKEN_LINES = Fault("J-BIN-07", "The base64 text holds white space.", "one unbroken line")
_OTHER_ALPHABET = Fault("J-BIN-08", "The text uses the URL-safe alphabet of base64.", "+ and /")
_ENCAPSULATED = Fault("J-PIX-02", "No text defines encapsulated pixel data as InlineBinary.", "a BulkDataURI")

_reference = re.compile(
    r"(?:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?:#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_http = re.compile(r"https?://[^/?#@:]", re.IGNORECASE)
_NOT_A_URI = Fault("J-BULK-01", "The text is not a URI reference.", "RFC 3986")
_OTHER_SCHEME = Fault("J-BULK-03", "The URI has a scheme that DICOMweb does not use.", "http or https")
_RELATIVE = Fault("J-BULK-04", "The reference is relative: clients disagree on its base.", "an absolute URI or path")


def read_base64(vr: str, text: str, *, pixels: bool = False) -> tuple[bytes | None, Faults]:
    """Decode InlineBinary, that of Pixel Data when ``pixels``; None when the text is not base64 at all.

    Faults have the ids of DICOM JSON.
    """
    if not text:
        return None, (_EMPTY,)
    data, faults = _decode(text)
    if data is None:
        return None, faults
    word = _WORD.get(vr, 1)
    if len(data) % word:
        expected = f"a multiple of {word} bytes"
        faults = (*faults, Fault("J-BIN-04", f"{len(data)} bytes are not a whole number of words of {vr}.", expected))
    if pixels and data.startswith(_ITEM):
        faults = (*faults, _ENCAPSULATED)
    return data, faults


def _decode(text: str) -> tuple[bytes | None, Faults]:
    for candidate, faults in (
        (text, ()),
        (text.translate(_LINE_BREAKS), (_BROKEN_LINES,)),
        (text.translate(_URL_SAFE), (_OTHER_ALPHABET,)),
    ):
        try:
            return binascii.a2b_base64(candidate, strict_mode=True), faults
        except ValueError:
            continue
    return None, (_NOT_BASE64,)


def check_uri(text: str) -> Faults:
    """Check a BulkDataURI: a URI of http or https, or a path-absolute reference as in PS3.18 B.10."""
    if not _reference.fullmatch(text):
        return (_NOT_A_URI,)
    if _scheme.match(text):
        if not text.lower().startswith(("http:", "https:")):
            return (_OTHER_SCHEME,)
        return () if _http.match(text) else (_NOT_A_URI,)
    return () if text.startswith("/") and not text.startswith("//") else (_RELATIVE,)
