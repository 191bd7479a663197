"""Attribute matching, PS3.4 C.2.2.2, on one data set at a time.

Where the standard leaves a choice, the origin has made this one: a stored attribute without a value matches universal
keys only; person names match literally, each component group on its own or all together; a single date or time matches
what it covers in its own precision; times are compared in the zone of the request when both zones are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dwconform.origin.dictionary import creator_tag, is_private, keyword_of, tag_of, vr_of
from dwconform.origin.elements import Dataset, Element, texts
from dwconform.origin.names import fuzzy, literal, pattern
from dwconform.origin.query import Key, Query, uids
from dwconform.origin.temporal import DAY, Span, offset_of, range_of, span_of
from dwconform.origin.validity import LISTABLE, WILDCARD

__all__ = ["Match", "Matcher", "partner_of", "private_tag"]

_NUMBERS = frozenset({"DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"})


@dataclass(frozen=True, slots=True)
class Match:
    """One key held against one data set; what a ``MATCH`` defect sees.

    Attributes:
        key: the key, with the rest of its path when the data set is an item.
        dataset: the data set of the entity's level, or the item.
        verdict: whether they match by the standard.
        query: the whole query.
        root: the data set that holds the item, or ``dataset`` itself.
    """

    key: Key
    dataset: Dataset
    verdict: bool
    query: Query
    root: Dataset

    @property
    def values(self) -> tuple[str, ...]:
        """The non-empty stored values as text."""
        return texts(self.dataset, self.key.tag)


Judge = Callable[[Match], bool]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Holds the keys of a query against data sets.

    Attributes:
        query: the query.
        judge: has the last word on each key (the ``MATCH`` hook).
    """

    query: Query
    judge: Judge = lambda match: match.verdict

    def matches(self, keys: Sequence[Key], dataset: Dataset) -> bool:
        """Whether all keys match; those of one sequence within one and the same item (C.2.2.2.6)."""
        return self._all([key for key in keys if not key.universal], dataset, dataset)

    def items(self, keys: Sequence[Key], element: Element, root: Dataset) -> list[Dataset]:
        """The items of a sequence in which all keys, whose paths begin inside the item, match."""
        found = [value for value in element.values if isinstance(value, dict)]
        return [item for item in found if self._all(keys, item, root)]

    def _all(self, keys: Sequence[Key], dataset: Dataset, root: Dataset) -> bool:
        sequences: dict[str, list[Key]] = {}
        leaves: list[Key] = []
        for key in keys:
            if len(key.path) > 1:
                sequences.setdefault(key.path[0], []).append(key.inner)
            else:
                leaves.append(key)
        return self._leaves(leaves, dataset, root) and all(
            self._sequence(inner, dataset.get(tag), root) for tag, inner in sequences.items()
        )

    def _sequence(self, keys: Sequence[Key], element: Element | None, root: Dataset) -> bool:
        if element is None or not element.values:
            return all(self.query.empty and key.values == ('""',) for key in keys)
        return bool(self.items(keys, element, root))

    def _leaves(self, keys: Sequence[Key], dataset: Dataset, root: Dataset) -> bool:
        zone = next(iter(texts(root, "00080201")), "")
        by_tag = {key.tag: key for key in keys}
        return all(
            self.judge(Match(key, dataset, self._leaf(key, by_tag, dataset, zone), self.query, root)) for key in keys
        )

    def _leaf(self, key: Key, keys: dict[str, Key], dataset: Dataset, zone: str) -> bool:
        if is_private(key.tag):
            element = private_element(dataset, key.tag, self.query.creators)
        else:
            element = dataset.get(key.tag)
        stored = [value for value in element.values if value not in (None, "")] if element else []
        if self.query.empty and key.values == ('""',):
            return not stored
        vr = key.vr or (element.vr if element else "")
        if vr in ("DA", "TM", "DT"):
            return bool(stored) and self._moment(key, vr, keys, dataset, zone)
        found = [str(value) for value in stored if isinstance(value, str | int | float)]
        if vr == "UI":
            return any(value in uids(key) for value in found)
        if self.query.multiple and vr in LISTABLE:
            wanted = [part for value in key.values for part in value.split("\\")]
            if len(wanted) > 1:  # all of them, and without wild cards (C.2.2.2.8)
                return {part.strip() for part in wanted} <= {value.strip() for value in found}
        return any(self._single(vr, key.values[0], value) for value in found)

    def _single(self, vr: str, wanted: str, stored: str) -> bool:
        if vr == "PN":
            return literal(wanted, stored) or (self.query.fuzzy and fuzzy(wanted, stored))
        if vr in WILDCARD:
            return bool(pattern(wanted.strip(" ")).fullmatch(stored.strip(" ")))
        return wanted.strip().upper() == stored.strip().upper() or (vr in _NUMBERS and _same_number(wanted, stored))

    def _moment(self, key: Key, vr: str, keys: dict[str, Key], dataset: Dataset, zone: str) -> bool:
        ours, theirs = offset_of(self.query.timezone), offset_of(zone)
        if vr == "DT":
            span = _wanted(vr, key.values[0], ours)
            moments = [span_of(vr, text, theirs) for text in texts(dataset, key.tag)]
            return any(moment is not None and (moment.low or 0) in span for moment in moments)
        shift = ours - theirs if ours is not None and theirs is not None else 0
        partner = keys.get(partner_of(key.tag) or "")
        if partner and _form(key) == _form(partner) != "single":
            date, time = (key, partner) if vr == "DA" else (partner, key)
            return _period(date, time, dataset, shift)
        span = _wanted(vr, key.values[0], None)
        return any((moment.low or 0) in span for moment in _shifted(key.tag, vr, dataset, shift))


