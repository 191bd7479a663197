"""The UIDs that a search returned, in their order, and whether the list is all of it: what several checks look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from dwconform.check.search_level import unique_keys
from dwconform.encoding.dataset import DataSet, Element
from dwconform.errors import DwconformError
from dwconform.standard.dictionary import keyword_of, tag_of
from dwconform.standard.search import QueryLevel

if TYPE_CHECKING:
    from dwconform.check.registry import Evidence
    from dwconform.fixtures import Archive, SearchResource
    from dwconform.fixtures.instance import StoredInstance

__all__ = ["Matches", "announces_more", "described", "matches_of", "without_value"]

# 8.3.4.4.1 gives the text with the number of results, Table 10.6.3-1 has the URL of a status report instead.
_MORE = re.compile(
    r"""\b299\s+\S+\s+"?(<?(https?:/)?/\S|.*\b(additional|more|further|remain|truncat|incomplete|exceed))""",
    re.DOTALL | re.IGNORECASE,
)
_SILENT_LIMIT = 20
"""No server is known that cuts a list at fewer results without being asked."""

_ABSENT = Element("")


@dataclass(frozen=True, slots=True)
class Matches:
    """What a step's search returned.

    Attributes:
        step: the step's name.
        resource: where the search was sent to.
        listed: the unique key of each result in the order of the list, "" where a result has none.
        known: the UIDs of this level that are known to be in the target.
        trouble: why there is no list to look at, in a sentence; empty where there is one.
        readable: False where the server gave no list, None where its list cannot be read; without meaning otherwise.
        cut: how the server told that there is more, empty where it did not.
    """

    step: str
    resource: SearchResource
    listed: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    trouble: str = ""
    readable: bool | None = True
    cut: str = ""

    @property
    def uids(self) -> frozenset[str]:
        """The UIDs that were returned."""
        return frozenset(self.listed) - {""}

    def why_incomplete(self) -> str:
        """Say why something missing may be outside the list; empty when it is not."""
        if self.cut:
            return self.cut
        if "" in self.listed:
            return "some results do not say what they are"
        if len(self.listed) >= _SILENT_LIMIT and self.uids - self.known:
            return f"with {len(self.listed)} results the server may have cut the list"
        return ""


def matches_of(evidence: Evidence, step: str | None = None) -> Matches:
    """Return the matches of a step, all its pages in one; none where the answer is 404, whatever else that breaks.

    Raises:
        DwconformError: the step's URL is none of a search resource.
    """
    name = step or evidence.step
    resource = evidence.sent[name].resource
    if resource is None:
        message = f"the step '{name}' is no search"
        raise DwconformError(message)
    known = frozenset(evidence.archive.uids(resource.level))
    responses = [exchange.response for exchange in evidence.pages(name) if exchange.response is not None]
    status = next((response.status for response in responses if response.status // 100 != 2), None)
    if status == HTTPStatus.NOT_FOUND:
        return Matches(name, resource, known=known)
    if status is not None or not responses:
        trouble = f"There is no list of matches: the server answered {status or 'nothing'}."
        return Matches(name, resource, trouble=trouble, readable=False)
    reading = evidence.reading(name)
    if not reading.datasets and any(response.body.size for response in responses) and reading.problems:
        trouble = f"The list of matches cannot be read: {reading.problems[0].message}"
        return Matches(name, resource, trouble=trouble, readable=None)
    return Matches(
        name, resource, tuple(unique_keys(evidence, name)), known, cut=_cut(evidence, name, len(reading.datasets))
    )


def _cut(evidence: Evidence, step: str, results: int) -> str:
    last = evidence.pages(step)[-1].response
    if last is not None and last.status == 206:
        return "the server answered 206 (Partial Content)"
    if last is not None and announces_more(last.headers.all("Warning")):
        return "the server says that there are additional results"
    limits = [value for name, value in evidence.sent[step].query if name == "limit"]
    if any(isinstance(limit, str) and limit.isdecimal() and int(limit) <= results for limit in limits):
        return "the page is full"
    return ""


def announces_more(warnings: Iterable[str]) -> bool:
    """Tell whether one of the Warnings may mean that the list goes on."""
    return any(map(_MORE.search, warnings))


def without_value(evidence: Evidence, found: Matches) -> frozenset[str]:
    """Return the returned entities that lack a value for one of the keys: any value matches them (PS3.4 C.2.2.1.2)."""
    archive, level = evidence.archive, found.resource.level
    tags = {tag for name, _ in evidence.sent[found.step].query if (tag := tag_of(name.partition(".")[0]))}

    def lacks(uid: str) -> bool:
        attributes = archive.attributes(level, uid)
        return any(not any((attributes.get(tag) or _ABSENT).values) for tag in tags - archive.unknown(level, uid))

    return frozenset(uid for uid in found.uids & found.known if lacks(uid))


def described(evidence: Evidence, level: QueryLevel, uid: str) -> str:
    """Name a known entity by its place in the fixtures and by its values of the attributes that were asked for."""
    archive = evidence.archive
    if uid not in archive.uids(level):
        return f"The {level} {uid}"
    attributes = archive.attributes(level, uid)
    path = _instance_of(archive, level, uid).path.split(".")[: level.depth + 2]
    values = (_value_of(attributes, name) for name, value in evidence.sent[evidence.step].query if value)
    told = ", ".join(filter(None, values))
    return f"The {level} {'.'.join(path) or uid}" + (f" ({told})" if told else "")


def _instance_of(archive: Archive, level: QueryLevel, uid: str) -> StoredInstance:
    if level is QueryLevel.INSTANCE:
        return archive.instance(uid)
    return archive.study(uid)[0] if level is QueryLevel.STUDY else archive.series(uid)[0]


def _value_of(attributes: DataSet, name: str) -> str:
    """Return ``Keyword 'value'`` of an attribute that a query parameter names; empty for other parameters."""
    path = [tag_of(part) for part in name.split(".")]
    if not all(path) or path[0] not in attributes:
        return ""
    shown = "', '".join(_inner([attributes], [tag for tag in path if tag]))
    return f"{'.'.join(keyword_of(tag) or tag for tag in path if tag)} '{shown}'"


def _inner(datasets: Sequence[DataSet], path: Sequence[str]) -> Iterator[str]:
    """Yield the values at a path through sequences, those of each item joined as DICOM joins them."""
    for element in (dataset[path[0]] for dataset in datasets if path[0] in dataset):
        items = [value for value in element.values if isinstance(value, Mapping)]
        if len(path) > 1 or items:
            yield from _inner(items, path[1:]) if len(path) > 1 else (f"{len(items)} items",)
        else:
            yield "\\".join("" if value is None else str(value) for value in element.values)
