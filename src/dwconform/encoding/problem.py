"""What a strict reader has to say about a document: one rule that it breaks, and where."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule broken in one place. How grave that is, the requirement decides, not the reader.

    Attributes:
        rule: the rule's id, such as ``J-PN-01`` (see ``RULES`` of the reader's module).
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
