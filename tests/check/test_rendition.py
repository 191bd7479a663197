from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from check.evidence import holds, observe
from check.pictures import UID, drawn, encoded, rendering, reply, stored, wrapped
from dwconform.check.image import decode
from dwconform.check.image_coding import jpeg_process
from dwconform.probe import Response

GREY = np.tile(np.arange(64, dtype="u1") * 4, (48, 1))
COLOUR = np.dstack([GREY, GREY[:, ::-1], np.full_like(GREY, 80)])
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
BOMB = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x08\x02\0\0\0"


@pytest.mark.parametrize(
    ("arguments", "answer", "expected"),
    [
        ("image/png", drawn(GREY), True),
        ("image/jpeg", drawn(GREY), False),
        (["image/jpeg", "image/png"], drawn(GREY), True),
        ("image/*", drawn(GREY, "GIF"), True),
        ("image/jp2", drawn(COLOUR, "JPEG2000"), True),
        ("image/jpeg", reply(encoded(GREY), "image/jpeg"), False),
        ("image/png", reply(encoded(GREY)[:60], "image/png"), False),
        ("image/png", reply(BOMB, "image/png"), False),
        ("image/png", reply(b"", "image/png"), False),
        ("image/png", wrapped(encoded(GREY)), True),
        ({"types": "image/png", "multipart": True}, drawn(GREY), False),
        ({"types": "image/png", "multipart": False}, drawn(GREY), True),
        ({"types": "image/png", "count": 2, "multipart": True}, wrapped(encoded(GREY), encoded(GREY)), True),
        ({"types": "image/png", "count": 3}, wrapped(encoded(GREY), encoded(GREY)), False),
        ({"types": "image/png", "at-least": 3}, wrapped(encoded(GREY), encoded(GREY)), False),
        ({"types": "image/gif", "frames": 2}, drawn([COLOUR, GREY], "GIF"), True),
        ({"types": "image/gif", "frames": 3}, drawn([COLOUR, GREY], "GIF"), False),
        ({"types": "image/gif", "frames": [1, 2]}, drawn([COLOUR, GREY], "GIF"), True),
        ("image/jxl", reply(b"\xff\x0a rest", "image/jxl"), True),
        ("image/jxl", reply(b"\xff\xd8 rest", "image/jxl"), False),
        ("application/pdf", reply(b"%PDF-1.4 ...", "application/pdf"), True),
        ("application/pdf", reply(b"<html>", "application/pdf"), False),
        ("text/html", reply(b"<!DOCTYPE html><html></html>", "text/html; charset=utf-8"), True),
        ("text/html", reply(b"plain words", "text/html"), False),
        ("text/plain", reply(b"plain words", "text/plain"), True),
        ("text/plain", reply(b"<html><p>words", "text/plain"), False),
        ("text/xml", reply(b"<a><b/></a>", "text/xml"), True),
        ("text/xml", reply(b"<a><b></a>", "text/xml"), False),
        ("text/rtf", reply(b"{\\rtf1 }", "text/rtf"), True),
        ("video/mp4", reply(b"\0\0\0\x18ftypisom", "video/mp4"), True),
        ("video/mp4", reply(b"moov", "video/mp4"), False),
        ("video/mpeg", reply(b"\0\0\1\xba", "video/mpeg"), True),
        ("video/H265", reply(b"\0\0\0\1\x40", "video/H265"), True),
    ],
)
def test_rendition(arguments: Any, answer: Response, expected: bool) -> None:
    assert holds("rendition", arguments, rendering(answer)) is expected


def test_a_bomb_is_a_problem_and_no_crash() -> None:
    wide = encoded(Image.new("1", (9000, 9000)))
    for content in (BOMB, wide):
        picture = decode(content, "image/png")
        assert picture.problem
        assert not picture.frames


def test_deep_pictures_keep_their_levels() -> None:
    deep = (GREY.astype("<u2") * 257 + 128).astype("<u2")
    picture = decode(encoded(deep), "image/png")
    assert picture.frames[0][0, 63, 0] == pytest.approx(252.5, abs=0.1)
    assert holds("bit-depth", 8, rendering(drawn(deep))) is False
    assert holds("bit-depth", 16, rendering(drawn(deep))) is True


@pytest.mark.parametrize("form", ["PNG", "JPEG", "JPEG2000", "GIF"])
def test_depth_of_ordinary_pictures(form: str) -> None:
    assert holds("bit-depth", 8, rendering(drawn(COLOUR, form))) is True


@pytest.mark.parametrize(
    ("same", "other", "tolerance", "expected"),
    [
        (GREY, GREY, 0, True),
        (GREY, 255 - GREY, 8, False),
        (GREY, GREY[:, :60], 8, False),
        (GREY, np.minimum(GREY, 250), 2, True),
        (GREY, np.minimum(GREY, 250), 0, False),
    ],
)
def test_the_same_picture(same: Any, other: Any, tolerance: int, expected: bool) -> None:
    evidence = rendering(drawn(same), plain=drawn(other))
    assert holds("same-picture", {"as": "plain", "tolerance": tolerance}, evidence) is expected
    assert holds("differs-from", {"step": "plain", "by": tolerance}, evidence) is not expected


def test_what_is_no_picture_is_not_compared() -> None:
    broken = reply(b"", "image/png")
    assert holds("same-picture", "plain", rendering(broken, plain=drawn(GREY))) is False
    assert holds("differs-from", "plain", rendering(broken, plain=drawn(GREY))) is None
    assert holds("differs-from", "plain", rendering(drawn(GREY), plain=reply(b"x", "image/png"))) is None


