"""Instances in every transfer syntax: the pixels are those that were stored."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.encaps import get_frame

from dwconform.origin import jpeg_lossless

from .retrieving import DICOM, EXPLICIT, Asking, asking, fixture, instance, url

JPEG = "1.2.840.10008.1.2.4."
DEFLATED = "1.2.840.10008.1.2.8.1"
LOSSLESS = {"1.2.840.10008.1.2.5", f"{JPEG}70", f"{JPEG}80", f"{JPEG}90"}
STORED_LOSSY = ("syntaxes.jpeg-baseline.one.1", "syntaxes.jpeg-extended.one.1", "syntaxes.jpeg-ls-near.one.1")


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("syntaxes", "colours", "documents", "images") as client:
        yield client


def samples(dataset: Dataset) -> np.ndarray:
    """The pixels; those in syntaxes that pydicom has no decoder for are decoded here."""
    if dataset.file_meta.TransferSyntaxUID == DEFLATED:
        stream = get_frame(dataset.PixelData, 0, number_of_frames=1)
        return np.frombuffer(zlib.decompress(stream, -15), "<u2").reshape(dataset.Rows, dataset.Columns)
    if dataset.file_meta.TransferSyntaxUID in (f"{JPEG}57", f"{JPEG}70"):
        frames = int(dataset.get("NumberOfFrames", 1))
        found = [
            jpeg_lossless.decode(get_frame(dataset.PixelData, at, number_of_frames=frames))[0] for at in range(frames)
        ]
        return np.array(found) if frames > 1 else found[0]
    return dataset.pixel_array


STILL = [one.path for one in fixture("syntaxes").instances if "video" not in one.path]


@pytest.mark.parametrize("path", STILL)
@pytest.mark.parametrize("wanted", ["", EXPLICIT, "*", *sorted(LOSSLESS)])
def test_pixels_survive(server: Asking, path: str, wanted: str) -> None:
    (part,) = server.parts(url(path), DICOM + (f"; transfer-syntax={wanted}" if wanted else ""))
    syntax = part.file.file_meta.TransferSyntaxUID
    assert part.type == f"application/dicom; transfer-syntax={syntax}"
    stored = instance(path).dataset.file_meta.TransferSyntaxUID
    if wanted in LOSSLESS | {EXPLICIT}:
        assert syntax == wanted
    elif wanted == "*":
        assert syntax == (EXPLICIT if stored in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.2") else stored)
    else:
        assert syntax == (stored if path in (*STORED_LOSSY, "syntaxes.jpeg-2000.one.1") else EXPLICIT)
    assert (samples(part.file) == samples(instance(path).dataset)).all()


@pytest.mark.parametrize("path", ["images.signed.one.1", "images.mf16.one.1", "images.mf8.one.1"])
@pytest.mark.parametrize("wanted", sorted(LOSSLESS - {f"{JPEG}90"}))
def test_signs_and_frames_survive(server: Asking, path: str, wanted: str) -> None:
    (part,) = server.parts(url(path), f"{DICOM}; transfer-syntax={wanted}")
    found = samples(part.file)
    if wanted == f"{JPEG}70" and part.file.PixelRepresentation == 1:
        found = found.astype(np.uint16).astype(np.int16)
    assert (found == samples(instance(path).dataset)).all()


@pytest.mark.parametrize("path", ["colours.rgb.one.1", "colours.rgb-planar.one.1", "colours.ybr-full.one.1"])
@pytest.mark.parametrize("wanted", sorted(LOSSLESS))
def test_colours_survive_as_rgb(server: Asking, path: str, wanted: str) -> None:
    (part,) = server.parts(url(path), f"{DICOM}; transfer-syntax={wanted}")
    found = samples(part.file)
    assert part.file.PhotometricInterpretation in ("RGB", "YBR_RCT")
    for (row, column), colour in zip(
        [(4, 8), (4, 56), (28, 8), (28, 56)], [(255, 0, 0), (0, 255, 0), (0, 0, 255)], strict=False
    ):
        assert np.abs(found[row, column].astype(int) - colour).max() <= 2


@pytest.mark.parametrize(("wanted", "method"), [("50", "ISO_10918_1"), ("81", "ISO_14495_1"), ("91", "ISO_15444_1")])
def test_what_is_lost_is_told(server: Asking, wanted: str, method: str) -> None:
    (part,) = server.parts(url("images.plain.one.1"), f"{DICOM}; transfer-syntax={JPEG}{wanted}")
    assert part.file.file_meta.TransferSyntaxUID == JPEG + wanted
    assert part.file.LossyImageCompression == "01"
    assert part.file.LossyImageCompressionMethod == method
    difference = part.file.pixel_array.astype(int) - instance("images.plain.one.1").dataset.pixel_array
    assert np.abs(difference).max() <= 8
    assert part.file.SOPInstanceUID == instance("images.plain.one.1").sop_instance_uid


@pytest.mark.parametrize("path", ["syntaxes.big-endian.one.1", "syntaxes.implicit.one.1", "syntaxes.deflated.one.1"])
def test_all_else_stays(server: Asking, path: str) -> None:
    (part,) = server.parts(url(path), DICOM)
    before, after = instance(path).dataset, part.file
    assert [element.tag for element in before] == [element.tag for element in after]
    for element in before:
        if element.keyword != "PixelData":
            assert after[element.tag].value == element.value, element.keyword


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("syntaxes.video.one.1", EXPLICIT),
        ("documents.sr.one.1", f"{JPEG}90"),
        ("images.bit.one.1", f"{JPEG}80"),
        ("images.float.one.1", "1.2.840.10008.1.2.5"),
        ("images.mf16.one.1", f"{JPEG}50"),
        ("images.mf8.one.1", f"{JPEG}201"),
        ("images.mf8.one.1", "1.2.840.10008.1.2"),
        ("images.mf8.one.1", "1.2.840.10008.1.2.2"),
    ],
)
def test_what_cannot_be_made_is_not_acceptable(server: Asking, path: str, wanted: str) -> None:
    response = server.get(url(path), f"{DICOM}; transfer-syntax={wanted}")
    assert response.status_code == 406
    assert response.text


def test_each_instance_has_a_syntax_of_its_own(server: Asking) -> None:
    study = instance("syntaxes.mixed.native.1").study_uid
    stored = {
        part.file.file_meta.TransferSyntaxUID
        for part in server.parts(f"studies/{study}", f"{DICOM}; transfer-syntax=*")
    }
    assert stored == {EXPLICIT, f"{JPEG}80"}
    assert {part.file.file_meta.TransferSyntaxUID for part in server.parts(f"studies/{study}", DICOM)} == {EXPLICIT}


@pytest.mark.parametrize("path", ["images.bit.one.1", "images.mf16.one.1"])
def test_frames_are_deflated_one_by_one(server: Asking, path: str) -> None:
    (part,) = server.parts(url(path), f"{DICOM}; transfer-syntax={DEFLATED}")
    count = int(part.file.NumberOfFrames)
    assert part.file.file_meta.TransferSyntaxUID == DEFLATED
    for number in range(count):
        inflated = zlib.decompress(get_frame(part.file.PixelData, number, number_of_frames=count), -15)
        assert inflated == server.get(f"{url(path)}/frames/{number + 1}", "application/octet-stream").content
        stream = server.get(f"{url(path)}/frames/{number + 1}", "application/x-deflate").content
        assert zlib.decompress(stream, -15) == inflated


def test_weights_decide_between_syntaxes(server: Asking) -> None:
    accept = f"{DICOM}; transfer-syntax={JPEG}90; q=0.3, {DICOM}; transfer-syntax=1.2.840.10008.1.2.5; q=0.8"
    (part,) = server.parts(url("syntaxes.explicit.one.1"), accept)
    assert part.file.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.5"


@pytest.mark.parametrize("shape", [(9, 7), (8, 12, 3)])
@pytest.mark.parametrize("precision", [8, 12, 16])
def test_lossless_jpeg_round_trip(shape: tuple[int, ...], precision: int) -> None:
    frame = np.random.default_rng(3).integers(0, 1 << precision, shape).astype(np.uint16)
    octets = jpeg_lossless.encode(frame, precision)
    decoded, found = jpeg_lossless.decode(octets)
    assert found == precision
    assert (decoded == frame).all()
    with pytest.raises(ValueError, match="cut off"):
        jpeg_lossless.decode(octets[:-30])
