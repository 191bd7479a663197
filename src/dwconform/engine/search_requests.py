"""Searches drawn at random: any resource, any few of its required keys, values that are stored, ranges, lists.

Only what Table 10.6.1-5 requires is drawn, in forms whose meaning nobody disputes, and each search is bound to one
patient or study, so that it stays small on a server full of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dwconform.encoding.dataset import DataSet
from dwconform.fixtures import Archive, StoredInstance, text_of
from dwconform.standard.dictionary import keyword_of, vr_of
from dwconform.standard.search import Collection, QueryLevel, required_keys
from dwconform.suite import Send

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from dwconform.engine.world import World
    from dwconform.suite.model import QueryValue

__all__ = ["search_requests"]

_PATIENT_ID, _STUDY_UID = "00100020", "0020000D"
_PROXY = frozenset({Collection.ALL_STUDIES, Collection.STUDY_SERIES, Collection.SERIES_INSTANCES})
_MOST_KEYS = 3
_WILDCARD_AFTER = 3


def search_requests(world: World) -> SearchStrategy[Send]:
    """Return the strategy of searches for what the archive holds under the names of fixtures."""
    from hypothesis import strategies as st  # noqa: PLC0415 - slow, and not always needed

    archive = world.archive
    instances = [instance for instance in archive.instances if instance.path]
    if not instances:
        message = "a search for fixtures, of which none is in the target"
        raise LookupError(message)
    collections = [item for item in Collection if world.target.role == "native" or item in _PROXY]

    @st.composite
    def requests(draw: Callable[..., object]) -> Send:
        anchor: StoredInstance = draw(st.sampled_from(instances))  # type: ignore[assignment]  # draw is untyped here
        collection: Collection = draw(st.sampled_from(collections))  # type: ignore[assignment]  # as above
        wanted: list[str] = draw(  # type: ignore[assignment]  # as above
            st.lists(st.sampled_from(sorted(required_keys(collection))), unique=True, min_size=1, max_size=_MOST_KEYS)
        )
        query = dict(_bound(collection, anchor))
        for key in wanted:
            values = _values(key, anchor, archive)
            spelled = draw(st.sampled_from([key, _keyword(key)]))
            if values and not {key, _keyword(key)} & query.keys():
                query[str(spelled)] = draw(st.sampled_from(values))  # type: ignore[assignment]  # as above
        path = collection.value.format(study=anchor.study_uid, series=anchor.series_uid)
        return Send("GET", f"{{studies}}{path}", tuple(query.items()))

    return requests()


def _keyword(key: str) -> str:
    return ".".join(keyword_of(tag) or tag for tag in key.split("."))


def _bound(collection: Collection, anchor: StoredInstance) -> Mapping[str, QueryValue]:
    if "{study}" in collection.value:
        return {}
    patient = text_of(anchor.attributes.get(_PATIENT_ID))
    return {"PatientID": patient} if patient else {"StudyInstanceUID": anchor.study_uid}


def _values(key: str, anchor: StoredInstance, archive: Archive) -> Sequence[QueryValue]:
    """Return what the key can be asked for: the anchor's value in several forms, and a neighbour's."""
    mine = _text(key, anchor, archive)
    others = sorted({text for other in archive.instances if (text := _text(key, other, archive))} - {mine})
    if not mine:
        return ()
    vr = vr_of(key.rpartition(".")[2])
    neighbour = others[:1]
    if vr == "DA":
        low, high = sorted((mine, *neighbour, mine)[:2])
        return (mine, f"{low}-{high}", f"{mine}-", f"-{mine}", *neighbour)
    if vr == "UI":
        return (mine, (mine, *neighbour), *neighbour)
    if vr in ("LO", "SH") and len(mine) > _WILDCARD_AFTER:
        return (mine, f"{mine[:_WILDCARD_AFTER]}*", f"*{mine[-_WILDCARD_AFTER:]}", *neighbour)
    return (mine, *neighbour)


def _text(key: str, instance: StoredInstance, archive: Archive) -> str:
    """Return the stored value as one would ask for it; empty without one, or where it would mean something else."""
    tag, _, inner = key.partition(".")
    text = ""
    for level, uid in (
        (QueryLevel.STUDY, instance.study_uid),
        (QueryLevel.SERIES, instance.series_uid),
        (QueryLevel.INSTANCE, instance.sop_instance_uid),
    ):
        text = text or _first(archive.attributes(level, uid), tag, inner)
    return "" if set(text) & set('*?\\="') else text.strip()


def _first(attributes: DataSet, tag: str, inner: str) -> str:
    element = attributes.get(tag)
    if not inner:
        return text_of(element)
    item = element.values[0] if element and element.values else None
    return text_of(item.get(inner)) if isinstance(item, Mapping) else ""
