"""Values that are binary numbers in PS3.5, written as JSON numbers or as decimal text in XML."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from dwconform.encoding.problem import Fault
from dwconform.encoding.values import TEXT_CHECKS, Faults, is_integer_text

__all__ = ["INTEGER_RANGES", "check_number", "check_number_text"]

INTEGER_RANGES = {
    "IS": (-(1 << 31), (1 << 31) - 1),
    "SL": (-(1 << 31), (1 << 31) - 1),
    "SS": (-(1 << 15), (1 << 15) - 1),
    "SV": (-(1 << 63), (1 << 63) - 1),
    "UL": (0, (1 << 32) - 1),
    "US": (0, (1 << 16) - 1),
    "UV": (0, (1 << 64) - 1),
}
_LARGEST_FL = 3.4028235677973366e38  # what still rounds to the largest binary32
_EXACT = 1 << 53
_DS_LENGTH = 16

_OUT_OF_RANGE = {
    vr: Fault("J-RANGE-01", "The number is outside the range of its VR.", f"{low} to {high}")
    for vr, (low, high) in INTEGER_RANGES.items()
}
_NOT_INTEGRAL = Fault("J-TYPE-INT", "The VR holds integers, the number has a fraction.", "an integer")
_SPELLING = Fault("J-NUM-01", "The integer is written with a fraction or an exponent.", "digits only")
_ROUNDED = Fault("J-NUM-64", "Many parsers round a number beyond 2^53.", "a string")
_NOT_BINARY32 = Fault("J-FLOAT-02", "The number is too large for the VR.", "up to 3.4028235e38")
_NOT_BINARY64 = Fault("J-FLOAT-02", "The number is too large for the VR.", "up to 1.7976931348623157e308")
_DS_LONG = Fault("J-DS-02", "The number needs more than 16 characters as a decimal string.", "up to 16 characters")
_DS_LARGE = Fault("J-NUM-02", "The number is beyond binary64, most parsers lose it.", "a string")
_decimal = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?").fullmatch
_special = re.compile(r"\s*[+-]?(nan|inf|infinity)\s*", re.IGNORECASE).fullmatch


def check_number(vr: str, value: float) -> Faults:
    """Check a JSON number of VR DS, FD, FL or one of the integer VRs."""
    limits = INTEGER_RANGES.get(vr)
    if limits is not None:
        return _check_integer(vr, value, limits)
    if vr == "DS":
        return _check_decimal_string(value)
    size = abs(value)
    if vr == "FL":
        return (_NOT_BINARY32,) if size >= _LARGEST_FL else ()
    return (_NOT_BINARY64,) if size == math.inf or size >= 1 << 1024 else ()


def _check_integer(vr: str, value: float, limits: tuple[int, int]) -> Faults:
    if not limits[0] <= value <= limits[1]:
        return (_OUT_OF_RANGE[vr],)
    if isinstance(value, float):
        return (_SPELLING,) if value.is_integer() else (_NOT_INTEGRAL,)
    if vr in {"SV", "UV"} and abs(value) > _EXACT:
        return (_ROUNDED,)
    return ()


def _check_decimal_string(value: float) -> Faults:
    if value in {math.inf, -math.inf}:
        return (_DS_LARGE,)
    if isinstance(value, int) and value.bit_length() > 1024:
        return (_DS_LONG,)
    text = repr(value)
    if len(text) <= _DS_LENGTH:
        return ()
    sign, digits, exponent = Decimal(text).as_tuple()
    mantissa = "".join(map(str, digits)).rstrip("0")
    power = int(exponent) + len(digits) - len(mantissa)
    # 0.12 is shorter as .12, and any number as 12E-2
    shortest = min(len(text.replace("0.", ".", 1)), sign + len(mantissa) + len(f"E{power}"))
    return (_DS_LONG,) if shortest > _DS_LENGTH else ()


def is_special(text: str) -> bool:
    """Say whether the text spells NaN or an infinity, for which JSON and XML have no form."""
    return _special(text) is not None


def check_number_text(vr: str, text: str) -> Faults:
    """Check the XML text of VR FD, FL, SL, SS, UL or US; J-FLOAT-01 for NaN and infinities."""
    if vr in {"SV", "UV"}:
        return TEXT_CHECKS[vr](text)
    if vr in INTEGER_RANGES:
        low, high = INTEGER_RANGES[vr]
        if not is_integer_text(text):
            return (Fault("J-TYPE-INT", "The text is not a decimal integer.", "an integer"),)
        return () if len(text) <= 32 and low <= int(text) <= high else (_OUT_OF_RANGE[vr],)
    if is_special(text):
        return (Fault("J-FLOAT-01", "No spelling of NaN and infinities is defined.", "a finite number"),)
    if not _decimal(text.strip(" ")):
        return (Fault("J-TYPE-NUM", "The text is not a decimal number.", "a number"),)
    return check_number(vr, float(text))
