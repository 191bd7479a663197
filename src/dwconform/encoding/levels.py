"""How grave it is to break a rule, where nothing but the document is known: the levels of ``dwconform validate``.

A requirement of a suite may judge the same problem in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dwconform.encoding.dictionary import codes

__all__ = ["LEVELS", "Level", "level_of"]


class Level(StrEnum):
    """What a broken rule means for the document."""

    SHALL = "shall"
    """The document is not valid."""
    WARN = "warn"
    """A should, or a shall that can be read in another way."""
    INFO = "info"
    """Worth knowing: permitted, or beyond what the text settles."""


_SHALL = codes(
    """
    J-UTF8-01 J-UTF8-02 J-JSON-01 J-DEPTH-01 J-MT-01 J-MT-02 J-MT-03 J-TOP-01 J-TOP-03 J-TAG-01 J-TAG-03 J-TAG-04
    J-TAG-05 J-TAG-06 J-TAG-07 J-TAG-09 J-ATTR-01 J-ATTR-02 J-ATTR-04 J-VR-01 J-VR-02 J-VR-03 J-VAL-01 J-VAL-02
    J-VAL-03 J-VAL-04 J-VAL-05 J-VAL-06 J-TYPE-STR J-TYPE-NUM J-TYPE-NUMSTR J-TYPE-INT J-RANGE-01 J-FLOAT-01
    J-FLOAT-02 J-AT-01 J-AE-01 J-AS-01 J-CS-01 J-DA-01 J-TM-01 J-DT-01 J-UI-01 J-UR-01 J-DS-01 J-IS-01 J-LEN-01
    J-CTRL-01 J-PN-01 J-PN-02 J-PN-03 J-PN-05 J-PN-06 J-SQ-01 J-SQ-02 J-SQ-03 J-BULK-01 J-BULK-02 J-BULK-03
    J-BIN-01 J-BIN-02 J-BIN-03 J-BIN-04 J-BIN-05 J-CHAR-01 J-CHAR-03 J-CHAR-04 J-TZ-01 J-PRIV-01 J-PRIV-02
    J-PRIV-03 J-PRIV-04 X-WF-01 X-ENC-01 X-LIMIT-01 X-DEPTH-01 X-SCHEMA-01 X-ROOT-01 X-NS-01 X-SPACE-02 X-ATTR-02
    X-TAG-01 X-TAG-02 X-TAG-03 X-TAG-04 X-VR-01 X-VR-03 X-KEY-01 X-NUM-01 X-NUM-02 X-CHOICE-01 X-CHOICE-02
    X-VAL-01 X-VAL-04 X-VM-01 X-VM-02 X-SQ-01 X-SQ-02 X-PN-01 X-PN-02 X-PN-03 X-PN-04 X-BULK-01 X-BULK-03
    X-BULK-04 X-BULK-06 X-BIN-01 X-BIN-02 X-BIN-03 X-PRIV-02 X-PRIV-03 X-PRIV-04 X-AT-01 X-FMT-01 X-CHAR-03
    X-TZ-01 M-MEDIA-01 M-MEDIA-02 M-MEDIA-03 M-MEDIA-04 M-MEDIA-05 M-ACCEPT-01 M-ACCEPT-02 M-TYPE-01 M-TYPE-02
    M-TYPE-03 M-TYPE-04 M-XML-01 M-XML-03 M-BOUNDARY-01 M-BOUNDARY-02 M-BOUNDARY-03 M-BOUNDARY-04 M-LINE-01
    M-CLOSE-01 M-HEADER-01 M-HEADER-02 M-HEADER-03 M-PART-01 M-ROOT-01 M-START-01 M-ID-01 M-LENGTH-01
    P-PREAMBLE-01 P-META-01 P-META-02 P-META-03 P-META-04 P-META-05 P-META-07 P-TS-02 P-TS-03 P-DEFLATE-01
    P-DEFLATE-02 P-TAG-01 P-TAG-02 P-TAG-03 P-TAG-04 P-TAG-05 P-TAG-06 P-END-01 P-EVEN-01 P-UNDEF-01 P-LEN-01
    P-LEN-02 P-LEN-03 P-SQ-01 P-SQ-02 P-SQ-03 P-DEPTH-01 P-VR-01 P-VR-02 P-VR-04 P-VM-01 P-FMT-01 P-PAD-01
    P-CTRL-01 P-CHAR-01 P-CHAR-03 P-CHAR-04 P-CHAR-05 P-TZ-01 P-PRIV-01 P-PRIV-02 P-PRIV-03 P-ENCAPS-01
    P-ENCAPS-02 P-ENCAPS-03 P-ENCAPS-04 P-ENCAPS-05 P-ENCAPS-06 P-ENCAPS-07 P-PIX-01 P-PIX-03 P-UID-01 P-UID-02
    P-UID-03 S-URL-03 S-SEQ-01 S-REF-01 S-REF-02 S-FAIL-01 S-WARN-01 S-ORIG-01 S-ORIG-02 S-BOTH-01 D-META-01
    """
)
# Rules that rest on a should, on a derivation, or on texts that disagree.
_WARN = codes(
    """
    J-JSON-02 J-TOP-02 J-ATTR-03 J-VR-04 J-VR-05 J-VAL-07 J-STR64-01 J-DS-02 J-NUM-02 J-CTRL-02 J-PAD-02 J-PN-04
    J-PN-07 J-PN-08 J-BULK-04 J-BULK-06 J-BIN-07 J-BIN-08 J-BIN-09 J-PIX-01 J-PIX-02 J-CHAR-05 J-CHAR-06
    X-SPACE-01 X-ATTR-03 X-VR-02 X-VR-04 X-KEY-02 X-VAL-02 X-VAL-05 X-VAL-06 X-BULK-05 X-BULK-07 X-BIN-04 X-BIN-05
    X-PIX-01 X-PIX-02 X-PRIV-05 X-STR64-01 X-CTRL-02 X-CHAR-05 X-CHAR-06 X-DTD-01 M-PREAMBLE-01 M-EPILOGUE-01
    M-ZERO-01 P-META-06 P-TS-01 P-TS-04 P-DEFLATE-03 P-GL-01 P-VR-03 P-VAL-07 P-CTRL-02 P-CHAR-06 P-PIX-02
    S-URL-01 S-FAIL-02 S-NONE-01
    """
)
# Rules whose breach is legal, or of which no text speaks.
_INFO = codes(
    """
    LIMIT J-TOP-04 J-NUM-01 J-NUM-64 J-PAD-01 X-TAG-05 X-FMT-02 X-PAD-01 P-LIMIT-01 S-URL-02 S-URL-04 S-FAIL-03
    S-WARN-02 S-ORIG-03
    """
)
LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        **dict.fromkeys(_SHALL, Level.SHALL),
        **dict.fromkeys(_WARN, Level.WARN),
        **dict.fromkeys(_INFO, Level.INFO),
    }
)
# In these two, examples of the standard print what its text excludes.
_LENIENT = {"J-TAG-04": {"search-json", "store-response-json"}, "X-TAG-03": {"store-response-xml"}}


def level_of(rule: str, form: str = "") -> Level:
    """Return the level of a rule in a document that is read as ``form``."""
    if form in _LENIENT.get(rule, ()):
        return Level.WARN
    return LEVELS[rule]
