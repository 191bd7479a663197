from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydicom.encaps import generate_frames

from check.evidence import holds
from check.retrieved import changed, instance, multipart, retrieve, retrieved, stored, url_of
from dwconform.check.compressed import stream_syntaxes
from dwconform.check.native import decoded, native_frames

OCTETS = "application/octet-stream"
EIGHT, BIT, RGB = "frames.eight.one.1", "images.bit.one.1", "syntaxes.explicit.one.1"


def uid(path: str) -> str:
    return instance(path).sop_instance_uid


def native(path: str) -> tuple[bytes, ...]:
    found = native_frames(instance(path))
    assert found is not None
    return found


def answer(path: str, *bodies: bytes, kind: str = OCTETS) -> Any:
    parts = [({"Content-Type": kind}, body) for body in bodies]
    return retrieve(url_of(path, "/frames/1"), *multipart(parts, kind.partition(";")[0]))


@pytest.mark.parametrize(
    ("numbers", "returned", "expected"),
    [
        ([1], [1], True),
        ([1], [2], False),
        ([2, 5], [2, 5], True),
        ([2, 5], [5, 2], False),
        ([2, 5], [2], False),
        ([2, 5], [2, 5, 5], False),
    ],
)
def test_frames_in_parts(numbers: list[int], returned: Sequence[int], expected: bool) -> None:
    frames = native(EIGHT)
    evidence = answer(EIGHT, *(frames[number - 1] for number in returned))
    assert holds("frames", {"numbers": numbers, "of": uid(EIGHT)}, evidence) is expected
    joined = answer(EIGHT, b"".join(frames[number - 1] for number in returned))
    assert holds("frames", {"numbers": numbers, "of": uid(EIGHT)}, joined) is expected


def test_a_frame_without_parts_and_with_padding() -> None:
    frame = native(EIGHT)[0]
    for body in (frame, frame + b"\0"):
        evidence = retrieve(url_of(EIGHT, "/frames/1"), body, {"Content-Type": OCTETS})
        assert holds("frames", {"numbers": 1, "of": uid(EIGHT)}, evidence) is True
    assert holds("frames", {"numbers": 1, "of": uid(EIGHT)}, answer(EIGHT, frame[:-3])) is False


def test_any_order() -> None:
    frames = native(EIGHT)
    arguments = {"numbers": [3, 1], "of": uid(EIGHT), "any-order": True}
    assert holds("frames", arguments, answer(EIGHT, frames[2], frames[0])) is True
    assert holds("frames", arguments, answer(EIGHT, frames[0], frames[2])) is True
    assert holds("frames", arguments, answer(EIGHT, frames[0], frames[1])) is False


def test_single_bits_begin_with_the_first_bit() -> None:
    first, second, _ = native(BIT)
    assert len(first) == len(second) == 5
    assert second[-1] < 8, "35 bits leave three in the last octet"
    pixels = bytes(instance(BIT).dataset.PixelData)
    assert int.from_bytes(second, "little") == (int.from_bytes(pixels, "little") >> 35) & (1 << 35) - 1
    assert holds("frames", {"numbers": 2, "of": uid(BIT)}, answer(BIT, second)) is True
    assert holds("frames", {"numbers": 2, "of": uid(BIT)}, answer(BIT, pixels[4:9])) is False


def test_a_tolerance() -> None:
    frame = native(EIGHT)[0]
    near = bytes(min(octet + 2, 255) for octet in frame)
    assert holds("frames", {"numbers": 1, "of": uid(EIGHT), "tolerance": 2}, answer(EIGHT, near)) is True
    assert holds("frames", {"numbers": 1, "of": uid(EIGHT), "tolerance": 1}, answer(EIGHT, near)) is False


def test_unknown_frames_cannot_be_told() -> None:
    assert holds("frames", {"numbers": 11, "of": uid(EIGHT)}, answer(EIGHT, b"x")) is None
    assert holds("frames", {"numbers": 1, "of": "1.2.3"}, answer(EIGHT, b"x")) is None


