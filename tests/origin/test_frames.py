"""Frames and bulk data: the very octets that were stored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from .retrieving import EXPLICIT, OCTETS, Asking, asking, instance, parts, picture, url

MF8, BIT = "images.mf8.one.1", "images.bit.one.1"


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("images", "syntaxes", "bulk", "documents") as client:
        yield client


def stored(path: str) -> bytes:
    dataset = instance(path).dataset
    return bytes(next(dataset[tag].value for tag in (0x7FE00010, 0x7FE00008, 0x7FE00009) if tag in dataset))


@pytest.mark.parametrize(
    ("path", "size"),
    [
        (MF8, 192),
        ("images.mf16.one.1", 126),
        ("images.odd.one.1", 35),
        ("images.float.one.1", 192),
        ("images.double.one.1", 384),
    ],
)
def test_frames_are_those_of_the_list_in_its_order(server: Asking, path: str, size: int) -> None:
    first, second = server.parts(f"{url(path)}/frames/1,2", OCTETS)
    assert first.body + second.body == stored(path)[: 2 * size]
    assert first.type == f"application/octet-stream; transfer-syntax={EXPLICIT}"
    assert second.headers["content-location"] == f"{server.base_url}/{url(path)}/frames/2"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_bits_of_a_frame_begin_with_its_first(server: Asking, number: int) -> None:
    (part,) = server.parts(f"{url(BIT)}/frames/{number}", OCTETS)
    bits = np.unpackbits(np.frombuffer(stored(BIT), np.uint8), bitorder="little")[35 * (number - 1) : 35 * number]
    assert np.unpackbits(np.frombuffer(part.body, np.uint8), bitorder="little").tolist() == [
        *bits.tolist(),
        0,
        0,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize(
    "path", ["syntaxes.frames-rle.one.1", "syntaxes.frames-jpeg-2000.one.1", "syntaxes.jpeg-lossless.one.1"]
)
def test_compressed_frames_come_native_by_default(server: Asking, path: str) -> None:
    plain = "syntaxes.explicit.one.1" if "lossless" in path else path
    pixels = instance(plain).dataset.pixel_array
    (part,) = server.parts(f"{url(path)}/frames/1", "*/*")
    assert part.body == (pixels if pixels.ndim == 2 else pixels[0]).tobytes()


@pytest.mark.parametrize(
    ("kind", "start", "syntax"),
    [
        ("image/jpeg", b"\xff\xd8\xff\xc3", "1.2.840.10008.1.2.4.70"),
        ("image/jls", b"\xff\xd8\xff\xf7", "1.2.840.10008.1.2.4.80"),
        ("image/jp2", b"\xff\x4f\xff\x51", "1.2.840.10008.1.2.4.90"),
        ("image/dicom-rle", b"\x01\x00\x00\x00", "1.2.840.10008.1.2.5"),
        ('image/jpeg"; transfer-syntax="1.2.840.10008.1.2.4.50', b"\xff\xd8\xff\xe0", "1.2.840.10008.1.2.4.50"),
    ],
)
def test_frames_come_as_bare_streams_of_a_media_type(server: Asking, kind: str, start: bytes, syntax: str) -> None:
    found = server.parts(f"{url('syntaxes.frames-rle.one.1')}/frames/2,4", f'multipart/related; type="{kind}"')
    assert len(found) == 2
    for part in found:
        assert part.type == f"{kind.partition(chr(34))[0]}; transfer-syntax={syntax}"
        assert part.body.startswith(start)


def test_jpeg_streams_can_be_read_by_others(server: Asking) -> None:
    (part,) = server.parts(f"{url('syntaxes.frames-rle.one.1')}/frames/2", 'multipart/related; type="image/jp2"')
    frame = instance("syntaxes.frames-rle.one.1").dataset.pixel_array[1]
    assert (np.asarray(picture(part.body)) == frame).all()


def test_only_lossy_pixels_stay_as_they_are(server: Asking) -> None:
    (part,) = server.parts(f"{url('syntaxes.jpeg-baseline.one.1')}/frames/1", "*/*")
    assert part.type == "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50"
    response = server.get(f"{url('syntaxes.jpeg-baseline.one.1')}/frames/1", "application/octet-stream")
    assert response.content == instance("syntaxes.jpeg-baseline.one.1").dataset.pixel_array.tobytes()


@pytest.mark.parametrize(
    ("list_", "status"),
    [
        ("0", 400),
        ("-1", 400),
        ("abc", 400),
        ("1,", 400),
        ("2,1", 400),
        ("2,2", 400),
        ("11", 404),
        ("1,9999", 404),
        ("1%2C2", 200),
    ],
)
def test_wrong_lists(server: Asking, list_: str, status: int) -> None:
    assert server.get(f"{url(MF8)}/frames/{list_}", OCTETS).status_code == status


@pytest.mark.parametrize("path", ["documents.sr.one.1", "documents.ecg.one.1"])
def test_what_is_no_image_has_no_frames(server: Asking, path: str) -> None:
    assert server.get(f"{url(path)}/frames/1", OCTETS).status_code == 404


def test_frames_have_a_second_path(server: Asking) -> None:
    assert server.parts(f"{url(MF8)}/frames/2/pixeldata", OCTETS)[0].body == stored(MF8)[192:384]


def test_a_single_part_holds_one_frame(server: Asking) -> None:
    one = server.get(f"{url(MF8)}/frames/3", "application/octet-stream")
    assert one.headers["content-location"].endswith("/frames/3")
    assert one.content == stored(MF8)[2 * 192 : 3 * 192]
    assert server.get(f"{url(MF8)}/frames/3,4", "application/octet-stream").status_code == 406


def uris(dataset: dict, found: list[str]) -> list[str]:
    for element in dataset.values():
        if "BulkDataURI" in element:
            found.append(element["BulkDataURI"])
        for item in element.get("Value", []) if element["vr"] == "SQ" else []:
            uris(item, found)
    return found


@pytest.mark.parametrize(
    "path",
    ["bulk.values.one.1", "documents.pdf.one.1", "documents.ecg.one.1", "images.float.one.1", "images.icon.one.1"],
)
def test_each_uri_of_the_metadata_leads_to_its_value(server: Asking, path: str) -> None:
    named = uris(server.get(f"{url(path)}/metadata", "application/dicom+json").json()[0], [])
    assert named
    collected = {part.headers["content-location"]: part.body for part in server.parts(f"{url(path)}/bulkdata", OCTETS)}
    values = [element.value for element in instance(path).dataset.iterall() if isinstance(element.value, bytes)]
    for uri in named:
        (part,) = server.parts(uri, OCTETS)
        assert part.headers["content-location"] == uri
        assert part.body in values
        assert collected[uri] == part.body
        assert server.get(uri, "application/octet-stream").content == part.body
    assert set(collected) == set(named)
    assert server.get(f"{named[0]}/1/00080018", OCTETS).status_code == 404


def test_pixel_data_is_what_the_top_level_has(server: Asking) -> None:
    (part,) = server.parts(f"{url('images.icon.one.1')}/pixeldata", OCTETS)
    assert part.body == stored("images.icon.one.1")
    study = instance("images.mixed.images.1").study_uid
    assert len(server.parts(f"studies/{study}/pixeldata", OCTETS)) == 2
    assert server.get(f"{url('documents.sr.one.1')}/pixeldata", OCTETS).status_code == 404


def test_instances_as_octets_are_their_bulk_data(server: Asking) -> None:
    study = instance("images.mixed.images.1").study_uid
    found = {part.headers["content-location"] for part in server.parts(f"studies/{study}", OCTETS)}
    assert found == {part.headers["content-location"] for part in server.parts(f"studies/{study}/bulkdata", OCTETS)}


def test_compressed_pixel_data_is_a_part_for_each_frame(server: Asking) -> None:
    path = url("syntaxes.frames-rle.one.1")
    rle = server.parts(f"{path}/pixeldata", 'multipart/related; type="image/dicom-rle"')
    assert len(rle) == 4
    assert {part.headers["content-location"] for part in rle} == {f"{server.base_url}/{path}/bulkdata/7FE00010"}
    (native,) = server.parts(f"{path}/bulkdata/7FE00010", OCTETS)
    assert native.body == instance("syntaxes.frames-rle.one.1").dataset.pixel_array.tobytes()


def test_a_video_is_one_stream(server: Asking) -> None:
    path = f"{url('syntaxes.video.one.1')}/bulkdata/7FE00010"
    (part,) = parts(server.get(path, "*/*"))
    assert part.body[4:8] == b"ftyp"
    assert server.get(path, "video/mp4").content == part.body
    assert server.get(path, OCTETS).status_code == 406
    assert server.get(f"{url('syntaxes.video.one.1')}/frames/1", "*/*").status_code == 406