def private_element(dataset: Dataset, tag: str, creators: Mapping[str, str]) -> Element | None:
    """The private element that a query means: of the same creator, in whatever block it was stored (PS3.5 7.8.1)."""
    found = private_tag(dataset, tag, creators)
    return dataset.get(found) if found else None


def private_tag(dataset: Dataset, tag: str, creators: Mapping[str, str]) -> str | None:
    """The tag under which a data set holds a private element; ``None`` when it does not have the creator."""
    creator = creator_tag(tag)
    name = creators.get(creator) if creator else None
    for block in range(0x10, 0x100) if name else ():
        if texts(dataset, f"{tag[:4]}00{block:02X}") == (name,):
            return f"{tag[:4]}{block:02X}{tag[6:]}"
    return None


@lru_cache(maxsize=512)
def partner_of(tag: str) -> str | None:
    """The time that belongs to a date and the other way round, such as Study Time to Study Date."""
    keyword = keyword_of(tag)
    for end, other, vr in (("Date", "Time", "TM"), ("Time", "Date", "DA")):
        if keyword.endswith(end):
            partner = tag_of(keyword[: -len(end)] + other)
            return partner if partner and vr_of(partner) == vr else None
    return None


def _form(key: Key) -> str:
    """Which form of range matching a date or time key has."""
    text = key.values[0].strip()
    if text.startswith("-"):
        return "until"
    return "from" if text.endswith("-") else "between" if "-" in text else "single"


def _wanted(vr: str, text: str, zone: int | None) -> Span:
    """What a key covers. A DT such as 1998-0500 is a range unless that makes no sense and an offset does."""
    single, between = span_of(vr, text, zone), range_of(vr, text, zone)
    if between and single and between.low is not None and between.high is not None and between.low > between.high:
        return single
    return between or single or Span(1, 0)


def _period(date: Key, time: Key, dataset: Dataset, shift: int) -> bool:
    """Date and time ranges of one form as a single period (C.2.2.2.5.4)."""
    days, hours = _wanted("DA", date.values[0], None), _wanted("TM", time.values[0], None)
    low = None if days.low is None or hours.low is None else days.low + hours.low
    high = None if days.high is None or hours.high is None else days.high + hours.high
    stored = _together(date.tag, time.tag, dataset)
    return stored is not None and stored + shift in Span(low, high)


def _together(date: str, time: str, dataset: Dataset) -> int | None:
    day = next((span for text in texts(dataset, date) if (span := span_of("DA", text))), None)
    clock = next((span for text in texts(dataset, time) if (span := span_of("TM", text))), None)
    return (day.low or 0) + (clock.low or 0) if day and clock else None


def _shifted(tag: str, vr: str, dataset: Dataset, shift: int) -> list[Span]:
    """The stored moments of a DA or TM, moved into the zone of the request; a date moves only with its time."""
    spans = [span for text in texts(dataset, tag) if (span := span_of(vr, text))]
    if not shift:
        return spans
    partner = partner_of(tag)
    pair = (tag, partner or "") if vr == "DA" else (partner or "", tag)
    moment = _together(*pair, dataset)
    if vr == "TM":
        return [Span(((span.low or 0) + shift) % DAY, None) for span in spans]
    if moment is None:
        return spans
    day = (moment + shift) // DAY * DAY
    return [Span(day, day)]


def _same_number(wanted: str, stored: str) -> bool:
    try:
        return float(wanted) == float(stored)
    except ValueError:
        return False
