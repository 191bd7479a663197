"""Any data set that the standard allows, as the origin keeps it, and what the readers have to make of it."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import strategies as st
from pydicom.datadict import DicomDictionary

from dwconform.encoding import dataset as read
from dwconform.encoding.dictionary import VRS, Entry, look_up
from dwconform.encoding.numbers import INTEGER_RANGES
from dwconform.origin.elements import Bulk, Dataset, Element, Value

__all__ = ["as_read", "data_sets"]

BASE = "https://origin.example/"
_RULED = {"00080005", "00080201"}
_WORDS = {"OB": 1, "OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2, "UN": 1}
_BULKY = sorted(
    {"DS", "FL", "FD", "IS", "LT", "SL", "SS", "ST", "SV", "UC", "UL", "US", "UT", "UV", *_WORDS}
)  # PS3.18 F.2.2
_SINGLE = {"LT", "ST", "UR", "UT", *_WORDS}

# No C1 characters and no yen sign; letters of Latin-1 that no UTF-8 looks like; an astral one.
_WRITING = "äéÅßčΩжאกヤ"
_IDEOGRAPHS = "山田太郎王김𠮷"
_ASCII = "".join(map(chr, range(0x20, 0x7F)))


def _text(alphabet: str, longest: int) -> st.SearchStrategy[str]:
    texts = st.text(alphabet, min_size=1, max_size=longest)
    return texts.map(lambda text: text.rstrip(" ")).filter(bool)


def _without(text: str, gone: str) -> str:
    return "".join(character for character in text if character not in gone)


_LINE = _without(_ASCII, "\\") + _WRITING + _IDEOGRAPHS
_LONG = _ASCII + _WRITING + _IDEOGRAPHS + "\t\r\n"
_DIGITS = st.integers(0, 99_999_999)
_DATES = st.dates().map(lambda date: f"{date:%m%d}").map(lambda day: f"2024{day}")
_TIMES = st.times().map(lambda time: f"{time:%H%M%S.%f}") | st.sampled_from(["10", "1015", "235960"])
_UIDS = st.integers(0, 1 << 120).map(lambda number: f"2.25.{number}")
_COMPONENT = _text(_without(_ASCII, "\\^= ") + _without(_WRITING, "ก"), 8)
_IDEOGRAPHIC = _text(_IDEOGRAPHS + _WRITING, 6)


def _group(component: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(component | st.just(""), max_size=5)
    return parts.map(lambda parts: "^".join(parts).rstrip("^"))


_NAMES = (
    st.tuples(_group(_COMPONENT), _group(_IDEOGRAPHIC), _group(_IDEOGRAPHIC))
    .map(lambda groups: "=".join(groups).rstrip("="))
    .filter(bool)
)
_DECIMALS = st.from_regex(r"[+-]?([0-9]{1,5}(\.[0-9]{0,6})?|\.[0-9]{1,5})(E[+-]?[0-9])?", fullmatch=True)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_STRINGS: dict[str, st.SearchStrategy[Value]] = {
    "AE": _text(_without(_ASCII, "\\"), 16),
    "AS": st.builds("{:03}{}".format, st.integers(0, 999), st.sampled_from("DWMY")),
    "AT": st.integers(0, (1 << 32) - 1).map("{:08X}".format),
    "CS": _text("ABCXYZ0189 _", 16),
    "DA": _DATES,
    "DS": _DECIMALS,
    "DT": st.builds("{}{}".format, _DATES, st.just("") | _TIMES.map(lambda time: time[:2] + "3015.5+0100")),
    "FD": _FLOATS,
    "FL": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "IS": st.integers(-(1 << 31), (1 << 31) - 1).map(str) | st.sampled_from(["+3", "007"]),
    "LO": _text(_LINE, 64),
    "LT": _text(_LONG, 200),
    "PN": _NAMES,
    "SH": _text(_LINE, 16),
    "ST": _text(_LONG, 100),
    "TM": _TIMES,
    "UC": _text(_LINE, 200),
    "UI": _UIDS,
    "UR": _DIGITS.map("https://h/%C3%BC?a=1&b={}".format),
    "UT": _text(_LONG, 200),
    **{vr: st.integers(low, high) for vr, (low, high) in INTEGER_RANGES.items() if vr != "IS"},
    **{
        vr: st.binary(min_size=1, max_size=6).map(lambda octets, width=width: octets * width)
        for vr, width in _WORDS.items()
    },
}


def _standard_tags() -> dict[str, list[str]]:
    """Return tags by VR, of data elements of a data set that have no rule of their own."""
    tags: dict[str, list[str]] = defaultdict(list)
    for number in DicomDictionary:
        tag = f"{number:08X}"
        entry = look_up(tag)
        if entry is None or not entry.keyword or len(entry.vrs) > 1 or not "0008" <= tag[:4] < "7FE0":
            continue
        if tag not in _RULED and tag[4:] != "0000":
            tags[next(iter(entry.vrs))].append(tag)
    return tags


_TAGS = _standard_tags()


@st.composite
def _elements(draw: st.DrawFn, vr: str, entry: Entry | None, items: st.SearchStrategy[Dataset]) -> Element:
    """Draw an attribute: empty, of one or several values with empty ones among them, or bulk data."""
    if vr == "SQ":
        return Element(vr, tuple(draw(st.lists(items, max_size=3))))
    if vr in _BULKY and draw(st.integers(0, 9)) == 0:
        return Element(vr, (Bulk(f"bulk/{draw(_DIGITS)}"),))
    counts = [number for number in range(1, 7) if entry is None or entry.allows(number)] or [entry.low if entry else 1]
    count = 1 if vr in _SINGLE else draw(st.sampled_from(counts))
    if draw(st.integers(0, 5)) == 0:
        return Element(vr)
    values = draw(st.lists(_STRINGS[vr] if count == 1 else _STRINGS[vr] | st.none(), min_size=count, max_size=count))
    return Element(vr, tuple(values))


@st.composite
def _private(draw: st.DrawFn, items: st.SearchStrategy[Dataset]) -> Dataset:
    """Draw up to two blocks of a private group, each creator with elements of its own."""
    found: Dataset = {}
    for number in range(draw(st.integers(0, 2))):
        found[f"00990{number + 0x10:03X}"] = Element("LO", (f"CREATOR {number}",))
        for element in draw(st.sets(st.integers(0, 255), min_size=1, max_size=3)):
            vr = draw(st.sampled_from(sorted(VRS)))
            found[f"0099{number + 0x10:02X}{element:02X}"] = draw(_elements(vr, None, items))
    return found


@st.composite
def _level(draw: st.DrawFn, items: st.SearchStrategy[Dataset]) -> Dataset:
    found = draw(_private(items))
    if draw(st.booleans()):
        found["00080005"] = Element("CS", ("ISO_IR 192",))
    for vr in draw(st.lists(st.sampled_from(sorted(_TAGS)), max_size=6)):
        tag = draw(st.sampled_from(_TAGS[vr]))
        found[tag] = draw(_elements(vr, look_up(tag), items))
    return found


def data_sets(depth: int = 3) -> st.SearchStrategy[Dataset]:
    """Return data sets of all VRs, nested up to ``depth``, private, empty and multi-valued."""
    return _level(st.just({}) | data_sets(depth - 1) if depth else st.just({}))


def as_read(dataset: Dataset) -> read.DataSet:
    """Return the data set as it has to be read."""
    return {
        tag: read.Element(element.vr, tuple(_value(element.vr, value) for value in element.values))
        for tag, element in sorted(dataset.items())
    }


def _value(vr: str, value: Value) -> read.Value:
    match value:
        case Bulk():
            return read.BulkData(BASE + value.path)
        case dict():
            return as_read(value)
        case str() if vr == "PN":
            return read.PersonName(*value.split("="))
        case _:
            return value
