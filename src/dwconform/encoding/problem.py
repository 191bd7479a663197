"""What a strict reader has to say about a document: one rule that it breaks, and where."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule broken in one place. How grave that is, the requirement decides, not the reader.

    Attributes:
        rule: the rule's id, such as ``J-PN-01`` (see ``dwconform.encoding.rules``).
        pointer: a JSON Pointer (RFC 6901), an XPath, or ``byte N``; empty for the whole document.
        message: one sentence, in our own words.
        expected: what the rule asks for.
        found: what stands there, shortened to a line.
    """

    rule: str
    pointer: str
    message: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, said by a check that does not know where the value stands."""

    rule: str
    message: str
    expected: str = ""
