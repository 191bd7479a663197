"""Decoders and encoders of pixels: those that pydicom finds, and our own for lossless JPEG."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import get_frame
from pydicom.pixels import get_decoder, get_encoder
from pydicom.uid import UID, ExplicitVRLittleEndian

from dwconform.origin import jpeg_lossless
from dwconform.origin.syntaxes import DEFLATED_FRAMES, JPEG_LOSSLESS, NATIVE

__all__ = ["CodecError", "baseline", "decodable", "decode", "deflated", "encode", "inflated"]

_JPEG_BASELINE, _JPEG_EXTENDED = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"


class CodecError(Exception):
    """The pixels cannot be decoded or encoded."""


def decodable(syntax: str, bits_stored: int) -> bool:
    """Whether there is a decoder."""
    if syntax in NATIVE or syntax in JPEG_LOSSLESS or syntax == DEFLATED_FRAMES:
        return True
    if syntax == _JPEG_EXTENDED and bits_stored > 8:
        return False
    try:
        return bool(get_decoder(UID(syntax)).is_available)
    except (NotImplementedError, ValueError):
        return False


def decode(dataset: Dataset, syntax: str, index: int) -> np.ndarray[Any, Any]:
    """The samples of a frame, counted from 0, little endian: rows, columns and, for colour, samples; YBR becomes RGB.

    Raises CodecError.
    """
    try:
        if syntax in JPEG_LOSSLESS:
            array = _lossless(dataset, index)
        elif syntax == DEFLATED_FRAMES:
            array = _native(dataset, inflated(dataset.PixelData, index, int(dataset.get("NumberOfFrames") or 1)))
        else:
            array, _ = get_decoder(UID(syntax)).as_array(dataset, index=index)
    except Exception as error:  # whatever a codec raises for what it cannot read
        raise CodecError(f"the pixels cannot be decoded: {error}") from error
    return array.astype(array.dtype.newbyteorder("<"))


def _lossless(dataset: Dataset, index: int) -> np.ndarray[Any, Any]:
    octets = get_frame(dataset.PixelData, index, number_of_frames=int(dataset.get("NumberOfFrames") or 1))
    array, precision = jpeg_lossless.decode(octets)
    if dataset.PixelRepresentation == 1:
        stored = min(precision, dataset.BitsStored)
        array = np.where(array >= 1 << (stored - 1), array.astype(np.int32) - (1 << stored), array)
    kind = "i" if dataset.PixelRepresentation == 1 else "u"
    return array.astype(f"<{kind}{dataset.BitsAllocated // 8}")


def inflated(value: bytes, index: int, frames: int) -> bytes:
    """The native octets of a deflated frame, counted from 0. Raises CodecError."""
    try:
        return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(get_frame(value, index, number_of_frames=frames))
    except (zlib.error, ValueError) as error:
        raise CodecError(f"the pixels cannot be inflated: {error}") from error


def deflated(frame: bytes) -> bytes:
    """A native frame as a bare deflate stream (PS3.5 A.4.13)."""
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(frame) + encoder.flush()


def _native(dataset: Dataset, octets: bytes) -> np.ndarray[Any, Any]:
    """The samples of native octets of one frame."""
    if dataset.BitsAllocated == 1:
        bits = np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little")
        return bits[: dataset.Rows * dataset.Columns].reshape(dataset.Rows, dataset.Columns)
    single = Dataset()
    single.update(dataset.group_dataset(0x0028))
    single.NumberOfFrames = 1
    single.file_meta = FileMetaDataset()
    single.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    single.add_new(0x7FE00010, "OW" if dataset.BitsAllocated > 8 else "OB", octets + b"\0" * (len(octets) % 2))
    array, _ = get_decoder(ExplicitVRLittleEndian).as_array(single, index=0)
    return np.asarray(array)


def encode(dataset: Dataset, syntax: str) -> None:
    """Compress the native pixels of a data set in place. Raises CodecError."""
    lossy: dict[str, dict[str, Any]] = {
        "1.2.840.10008.1.2.4.81": {"jls_error": 2},
        "1.2.840.10008.1.2.4.91": {"j2k_cr": [8]},
    }
    if dataset.SamplesPerPixel == 3 and syntax.startswith("1.2.840.10008.1.2.4.9"):
        dataset.PhotometricInterpretation = "YBR_RCT" if syntax.endswith("90") else "YBR_ICT"
    options = lossy.get(syntax, {})
    try:
        get_encoder(UID(syntax))
        dataset.compress(UID(syntax), generate_instance_uid=False, **options)
    except Exception as error:  # whatever a codec raises for what it cannot write
        raise CodecError(f"the pixels cannot be encoded: {error}") from error


def baseline(frame: np.ndarray[Any, Any], quality: int = 90) -> bytes:
    """A frame of 8 bits as baseline JPEG, colour as YBR_FULL_422."""
    target = BytesIO()
    subsampling = "4:2:2" if frame.ndim == 3 else "4:4:4"
    Image.fromarray(frame).save(target, "JPEG", quality=quality, subsampling=subsampling)
    return target.getvalue()
