"""Rendered pictures, decoded and measured."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from .retrieving import Asking, asking, instance, picture, url

PATTERN, RAMP, MF8, RGB = "images.pattern.one.1", "images.ramp.one.1", "images.mf8.one.1", "colours.rgb.one.1"
JPEGS = 'multipart/related; type="image/jpeg"'
PNGS = 'multipart/related; type="image/png"'


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with asking("images", "colours", "syntaxes", "documents", "presentation") as client:
        yield client


def quadrants(image: Image.Image) -> list[tuple[int, ...]]:
    colour = image.convert("RGB")
    width, height = image.size
    places = [(width // 4, height // 4), (3 * width // 4, height // 4), (width // 4, 3 * height // 4)]
    return [colour.getpixel(place) for place in (*places, (3 * width // 4, 3 * height // 4))]


def greys(image: Image.Image) -> list[int]:
    return [pixel[0] for pixel in quadrants(image)]


COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)]


@pytest.mark.parametrize(
    "name", ["rgb", "rgb-planar", "palette", "ybr-full", "ybr-full-422", "ybr-jpeg", "ybr-rct", "ybr-ict", "icc"]
)
def test_colours(server: Asking, name: str) -> None:
    for accept, tolerance in (("image/png", 2), ("image/jpeg", 6), ("image/gif", 6)):
        found = quadrants(server.picture(f"{url(f'colours.{name}.one.1')}/rendered", accept))
        assert np.abs(np.array(found) - COLOURS).max() <= tolerance, accept


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PATTERN, [0, 85, 170, 255]),
        ("images.mono1.one.1", [255, 170, 85, 0]),
        ("images.unsigned.one.1", [0, 85, 170, 255]),
        ("images.signed.one.1", [0, 85, 170, 255]),
    ],
)
def test_greys(server: Asking, path: str, expected: list[int]) -> None:
    assert greys(server.picture(f"{url(path)}/rendered")) == expected


def test_bits_stay_in_their_place(server: Asking) -> None:
    shown = np.asarray(server.picture(f"{url('images.bit.one.1')}/frames/2/rendered"))
    stored = np.unpackbits(np.frombuffer(instance("images.bit.one.1").dataset.PixelData, np.uint8), bitorder="little")
    assert (shown == 255 * stored[35:70].reshape(5, 7)).all()


def expected(values: np.ndarray, centre: float, width: float, function: str) -> np.ndarray:
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, value by value."""

    def one(value: float) -> float:
        if function == "sigmoid":
            return 255 / (1 + np.exp(-4 * (value - centre) / width))
        low, high = (centre - width / 2, centre + width / 2)
        if function == "linear":
            low, high = (centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2)
        return 0 if value <= low else 255 if value > high else (value - low) / (high - low) * 255

    return np.array([one(float(value)) for value in values])


@pytest.mark.parametrize("function", ["linear", "linear-exact", "sigmoid"])
@pytest.mark.parametrize(("centre", "width"), [(40, 400), (-600.5, 1500), (0, 8000)])
def test_windows(server: Asking, function: str, centre: float, width: float) -> None:
    values = instance(RAMP).dataset.pixel_array[0] * 2.0 - 10
    image = server.picture(f"{url(RAMP)}/rendered?window={centre},{width},{function}")
    assert np.abs(np.asarray(image)[0] - expected(values, centre, width, function)).max() <= 1
    own = server.picture(f"{url(RAMP)}/rendered")
    assert np.abs(np.asarray(own)[0] - expected(values, 40, 400, "linear")).max() <= 1


@pytest.mark.parametrize(
    ("viewport", "size", "found"),
    [
        ("100,50", (100, 50), [0, 85, 170, 255]),
        ("20,20", (20, 10), [0, 85, 170, 255]),
        ("1024,1024", (1024, 512), [0, 85, 170, 255]),
        ("64,64,0,0,32,16", (64, 32), [0, 0, 0, 0]),
        ("64,64,32,16", (64, 32), [255, 255, 255, 255]),
        ("64,64,,,32,16", (64, 32), [0, 0, 0, 0]),
        ("64,64,32,0", (64, 64), [85, 85, 255, 255]),
        ("64,32,0,0,-64,32", (64, 32), [85, 0, 255, 170]),
        ("64,32,0,0,64,-32", (64, 32), [170, 255, 0, 85]),
        ("64,32,0,0,-64,-32", (64, 32), [255, 170, 85, 0]),
        ("60,30,10.5,5.25,43,21.5", (60, 30), [0, 85, 170, 255]),
    ],
)
def test_viewports(server: Asking, viewport: str, size: tuple[int, int], found: list[int]) -> None:
    image = server.picture(f"{url(PATTERN)}/rendered?viewport={viewport}")
    assert image.size == size
    assert greys(image) == found


