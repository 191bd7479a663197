"""Values written as text: format, repertoire and length of each VR (PS3.5 6.2), for JSON and XML alike.

A check takes a string that is not empty and returns its faults under the rule ids of DICOM JSON; the XML reader reports
the same faults under ids of its own. Lengths count code points. Ranges such as ``20240101-`` belong to queries and are
faults here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from dwconform.encoding.problem import Fault

__all__ = ["TEXT_CHECKS", "Faults", "check_timezone", "is_integer_text"]

Faults = tuple[Fault, ...]
_Check = Callable[[str], Faults]
_Accept = Callable[[str], object]

_DATE = "[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_SECONDS = r"([0-5][0-9](([0-5][0-9]|60)(\.[0-9]{1,6})?)?)?"
_OFFSET = r"(\+(0[0-9]|1[0-3])[0-5][0-9]|\+1400|-(0[1-9]|1[01])[0-5][0-9]|-00(0[1-9]|[1-5][0-9])|-1200)"
_DATE_TIME = rf"[0-9]{{4}}((0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01])(([01][0-9]|2[0-3]){_SECONDS})?)?)?{_OFFSET}? *"
_integer = re.compile(r" *[+-]?[0-9]+ *").fullmatch
_timezone = re.compile(r"[+-][0-9]{4}").fullmatch
_escape = re.compile("\x1b")


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True


def _formatted(rule: str, pattern: str, limit: int, expected: str, accept: _Accept | None = None) -> _Check:
    """Return the check of a VR with one fixed form; ``accept`` is asked about what the pattern lets through."""
    matches = re.compile(pattern).fullmatch
    wrong = (Fault(rule, "The value does not have the form of its VR.", expected),)
    too_long = (Fault(rule, f"The value is longer than {limit} characters.", expected),)

    def check(value: str) -> Faults:
        fits = len(value) <= limit  # asked first: a pattern takes its time with megabytes
        if fits and matches(value) and (accept is None or accept(value)):
            return _PADDED if value[-1] == " " else ()
        if not value.isascii():
            return _NOT_ASCII
        return wrong if fits else too_long

    return check


_NOT_ASCII = (Fault("J-CHAR-04", "The VR is limited to the default repertoire.", "ASCII"),)
_PADDED = (Fault("J-PAD-01", "A trailing space was kept, which even length no longer needs.", "no trailing space"),)
_NUL_PADDED = (Fault("J-PAD-02", "A UID ends with its padding, a NUL character.", "digits and dots"),)


def _starts_with_date(value: str) -> bool:
    digits = value[:8]
    return not (len(digits) == 8 and digits.isdigit()) or _is_date(digits)


_uid = _formatted("J-UI-01", r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*", 64, "digits and dots, no leading zeros, up to 64")


def _check_uid(value: str) -> Faults:
    faults = _uid(value)
    if faults and value[-1] == "\0" and not _uid(value.rstrip("\0") or "."):
        return _NUL_PADDED
    return faults


def is_integer_text(value: str) -> bool:
    """Say whether the text is a decimal integer with optional sign and spaces around it."""
    return _integer(value) is not None


def check_timezone(value: str) -> Faults:
    """Check the value of Timezone Offset From UTC (0008,0201), PS3.3 C.12.1.1.8."""
    offset = value.rstrip(" ")  # padding is another rule's matter
    if _timezone(offset) and offset != "-0000":
        return ()
    return (
        Fault("J-TZ-01", "The offset from UTC does not have its form.", "sign, two digits hours, two digits minutes"),
    )


_PRINTABLE_ASCII = "[\x20-\x7e]"
_ESC = Fault("J-CHAR-01", "The text holds an escape character: it was not decoded to Unicode.", "decoded text")
_CONTROL = Fault("J-CTRL-01", "The text holds a control character that its VR excludes.", "no such control characters")
_DELETE = Fault("J-CTRL-02", "The text holds DELETE or a C1 control character.", "no control characters")
_BACKSLASH = Fault(
    "J-VAL-07",
    "The value holds a BACKSLASH or YEN SIGN, which separates values elsewhere.",
    "one array member per value",
)
_REPLACED = Fault("J-CHAR-05", "The text holds U+FFFD: a character was lost in decoding.", "the original character")
_MOJIBAKE = Fault("J-CHAR-06", "The text looks like UTF-8 that was decoded as a single-byte set.", "decoded text")
_separator = re.compile(r"[\\¥]").search
_delete = re.compile("[\x7f-\x9f]").search
_not_single_line = re.compile("[\x00-\x1a\x1c-\x1f]").search
_not_text = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]").search


def _is_mojibake(value: str) -> bool:
    for encoding in ("latin-1", "cp1252"):
        try:
            value.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _characters(value: str, controls: _Accept) -> list[Fault]:
    """Return the faults of single characters; ``controls`` finds those C0 characters that the VR excludes."""
    faults = []
    if "\x1b" in value:
        faults.append(_ESC)
    if controls(value):
        faults.append(_CONTROL)
    if not value.isascii() and _is_mojibake(value):
        faults.append(_MOJIBAKE)
    elif _delete(value):
        faults.append(_DELETE)
    if "\ufffd" in value:
        faults.append(_REPLACED)
    if value[-1] == " ":
        faults.extend(_PADDED)
    return faults


def _line(limit: int) -> _Check:
    """Return the check of SH, LO or UC: one line, no backslash, ``limit`` characters (0 for any number)."""
    fine = re.compile(rf"[\x20-\x5b\x5d-\x7e]{{0,{limit - 1 if limit else ''}}}[\x21-\x5b\x5d-\x7e]").fullmatch
    too_long = Fault("J-LEN-01", f"The value is longer than {limit} characters.", f"at most {limit} characters")

    def check(value: str) -> Faults:
        if fine(value):
            return ()
        faults = _characters(value, _not_single_line)
        if _separator(value):
            faults.append(_BACKSLASH)
        if limit and len(value) > limit:
            faults.append(too_long)
        return tuple(faults)

    return check


def _text(limit: int) -> _Check:
    """Return the check of ST, LT or UT: TAB, LF, FF and CR are allowed, backslash is data."""
    too_long = Fault("J-LEN-01", f"The value is longer than {limit} characters.", f"at most {limit} characters")

    def check(value: str) -> Faults:
        faults = _characters(value, _not_text)
        if limit and len(value) > limit:
            faults.append(too_long)
        return tuple(faults)

    return check


_fine_name = re.compile(
    r"(?=.{0,63}[!-~]$)[\x20-\x3c\x3e-\x5b\x5d\x5f-\x7e]*(\^[\x20-\x3c\x3e-\x5b\x5d\x5f-\x7e]*){0,4}"
)
_NAME_LONG = Fault("J-PN-06", "The component group is longer than 64 characters.", "at most 64 characters")
_NAME_FORM = Fault(
    "J-PN-05", "The component group has more than five components or an equals sign.", "up to four ^, no ="
)


def check_name_group(value: str) -> Faults:
    """Check one component group of a person name, with ``^`` between its components (PS3.5 6.2)."""
    if _fine_name.fullmatch(value):
        return ()
    faults = _characters(value, _not_single_line)
    if "\\" in value:
        faults.append(_BACKSLASH)
    if value.count("^") > 4 or "=" in value:
        faults.append(_NAME_FORM)
    if len(value) > 64:
        faults.append(_NAME_LONG)
    return tuple(faults)


def _integer_string(rule: str, limit: int, low: int, high: int, expected: str) -> _Check:
    """Return the check of IS, SV or UV as text: decimal digits inside a range."""
    form = _formatted(rule, r" *[+-]?[0-9]+ *", limit, expected)
    out_of_range = (Fault("J-RANGE-01", "The number is outside the range of its VR.", f"{low} to {high}"),)

    def check(value: str) -> Faults:
        faults = form(value)
        if faults and faults is not _PADDED:
            return faults
        number = value.strip(" ")
        # longer digits than any range holds, zeros apart: int() would refuse or take long
        if len(number.lstrip("+-0")) > 20 or not low <= int(number) <= high:
            return out_of_range
        return faults

    return check


_ANY = 1 << 32
TEXT_CHECKS: Mapping[str, _Check] = MappingProxyType(
    {
        "AE": _formatted(
            "J-AE-01",
            r"(?=.*[^ ])[\x20-\x5b\x5d-\x7e]*",
            16,
            "1 to 16 printable characters without backslash, not only spaces",
        ),
        "AS": _formatted("J-AS-01", "[0-9]{3}[DWMY]", 4, "three digits and D, W, M or Y"),
        "AT": _formatted("J-AT-01", "[0-9A-F]{8}", 8, "eight hexadecimal digits, upper case"),
        "CS": _formatted("J-CS-01", "[A-Z0-9 _]*", 16, "up to 16 of A-Z, 0-9, space and underscore"),
        "DA": _formatted("J-DA-01", _DATE, 8, "YYYYMMDD, a date of the calendar", _is_date),
        "DS": _formatted(
            "J-DS-01",
            r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *",
            16,
            "a decimal number of up to 16 characters",
        ),
        "DT": _formatted("J-DT-01", _DATE_TIME, 26, "YYYY[MM[DD[HH[MM[SS[.F]]]]]][&ZZXX]", _starts_with_date),
        "IS": _integer_string("J-IS-01", 12, -(1 << 31), (1 << 31) - 1, "an integer of up to 12 characters"),
        "LO": _line(64),
        "LT": _text(10240),
        "SH": _line(16),
        "ST": _text(1024),
        "SV": _integer_string("J-STR64-01", _ANY, -(1 << 63), (1 << 63) - 1, "decimal digits with optional sign"),
        "TM": _formatted("J-TM-01", rf"([01][0-9]|2[0-3]){_SECONDS} *", 14, "HH[MM[SS[.F]]]"),
        "UC": _line(0),
        "UI": _check_uid,
        "UR": _formatted("J-UR-01", r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+ *", _ANY, "the characters of a URI"),
        "UT": _text(0),
        "UV": _integer_string("J-STR64-01", _ANY, 0, (1 << 64) - 1, "decimal digits with optional sign"),
    }
)
