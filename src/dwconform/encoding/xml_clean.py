"""The Native DICOM Model, where nothing is wrong with it: read from canonical text, in a tenth of the time of a tree.

Whatever is not clean, or not expected, is left to the reader of trees, which says what it is. So this module knows no
problems, and everything that it takes that reader takes, too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from dwconform.encoding.dataset import DataSet, Element, Value
from dwconform.encoding.whole import has_empty_pixels
from dwconform.encoding.xml_leaf import END, KNOWN, ROOT, START, Head, Leaf, UncleanError, head_of, leaf_of
from dwconform.encoding.xml_private import place_private
from dwconform.encoding.xml_text import Node

__all__ = ["read_clean"]

_MAX_DEPTH = 64
_gaps = re.compile(r">[ \t\n]+<")
_text_in_gap = re.compile(r"<(Value|[A-Z][a-z]+Name|Name[A-Z][a-z]+|InlineBinary|BulkData)\b[^>]*>[ \t\n]+<").search
_token = re.compile(r'<Item number="([0-9]+)">|</Item>|</DicomAttribute>|</NativeDicomModel>')
_END_ITEM, _END_SEQUENCE, _END_ROOT = 0, -1, -2  # items that begin have their number
_CODES = {"</Item>": _END_ITEM, END: _END_SEQUENCE, "</NativeDicomModel>": _END_ROOT}


def read_clean(root: Node) -> DataSet | None:
    """Return the data set of a document, None when its tree has to be read."""
    text = etree.tostring(root, method="c14n").decode()
    if _gaps.search(text):
        if _text_in_gap(text):
            return None
        text = _gaps.sub("><", text)
    start, *chunks = text.split(START)
    if not start.startswith(ROOT):
        return None
    try:
        return _Reader().read(start.removeprefix(ROOT), chunks)
    except UncleanError:
        return None


class _Level:
    """A data set that is being read; ``sequence`` is open in it, with its ``items`` so far."""

    __slots__ = ("elements", "items", "last", "private", "sequence")

    def __init__(self) -> None:
        self.elements: dict[str, Element] = {}
        self.private: list[tuple[str, str, Element]] = []
        self.last = ""
        self.sequence: Head | None = None
        self.items: list[Value] = []

    def finish(self) -> DataSet:
        """Return the data set, unless something is wrong with it as a whole."""
        if has_empty_pixels(self.elements):
            raise UncleanError
        if not self.private:
            return self.elements
        if len({leaf[:2] for leaf in self.private}) < len(self.private):
            raise UncleanError
        return place_private(self.elements, self.private)


class _Reader:
    """Reads one document, from attribute to attribute."""

    def __init__(self) -> None:
        self._level = _Level()
        self._outer: list[_Level] = []
        self._result: DataSet | None = None

    def read(self, start: str, chunks: list[str]) -> DataSet | None:
        """Read the text before the first attribute, then each attribute with what closes or opens behind it."""
        self._follow(start)
        level = self._level
        for chunk in chunks:
            leaf = KNOWN.get(chunk)
            rest = ""
            if leaf is None:
                content, end, rest = chunk.partition(END)
                if not end or "<Item" in content:
                    attributes, _, rest = chunk.partition(">")
                    leaf = self._open(head_of(attributes))
                else:
                    leaf = leaf_of(content + end)
            tag, creator, element = leaf
            if creator is not None:
                level.private.append((tag, creator, element))
            elif tag > level.last:
                level.last = tag
                level.elements[tag] = element
            else:
                raise UncleanError
            if rest or level.sequence is not None:
                self._follow(rest)
                level = self._level
                if level.sequence is not None:
                    raise UncleanError
        return self._result

    def _open(self, head: Head) -> Leaf:
        """Begin a sequence; its items come."""
        if head.vr != "SQ":
            raise UncleanError
        self._level.sequence = head
        self._level.items = []
        return head.tag, head.creator, Element("SQ")

    def _follow(self, text: str) -> None:
        """Begin and end items and sequences as ``text`` says."""
        for code in _structure(text):
            level = self._level
            if code > 0:
                if level.sequence is None or code != len(level.items) + 1 or len(self._outer) >= _MAX_DEPTH:
                    raise UncleanError
                self._outer.append(level)
                self._level = _Level()
            elif code == _END_ITEM:
                if level.sequence is not None or not self._outer:
                    raise UncleanError
                self._level = self._outer.pop()
                self._level.items.append(level.finish())
            elif code == _END_SEQUENCE:
                self._close(level)
            elif level.sequence is not None or self._outer or self._result is not None:
                raise UncleanError
            else:
                self._result = level.finish()

    def _close(self, level: _Level) -> None:
        head = level.sequence
        if head is None:
            raise UncleanError
        element = Element("SQ", tuple(level.items))
        if head.creator is None:
            level.elements[head.tag] = element
        else:
            level.private[-1] = head.tag, head.creator, element
        level.sequence = None


@lru_cache(maxsize=10_000)
def _structure(text: str) -> tuple[int, ...]:
    """Return the codes of the tags in ``text``, which holds nothing else."""
    found = list(_token.finditer(text))
    if "".join(match[0] for match in found) != text:
        raise UncleanError
    return tuple(int(match[1]) if match[1] else _CODES[match[0]] for match in found)