BAD = [
    *(
        f"viewport={value}"
        for value in ("", "100", "0,0", "-5,10", "a,b", "1,2,3,4,5,6,7", "9,9,", "9,9,99,0", "9999,9")
    ),
    *(f"window={value}" for value in ("", "40", "40,400", "a,b,linear", "40,400,zzz", "40,400,LINEAR", "40,0,linear")),
    *(f"quality={value}" for value in ("", "0", "101", "-1", "50.5", "abc")),
    *(f"annotation={value}" for value in ("", "patient,", "a b")),
    *(f"iccprofile={value}" for value in ("", "srgb,yes", "SRGB")),
]


@pytest.mark.parametrize("query", BAD)
def test_values_that_are_not_valid(server: Asking, query: str) -> None:
    response = server.get(f"{url(PATTERN)}/rendered?{query}", "image/jpeg")
    assert response.status_code == 400
    assert query.partition("=")[0] in response.text


def test_quality(server: Asking) -> None:
    sizes = [
        len(server.get(f"{url('images.ramp.one.1')}/rendered?quality={value}", "image/jpeg").content)
        for value in (1, 100)
    ]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("query", ["annotation=patient", "annotation=technique", "annotation=patient,technique"])
def test_annotations_are_burned_in(server: Asking, query: str) -> None:
    plain, annotated = (server.picture(f"{url('images.plain.one.1')}/rendered{end}") for end in ("", f"?{query}"))
    difference = (np.asarray(plain) != np.asarray(annotated)).any(axis=1)
    assert difference[:64].any() == ("patient" in query)
    assert difference[64:].any() == ("technique" in query)


def test_an_annotation_that_is_not_known_is_told(server: Asking) -> None:
    response = server.get(f"{url(PATTERN)}/rendered?annotation=patient,zzz", "image/png")
    assert response.status_code == 200
    assert (
        response.headers["warning"] == f"299 {server.base_url}: The following annotation values are not supported: zzz"
    )


