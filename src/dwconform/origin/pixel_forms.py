"""The representations of pixel data: octets, or compressed streams of a media type (Tables 8.7.3-4, 8.7.3-5)."""

from __future__ import annotations

from dwconform.origin.forms import Form, Offer
from dwconform.origin.pixels import PixelFacts
from dwconform.origin.syntaxes import COMPRESSED, EXPLICIT, NATIVE, form_of
from dwconform.origin.transcode import available

__all__ = ["offers"]


def offers(facts: PixelFacts, *, alone: bool, value: bool = False) -> list[Offer]:
    """What pixel data can be had as, the default first.

    Args:
        facts: the pixels.
        alone: whether it is one item, which can also go as a single part.
        value: whether all frames are wanted: octets are one item then, and a video is to be had.
    """
    if facts.video:
        form = form_of(facts.syntax)
        assert form is not None
        found = [Offer(form, facts.syntax, stored=True)] if value else []
        return found + ([Offer(form.single, facts.syntax, stored=True)] if value and alone else [])
    found = []
    for syntax, default, stored in available(facts, facts.syntax):
        if syntax == EXPLICIT:
            native = facts.syntax in NATIVE
            found.append(Offer(Form.OCTETS, EXPLICIT, default=True, stored=native))
            if alone or value:
                found.append(Offer(Form.OCTET_STREAM, EXPLICIT, default=True, stored=native))
            continue
        form = form_of(syntax)
        if form is None:
            continue
        # Without a parameter the default of the media type is meant, or the only lossy form there is (8.7.3.3).
        meant = COMPRESSED[form][0] == syntax or (stored and default)
        found.append(Offer(form, syntax, meant, stored))
        if alone:
            found.append(Offer(form.single, syntax, meant, stored))
    return sorted(found, key=lambda each: not (each.stored and each.default and _only_lossy(facts)))


def _only_lossy(facts: PixelFacts) -> bool:
    """Whether the stored form is the best that there is, and so the default for a wild card."""
    return any(default and syntax == facts.syntax != EXPLICIT for syntax, default, _ in available(facts, facts.syntax))
