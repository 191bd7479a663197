"""What the header fields of the parts say, each and together (PS3.18 8.6.1.2, RFC 2045 7, RFC 2387 3)."""

from __future__ import annotations

from dwconform.encoding.media_type import MediaType, parse_media_type
from dwconform.encoding.part_header import Headers, find_header
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems

__all__ = ["RelatedParts"]

_ONCE = frozenset({"content-type", "content-length", "content-location", "content-id"})
_KEPT = 100_000

_NO_CONTENT_TYPE = Fault("M-XML-03", "The part has no Content-Type.", "Content-Type")
_REPEATED = Fault("M-HEADER-03", "The header field occurs more than once in the part.", "each once")
_NESTED = Fault("M-PART-01", "The part is itself a multipart.", "a media type of a single part")
_SAME_ID = Fault("M-ID-01", "Two parts have the same Content-ID.", "an identifier for each part")
_OTHER_ROOT = "M-ROOT-01"
_NO_START = Fault("M-START-01", "No part has the Content-ID that start names.", "the Content-ID of the root part")


class RelatedParts:
    """Takes the header fields of one part after the other; of many parts, the first identifiers are remembered."""

    def __init__(self, media_type: MediaType, problems: Problems) -> None:
        related = media_type.subtype == "related"
        self._problems = problems
        self._root_type = (media_type.parameter("type") or "").lower() if related else ""
        self._start = media_type.parameter("start") if related else None
        self._root_seen = False
        self._ids: set[str] = set()

    def check(self, headers: Headers, position: int) -> None:
        """Report what is wrong with the header fields that stand at ``position``."""
        where = f"byte {position}"
        content_type = find_header(headers, "Content-Type")
        if content_type is None:
            self._problems.add(_NO_CONTENT_TYPE, where)
        elif content_type[:10].lower() == "multipart/":
            self._problems.add(_NESTED, where, content_type)
        names = [name.lower() for name, _ in headers]
        for name in _ONCE.intersection(names):
            if names.count(name) > 1:
                self._problems.add(_REPEATED, where, name)
        identifier = find_header(headers, "Content-ID")
        if identifier is not None:
            self._check_identifier(identifier, where)
        if not self._root_seen and (self._start is None or identifier == self._start):
            self._root_seen = True
            self._check_root(content_type, where)

    def _check_identifier(self, identifier: str, where: str) -> None:
        if identifier in self._ids:
            self._problems.add(_SAME_ID, where, identifier)
        elif len(self._ids) < _KEPT:
            self._ids.add(identifier)

    def _check_root(self, content_type: str | None, where: str) -> None:
        media_type = parse_media_type(content_type)[0] if content_type else None
        if media_type is None or not self._root_type or media_type.essence == self._root_type:
            return
        fault = Fault(_OTHER_ROOT, "The root part is not what the type parameter says.", self._root_type)
        self._problems.add(fault, where, content_type)

    def close(self) -> None:
        """Report what is missing at the end."""
        if self._start is not None and not self._root_seen:
            self._problems.add(_NO_START, "Content-Type", self._start)
