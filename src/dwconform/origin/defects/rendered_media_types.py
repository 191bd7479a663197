"""Defects of the media types of renderings (8.7.4)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageSequence

from dwconform.origin.answer import Answer, report
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._rendered import accepts, is_rendering, redrawn, saved, stored, with_payload
from dwconform.origin.multipart import Part

_VIDEO = "1.2.840.10008.5.1.4.1.1.77.1."
_ECG = "1.2.840.10008.5.1.4.1.1.9."


def _picture(form: str, **options: object) -> bytes:
    return saved([Image.new("L", (64, 32), 90)], form, **options)


@defect("wado-gif-is-png", breaks="8.7.4/single-frame-gif", hook=Hook.RESPONSE)
def gif_is_png(answer: Answer, context: Context) -> Answer:
    """Sends a PNG file where GIF was asked for, and calls it GIF."""
    if is_rendering(context) and accepts(context) == "image/gif" and answer.status == 200:
        return replace(answer.whole, body=_picture("PNG"))
    return answer


@defect("wado-gif-inverted", breaks="8.7.4/single-frame-gif", hook=Hook.RESPONSE)
def gif_inverted(answer: Answer, context: Context) -> Answer:
    """Takes the palette of a GIF for its opposite."""
    if is_rendering(context) and answer.media_type == "image/gif":
        return redrawn(answer, lambda image: image.convert("L").point(lambda level: 255 - level))
    return answer


@defect("wado-png-is-jpeg", breaks="8.7.4/single-frame-png", hook=Hook.RESPONSE)
def png_is_jpeg(answer: Answer, context: Context) -> Answer:
    """Answers a request for PNG with JPEG."""
    if is_rendering(context) and accepts(context) == "image/png" and answer.status == 200:
        return replace(answer.whole, body=_picture("JPEG"), media_type="image/jpeg")
    return answer


@defect("wado-jpeg-only", breaks="8.7.4/single-frame-png", hook=Hook.RESPONSE)
def jpeg_only(answer: Answer, context: Context) -> Answer:
    """Renders as JPEG only, and answers 406 to a request for PNG."""
    refused = is_rendering(context) and accepts(context) == "image/png"
    return report(406, "Available is image/jpeg.") if refused else answer


@defect("wado-jp2-is-png", breaks="8.7.4/single-frame-optional", hook=Hook.RESPONSE)
def jp2_is_png(answer: Answer, context: Context) -> Answer:
    """Offers image/jp2 and sends a PNG file under this name."""
    if is_rendering(context) and accepts(context) == "image/jp2":
        return Answer(200, _picture("PNG"), "image/jp2")
    return answer


@defect("wado-jph-without-box", breaks="8.7.4/jph-box", hook=Hook.RESPONSE)
def jph_without_box(answer: Answer, context: Context) -> Answer:
    """Offers image/jph as a bare codestream, as it is stored in DICOM files."""
    if is_rendering(context) and accepts(context) == "image/jph":
        return Answer(200, _picture("JPEG2000", no_jp2=True), "image/jph")
    return answer


@defect("wado-animation-backwards", breaks="8.7.4/multi-frame-optional", hook=Hook.RESPONSE)
def animation_backwards(answer: Answer, context: Context) -> Answer:
    """Plays an animation from its last frame to the first."""
    if not is_rendering(context):
        return answer

    def turned(part: Part) -> Part:
        if part.media_type != "image/gif":
            return part
        with Image.open(BytesIO(part.body)) as image:
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
        return replace(part, body=saved(frames[::-1], "GIF"))

    return with_payload(answer, turned)


@defect("wado-no-video-rendered", breaks="8.7.4/video", hook=Hook.RESPONSE, bugs=("B008",))
def no_video_rendered(answer: Answer, context: Context) -> Answer:
    """Answers 400 to a request for the video of an instance."""
    if is_rendering(context) and stored(context, "00080016").startswith(_VIDEO):
        return report(400, "Cannot decode this instance.")
    return answer


@defect("wado-waveform-fails", breaks="8.7.4/other", hook=Hook.RESPONSE)
def waveform_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 where there are no pixels to render."""
    if is_rendering(context) and stored(context, "00080016").startswith(_ECG):
        return report(500, "No pixel data element.")
    return answer


@defect("wado-jpeg-progressive", breaks="8.7.4/jpeg-baseline", hook=Hook.RESPONSE)
def jpeg_progressive(answer: Answer, context: Context) -> Answer:
    """Codes JPEG pictures progressively."""
    if not is_rendering(context):
        return answer

    def coded(part: Part) -> Part:
        if part.media_type != "image/jpeg":
            return part
        with Image.open(BytesIO(part.body)) as image:
            return replace(part, body=saved([image.copy()], "JPEG", progressive=True))

    return with_payload(answer, coded)


@defect("wado-png-of-16-bits", breaks="8.7.4/eight-bits", hook=Hook.RESPONSE, edition="2023e")
def png_of_16_bits(answer: Answer, context: Context) -> Answer:
    """Makes PNG pictures of 16 bits."""
    if is_rendering(context) and answer.media_type == "image/png":
        target = BytesIO()
        Image.new("I;16", (32, 16), 4096).save(target, "PNG")
        return replace(answer.whole, body=target.getvalue())
    return answer


@defect("wado-rendered-with-syntax", breaks="8.7.4/no-transfer-syntax", hook=Hook.RESPONSE)
def rendered_with_syntax(answer: Answer, context: Context) -> Answer:
    """Names a transfer syntax in the Content-Type of a JPEG picture."""
    if is_rendering(context) and answer.media_type == "image/jpeg":
        return replace(answer, media_type="image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50")
    return answer
