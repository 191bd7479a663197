"""One attribute of the Native DICOM Model from its canonical text, if nothing is wrong with it.

Metadata of a study repeats itself from instance to instance, so what was found clean is kept by its text. What was not
met before is checked by the functions that check trees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from lxml import etree

from dwconform.encoding.bulk import BINARY_VRS
from dwconform.encoding.dataset import Element, Value
from dwconform.encoding.dictionary import Entry, look_up
from dwconform.encoding.reading import Problems
from dwconform.encoding.whole import check_tag_values
from dwconform.encoding.xml_attribute import read_attribute
from dwconform.encoding.xml_content import SINGLE_VRS
from dwconform.encoding.xml_text import NAMESPACE, Site
from dwconform.encoding.xml_values import check_value, native_value

__all__ = ["END", "KNOWN", "ROOT", "START", "Head", "Leaf", "UncleanError", "head_of", "leaf_of"]

ROOT = f'<NativeDicomModel xmlns="{NAMESPACE}" xml:space="preserve">'
START, END = "<DicomAttribute ", "</DicomAttribute>"
_NO_VALUES = BINARY_VRS | {"PN", "SQ"}
_KEPT = 20_000
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&#xD;": "\r", "&amp;": "&"}  # those of canonical XML
_entity = re.compile("|".join(_ENTITIES)).sub
_VALUE = '<Value number="{}">{}</Value>'
_single = re.compile(r'<Value number="1">([^<]*)</Value>').fullmatch
_values = re.compile(r'<Value number="[0-9]+">([^<]*)</Value>').findall

Leaf: TypeAlias = "tuple[str, str | None, Element]"  # tag as it is written, private creator, element
_Kept = TypeVar("_Kept")


class UncleanError(Exception):
    """Something is wrong or not expected: the tree has to be read."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the XML attributes of a clean DicomAttribute say."""

    tag: str
    creator: str | None
    vr: str
    entry: Entry | None


_heads: dict[str, Head] = {}
KNOWN: dict[str, Leaf] = {}
"""What was found clean, by the text that :func:`leaf_of` takes."""


def head_of(text: str) -> Head:
    """Return what the XML attributes in ``text`` say; raises :class:`UncleanError`."""
    head = _heads.get(text)
    if head is None:
        tag, creator, element = _read_tree(f"{text}>")
        head = Head(tag, creator, element.vr, look_up(tag) if creator is None else None)
        _keep(_heads, text, head)
    return head


def leaf_of(text: str) -> Leaf:
    """Return the attribute that ``text`` spells, from behind START to END; raises :class:`UncleanError`."""
    leaf = KNOWN.get(text)
    if leaf is None:
        start, _, content = text.removesuffix(END).partition(">")
        head = head_of(start)
        if content.startswith("<Value ") and head.vr not in _NO_VALUES:
            leaf = head.tag, head.creator, Element(head.vr, _read_values(head, content))
        else:
            leaf = _read_tree(text.removesuffix(END))
        if any(check_tag_values(leaf[0], leaf[2].values)):
            raise UncleanError
        _keep(KNOWN, text, leaf)
    return leaf


def _keep(known: dict[str, _Kept], text: str, value: _Kept) -> None:
    if len(known) >= _KEPT:
        known.clear()
    known[text] = value


def _read_values(head: Head, content: str) -> tuple[Value, ...]:
    vr, entry = head.vr, head.entry
    single = _single(content)
    texts = [single[1]] if single else _values(content)
    if not single and content != "".join([_VALUE.format(*numbered) for numbered in enumerate(texts, start=1)]):
        raise UncleanError
    if "&" in content:
        texts = [_entity(lambda match: _ENTITIES[match[0]], text) for text in texts]
    for text in texts:
        if text and check_value(vr, text):
            raise UncleanError
    count = len(texts)
    if texts == [""] or (count > 1 and vr in SINGLE_VRS) or (entry is not None and not entry.allows(count)):
        raise UncleanError
    return tuple([native_value(vr, text) if text else None for text in texts])


def _read_tree(text: str) -> Leaf:
    """Read an attribute as the reader of trees does."""
    problems = Problems()
    try:
        root = etree.fromstring(f"{ROOT}{START}{text}{END}</NativeDicomModel>")
    except etree.XMLSyntaxError:  # an attribute in a place where none may be
        raise UncleanError from None
    leaf = read_attribute(root[0], Site(problems, ""), lambda _node, _site: {})
    if problems:
        raise UncleanError
    return leaf
