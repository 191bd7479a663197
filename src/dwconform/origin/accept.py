"""The syntax of Accept: ranges, parameters, weights (PS3.18 8.7.5 to 8.7.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from dwconform.origin.forms import Form, Offer

__all__ = ["Range", "accepted", "parameters", "ranges", "requested"]

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_NAME})/({_NAME})\s*(.*)", re.DOTALL)
_PARAMETER = re.compile(rf'\s*;\s*(?:({_NAME})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*)?', re.DOTALL)
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Range:
    """One member of Accept: type in lower case, parameters without q, weight."""

    type: str
    parameters: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0

    def parameter(self, name: str) -> str:
        """The value of a parameter; empty when it is not there."""
        return dict(self.parameters).get(name, "")

    @property
    def content(self) -> str:
        """The media type of what is wanted, that of the parts where parts are wanted; may have wild cards."""
        return self.parameter("type").lower() if self.type == "multipart/related" else self.type

    def fits(self, form: Form) -> int:
        """How specifically the range covers a form: 0 is not at all, 1 is ``*/*``, 4 the type with its parameter."""
        media_type, part = form.value
        if self.type == "*/*":
            return 1
        if self.type.endswith("/*"):
            return 2 if media_type.startswith(self.type[:-1]) else 0
        if self.type == "application/json" and form is Form.JSON:
            return 3
        if self.type != media_type:
            return 0
        wanted = self.parameter("type").lower()
        if part and (wanted == "*/*" or (wanted.endswith("/*") and part.startswith(wanted[:-1]))):
            return 3  # the wild cards of the examples in 8.7.3.5.1
        return 0 if part and wanted not in ("", part) else 4 if wanted or not part else 3

    def covers(self, offer: Offer) -> int:
        """How specifically the range covers an offer: that of :meth:`fits`, one more for its very transfer syntax."""
        fit = self.fits(offer.form)
        wanted = self.parameter("transfer-syntax")
        if not fit or not offer.syntax or wanted == "*":
            return fit
        if wanted:
            return fit + 1 if wanted == offer.syntax else 0
        return fit if offer.default else 0


def requested(request: Request) -> list[Range] | None:
    """What the Accept header has; ``None`` when there is none."""
    values = request.headers.getlist("accept")
    return ranges(",".join(values)) if values else None


def accepted(request: Request) -> list[Range]:
    """What the accept parameter has. Wild cards have no place there (8.3.3.1) and are passed over."""
    return [each for each in ranges(",".join(_parameter(request))) if "*" not in each.type and "*" not in each.content]


def ranges(text: str) -> list[Range]:
    """The valid members of an Accept value; others are passed over (8.7.7)."""
    return [found for member in _members(text) if (found := _range(member))]


def parameters(text: str) -> tuple[tuple[str, str], ...] | None:
    """The parameters that follow a media type, names in lower case, quotes removed; ``None`` when they do not parse."""
    found, at = [], 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if not match:
            return None
        if match[1]:
            value = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
            found.append((match[1].lower(), value))
        at = match.end()
    return tuple(found)


def _parameter(request: Request) -> Iterator[str]:
    for term in request.scope["query_string"].decode("latin-1").split("&"):
        name, _, value = term.partition("=")
        if name == "accept":
            yield unquote(value)


def _members(text: str) -> list[str]:
    """Split at commas outside quotes."""
    return re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', text)


def _range(member: str) -> Range | None:
    match = _TYPE.fullmatch(member)
    rest = parameters(match[3].strip()) if match else None
    if match is None or rest is None:
        return None
    weight = next((value for name, value in rest if name == "q"), "1")
    if not _WEIGHT.fullmatch(weight):
        return None
    kept = tuple(pair for pair in rest if pair[0] != "q")
    return Range(f"{match[1]}/{match[2]}".lower(), kept, float(weight))
