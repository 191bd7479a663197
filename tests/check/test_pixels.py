from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from check.evidence import holds, observe
from check.pictures import UID, drawn, encoded, rendering, reply, stored, wrapped
from dwconform.check.agreement import Grain
from dwconform.check.appearance import Window, appearance_of
from dwconform.check.viewport import Viewport

RAMP = np.linspace(-1000, 1000, 48 * 64).reshape(48, 64).round().astype("<i2")
SCENE = np.zeros((32, 64, 3), "u1")
SCENE[:16, :32], SCENE[:16, 32:], SCENE[16:, :32], SCENE[16:, 32:] = (
    (200, 0, 0),
    (0, 180, 0),
    (0, 0, 220),
    (240, 230, 20),
)
SCENE[4:8, 4:12] = 255
FILTERS = [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]


def grey(window: str, values: Any = RAMP) -> Any:
    return Window.parse(window).apply(np.asarray(values, float)).round().astype("u1")


def seen(pixels: Any, *, of: Any, form: str = "PNG", options: Any = (), **arguments: Any) -> bool | None:
    response = drawn(pixels, form, **dict(options))
    return holds("pixels", {"of": UID, **arguments}, rendering(response, of))


@pytest.mark.parametrize(
    ("window", "value", "level"),
    [  # PS3.3 C.11.2.1.2.1: the examples of a width of 100, of 1, and both ends
        ("40,400,linear", -160, 0), ("40,400,linear", 239, 255), ("40,400,linear", 39.5, 127.5),
        ("2048,4096,linear", 0, 0), ("2048,4096,linear", 4095, 255),
        ("2048,1,linear", 2047, 0), ("2048,1,linear", 2048, 255),
        ("0,100,linear-exact", -50, 0), ("0,100,linear-exact", 0, 127.5), ("0,100,linear-exact", 50, 255),
        ("0,100,sigmoid", 0, 127.5), ("0,100,sigmoid", 25, 255 / (1 + np.exp(-1))), ("0,100,sigmoid", 1e9, 255),
    ],
)  # fmt: skip
def test_window_functions(window: str, value: float, level: float) -> None:
    assert Window.parse(window).apply(np.array([float(value)]))[0] == pytest.approx(level, abs=0.01)


@pytest.mark.parametrize("window", ["40,400,linear", "40,400,linear-exact", "40,400,sigmoid", "-600.5,1500,linear"])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_a_window_is_recognised_in_every_form(window: str, form: str) -> None:
    assert seen(grey(window), of=stored(RAMP), form=form, window=window) is True


@pytest.mark.parametrize("drawn_as", ["40,200,linear", "140,400,linear", "40,400,sigmoid", "240,400,linear-exact"])
def test_another_window_is_noticed(drawn_as: str) -> None:
    assert seen(grey(drawn_as), of=stored(RAMP), window="40,400,linear") is False


@pytest.mark.parametrize("drawn_as", ["0,2000,linear", "240,400,linear", "40,1600,sigmoid"])
def test_a_lossy_picture_shows_a_window_that_is_far_off(drawn_as: str) -> None:
    assert seen(grey(drawn_as), of=stored(RAMP), form="JPEG", window="40,400,linear") is False


def test_linear_is_told_from_linear_exact_where_the_picture_keeps_grey_levels() -> None:
    narrow = np.tile(np.arange(-32, 32), (48, 1)).astype("<i2")
    assert seen(grey("0,20,linear-exact", narrow), of=stored(narrow), window="0,20,linear") is False
    assert seen(grey("0,20,linear", narrow), of=stored(narrow), window="0,20,linear") is True


def test_rescale_and_inversion_are_applied() -> None:
    raw = (RAMP.astype(int) + 1024).astype("<u2")
    rescaled = stored(raw, RescaleSlope="1", RescaleIntercept="-1024", PixelRepresentation=0)
    assert seen(grey("40,400,linear"), of=rescaled, window="40,400,linear") is True
    assert seen(grey("40,400,linear", raw), of=rescaled, window="40,400,linear") is False
    inverse = stored(RAMP, "MONOCHROME1")
    assert seen(255 - grey("40,400,linear"), of=inverse, window="40,400,linear") is True
    assert seen(grey("40,400,linear"), of=inverse, window="40,400,linear") is False


@pytest.mark.parametrize(
    ("window", "form"), [("0,2000,linear", "PNG"), ("300,900,sigmoid", "PNG"), ("0,3000,linear", "JPEG")]
)
def test_without_a_window_only_the_order_of_levels_counts(window: str, form: str) -> None:
    assert seen(grey(window), of=stored(RAMP), form=form) is True
    assert seen(255 - grey(window), of=stored(RAMP), form=form) is False
    assert seen(255 - grey(window), of=stored(RAMP, "MONOCHROME1"), form=form) is True