@pytest.mark.parametrize("accept", ["image/png", "image/jpeg"])
@pytest.mark.parametrize(("value", "name"), [("srgb", "sRGB"), ("adobergb", "Adobe RGB"), ("rommrgb", "ROMM RGB")])
def test_profiles(server: Asking, accept: str, value: str, name: str) -> None:
    image = server.picture(f"{url(RGB)}/rendered?iccprofile={value}", accept)
    profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
    assert name in ImageCms.getProfileDescription(profile)
    back = ImageCms.profileToProfile(
        image, profile, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    assert np.abs(np.array(quadrants(back)) - COLOURS).max() <= 16
    assert "icc_profile" not in server.picture(f"{url('colours.icc.one.1')}/rendered?iccprofile=no", accept).info
    own = server.picture(f"{url('colours.icc.one.1')}/rendered?iccprofile=yes", accept).info["icc_profile"]
    assert own == bytes(instance("colours.icc.one.1").dataset.ICCProfile)[: len(own)]


def test_a_profile_needs_a_type_that_holds_it(server: Asking) -> None:
    assert server.get(f"{url(RGB)}/rendered?iccprofile=srgb", "image/gif").status_code == 400
    assert server.get(f"{url(RGB)}/rendered?iccprofile=no", "image/gif").status_code == 200


def test_jpeg_is_baseline(server: Asking) -> None:
    for path in (PATTERN, RAMP, RGB):
        octets = server.get(f"{url(path)}/rendered", "image/jpeg").content
        at = octets.index(b"\xff\xc0\x00")
        assert octets[at + 4] == 8
        assert octets[at + 9] in (1, 3)


def test_frames_of_a_multi_frame_image(server: Asking) -> None:
    animated = picture(server.get(f"{url(MF8)}/rendered", "*/*").content)
    assert (animated.format, animated.n_frames) == ("GIF", 10)
    turns = [[0, 85, 170, 255], [85, 170, 255, 0], [170, 255, 0, 85], [255, 0, 85, 170]]
    for at, part in enumerate(server.parts(f"{url(MF8)}/rendered", PNGS)):
        assert greys(picture(part.body)) == turns[at % 4]
        assert part.headers["content-location"].endswith(f"/frames/{at + 1}")
    second, fourth = server.parts(f"{url(MF8)}/frames/2,4/rendered", PNGS)
    assert [greys(picture(part.body)) for part in (second, fourth)] == [turns[1], turns[3]]
    assert server.get(f"{url(MF8)}/rendered", "image/jpeg").status_code == 406
    assert server.get(f"{url(MF8)}/frames/2,4/rendered", "image/jpeg").status_code == 406
    assert server.get(f"{url(MF8)}/frames/2/rendered", "*/*").headers["content-type"] == "image/jpeg"
    assert server.get(f"{url(MF8)}/frames/99/rendered", "*/*").status_code == 404


def test_a_study_is_rendered_part_by_part(server: Asking) -> None:
    study = f"studies/{instance('images.mixed.images.1').study_uid}"
    everything = [part.type for part in server.parts(f"{study}/rendered", "*/*")]
    assert everything == ["image/jpeg", "image/jpeg", "text/html; charset=utf-8"]
    assert [part.type for part in server.parts(f"{study}/rendered", JPEGS)] == ["image/jpeg"] * 2
    assert server.get(f"{study}/rendered", "image/jpeg").status_code == 406
    assert server.get("studies/2.25.1/rendered", "*/*").status_code == 404


@pytest.mark.parametrize(("kind", "escaped"), [("text/html", True), ("text/plain", False), ("text/xml", True)])
def test_reports(server: Asking, kind: str, *, escaped: bool) -> None:
    response = server.get(f"{url('documents.sr.one.1')}/rendered", kind)
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    text = response.content.decode()
    assert ("Lesion &lt;3 cm &amp; round, größer" if escaped else "Lesion <3 cm & round, größer") in text
    assert "Lung structure" in text
    assert "17.25 millimeter" in server.get(f"{url('documents.measured.one.1')}/rendered", kind).text


@pytest.mark.parametrize(
    ("accept", "headers", "charset", "status"),
    [
        ("text/plain; charset=iso-8859-1", {}, "iso-8859-1", 200),
        ("text/plain", {"Accept-Charset": "iso-8859-1;q=0.5, utf-8;q=0.9"}, "utf-8", 200),
        ("text/plain", {"Accept-Charset": "us-ascii, iso-8859-1;q=0.2"}, "iso-8859-1", 200),
        ("text/plain", {"Accept-Charset": "x-unknown"}, "utf-8", 200),
        ("text/plain", {"Accept-Charset": "us-ascii"}, "", 406),
        ('text/plain; charset="ISO_IR 192"', {}, "utf-8", 200),
    ],
)
def test_character_sets(server: Asking, accept: str, headers: dict[str, str], charset: str, status: int) -> None:
    response = server.get(f"{url('documents.sr.one.1')}/rendered", accept, **headers)
    assert response.status_code == status
    if status == 200:
        assert response.headers["content-type"] == f"text/plain; charset={charset}"
        assert "größer" in response.content.decode(charset)


def test_an_encapsulated_document(server: Asking) -> None:
    response = server.get(f"{url('documents.pdf.one.1')}/rendered", "application/pdf")
    assert response.content.rstrip(b"\n").endswith(b"%%EOF")
    assert "application/pdf;base64," in server.get(f"{url('documents.pdf.one.1')}/rendered", "*/*").text


def test_what_has_no_rendering_is_not_acceptable(server: Asking) -> None:
    assert server.get(f"{url('documents.ecg.one.1')}/rendered", "*/*").status_code == 406
    assert server.get(f"{url(PATTERN)}/rendered", "image/jp2").status_code == 406
    assert server.get(f"{url(PATTERN)}/rendered", "application/dicom, image/jpeg").status_code == 400


def test_a_video_goes_out_as_it_is(server: Asking) -> None:
    response = server.get(f"{url('syntaxes.video.one.1')}/rendered", "video/*")
    assert response.headers["content-type"] == "video/mp4"
    assert response.content[4:8] == b"ftyp"


def test_a_presentation_state_shows_what_it_refers_to(server: Asking) -> None:
    state = url("presentation.windowed.state.1")
    found = server.parts(f"{state}/rendered", PNGS)
    first = [
        f"{server.base_url}/{url(f'presentation.windowed.images.{number}')}" for number in range(1, len(found) + 1)
    ]
    assert [part.headers["content-location"] for part in found] == first
    assert all(picture(part.body).size == (48, 32) for part in found)
    for query, status in (("window=1,2,linear", 400), ("viewport=9,9,1,1,2,2", 400), ("viewport=9,9", 200)):
        assert server.get(f"{state}/rendered?{query}", PNGS).status_code == status


LEVELS = ["studies/{0}", "studies/{0}/series/{1}", "studies/{0}/series/{1}/instances/{2}"]


@pytest.mark.parametrize("path", [PATTERN, "documents.sr.one.1", "images.mixed.report.1", "images.pii.one.1"])
def test_thumbnails(server: Asking, path: str) -> None:
    one = instance(path)
    targets = [level.format(one.study_uid, one.series_uid, one.sop_instance_uid) for level in LEVELS]
    for target in [*targets, *([f"{targets[2]}/frames/1"] if "Rows" in one.dataset else [])]:
        response = server.get(f"{target}/thumbnail", "*/*")
        assert response.headers["content-type"] == "image/jpeg"
        assert max(picture(response.content).size) == 128
        assert str(one.dataset.PatientName).encode() not in response.content
        assert max(server.picture(f"{target}/thumbnail?viewport=40,20").size) <= 40
        assert server.get(f"{target}/thumbnail?viewport=40,20,0,0,9,9", "*/*").status_code == 400
    assert server.get("studies/2.25.1/thumbnail", "*/*").status_code == 404
