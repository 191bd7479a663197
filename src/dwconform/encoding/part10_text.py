"""Octets of text to characters, by Specific Character Set (0008,0005) and code extensions (PS3.5 6.1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dwconform.encoding.dataset import Value
from dwconform.encoding.problem import Fault
from dwconform.encoding.values import Faults

__all__ = ["DEFAULT", "Repertoire", "decode", "repertoire"]

_ASCII = "ascii"
_DELIMITERS = {True: re.compile(rb"[\\^=]").search, False: re.compile(rb"[\\\t\n\f\r]").search}
_segments = re.compile(rb"^[^\x1b]+|\x1b[^\x1b]*").findall

_UNDECODABLE = Fault("P-CHAR-05", "The octets are no text in the declared character set.", "(0008,0005) as used")
_UNDECLARED = Fault("P-CHAR-01", "An escape sequence switches to a character set that is not declared.", "(0008,0005)")
_EXTENDED_NAME = Fault("P-CHAR-01", "The value uses code extensions, which were not declared.", "ISO 2022 terms")


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The character sets in force in a data set.

    Attributes:
        initial: Python codec of the first value of (0008,0005), ``ascii`` for the default repertoire.
        extensions: Python codecs of all values; escape sequences may switch between them.
        extended: code extensions are declared at all.
    """

    initial: str = _ASCII
    extensions: frozenset[str] = frozenset()
    extended: bool = False


DEFAULT = Repertoire()


def repertoire(terms: tuple[Value, ...]) -> Repertoire:
    """Return what the values of (0008,0005) declare; terms that are not defined read as Latin-1."""
    # pydicom takes 0.3 s to import, which a reader without a document should not cost
    from pydicom.charset import python_encoding  # noqa: PLC0415

    names = [term.strip(" ") if isinstance(term, str) else "" for term in terms]
    codecs = [_codec(python_encoding.get(name, "latin_1")) for name in names]
    if not codecs:
        return DEFAULT
    extended = len(codecs) > 1 or names[0].startswith("ISO 2022 ")
    return Repertoire(codecs[0], frozenset(codecs), extended)


def _codec(name: str) -> str:
    return _ASCII if name == "iso8859" else name


def decode(octets: bytes, sets: Repertoire, *, name: bool) -> tuple[str, Faults]:
    """Return the text of a whole value field, delimiters included, and what is wrong with its encoding.

    Args:
        octets: the value field.
        sets: the character sets in force.
        name: the field holds person names, where ``^`` and ``=`` end an escape as well.
    """
    if b"\x1b" not in octets:
        return _decode_with(octets, sets.initial)
    if not sets.extended:
        text, faults = _decode_with(octets, sets.initial)
        return text, (*faults, _EXTENDED_NAME)
    texts: list[str] = []
    found: list[Fault] = []
    for segment in _segments(octets):
        for text, faults in _decode_segment(segment, sets, name=name):
            texts.append(text)
            found.extend(fault for fault in faults if fault not in found)
    return "".join(texts), tuple(found)


def _decode_segment(segment: bytes, sets: Repertoire, *, name: bool) -> Iterator[tuple[str, Faults]]:
    """Yield the texts from one escape sequence to the next: up to a delimiter, and what follows it."""
    from pydicom.charset import CODES_TO_ENCODINGS  # noqa: PLC0415 - as above

    if not segment.startswith(b"\x1b"):
        yield _decode_with(segment, sets.initial)
        return
    size = 4 if segment.startswith((b"\x1b$(", b"\x1b$)")) else 3
    code = segment[:size]
    codec = _codec(CODES_TO_ENCODINGS.get(code, ""))
    if not codec or (codec not in sets.extensions and codec != _ASCII):
        text, faults = _decode_with(segment[size:], sets.initial)
        yield text, (*faults, _UNDECLARED)
        return
    if codec.startswith(
        "iso2022_jp"
    ):  # Python takes the escape sequence itself; delimiters may be halves of characters
        yield _decode_with(segment, codec)
        return
    rest = segment[size:]
    delimiter = _DELIMITERS[name](rest)
    end = delimiter.start() if delimiter else len(rest)
    yield _decode_with(rest[:end], codec)
    yield _decode_with(rest[end:], sets.initial)


def _decode_with(octets: bytes, codec: str) -> tuple[str, Faults]:
    try:
        return octets.decode(codec), ()
    except UnicodeError:
        # nothing is lost this way, and what a server made of it can still be compared
        return octets.decode("latin-1"), (_UNDECODABLE,)