@pytest.mark.parametrize(
    "wrong",
    [
        np.full((48, 64), 90, "u1"),
        grey("0,2000,linear")[::-1],
        grey("0,2000,linear")[:40],
    ],
    ids=["flat", "upside-down", "cut"],
)
def test_a_flat_a_turned_and_a_cut_picture_are_not_in_order(wrong: Any) -> None:
    assert seen(wrong, of=stored(RAMP)) is False


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_colours(form: str) -> None:
    assert seen(SCENE, of=stored(SCENE, "RGB"), form=form) is True
    assert seen(SCENE[:, :, ::-1], of=stored(SCENE, "RGB"), form=form) is False


def test_luminance_and_chrominance_become_colours() -> None:
    ybr = np.asarray(Image.fromarray(SCENE).convert("YCbCr"))
    assert seen(SCENE, of=stored(ybr, "YBR_FULL")) is True
    assert seen(ybr, of=stored(ybr, "YBR_FULL")) is False


def test_a_palette_is_looked_up() -> None:
    indexes = np.arange(48 * 64).reshape(48, 64) % 4 + 2
    tables = np.array([[0, 65535, 0, 30000], [0, 0, 65535, 30000], [40000, 0, 0, 30000]], "<u2")
    palette = {}
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        palette[f"{name}PaletteColorLookupTableDescriptor"] = [4, 2, 16]
        palette[f"{name}PaletteColorLookupTableData"] = table.tobytes()
    image = stored(indexes.astype("u1"), "PALETTE COLOR", **palette)
    right = np.stack([table[indexes - 2] >> 8 for table in tables], axis=-1).astype("u1")
    assert seen(right, of=image) is True
    assert seen(right[:, :, [1, 0, 2]], of=image) is False


@pytest.mark.parametrize("bits", [8, 16])
def test_deep_colours_are_scaled(bits: int) -> None:
    deep = SCENE.astype("<u2") * 257 if bits == 16 else SCENE
    assert seen(SCENE, of=stored(deep, "RGB")) is True


@pytest.mark.parametrize("filter_", FILTERS)
@pytest.mark.parametrize(
    ("viewport", "box", "size", "turn"),
    [
        ("32,16", (0, 0, 64, 32), (32, 16), ""),
        ("100,100", (0, 0, 64, 32), (100, 50), ""),
        ("64,64,0,0,32,16", (0, 0, 32, 16), (64, 32), ""),
        ("64,64,32,16", (32, 16, 64, 32), (64, 32), ""),
        ("64,32,0,0,-64,32", (0, 0, 64, 32), (64, 32), "h"),
        ("64,32,0,0,64,-32", (0, 0, 64, 32), (64, 32), "v"),
        ("40,40,8.5,4.5,20.5,10.25", (8.5, 4.5, 29, 14.75), (40, 20), ""),
    ],
)
def test_viewports(filter_: Any, viewport: str, box: Any, size: Any, turn: str) -> None:
    picture = Image.fromarray(SCENE).resize(size, filter_, box=box)
    if turn:
        flip = Image.Transpose.FLIP_LEFT_RIGHT if turn == "h" else Image.Transpose.FLIP_TOP_BOTTOM
        picture = picture.transpose(flip)
    source = stored(SCENE, "RGB")
    assert seen(picture, of=source, viewport=viewport) is True
    assert seen(picture, of=source, viewport=viewport, form="JPEG") is True
    other = Image.fromarray(SCENE[::-1, ::-1].copy()).resize(size, filter_)
    assert seen(other, of=source, viewport=viewport) is False


@pytest.mark.parametrize("corner", [(0, 0), (0, 25), (0, 50)], ids=["top", "middle", "bottom"])
def test_a_padded_canvas_is_as_good_as_the_bare_content(corner: tuple[int, int]) -> None:
    canvas = Image.new("RGB", (100, 100))
    canvas.paste(Image.fromarray(SCENE).resize((100, 50)), corner)
    assert seen(canvas, of=stored(SCENE, "RGB"), viewport="100,100") is True
    stretched = Image.fromarray(SCENE).resize((100, 100))
    assert seen(stretched, of=stored(SCENE, "RGB"), viewport="100,100") is False


@pytest.mark.parametrize(
    ("viewport", "size", "fits"),
    [
        ("", (64, 32), True), ("", (64, 33), False), ("", (32, 16), False),
        ("100,100", (100, 50), True), ("100,100", (100, 51), True), ("100,100", (100, 100), True),
        ("100,100", (100, 60), False), ("100,100", (64, 32), False), ("100,20", (40, 20), True),
        ("24,100", (24, 12), True), ("1024,1024", (1024, 512), True),
        ("64,64,0,0,16,32", (32, 64), True), ("64,64,0,0,16,32", (64, 32), False),
        ("64,64,48,,32", (32, 64), True),  # what lies beyond the edge is not there
    ],
)  # fmt: skip
def test_sizes(viewport: str, size: tuple[int, int], fits: bool) -> None:
    picture = drawn(np.zeros((size[1], size[0], 3), "u1"))
    arguments = {"of": UID, "viewport": viewport}
    assert holds("image-size", arguments, rendering(picture, stored(SCENE, "RGB"))) is fits


