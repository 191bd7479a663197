"""Selection of the response media type and transfer syntax (PS3.18 8.3.3.1, 8.7.5 to 8.7.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dwconform.origin.accept import Range, accepted, parameters, ranges, requested
from dwconform.origin.answer import Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.forms import Form, Offer

__all__ = ["Form", "Negotiation", "Offer", "Range", "negotiate", "parameters", "ranges", "select"]

_DICOM = re.compile(r"application/(dicom(\+json|\+xml)?|octet-stream|x-deflate)|image/(dicom-rle|jls|jpx|jphc)")
_RENDERED = re.compile(r"image/(png|gif|jph)|text/[^*]+|application/pdf")
_EITHER = re.compile(r"image/(jpeg|jp2|jxl)|video/[^*]+")
_PIXELS = frozenset({"study", "retrieve", "frames", "bulkdata", "bulkdata-collection", "pixeldata"})
"""Kinds of resources for which the media types of ``_EITHER`` are those of compressed bulk data (Table 10.4.4-1)."""


@dataclass(frozen=True, slots=True)
class Negotiation:
    """What came out: the form (``None``: nothing is acceptable), the range that asked for it, its transfer syntax."""

    form: Form | None
    range: Range | None
    offered: tuple[Form, ...]
    syntax: str = ""

    @property
    def wanted(self) -> str:
        """The transfer-syntax parameter: a UID, ``*``, or nothing."""
        return self.range.parameter("transfer-syntax") if self.range else ""


def negotiate(context: Context, offered: Sequence[Form | Offer]) -> Negotiation:
    """Choose among what the resource has, the default first. Raises a 406 or 400 Refusal."""
    found = select(context, offered)
    if found.form is None:
        raise refusal(found)
    return found


def refusal(negotiation: Negotiation) -> Refusal:
    """The 406 for a selection in which nothing is acceptable."""
    kinds = ", ".join(dict.fromkeys(str(form) for form in negotiation.offered))
    available = f"Available are: {kinds}" if kinds else "There is no representation of this resource."
    return Refusal(406, f"None of the acceptable media types is available. {available}")


def select(context: Context, offered: Sequence[Form | Offer]) -> Negotiation:
    """Choose as :func:`negotiate` does; where nothing is acceptable, the form is ``None``. Raises a 400 or 406."""
    header = requested(context.request)
    parameter = accepted(context.request)
    if header is None:
        if context.request.method != "POST":  # 10.5.1.3 does not name Accept among the header fields of Store
            raise Refusal(406, "The request has no Accept header.")
        header = [Range("*/*")]
    _refuse_mixture(header + parameter, pixels=context.kind in _PIXELS)
    offers = [each if isinstance(each, Offer) else Offer(each) for each in offered]
    allowed = [each for each in parameter if any(one.type in _around(each.type) for one in header)]
    chosen = _best(allowed, offers) or _best(header, offers)
    forms = tuple(dict.fromkeys(each.form for each in offers))
    negotiation = Negotiation(None, None, forms)
    if chosen:
        offer, range_ = chosen
        negotiation = Negotiation(offer.form, range_, forms, offer.syntax)
    found: Negotiation = context.bend(Hook.NEGOTIATE, negotiation)
    return found


def _around(media_type: str) -> tuple[str, str, str]:
    """The ranges that cover a media type."""
    return media_type, media_type.partition("/")[0] + "/*", "*/*"


def _best(wanted: Sequence[Range], offers: Sequence[Offer]) -> tuple[Offer, Range] | None:
    """The offer of the highest weight, which is that of the range that fits it best.

    On a tie it is the earlier one, but that which is stored where any transfer syntax will do.
    """
    best: tuple[Offer, Range] | None = None
    weight = (0.0, False)
    for offer in offers:
        fitting = [each for each in wanted if each.covers(offer)]
        if not fitting:
            continue
        top = max(fitting, key=lambda each: (each.covers(offer), each.weight))
        mine = (top.weight, offer.stored and top.parameter("transfer-syntax") == "*")
        if top.weight > 0 and mine > weight:
            best, weight = (offer, top), mine
    return best


def _refuse_mixture(wanted: Sequence[Range], *, pixels: bool) -> None:
    """DICOM and rendered media types together are a 400 (8.7.5)."""
    types = [each.content for each in wanted]
    dicom = any(_DICOM.fullmatch(each) for each in types)
    rendered = any(_RENDERED.fullmatch(each) or (not pixels and _EITHER.fullmatch(each)) for each in types)
    if dicom and rendered:
        raise Refusal(400, "The acceptable media types mix DICOM and rendered media types.")
