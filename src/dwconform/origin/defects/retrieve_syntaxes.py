"""Defects of the transfer syntaxes of retrieved instances (PS3.18 8.7.3.1, 8.7.3.4)."""

from __future__ import annotations

from dataclasses import replace

from pydicom import Dataset
from starlette.requests import Request

from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.archive import Entity
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import accept_of, is_retrieve, with_parts
from dwconform.origin.multipart import Part
from dwconform.origin.transcode import Choice

_JPEG = "1.2.840.10008.1.2.4."
_EXPLICIT = "1.2.840.10008.1.2.1"
_JPEG_2000 = "transfer-syntax=1.2.840.10008.1.2.4.90"


@defect("wado-cannot-decompress", breaks="8.7.3.4/convertible", hook=Hook.SYNTAX, bugs=("B078",))
def cannot_decompress(choice: Choice, context: Context) -> Choice:
    """Answers 406 where a stored image would have to be decompressed."""
    compressed = choice.stored.startswith(_JPEG) and choice.delivered == _EXPLICIT
    return replace(choice, delivered=None) if is_retrieve(context) and compressed else choice


@defect("wado-decompresses-wrongly", breaks="8.7.3.4/convertible", hook=Hook.INSTANCE)
def decompresses_wrongly(dataset: Dataset, context: Context) -> Dataset:
    """Returns all pixels of an image that it decompressed with their octets swapped."""
    if is_retrieve(context) and "SYNTAX" in str(dataset.get("PatientName")) and dataset.get("BitsAllocated") == 16:
        octets = bytearray(dataset.PixelData)
        if str(dataset.file_meta.TransferSyntaxUID) == _EXPLICIT:
            octets[0::2], octets[1::2] = octets[1::2], octets[0::2]
            dataset.PixelData = bytes(octets)
    return dataset


@defect("wado-lossy-into-another", breaks="8.7.3.4/lossy-original", hook=Hook.SYNTAX)
def lossy_into_another(choice: Choice, context: Context) -> Choice:
    """Compresses an image that was stored in JPEG with loss once more, in JPEG-LS."""
    again = is_retrieve(context) and choice.stored == f"{_JPEG}50" and not choice.wanted
    return replace(choice, delivered=f"{_JPEG}81") if again else choice


@defect("wado-video-fails", breaks="8.7.3.4/video-original", hook=Hook.SYNTAX, bugs=("B161",))
def video_fails(choice: Choice) -> Choice:
    """Answers 500 to a video."""
    if choice.stored == f"{_JPEG}102":
        raise Refusal(500, "No reader for this transfer syntax.")
    return choice


@defect("wado-images-only", breaks="8.7.3.1/default-of-categories", hook=Hook.TARGET)
def images_only(found: list[Entity], context: Context) -> list[Entity]:
    """Retrieves images only."""
    if not is_retrieve(context):
        return found
    return [each for each in found if each.instance and "00280010" in context.archive.document(each.instance)]


@defect("wado-unknown-encoder-fails", breaks="8.7.3.1/requested-syntax", hook=Hook.REQUEST)
def unknown_encoder_fails(request: Request, context: Context) -> Request:
    """Answers 500 to a transfer syntax that it cannot encode."""
    if "transfer-syntax=1.2.840.10008.1.2.4.201" in accept_of(request):
        raise Refusal(500, f"No encoder for {context.kind}.")
    return request


@defect("wado-frames-of-jpeg-2000-fail", breaks="8.7.3.1/requested-syntax-of-frames", hook=Hook.REQUEST)
def frames_of_jpeg_2000_fail(request: Request) -> Request:
    """Answers 500 to instances in JPEG 2000."""
    if _JPEG_2000 in accept_of(request):
        raise Refusal(500, "No encoder.")
    return request


@defect("wado-mpeg-2-fails", breaks="8.7.3.1/requested-syntax-of-video", hook=Hook.REQUEST)
def mpeg_2_fails(request: Request) -> Request:
    """Answers 500 to a video in MPEG-2."""
    if "transfer-syntax=1.2.840.10008.1.2.4.100" in accept_of(request):
        raise Refusal(500, "No encoder.")
    return request


@defect("wado-leaves-out-what-it-cannot", breaks="8.5/all-of-the-resource", hook=Hook.TARGET)
def leaves_out_what_it_cannot(found: list[Entity], context: Context) -> list[Entity]:
    """Leaves out of a study what it cannot compress as the client asks."""
    if not is_retrieve(context) or not accept_of(context.request).endswith("transfer-syntax=1.2.840.10008.1.2.5"):
        return found
    return [each for each in found if each.instance and "00280010" in context.archive.document(each.instance)]


@defect("parts-of-one-syntax", breaks="8.7.9/parameters", hook=Hook.RESPONSE, bugs=("B249",))
def of_one_syntax(answer: Answer, context: Context) -> Answer:
    """Labels every part with the transfer syntax of the first."""

    def same(parts: list[Part]) -> list[Part]:
        return [replace(part, media_type=parts[0].media_type) for part in parts]

    return with_parts(answer, same) if is_retrieve(context) else answer