def test_within_asks_only_that_nothing_overflows() -> None:
    arguments = {"of": UID, "viewport": "64,64", "within": True}
    small, large = (drawn(np.zeros((size, size), "u1")) for size in (20, 65))
    assert holds("image-size", arguments, rendering(small, stored(SCENE, "RGB"))) is True
    assert holds("image-size", arguments, rendering(large, stored(SCENE, "RGB"))) is False


def test_viewport_values() -> None:
    viewport = Viewport.parse("64,64,,,-32,-16", (64, 32))
    assert (viewport.region, viewport.mirrored, viewport.upside_down) == ((0, 0, 32, 16), True, True)
    with pytest.raises(ValueError, match="could not convert"):
        Viewport.parse("64,64,a", (64, 32))


def test_parts_and_frames_are_told_apart() -> None:
    frames = np.stack([SCENE, SCENE[::-1], SCENE[:, ::-1]])
    image = stored(frames, "RGB")
    answer = wrapped(*(encoded(frames[number]) for number in (1, 2)))
    assert holds("pixels", {"of": UID, "frame": 2, "part": 1}, rendering(answer, image)) is True
    assert holds("pixels", {"of": UID, "frame": 3, "part": 2}, rendering(answer, image)) is True
    assert holds("pixels", {"of": UID, "frame": 1, "part": 1}, rendering(answer, image)) is False
    assert holds("pixels", {"of": UID, "frame": 3, "part": 3}, rendering(answer, image)) is False
    moving = drawn(list(frames), "GIF")
    assert holds("pixels", {"of": UID, "frame": 2, "picture-frame": 2}, rendering(moving, image)) is True
    assert holds("pixels", {"of": UID, "frame": 2, "picture-frame": 9}, rendering(moving, image)) is False


def test_what_is_not_ours_cannot_be_told() -> None:
    assert holds("pixels", {"of": "9.9"}, rendering(drawn(SCENE))) is None
    assert holds("image-size", {"of": "9.9"}, rendering(drawn(SCENE))) is None


def test_what_is_no_picture_shows_nothing() -> None:
    image = stored(SCENE, "RGB")
    assert holds("pixels", {"of": UID}, rendering(reply(b"no picture", "image/png"), image)) is False
    assert holds("image-size", {"of": UID}, rendering(reply(b"no picture", "image/png"), image)) is False
    assert holds("image-size", {"of": UID}, rendering(reply(b"", "image/png"), image)) is False


def test_the_message_names_a_wrong_pixel() -> None:
    spoilt = SCENE.copy()
    spoilt[:10, :] = 7
    (observation,) = observe("pixels", {"of": UID}, rendering(drawn(spoilt), stored(SCENE, "RGB")))
    assert "(7, 7, 7)" in observation.message
    assert "was expected" in observation.message


def test_a_frame_is_worked_out_by_its_number() -> None:
    frames = np.stack([np.full((4, 4), level, "u1") for level in (10, 20, 30)])
    assert appearance_of(stored(frames), 3).values[0, 0] == 30


def test_reach_grows_where_a_picture_is_shrunk() -> None:
    assert Grain.of(lossless=True, scale=1, colour=False).reach == 0
    assert (
        Grain.of(lossless=True, scale=0.25, colour=False).reach > Grain.of(lossless=True, scale=2, colour=False).reach
    )


@pytest.mark.parametrize(("form", "picture"), [("PNG", SCENE), ("JPEG", SCENE), ("PNG", SCENE[:, ::-1])])
def test_even_areas_are_left_alone_whatever_their_colour(form: str, picture: Any) -> None:
    big = picture.repeat(3, axis=0).repeat(3, axis=1)
    image = stored(SCENE.repeat(3, axis=0).repeat(3, axis=1), "RGB")
    assert holds("even-areas", UID, rendering(drawn(big, form), image)) is (picture is SCENE)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_text_over_an_even_area_is_seen(form: str) -> None:
    big = SCENE.repeat(3, axis=0).repeat(3, axis=1)
    written = Image.fromarray(big.copy())
    ImageDraw.Draw(written).text((100, 10), "DOE", fill=(255, 255, 255))
    assert holds("even-areas", UID, rendering(drawn(written, form), stored(big, "RGB"))) is False
    assert holds("even-areas", UID, rendering(drawn(SCENE, form), stored(big, "RGB"))) is False
    assert holds("even-areas", UID, rendering(drawn(big, form))) is None
