"""Which attributes a search result has: Tables 10.6.3-3 to 10.6.3-5, match keys, includefield (PS3.18 10.6.3.3)."""

from __future__ import annotations

from collections.abc import Iterable

from dwconform.origin.archive import Archive, Entity
from dwconform.origin.context import Context
from dwconform.origin.dictionary import creator_tag, is_private, tag_of, vr_of
from dwconform.origin.elements import Bulk, Dataset, Element, Value
from dwconform.origin.levels import ADDITIONAL, Level, level_of
from dwconform.origin.matching import Matcher, private_tag
from dwconform.origin.query import Key, Query

__all__ = ["attributes_of", "result"]

_REQUEST = "00400275"
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


def _tags(keywords: str) -> tuple[str, ...]:
    return tuple(tag for keyword in keywords.split() if (tag := tag_of(keyword)))


_REQUIRED = {
    Level.STUDY: _tags(
        "StudyDate StudyTime AccessionNumber ModalitiesInStudy ReferringPhysicianName PatientName PatientID"
        " PatientBirthDate PatientSex StudyInstanceUID StudyID NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances"
    ),
    Level.SERIES: _tags("Modality SeriesInstanceUID SeriesNumber NumberOfSeriesRelatedInstances"),
    Level.INSTANCE: _tags("SOPClassUID SOPInstanceUID InstanceNumber"),
}
_IF_KNOWN = {
    Level.STUDY: _tags("TimezoneOffsetFromUTC"),
    Level.SERIES: _tags(
        "TimezoneOffsetFromUTC SeriesDescription PerformedProcedureStepStartDate PerformedProcedureStepStartTime"
        " RequestAttributesSequence"
    ),
    Level.INSTANCE: _tags("TimezoneOffsetFromUTC Rows Columns BitsAllocated NumberOfFrames"),
}
_REQUESTED_ITEM = _tags("ScheduledProcedureStepID RequestedProcedureID")
_UNIQUE = {Level.STUDY: "0020000D", Level.SERIES: "0020000E"}

Tree = dict[str, "Tree"]
"""Requested attributes below a sequence; an empty tree asks for all of it."""


def attributes_of(archive: Archive, entity: Entity) -> Dataset:
    """Everything known of an entity: its own attributes, those of what it belongs to, and what is computed."""
    instance = archive.document(entity.instance) if entity.instance else {}
    series = archive.document(entity.series) | archive.series_counts(entity.series) if entity.series else {}
    study = archive.document(entity.study) | archive.study_counts(entity.study)
    return instance | series | study | _own(archive, entity) | {"00080056": Element("CS", ("ONLINE",))}


def _own(archive: Archive, entity: Entity) -> Dataset:
    """What every level has of its own under one tag: private attributes and the time zone."""
    row = entity.instance or entity.series or entity.study
    return {tag: each for tag, each in archive.document(row).items() if is_private(tag) or tag == "00080201"}


def result(context: Context, entity: Entity, query: Query) -> Dataset:
    """The data set that a search returns for an entity."""
    known = attributes_of(context.archive, entity)
    wanted: dict[str, Tree] = {}
    found: Dataset = {"00081190": Element("UR", (f"{context.base_url}/{entity.path}",))}
    for level in query.scope.returns:
        found |= {tag: known.get(tag) or Element(vr_of(tag) or "UN") for tag in _REQUIRED[level]}
        found |= {tag: known[tag] for tag in _IF_KNOWN[level] if tag in known and known[tag].values}
        if level is not Level.SERIES:
            found["00080056"] = known["00080056"]
    found |= {tag: known[tag] for level, tag in _UNIQUE.items() if level <= entity.level}
    if query.include_all:
        found |= {tag: known[tag] for tag in known if tag not in found and _of_level(tag, entity.level)}
    for path in (*(key.path for key in query.keys), *query.includes):
        _request(wanted, path)
    for tag, tree in wanted.items():
        _add(found, known, tag, tree, query)
    if _REQUEST in found:
        found[_REQUEST] = _requested(found[_REQUEST])
    return _filtered(found, query, known)


