"""How a picture is coded: JPEG process, depth, the box around HTJ2K, ICC profile (PS3.18 8.7.4, 8.3.5.1.5)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Literal

from PIL import ImageCms
from pydantic import Field, PositiveInt

from dwconform.check.image import Picture, pictures_of, unmet
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.dataset import DataSet
from dwconform.fixtures.instance import Instance

__all__ = ["BitDepthArgs", "CodingArgs", "IccProfileArgs", "bit_depth", "coding", "icc_profile"]

_PROCESSES = {
    0xC0: "baseline",
    0xC1: "extended sequential",
    0xC2: "progressive",
    0xC3: "lossless",
    **dict.fromkeys((0xC5, 0xC6, 0xC7), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF), "arithmetic"),
}
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"


class CodingArgs(CheckArgs):
    """``jpeg-baseline``: the sequential lossy Huffman process of 8 bits; ``jp2-box``: the JP2 file format."""

    form: Literal["jpeg-baseline", "jp2-box"]


@check("coding")
def coding(args: CodingArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each picture is coded in this form."""
    pictures = pictures_of(evidence)
    if not pictures:
        yield unmet("The response carries no picture.", args.form, "nothing", "body")
    for picture in pictures:
        if args.form == "jp2-box":
            holds = picture.content.startswith(_JP2_SIGNATURE)
            said = "in the JP2 file format" if holds else f"begins with {picture.content[:12]!r}"
        else:
            process, precision, components = jpeg_process(picture.content)
            said = f"{process}, {precision} bits, {components} components"
            holds = (process, precision) == ("baseline", 8) and components in (1, 3)
        yield Observation(holds, f"The picture: {said}.", args.form, said, "body")


def jpeg_process(content: bytes) -> tuple[str, int, int]:
    """Return the name of the JPEG process, the precision and the number of components, from the frame header."""
    at = 2 if content[:2] == b"\xff\xd8" else len(content)
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _PROCESSES:
            return _PROCESSES[marker], content[at + 4], content[at + 9]
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return "no JPEG", 0, 0


class BitDepthArgs(CheckArgs):
    """The most bits that a channel may have."""

    at_most: PositiveInt


@check("bit-depth")
def bit_depth(args: BitDepthArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each picture has at most so many bits in a channel."""
    for picture in pictures_of(evidence):
        depth = _depth(picture)
        yield Observation(
            depth <= args.at_most, f"A channel has {depth} bits.", f"at most {args.at_most}", str(depth), "body"
        )


def _depth(picture: Picture) -> int:
    if picture.media_type == "image/png" and picture.content[12:16] == b"IHDR":
        return picture.content[24]
    if picture.media_type == "image/jpeg":
        return jpeg_process(picture.content)[1]
    at = picture.content.find(b"\xff\x51")  # SIZ of a JPEG 2000 codestream: Ssiz stands 40 bytes on
    return (picture.content[at + 40] & 0x7F) + 1 if 0 <= at < len(picture.content) - 40 else 8


class IccProfileArgs(CheckArgs):
    """Whether there is to be one; and which: that of a stored instance, or that of a named colour space."""

    present: bool = True
    of: str = Field(default="", description="SOP Instance UID: its ICC Profile (0028,2000)")
    space: Literal["", "srgb", "adobergb", "rommrgb"] = ""


_NAMES = {
    "srgb": ("srgb", "61966"),
    "adobergb": ("adobe rgb", "adobergb", "opergb", "compatible with adobe"),
    "rommrgb": ("romm", "prophoto"),
}


@check("icc-profile")
def icc_profile(args: IccProfileArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each picture has an ICC profile embedded, this one if one is named, or has none."""
    stored = _stored(evidence, args.of) if args.of else None
    if args.of and not stored:
        yield Observation(None, "The ICC profile of the stored image is not known.", pointer="body")
        return
    pictures = pictures_of(evidence)
    if not pictures:
        yield unmet("The response carries no picture.", "a picture", "nothing", "body")
    for picture in pictures:
        name = _description(picture.icc)
        said = f"a profile called '{name}'" if picture.icc else picture.problem or "no profile"
        if not args.present:
            yield Observation(
                picture.icc is None and not picture.problem, f"The picture has {said}.", "no profile", said, "body"
            )
            continue
        # A profile is padded to an even length when it is stored.
        same = stored is None or (picture.icc or b"").rstrip(b"\0") == stored.rstrip(b"\0")
        named = not args.space or any(word in name.lower() for word in _NAMES[args.space])
        wanted = "the profile of the stored image" if args.of else f"a profile {args.space}".rstrip()
        yield Observation(picture.icc is not None and same and named, f"The picture has {said}.", wanted, said, "body")


def _description(profile: bytes | None) -> str:
    if not profile:
        return ""
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "unreadable"


def _stored(evidence: Evidence, uid: str) -> bytes | None:
    instance = evidence.archive.instance(uid) if uid in evidence.archive else None
    if not isinstance(instance, Instance):
        return None
    attributes: DataSet = instance.attributes
    element = attributes.get("00282000")
    value = element.values[0] if element and element.values else None
    return value if isinstance(value, bytes) else None
