"""Texts that are burned into a picture (PS3.18 8.3.5.1.1)."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from dwconform.origin.elements import Dataset, texts

__all__ = ["burn", "patient", "technique"]

_PATIENT = ("00100010", "00100020", "00100030", "00100040")
_TECHNIQUE = ("00080020", "00080060", "00081030", "0008103E", "00200011", "00200013", "00200032", "00180050")


def patient(dataset: Dataset) -> list[str]:
    """Who it is."""
    return _lines(dataset, _PATIENT)


def technique(dataset: Dataset) -> list[str]:
    """What was done."""
    return _lines(dataset, _TECHNIQUE)


def _lines(dataset: Dataset, tags: tuple[str, ...]) -> list[str]:
    found = [" ".join(texts(dataset, tag)) for tag in tags]
    return [text.replace("^", " ").strip() for text in found if text.strip(" ^=")] or ["-"]


def burn(image: Image.Image, upper: list[str], lower: list[str]) -> Image.Image:
    """The picture with lines at the upper left and at the lower left edge, white with a black border."""
    size = max(8, image.height // 24)
    font = ImageFont.load_default(size)
    annotated = image.copy()
    draw = ImageDraw.Draw(annotated)
    white, black = (255, 0) if image.mode == "L" else ((255, 255, 255), (0, 0, 0))
    step = size + 2
    for number, line in enumerate(upper):
        draw.text((2, 2 + number * step), line, white, font, stroke_width=1, stroke_fill=black)
    for number, line in enumerate(reversed(lower)):
        place = (2, image.height - (number + 1) * step - 2)
        draw.text(place, line, white, font, stroke_width=1, stroke_fill=black)
    return annotated