def _request(wanted: dict[str, Tree], path: tuple[str, ...]) -> None:
    """Add a path to the tree; a whole sequence stays whole, whatever is asked of its items besides."""
    if len(path) == 1:
        wanted[path[0]] = {}
    elif path[0] not in wanted:
        wanted[path[0]] = _branch(path[1:])
    elif wanted[path[0]]:
        _request(wanted[path[0]], path[1:])


def _branch(path: tuple[str, ...]) -> Tree:
    return {path[0]: _branch(path[1:])} if path else {}


def _of_level(tag: str, level: Level) -> bool:
    """Whether ``includefield=all`` means the attribute: of the result's own level, the patient's with the study's."""
    if is_private(tag):
        return level is Level.INSTANCE
    own = {Level.STUDY: (Level.PATIENT, Level.STUDY), Level.SERIES: (Level.SERIES,)}.get(level, (Level.INSTANCE,))
    return level_of(tag) in own


def _add(found: Dataset, known: Dataset, tag: str, tree: Tree, query: Query) -> None:
    if is_private(tag):
        stored = private_tag(known, tag, query.creators)
        creator = creator_tag(stored) if stored else None
        if stored in known and creator:
            found[stored], found[creator] = known[stored], known[creator]
        return
    level = level_of(tag)
    deepest = Level.INSTANCE if query.scope.level is Level.INSTANCE else query.scope.level
    if level > deepest and tag not in (*ADDITIONAL, "00080005", "00080056", "00080201"):
        return
    if tag not in known and vr_of(tag) in _BINARY:
        return
    element = known.get(tag) or Element(vr_of(tag) or "UN")
    if tag not in found or tree or not found[tag].values:
        found[tag] = Element(element.vr, tuple(_pruned(value, tree) for value in element.values)) if tree else element


def _pruned(value: Value, tree: Tree) -> Value:
    """An item with only the requested attributes; one that it lacks is there, empty."""
    if not isinstance(value, dict) or not tree:
        return value
    item: Dataset = {}
    for tag, branch in tree.items():
        element = value.get(tag) or Element(vr_of(tag) or "UN")
        item[tag] = Element(element.vr, tuple(_pruned(inner, branch) for inner in element.values))
    return item


def _requested(element: Element) -> Element:
    """Request Attributes Sequence: both its IDs are type R in each item (Table 10.6.3-4)."""
    empty = {tag: Element(vr_of(tag) or "SH") for tag in _REQUESTED_ITEM}
    return Element("SQ", tuple(empty | value if isinstance(value, dict) else value for value in element.values))


def _filtered(found: Dataset, query: Query, known: Dataset) -> Dataset:
    """Without bulk data, sorted, sequences that were matched reduced to the items that match (PS3.4 C.2.2.2.6)."""
    matcher = Matcher(query)
    for tag, keys in _sequence_keys(query.keys).items():
        if tag in found:
            items = _matching(matcher, keys, known, tag, found[tag])
            found[tag] = Element("SQ", items)
    return {tag: found[tag] for tag in sorted(found) if not _bulky(found[tag])}


def _sequence_keys(keys: Iterable[Key]) -> dict[str, list[Key]]:
    grouped: dict[str, list[Key]] = {}
    for key in keys:
        if len(key.path) > 1 and not key.universal:
            grouped.setdefault(key.path[0], []).append(key.inner)
    return grouped


def _matching(matcher: Matcher, keys: list[Key], known: Dataset, tag: str, shown: Element) -> tuple[Value, ...]:
    """Of the shown items those whose stored item matches; all of them when a key selects empty values."""
    stored = known.get(tag, Element("SQ"))
    items = matcher.items(keys, stored, known)
    kept = [show for item, show in zip(stored.values, shown.values, strict=False) if item in items]
    return tuple(kept) or shown.values


def _bulky(element: Element) -> bool:
    return any(isinstance(value, Bulk) for value in element.values) or (
        element.vr in _BINARY and any(isinstance(value, bytes) for value in element.values)
    )
