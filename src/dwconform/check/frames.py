"""Frames, and the pixels of retrieved files: those that are stored, bit for bit or nearly so (PS3.18 10.4.1.1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from dwconform.check.bulk_data import same_octets
from dwconform.check.compressed import as_file, syntax_of
from dwconform.check.native import DEFLATED_FRAMES, decoded, inflated, native_frames
from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.multipart import Part
from dwconform.fixtures.instance import Instance
from dwconform.standard.pixel_types import OCTET_STREAM

__all__ = ["FilePixelsArgs", "FramesArgs", "file_pixels", "frames"]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, int) else value


class FramesArgs(CheckArgs):
    """The frames that have to come, in this order, and of which stored image."""

    numbers: Annotated[tuple[PositiveInt, ...], BeforeValidator(_listed)] = Field(min_length=1)
    of: str = Field(description="SOP Instance UID of an instance with these pixels")
    any_order: bool = Field(default=False, description="ascending order without repetition is right, too")
    tolerance: NonNegativeInt = Field(default=0, description="by how much a sample may differ")
    where_decodable: bool = Field(default=False, description="what no codec here can decode is not looked at")


@check("frames")
def frames(args: FramesArgs, evidence: Evidence) -> Iterator[Observation]:
    """The answer holds these frames, in their order: one to a part, or uncompressed ones in one piece."""
    stored = _stored(evidence, args.of)
    if stored is None or max(args.numbers) > len(stored):
        yield Observation(holds=None, message=f"The frames of the instance {args.of} are not known.")
        return
    orders = [args.numbers, tuple(sorted(set(args.numbers)))] if args.any_order else [args.numbers]
    found = _found(evidence, args.of)
    if found is None:
        holds = True if args.where_decodable else None
        yield Observation(holds=holds, message="The compressed frames cannot be decoded here.")
        return
    holds = any(_matches(found, [stored[number - 1] for number in order], args.tolerance) for order in orders)
    wanted = ", ".join(map(str, args.numbers))
    told = _told(found, stored, args.tolerance)
    yield Observation(
        holds=holds,
        message=f"The answer holds {told}.",
        expected=f"the frames {wanted}" if len(args.numbers) > 1 else f"the frame {wanted}",
        observed=told,
        pointer="body",
    )


def _stored(evidence: Evidence, uid: str) -> tuple[bytes, ...] | None:
    return native_frames(evidence.archive.instance(uid)) if uid in evidence.archive else None


def _found(evidence: Evidence, uid: str) -> list[bytes] | None:
    """Return the bodies of the parts, decoded where they are compressed; None where they cannot be."""
    response = evidence.response
    kind = response.headers.get("Content-Type") or ""
    parts = (
        list(parts_of(evidence).parts)
        if "multipart" in kind.lower()
        else [Part((("Content-Type", kind),), response.body.content, 0)]
    )
    found = []
    for part in parts:
        media_type, syntax = syntax_of(part)
        if media_type == OCTET_STREAM or not syntax:
            found.append(part.body)
            continue
        instance = evidence.archive.instance(uid)
        single = _single(instance, part.body, syntax) if isinstance(instance, Instance) else None
        if single is None:
            return None
        found.append(single)
    return found


def _single(instance: Instance, stream: bytes, syntax: str) -> bytes | None:
    """Return the native frame that a stream holds; None where it cannot be decoded here."""
    if syntax == DEFLATED_FRAMES:
        return inflated(stream)
    try:
        file = as_file(instance, stream, syntax)
    except ValueError:  # a transfer syntax that pydicom does not know
        return None
    frames = decoded(file)
    return frames[0] if frames else None


def _matches(found: Sequence[bytes], stored: Sequence[bytes], tolerance: int) -> bool:
    if len(found) == len(stored) and all(map(lambda one, other: _same(one, other, tolerance), found, stored)):
        return True
    return _same(b"".join(found), b"".join(stored), tolerance)


def _same(found: bytes, stored: bytes, tolerance: int) -> bool:
    if not tolerance:
        return same_octets(found, stored)
    return abs(len(found) - len(stored)) <= 1 and all(
        abs(one - other) <= tolerance for one, other in zip(found, stored, strict=False)
    )


def _told(found: Sequence[bytes], stored: Sequence[bytes], tolerance: int) -> str:
    """Say which frames the parts hold."""

    def name(body: bytes) -> str:
        number = next((index for index, frame in enumerate(stored, 1) if _same(body, frame, tolerance)), None)
        return f"the frame {number}" if number else f"{len(body)} other bytes"

    return ", ".join(map(name, found[:5])) or "nothing"


class FilePixelsArgs(CheckArgs):
    """Whose pixels each file has to have."""

    of: str = Field(description="SOP Instance UID of an instance with these pixels")
    tolerance: NonNegativeInt = Field(default=0, description="by how much a sample may differ")
    where_decodable: bool = Field(default=False, description="what no codec here can decode is not looked at")


@check("file-pixels")
def file_pixels(args: FilePixelsArgs, evidence: Evidence) -> Iterator[Observation]:
    """Each retrieved file has the pixels of this stored instance, frame by frame."""
    stored = _stored(evidence, args.of)
    found = parts_of(evidence).parts
    if stored is None or not found:
        yield Observation(holds=None, message=f"There is nothing to compare with the pixels of {args.of}.")
        return
    for number, part in enumerate(found, 1):
        frames_found = decoded(part.body)
        if frames_found is None:
            holds = True if args.where_decodable else None
            yield Observation(holds=holds, message=f"The pixels of part {number} cannot be decoded here.")
            return
        if len(frames_found) != len(stored) or not _matches(frames_found, stored, args.tolerance):
            told = _told(frames_found, stored, args.tolerance)
            yield Observation(
                holds=False,
                message=f"The file in part {number} has other pixels: {told}.",
                expected=f"the {len(stored)} frames that are stored",
                observed=told,
                pointer=f"part[{number}]/7FE00010",
            )
            return
    yield Observation(holds=True, message=f"The pixels of {len(found)} files are those that are stored.")
