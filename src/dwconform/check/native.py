"""The pixels of a stored instance as native frames: what a client has to see, however the instance was stored."""

from __future__ import annotations

import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from dwconform.fixtures.instance import Instance, StoredInstance

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["DEFLATED_FRAMES", "decoded", "inflated", "native_frames"]

DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
"""Deflated Image Frame Compression, which pydicom does not know."""

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def native_frames(instance: StoredInstance) -> tuple[bytes, ...] | None:
    """Return the frames of an instance, little endian, single bits from the first bit of the first octet on.

    None where they are not known: nothing was stored by us, or no codec here can decode what was.
    """
    return decoded(instance.part10) if isinstance(instance, Instance) else None


def decoded(file: bytes) -> tuple[bytes, ...] | None:
    """Return the frames of a DICOM file in the same form; None where they cannot be decoded."""
    from pydicom import dcmread  # noqa: PLC0415 - slow to import, and not always needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _frames(dcmread(BytesIO(file)))
    except Exception:  # noqa: BLE001 - codecs raise whatever they like at what they cannot read
        return None


def _frames(dataset: Dataset) -> tuple[bytes, ...] | None:
    from pydicom.pixels import get_decoder  # noqa: PLC0415 - as in decoded

    count = int(dataset.get("NumberOfFrames") or 1)
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax == DEFLATED_FRAMES:
        return _inflated_frames(dataset, count)
    if not syntax.is_encapsulated:
        keyword = next((name for name in _PIXELS if name in dataset), None)
        if keyword is None:
            return None
        octets = bytes(dataset[keyword].value)
        if not syntax.is_little_endian:
            octets = _swapped(octets, int(dataset.BitsAllocated) // 8)
        bits = int(dataset.Rows) * int(dataset.Columns) * int(dataset.SamplesPerPixel) * int(dataset.BitsAllocated)
        return tuple(_cut(octets, bits * number, bits) for number in range(count))
    decoder = get_decoder(syntax)
    if not decoder.is_available:
        return None
    return tuple(bytes(decoder.as_buffer(dataset, index=number, raw=True)[0]) for number in range(count))


def inflated(stream: bytes) -> bytes | None:
    """Return what a bare deflate stream holds (PS3.5 A.4.13); None where it is none, or is cut off."""
    reader = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        octets = reader.decompress(stream)
    except zlib.error:
        return None
    return octets if reader.eof else None


def _inflated_frames(dataset: Dataset, count: int) -> tuple[bytes, ...] | None:
    from pydicom.encaps import generate_frames  # noqa: PLC0415 - as in decoded

    frames = [inflated(stream) for stream in generate_frames(dataset.PixelData, number_of_frames=count)]
    whole = tuple(frame for frame in frames if frame is not None)
    return whole if len(whole) == len(frames) else None


def _cut(octets: bytes, start: int, bits: int) -> bytes:
    """Return the bits from ``start`` on, the first in the lowest place of the first octet (PS3.5 8.1.1)."""
    if start % 8 == 0 and bits % 8 == 0:
        return octets[start // 8 : (start + bits) // 8]
    whole = int.from_bytes(octets, "little") >> start & ((1 << bits) - 1)
    return whole.to_bytes((bits + 7) // 8, "little")


def _swapped(octets: bytes, word: int) -> bytes:
    if word == 1:
        return octets
    return b"".join(octets[at : at + word][::-1] for at in range(0, len(octets), word))
