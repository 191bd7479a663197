"""The text of Value elements and of name components (PS3.19 A.1.5), by the VR rules of PS3.5 6.2."""

from __future__ import annotations

import re

from dwconform.encoding.dataset import PersonName, Value
from dwconform.encoding.dictionary import codes
from dwconform.encoding.numbers import INTEGER_RANGES, check_number_text
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import TEXT_CHECKS, Faults, check_name_group

__all__ = ["GROUPS", "check_component", "check_groups", "check_value", "native_value"]

GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
_NUMBERS = codes("FD FL SL SS SV UL US UV")
_number = re.compile(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?").fullmatch
_TEXTS = codes("LT ST UT")
_LINES = codes("LO PN SH UC")
# Rules of DICOM JSON that XML tells apart; every other one is a matter of format.
_RULES = {
    "J-AT-01": "X-AT-01",
    "J-CHAR-05": "X-CHAR-05",
    "J-CHAR-06": "X-CHAR-06",
    "J-CTRL-02": "X-CTRL-02",
    "J-FLOAT-01": "X-FMT-02",
    "J-PAD-01": "X-PAD-01",
    "J-STR64-01": "X-STR64-01",
    "J-VAL-07": "X-VAL-06",
}
_WHITE_SPACE = Fault("X-SPACE-02", "The value begins or ends with a line break or tab.", "the value alone")
_SEPARATOR = Fault("X-VAL-04", "The value holds a backslash: values were not split.", "one Value per value")
_DELIMITER = Fault("X-PN-04", "A name component holds a caret, an equals sign or a backslash.", "one component")
_LONG_NAME = Fault("X-PN-04", "A component group is longer than 64 characters with its carets.", "at most 64")


def check_value(vr: str, text: str) -> Faults:
    """Return the faults of a Value that is not empty, under the rule ids of XML."""
    if vr not in _TEXTS and text != (stripped := text.strip("\r\n\t")):
        return (_WHITE_SPACE, *(check_value(vr, stripped.strip(" ")) if stripped.strip(" ") else ()))
    if "\\" in text and vr not in _TEXTS and vr not in _LINES:
        return (_SEPARATOR,)
    faults: Faults = ()
    if vr in _NUMBERS:
        faults = check_number_text(vr, text)
    elif vr in TEXT_CHECKS:
        faults = TEXT_CHECKS[vr](text)
    return tuple(_renamed(fault) for fault in faults) if faults else ()


def check_component(text: str) -> Faults:
    """Return the faults of one name component."""
    if any(delimiter in text for delimiter in "^=\\"):
        return (_DELIMITER,)
    if text != text.strip("\r\n\t"):
        return (_WHITE_SPACE,)
    # its length counts with the whole group
    faults = check_name_group(text[:64])
    return tuple(_renamed(fault) for fault in faults)


def _renamed(fault: Fault) -> Fault:
    return Fault(_RULES.get(fault.rule, "X-FMT-01"), fault.message, fault.expected)


def check_groups(name: PersonName) -> Faults:
    """Return the faults of the component groups of a whole name."""
    return (_LONG_NAME,) if max(map(len, (name.alphabetic, name.ideographic, name.phonetic))) > 64 else ()


def native_value(vr: str, text: str) -> Value:
    """Return a value as the data set holds it: binary numbers as numbers where the text is one, else as written."""
    if vr not in _NUMBERS:
        return text
    stripped = text.strip(" \r\n\t")
    if not _number(stripped):  # Python takes more than XML does: 1_000, nan
        return text
    try:
        return int(stripped) if vr in INTEGER_RANGES else float(stripped)
    except ValueError:
        return text