def test_other_numbers_of_pictures_differ() -> None:
    one, two = wrapped(encoded(GREY)), wrapped(encoded(GREY), encoded(GREY))
    assert holds("same-picture", "plain", rendering(one, plain=two)) is False
    assert holds("differs-from", "plain", rendering(one, plain=two)) is True


def test_smaller() -> None:
    poor, good = drawn(COLOUR, "JPEG", quality=1), drawn(COLOUR, "JPEG", quality=95)
    assert holds("smaller-than", "good", rendering(poor, good=good)) is True
    assert holds("smaller-than", "good", rendering(good, good=good)) is False


@pytest.mark.parametrize(
    ("picture", "options", "process", "holds_"),
    [
        (GREY, {}, ("baseline", 8, 1), True),
        (COLOUR, {"icc_profile": SRGB}, ("baseline", 8, 3), True),
        (COLOUR, {"progressive": True}, ("progressive", 8, 3), False),
    ],
)
def test_jpeg_processes(picture: Any, options: Any, process: Any, holds_: bool) -> None:
    assert jpeg_process(encoded(picture, "JPEG", **options)) == process
    assert holds("coding", "jpeg-baseline", rendering(drawn(picture, "JPEG", **options))) is holds_


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xff\xff", b"\x89PNG" * 5, b"\xff\xd8\xff\xe0\0\0" * 3]
)
def test_what_is_no_jpeg(content: bytes) -> None:
    assert jpeg_process(content) == ("no JPEG", 0, 0)


def test_the_box_of_jpeg_2000() -> None:
    assert holds("coding", "jp2-box", rendering(drawn(COLOUR, "JPEG2000"))) is True
    bare = reply(encoded(COLOUR, "JPEG2000", no_jp2=True), "image/jph")
    assert holds("coding", "jp2-box", rendering(bare)) is False
    assert holds("coding", "jp2-box", rendering(reply(b"", "image/jph"))) is False


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_profiles(form: str) -> None:
    image = stored(COLOUR, "RGB", ICCProfile=SRGB)
    with_profile, without = drawn(COLOUR, form, icc_profile=SRGB), drawn(COLOUR, form)
    assert holds("icc-profile", True, rendering(with_profile)) is True
    assert holds("icc-profile", True, rendering(without)) is False
    assert holds("icc-profile", {"present": False}, rendering(without)) is True
    assert holds("icc-profile", {"present": False}, rendering(with_profile)) is False
    assert holds("icc-profile", {"of": UID}, rendering(with_profile, image)) is True
    assert holds("icc-profile", {"of": UID}, rendering(without, image)) is False
    assert holds("icc-profile", {"of": UID}, rendering(with_profile)) is None
    assert holds("icc-profile", {"space": "srgb"}, rendering(with_profile)) is True
    assert holds("icc-profile", {"space": "adobergb"}, rendering(with_profile)) is False


def test_an_unreadable_profile_is_told() -> None:
    (observation,) = observe("icc-profile", {"space": "srgb"}, rendering(drawn(COLOUR, "PNG", icc_profile=b"garbage")))
    assert observation.holds is False
    assert "unreadable" in observation.message


@pytest.mark.parametrize(
    ("body", "content_type", "said", "expected"),
    [
        ("Befund: Größe 5 mm".encode(), "text/plain; charset=utf-8", "Größe 5 mm", True),
        ("Größe".encode("latin-1"), "text/plain; charset=iso-8859-1", "Größe", True),
        ("Größe".encode("latin-1"), "text/plain; charset=utf-8", "Größe", False),
        ("Größe".encode(), 'text/plain; charset="unheard-of"', "Größe", True),
        (b"<p>a &lt; b &amp;\n <b>c</b></p>", "text/html", "a < b & c", True),
        (b"<p>a</p><!-- hidden --><script>secret</script>", "text/html", "hidden", False),
        (b"<p>a</p><script>secret</script>", "text/html", "secret", False),
        ("<meta charset='iso-8859-1'><p>ß".encode("latin-1"), "text/html", "ß", True),
        ("<?xml version='1.0' encoding='iso-8859-1'?><a>ß</a>".encode("latin-1"), "text/xml", "ß", True),
        (b"<p>if a < b then", "text/plain", "<p>if a < b", True),
        (b"", "text/plain", "x", False),
    ],
)
def test_texts(body: bytes, content_type: str, said: str, expected: bool) -> None:
    assert holds("text-contains", said, rendering(reply(body, content_type))) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (drawn(GREY), True),
        (drawn(GREY, "JPEG", comment=b"DOE^JANE"), False),
        (reply("DOE^JANE".encode("utf-16-le"), "image/jpeg"), False),
        (reply(b"", "image/jpeg", headers={"Content-Disposition": "filename=DOE^JANE.jpg"}), False),
    ],
)
def test_nowhere(answer: Response, expected: bool) -> None:
    assert holds("nowhere", "DOE^JANE", rendering(answer)) is expected


def test_a_text_chunk_of_png_is_seen_in_the_bytes() -> None:
    info = PngInfo()
    info.add_text("Patient", "DOE^JANE")
    buffer = io.BytesIO()
    Image.fromarray(GREY).save(buffer, "PNG", pnginfo=info)
    assert holds("nowhere", ["NOBODY", "DOE^JANE"], rendering(reply(buffer.getvalue(), "image/png"))) is False