def stream(path: str) -> bytes:
    return next(generate_frames(instance(path).dataset.PixelData, number_of_frames=1))


@pytest.mark.parametrize(
    ("stored_as", "kind", "expected"),
    [
        ("rle", "image/dicom-rle", True),
        ("deflated-frame", "application/x-deflate", True),
        ("jpeg-ls", "image/jls", True),
        ("jpeg-2000-lossless", "image/jp2", True),
        ("jpeg-2000", "image/jp2; transfer-syntax=1.2.840.10008.1.2.4.91", False),
    ],
)
def test_compressed_frames_are_decoded(stored_as: str, kind: str, expected: bool) -> None:
    evidence = answer(RGB, stream(f"syntaxes.{stored_as}.one.1"), kind=kind)
    assert holds("frames", {"numbers": 1, "of": uid(RGB)}, evidence) is expected
    assert holds("codestream", {}, evidence) is True


def test_what_cannot_be_decoded_is_not_looked_at() -> None:
    evidence = answer(RGB, stream("syntaxes.jpeg-lossless.one.1"), kind="image/jpeg")
    assert holds("frames", {"numbers": 1, "of": uid(RGB)}, evidence) is None
    assert holds("frames", {"numbers": 1, "of": uid(RGB), "where-decodable": True}, evidence) is True
    assert holds("codestream", "1.2.840.10008.1.2.4.70", evidence) is True
    for body, kind in ((b"no stream", "application/x-deflate"), (b"x", "image/jxl; transfer-syntax=1.2.3.4")):
        assert holds("frames", {"numbers": 1, "of": uid(RGB)}, answer(RGB, body, kind=kind)) is None


@pytest.mark.parametrize(
    ("stored_as", "kind", "wanted"),
    [
        ("jpeg-baseline", "image/jpeg", {}),
        ("jpeg-baseline", "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"),
        ("jpeg-ls", "image/jp2", {}),
        ("rle", "image/jls", {}),
    ],
)
def test_streams_of_another_syntax(stored_as: str, kind: str, wanted: Any) -> None:
    evidence = answer(RGB, stream(f"syntaxes.{stored_as}.one.1"), kind=kind)
    assert holds("codestream", wanted, evidence) is False


def test_streams_are_bare() -> None:
    octets = stream("syntaxes.jpeg-2000-lossless.one.1")
    assert "1.2.840.10008.1.2.4.90" in stream_syntaxes(octets, "image/jp2")
    assert stream_syntaxes(b"\xfe\xff\x00\xe0\x10\0\0\0" + octets, "image/jp2") == ()
    assert stream_syntaxes(b"\0\0\0\x0cjP  \r\n\x87\n" + octets, "image/jp2") == ()
    assert stream_syntaxes(b"\xff\x0a", "image/jxl") != ()
    assert stream_syntaxes(b"\xff\xd8\xff\xe0\0", "image/jpeg") == ()
    assert holds("codestream", {}, answer(EIGHT, b"x")) is None


@pytest.mark.parametrize(
    "stored_as", ["deflated", "deflated-frame", "rle", "jpeg-ls", "jpeg-2000-lossless", "big-endian"]
)
def test_files_have_the_pixels_whatever_they_are_stored_in(stored_as: str) -> None:
    path = f"syntaxes.{stored_as}.one.1"
    evidence = retrieved(path, *stored(path))
    assert holds("file-pixels", {"of": uid(RGB)}, evidence) is True


def test_other_pixels_in_a_file() -> None:
    def change(dataset: Any) -> None:
        dataset.PixelData = b"\1" + bytes(dataset.PixelData)[1:]

    assert holds("file-pixels", {"of": uid(RGB)}, retrieved(RGB, changed(RGB, change))) is False
    broken = retrieved(RGB, b"no file")
    assert holds("file-pixels", {"of": uid(RGB)}, broken) is None
    assert holds("file-pixels", {"of": uid(RGB), "where-decodable": True}, broken) is True
    assert decoded(b"no file") is None
