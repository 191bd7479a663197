"""Part 10 files in another transfer syntax than the one in which they are stored (PS3.18 8.7.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import UID

from dwconform.origin import jpeg_lossless
from dwconform.origin.codecs import CodecError, baseline, decodable, deflated, encode
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.pixels import PixelFacts, Pixels
from dwconform.origin.syntaxes import BIG_ENDIAN, DEFLATED_FRAMES, EXPLICIT, FORBIDDEN, LOSSY, NATIVE

__all__ = ["Choice", "available", "convert", "frame", "part10"]

_RLE, _JPEG, _JPEG_LOSSLESS = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"
_JPEG_LS, _JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
_JPEG_2000_LOSSLESS, _JPEG_2000 = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
_METHODS = {_JPEG: "ISO_10918_1", _JPEG_LS_NEAR: "ISO_14495_1", _JPEG_2000: "ISO_15444_1"}
_SMALLEST_JPEG_2000 = 32  # rows and columns that five levels of wavelets need
_SMALLEST_JPEG_LS = 512  # bits of a frame below which its header is too long for the buffer of the encoder
_WIDTHS = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which transfer syntax an instance or its pixels go out in.

    Attributes:
        stored: the one in which it is stored.
        wanted: what the transfer-syntax parameter says: a UID, ``*``, or nothing.
        delivered: the one chosen; ``None`` makes a 406.
    """

    stored: str
    wanted: str
    delivered: str | None


def available(facts: PixelFacts | None, stored: str) -> list[tuple[str, bool, bool]]:
    """The transfer syntaxes in which an instance can be had, as (UID, whether it is the default, whether stored)."""
    if facts is None:
        found = [(EXPLICIT, True, stored == EXPLICIT)]
        return found if stored in FORBIDDEN or stored == EXPLICIT else [*found, (stored, False, True)]
    can = decodable(stored, facts.stored)
    lossy = stored in LOSSY or not can
    found = [(EXPLICIT, not lossy, stored == EXPLICIT)] if can else []
    if stored not in FORBIDDEN and stored != EXPLICIT:
        found.append((stored, lossy, True))
    return found + [(syntax, False, False) for syntax in (_encoders(facts) if can else ()) if syntax != stored]


def _encoders(facts: PixelFacts) -> tuple[str, ...]:
    """The transfer syntaxes into which native pixels like these can be compressed."""
    if facts.tag != "7FE00010" or facts.allocated not in (1, 8, 16) or facts.samples not in (1, 3):
        return ()
    if facts.allocated == 1:
        return (DEFLATED_FRAMES,)
    found = [_RLE, _JPEG_LOSSLESS, DEFLATED_FRAMES]
    large = facts.frame_bits >= _SMALLEST_JPEG_LS
    found += [_JPEG_LS] if large else []
    continuous = facts.photometric != "PALETTE COLOR"
    if min(facts.rows, facts.columns) >= _SMALLEST_JPEG_2000:
        found += [_JPEG_2000_LOSSLESS, _JPEG_2000] if continuous else [_JPEG_2000_LOSSLESS]
    if continuous and not facts.signed:
        found += [_JPEG_LS_NEAR] if large else []
        found += [_JPEG] if facts.allocated == 8 else []
    return tuple(found)


def part10(context: Context, path: Path, facts: PixelFacts | None, stored: str, wanted: str) -> bytes:
    """A stored file in a transfer syntax. Raises CodecError."""
    bent = bool(context.defects.at(Hook.INSTANCE))
    if wanted == stored and not bent:
        return path.read_bytes()
    dataset = Pixels(path, facts).dataset if facts else dcmread(path)
    target = BytesIO()
    try:
        if wanted != stored:
            convert(dataset, path, facts, wanted)
        dataset = context.bend(Hook.INSTANCE, dataset)
        _write(target, dataset)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise CodecError(f"the file cannot be written in {wanted}: {error}") from error
    return target.getvalue()


