"""Selection of the response media type: Accept header, accept parameter, weights (PS3.18 8.3.3.1, 8.7.5 to 8.7.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from starlette.requests import Request

from dwconform.origin.answer import Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook

__all__ = ["Form", "Negotiation", "Range", "negotiate", "parameters", "ranges"]

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_NAME})/({_NAME})\s*(.*)", re.DOTALL)
_PARAMETER = re.compile(rf'\s*;\s*(?:({_NAME})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*)?', re.DOTALL)
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_RENDERED = re.compile(r"(image|video|text)/[^*]+|application/pdf")


class Form(Enum):
    """The representations that the origin can make, as (type, type parameter)."""

    JSON = ("application/dicom+json", "")
    XML = ("multipart/related", "application/dicom+xml")
    XML_DOCUMENT = ("application/dicom+xml", "")
    JSON_PART = ("multipart/related", "application/dicom+json")
    DICOM = ("multipart/related", "application/dicom")
    OCTETS = ("multipart/related", "application/octet-stream")
    JPEG = ("multipart/related", "image/jpeg")
    JPEG_LS = ("multipart/related", "image/jls")
    JPEG_2000 = ("multipart/related", "image/jp2")
    HTJ2K = ("multipart/related", "image/jphc")
    JPEG_XL = ("multipart/related", "image/jxl")
    RLE = ("multipart/related", "image/dicom-rle")
    MPEG_2 = ("multipart/related", "video/mpeg")
    MPEG_4 = ("multipart/related", "video/mp4")
    HEVC = ("multipart/related", "video/h265")


@dataclass(frozen=True, slots=True)
class Range:
    """One member of Accept: type in lower case, parameters without q, weight."""

    type: str
    parameters: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0

    def parameter(self, name: str) -> str:
        """The value of a parameter; empty when it is not there."""
        return dict(self.parameters).get(name, "")

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
        return 0 if part and wanted not in ("", part) else 4 if wanted or not part else 3


@dataclass(frozen=True, slots=True)
class Negotiation:
    """What came out: the form (``None``: nothing is acceptable) and the range that asked for it."""

    form: Form | None
    range: Range | None
    offered: tuple[Form, ...]


def negotiate(context: Context, offered: Sequence[Form]) -> Negotiation:
    """Choose among the forms that the resource has, the default first. Raises a 406 or 400 Refusal."""
    header = _header(context.request)
    parameter = ranges(",".join(_parameter(context.request)))
    _refuse_mixture(header + parameter)
    allowed = [each for each in parameter if any(accepted.type in _around(each.type) for accepted in header)]
    chosen = _best(allowed, offered) or _best(header, offered)
    form, accepted = chosen or (None, None)
    found: Negotiation = context.bend(Hook.NEGOTIATE, Negotiation(form, accepted, tuple(offered)))
    if found.form is None:
        kinds = ", ".join(
            f'{form.value[0]}; type="{form.value[1]}"' if form.value[1] else form.value[0] for form in offered
        )
        raise Refusal(406, f"None of the acceptable media types is available. Available are: {kinds}")
    return found


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


def _header(request: Request) -> list[Range]:
    values = request.headers.getlist("accept")
    # A client that says nothing takes anything (RFC 9110 12.5.1); 8.7.5 would have it refused with 406.
    return ranges(",".join(values)) if values else [Range("*/*")]


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


def _around(media_type: str) -> tuple[str, str, str]:
    """The ranges that cover a media type."""
    return media_type, media_type.partition("/")[0] + "/*", "*/*"


def _best(accepted: Sequence[Range], offered: Sequence[Form]) -> tuple[Form, Range] | None:
    """The form of the highest weight, the earlier on a tie; its weight is that of the range that fits it best."""
    best: tuple[Form, Range] | None = None
    for form in offered:
        fitting = [each for each in accepted if each.fits(form)]
        if not fitting:
            continue
        top = max(fitting, key=lambda each: (each.fits(form), each.weight))
        if top.weight > (best[1].weight if best else 0):
            best = (form, top)
    return best


def _refuse_mixture(accepted: Sequence[Range]) -> None:
    """DICOM and rendered media types together are a 400 (8.7.5)."""
    dicom = any("dicom" in each.type or "dicom" in each.parameter("type").lower() for each in accepted)
    if dicom and any(_RENDERED.fullmatch(each.type) for each in accepted):
        raise Refusal(400, "The acceptable media types mix DICOM and rendered media types.")
