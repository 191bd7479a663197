"""Defects of what rendered images look like (10.4.3.3.3)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from dwconform.origin.answer import Answer, Refusal, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import is_rendering, stored

_PHOTOMETRIC, _SIGNED, _PLANAR, _ALLOCATED = "00280004", "00280103", "00280006", "00280100"
_SECONDARY_CAPTURE_BIT = "1.2.840.10008.5.1.4.1.1.7.1"


@defect("wado-sign-ignored", breaks="10.4.3.3.3/MONOCHROME2", hook=Hook.IMAGE)
def sign_ignored(image: Image.Image, context: Context) -> Image.Image:
    """Takes signed values for unsigned ones, so that negative values are the brightest."""
    if context.kind == "rendered" and stored(context, _SIGNED) == "1" and image.mode == "L":
        return image.point(lambda level: (level + 128) % 256)
    return image


@defect("wado-monochrome1-inverted", breaks="10.4.3.3.3/MONOCHROME1", hook=Hook.IMAGE, bugs=("B026",))
def monochrome1_inverted(image: Image.Image, context: Context) -> Image.Image:
    """Passes over MONOCHROME1, so that low values are dark."""
    wanted = context.kind == "rendered" and stored(context, _PHOTOMETRIC) == "MONOCHROME1"
    return ImageOps.invert(image) if wanted else image


@defect("wado-planes-interleaved", breaks="10.4.3.3.3/RGB", hook=Hook.IMAGE, bugs=("B215",))
def planes_interleaved(image: Image.Image, context: Context) -> Image.Image:
    """Takes colour stored by plane for colour stored by pixel."""
    if context.kind == "rendered" and image.mode == "RGB" and stored(context, _PLANAR) == "1":
        planes = np.asarray(image).transpose(2, 0, 1).copy()
        return Image.frombytes("RGB", image.size, planes.tobytes())
    return image


@defect("wado-palette-fails", breaks="10.4.3.3.3/PALETTE-COLOR", hook=Hook.IMAGE)
def palette_fails(image: Image.Image, context: Context) -> Image.Image:
    """Answers 500 for PALETTE COLOR images."""
    if context.kind == "rendered" and stored(context, _PHOTOMETRIC) == "PALETTE COLOR":
        raise Refusal(500, "Unsupported number of components: 1.")
    return image


@defect("wado-palette-as-grey", breaks="10.4.3.3.3/PALETTE-COLOR", hook=Hook.IMAGE)
def palette_as_grey(image: Image.Image, context: Context) -> Image.Image:
    """Renders PALETTE COLOR images in grey."""
    wanted = context.kind == "rendered" and stored(context, _PHOTOMETRIC) == "PALETTE COLOR"
    return image.convert("L").convert("RGB") if wanted else image


@defect("wado-ybr-as-rgb", breaks="10.4.3.3.3/YBR-FULL", hook=Hook.IMAGE)
def ybr_as_rgb(image: Image.Image, context: Context) -> Image.Image:
    """Takes luminance and chrominance for red, green and blue."""
    if context.kind == "rendered" and stored(context, _PHOTOMETRIC).startswith("YBR_FULL") and image.mode == "RGB":
        return Image.frombytes("RGB", image.size, image.convert("YCbCr").tobytes())
    return image


@defect("wado-wavelet-as-rgb", breaks="10.4.3.3.3/YBR-RCT-ICT", hook=Hook.IMAGE)
def wavelet_as_rgb(image: Image.Image, context: Context) -> Image.Image:
    """Transforms the colours of a JPEG 2000 image once too often."""
    if context.kind == "rendered" and stored(context, _PHOTOMETRIC) in ("YBR_RCT", "YBR_ICT") and image.mode == "RGB":
        return Image.frombytes("RGB", image.size, image.convert("YCbCr").tobytes())
    return image


@defect("wado-bits-sheared", breaks="10.4.3.3.3/single-bit", hook=Hook.IMAGE)
def bits_sheared(image: Image.Image, context: Context) -> Image.Image:
    """Begins each row of single bits at a new octet, although they are packed without gaps."""
    if context.kind != "rendered" or stored(context, "00080016") != _SECONDARY_CAPTURE_BIT:
        return image
    rows = np.asarray(image)
    return Image.fromarray(np.stack([np.roll(row, number) for number, row in enumerate(rows)]))


@defect("wado-single-bits-fail", breaks="10.4.3.3.3/single-bit", hook=Hook.RESPONSE)
def single_bits_fail(answer: Answer, context: Context) -> Answer:
    """Answers 500 for images of single bits."""
    if is_rendering(context) and stored(context, _ALLOCATED) == "1":
        return report(500, "Bits Allocated of 1 is not implemented.")
    return answer


@defect("wado-deep-colour-fails", breaks="8.7.2/multi-frame", hook=Hook.RESPONSE, bugs=("B003",))
def deep_colour_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 for an image of many frames, and for colour of 16 bits."""
    deep = stored(context, _ALLOCATED) == "16" and stored(context, "00280002") == "3"
    many = stored(context, "00280008") not in ("", "1")
    return report(500, "Unsupported pixel format.") if is_rendering(context) and (deep or many) else answer


@defect("wado-colour-frames-in-grey", breaks="10.4.3.3.3/RGB", hook=Hook.IMAGE)
def colour_frames_in_grey(image: Image.Image, context: Context) -> Image.Image:
    """Renders the frames of a colour image in grey."""
    many = context.kind == "rendered" and stored(context, "00280008") not in ("", "1")
    return image.convert("L").convert("RGB") if many and image.mode == "RGB" else image