def _write(target: BytesIO, dataset: Dataset) -> None:
    """Write Part 10 in Explicit VR Little Endian; the transfer syntax may be one that pydicom does not know."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax != DEFLATED_FRAMES:
        dcmwrite(target, dataset, implicit_vr=False, little_endian=True, enforce_file_format=True)
        return
    file = DicomBytesIO()
    file.is_little_endian, file.is_implicit_VR = True, False
    file.write(bytes(128) + b"DICM")
    write_file_meta_info(file, dataset.file_meta)
    write_dataset(file, dataset)
    target.write(file.getvalue())


def convert(dataset: Dataset, path: Path, facts: PixelFacts | None, wanted: str) -> None:
    """Change a data set in place. Raises CodecError."""
    stored = str(dataset.file_meta.TransferSyntaxUID)
    if stored == BIG_ENDIAN:
        _swap(dataset)
    if facts is not None and not (stored in NATIVE and wanted in NATIVE):
        _decompress(dataset, Pixels(path, facts))
    dataset.file_meta.TransferSyntaxUID = UID(EXPLICIT)
    if facts is not None and wanted not in NATIVE:
        _compress(dataset, wanted)
    dataset.file_meta.TransferSyntaxUID = UID(wanted)


def _swap(dataset: Dataset) -> None:
    """Turn the words of binary values round: pydicom keeps them as they stand in the file."""
    for element in dataset.iterall():
        width = _WIDTHS.get(str(element.VR))
        if element.tag == 0x7FE00010 and dataset.get("BitsAllocated", 0) > 16:
            width = dataset.BitsAllocated // 8
        if width and isinstance(element.value, bytes):
            element.value = np.frombuffer(element.value, f">u{width}").astype(f"<u{width}").tobytes()


def _decompress(dataset: Dataset, pixels: Pixels) -> None:
    facts = pixels.facts
    colour = facts.samples == 3
    if facts.syntax in NATIVE and not (colour and facts.photometric.startswith("YBR")) and not _by_plane(dataset):
        return
    octets = b"".join(pixels.array(number).tobytes() for number in range(1, facts.frames + 1))
    if facts.allocated == 1:
        octets = b"".join(pixels.value())
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            delattr(dataset, keyword)
    if colour:
        dataset.PhotometricInterpretation = "RGB"
        dataset.PlanarConfiguration = 0
    dataset.add_new(0x7FE00010, "OW" if facts.allocated > 8 else "OB", octets + b"\0" * (len(octets) % 2))


def _by_plane(dataset: Dataset) -> bool:
    return bool(dataset.get("PlanarConfiguration", 0) == 1)


def _compress(dataset: Dataset, syntax: str) -> None:
    """Compress native pixels, and say so in the data set when something is lost (PS3.3 C.7.6.1.1.5)."""
    size = len(dataset.PixelData)
    if syntax == _JPEG:
        _encapsulate(dataset, [baseline(frame) for frame in _frames(dataset)])
        if dataset.SamplesPerPixel == 3:
            dataset.PhotometricInterpretation = "YBR_FULL_422"
    elif syntax == DEFLATED_FRAMES:
        _encapsulate(dataset, [deflated(frame) for frame in _octets(dataset)])
    elif syntax == _JPEG_LOSSLESS:
        _encapsulate(dataset, [_lossless(dataset, frame) for frame in _frames(dataset)])
    else:
        encode(dataset, syntax)
    if syntax in _METHODS:
        dataset.LossyImageCompression = "01"
        ratios = _values(dataset, "LossyImageCompressionRatio")
        methods = _values(dataset, "LossyImageCompressionMethod")
        dataset.LossyImageCompressionRatio = [*ratios, f"{max(1.0, size / len(dataset.PixelData)):.4g}"]
        dataset.LossyImageCompressionMethod = [*methods, _METHODS[syntax]]


def _values(dataset: Dataset, keyword: str) -> list[str]:
    value = dataset.get(keyword)
    return [] if value is None else [str(each) for each in value] if hasattr(value, "append") else [str(value)]


def _frames(dataset: Dataset) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint16]]]:
    shape = (int(dataset.get("NumberOfFrames") or 1), dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)
    kind = np.dtype("<u2" if dataset.BitsAllocated == 16 else "u1")
    octets = dataset.PixelData[: int(np.prod(shape)) * kind.itemsize]
    frames = np.frombuffer(octets, kind).reshape(shape)
    return list(frames if dataset.SamplesPerPixel > 1 else frames[..., 0])


def _octets(dataset: Dataset) -> list[bytes]:
    """The native octets of each frame; bits begin with the first octet of each (PS3.5 A.4.13)."""
    if dataset.BitsAllocated > 1:
        return [frame.tobytes() for frame in _frames(dataset)]
    size = dataset.Rows * dataset.Columns
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    starts = range(0, size * int(dataset.get("NumberOfFrames") or 1), size)
    return [np.packbits(bits[start : start + size], bitorder="little").tobytes() for start in starts]


def _lossless(dataset: Dataset, frame: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> bytes:
    return jpeg_lossless.encode(frame & ((1 << dataset.BitsStored) - 1), dataset.BitsStored)


def _encapsulate(dataset: Dataset, frames: list[bytes]) -> None:
    dataset.add_new(0x7FE00010, "OB", encapsulate(frames))
    dataset["PixelData"].is_undefined_length = True


def frame(pixels: Pixels, number: int, syntax: str) -> bytes:
    """One frame in a transfer syntax, native or a compressed stream. Raises CodecError."""
    facts = pixels.facts
    if syntax == EXPLICIT:
        return pixels.native(number)
    if syntax == facts.syntax:
        return pixels.encoded(number)
    if not facts.rows or not facts.columns:
        raise CodecError("the image has no size")
    single = Dataset()
    single.file_meta = pixels.dataset.file_meta.__class__()
    single.file_meta.TransferSyntaxUID = UID(EXPLICIT)
    for keyword in (
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "Rows",
        "Columns",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
    ):
        setattr(single, keyword, pixels.dataset[keyword].value)
    if syntax == DEFLATED_FRAMES and facts.syntax in NATIVE:
        return deflated(pixels.native(number))
    array = pixels.array(number)
    if facts.samples == 3:
        single.PhotometricInterpretation = "RGB"
        single.PlanarConfiguration = 0
    octets = array.tobytes()
    single.add_new(0x7FE00010, "OW" if facts.allocated > 8 else "OB", octets + b"\0" * (len(octets) % 2))
    _compress(single, syntax)
    single.file_meta.TransferSyntaxUID = UID(syntax)
    single.NumberOfFrames = 1
    octets = get_frame(single.PixelData, 0, number_of_frames=1)
    return bytes(octets)
