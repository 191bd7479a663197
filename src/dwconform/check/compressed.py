"""Compressed pixel data in parts: bare streams of the transfer syntax that is declared (PS3.18 8.7.3.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Annotated

from pydantic import BeforeValidator, Field

from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.media_type import parse_media_type
from dwconform.encoding.multipart import Part
from dwconform.fixtures.instance import Instance
from dwconform.standard.pixel_types import OCTET_STREAM, default_syntax

__all__ = ["CodestreamArgs", "as_file", "codestream", "stream_syntaxes", "syntax_of"]

_JPEG = "1.2.840.10008.1.2.4."
_ITEM = b"\xfe\xff\x00\xe0"
_BY_FRAME_MARKER = {0xC0: ("50",), 0xC1: ("51",), 0xC3: ("70", "57"), 0xF7: ("80", "81")}
_JPEG_2000 = ("90", "91", "92", "93", "201", "202", "203")
_JPEG_XL = ("110", "111", "112")
_RLE_HEADER, _RLE_SEGMENTS = 64, 15


def syntax_of(part: Part) -> tuple[str, str]:
    """Return media type and transfer syntax of a part: that of its parameter, else the default of the type."""
    media_type = parse_media_type(part.header("Content-Type") or "")[0]
    if media_type is None:
        return "", ""
    return media_type.essence, media_type.parameter("transfer-syntax") or default_syntax(media_type.essence)


def as_file(instance: Instance, stream: bytes, syntax: str) -> bytes:
    """Return a DICOM file of one frame, with this stream in place of the pixels of the instance."""
    from pydicom.encaps import encapsulate  # noqa: PLC0415 - slow to import, and not always needed
    from pydicom.uid import UID  # noqa: PLC0415 - as above

    dataset = instance.dataset
    dataset.NumberOfFrames = 1
    dataset.add_new(0x7FE00010, "OB", encapsulate([stream]))
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    if syntax.startswith(f"{_JPEG}20") or syntax in (f"{_JPEG}90", f"{_JPEG}91"):
        dataset.PhotometricInterpretation = "MONOCHROME2" if dataset.SamplesPerPixel == 1 else "YBR_RCT"
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class CodestreamArgs(CheckArgs):
    """The transfer syntaxes that the streams may have, whatever they declare; any where none is named."""

    syntaxes: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=())


@check("codestream")
def codestream(args: CodestreamArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each compressed part is one bare stream, without fragment items or file format, of the syntax it declares."""
    seen = 0
    for number, part in enumerate(parts_of(evidence).parts, 1):
        media_type, declared = syntax_of(part)
        if media_type == OCTET_STREAM:
            continue
        seen += 1
        allowed = args.syntaxes or (declared,)
        found = stream_syntaxes(part.body, media_type)
        if not set(found) & set(allowed) or declared not in (*allowed, ""):
            observed = " or ".join(found) or f"no such stream, it begins with {part.body[:8].hex(' ')}"
            yield Observation(
                holds=False,
                message=f"Part {number} is {media_type} in {declared or 'no transfer syntax'}, and holds {observed}.",
                expected=" or ".join(allowed),
                observed=observed,
                pointer=f"part[{number}]",
            )
            return
    yield Observation(
        holds=True if seen else None,
        message=f"The streams of {seen} parts are what they are called." if seen else "No part is compressed.",
    )


def stream_syntaxes(stream: bytes, media_type: str) -> tuple[str, ...]:
    """Return the transfer syntaxes that a stream may be in; none where it is no bare stream of its media type."""
    if stream.startswith(_ITEM):
        return ()
    if media_type == "image/dicom-rle":
        return ("1.2.840.10008.1.2.5",) if _is_rle(stream) else ()
    if media_type in ("image/jpeg", "image/jls"):
        ends = _BY_FRAME_MARKER.get(_frame_marker(stream), ())
    elif media_type in ("image/jp2", "image/jpx", "image/jphc"):
        ends = _JPEG_2000 if stream.startswith(b"\xff\x4f\xff\x51") else ()
    elif media_type == "image/jxl":
        ends = _JPEG_XL if stream.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")) else ()
    else:
        return (default_syntax(media_type),)
    return tuple(f"{_JPEG}{end}" for end in ends)


def _is_rle(stream: bytes) -> bool:
    """Whether the header counts the segments and gives where the first begins (PS3.5 G.5)."""
    words = [int.from_bytes(stream[at : at + 4], "little") for at in (0, 4)]
    return len(stream) > _RLE_HEADER and 1 <= words[0] <= _RLE_SEGMENTS and words[1] == _RLE_HEADER


def _frame_marker(stream: bytes) -> int:
    """Return the start of frame marker of a JPEG or JPEG-LS stream, 0 where it has none."""
    at = 2 if stream.startswith(b"\xff\xd8") else len(stream)
    while at + 4 <= len(stream) and stream[at] == 0xFF:
        marker = stream[at + 1]
        if marker in _BY_FRAME_MARKER or marker == 0xDA:
            return marker
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    return 0
