"""Defects of frames (PS3.18 10.4.1.1.6, 8.7.3.3)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import accept_of, with_parts
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import Negotiation
from dwconform.origin.pixels import Frame
from dwconform.origin.transcode import Choice

_LIST = re.compile(r"/frames/([^/]+)$")
_ITEM = b"\xfe\xff\x00\xe0"
_LAST = 10
_EXPLICIT = "1.2.840.10008.1.2.1"
_JPEG_2000 = "1.2.840.10008.1.2.4.91"


@defect("frames-always-first", breaks="10.4.1.1.6/frame", hook=Hook.REQUEST, bugs=("B184",))
def always_first(request: Request) -> Request:
    """Returns the first frame for every number."""
    return _listing(request, "1") if _listed(request).isdecimal() and request.url.path.find("rendered") < 0 else request


@defect("frames-in-big-endian", breaks="10.4.1.1.6/frame", hook=Hook.FRAME, bugs=("B012",))
def in_big_endian(frame: Frame, context: Context) -> Frame:
    """Returns frames of words in big endian."""
    if context.kind != "frames" or _value(context, "00280100") != "16" or frame.syntax != _EXPLICIT:
        return frame
    octets = bytearray(frame.octets)
    octets[0::2], octets[1::2] = octets[1::2], octets[0::2]
    return replace(frame, octets=bytes(octets))


@defect("frames-with-alpha", breaks="10.4.1.1.6/frame", hook=Hook.FRAME, bugs=("B232",))
def with_alpha(frame: Frame, context: Context) -> Frame:
    """Returns colour frames with a fourth sample for each pixel."""
    if context.kind != "frames" or _value(context, "00280002") != "3" or frame.syntax != _EXPLICIT:
        return frame
    pixels = (frame.octets[at : at + 3] for at in range(0, len(frame.octets), 3))
    return replace(frame, octets=b"".join(pixel + b"\xff" for pixel in pixels))


@defect("frames-without-parts", breaks="10.4.1.1.6/frame", hook=Hook.RESPONSE, bugs=("B122",))
def without_parts(answer: Answer, context: Context) -> Answer:
    """Returns a frame without parts to a client that accepts parts only."""
    if context.kind != "frames" or not answer.media_type.startswith("multipart/"):
        return answer
    taken: list[bytes] = []

    def take(parts: list[Part]) -> list[Part]:
        taken.extend(part.body for part in parts)
        return parts

    with_parts(answer, take)
    return replace(answer.whole, body=b"".join(taken), media_type="application/octet-stream")


@defect("frames-list-cut", breaks="10.4.1.1.6/frame-list", hook=Hook.RESPONSE)
def list_cut(answer: Answer, context: Context) -> Answer:
    """Leaves the last frame of a list out."""
    several = context.kind == "frames" and "," in unquote(context.request.url.path)
    return with_parts(answer, lambda parts: parts[:-1] or parts) if several else answer


@defect("frames-list-backwards", breaks="10.4.1.1.6/frame-list", hook=Hook.RESPONSE)
def list_backwards(answer: Answer, context: Context) -> Answer:
    """Returns the frames of a list in descending order."""
    return with_parts(answer, lambda parts: parts[::-1]) if context.kind == "frames" else answer


@defect("frames-of-single-frame-fail", breaks="10.4.1.1.6/single-frame-image", hook=Hook.NEGOTIATE)
def of_single_frame_fail(negotiation: Negotiation, context: Context) -> Negotiation:
    """Answers 500 to the frame of an image that has no other."""
    if context.kind == "frames" and not _value(context, "00280008"):
        raise Refusal(500, "NumberOfFrames")
    return negotiation


@defect("frames-behind-last-fail", breaks="10.4.3.1/frame-not-found", hook=Hook.RESPONSE, bugs=("B153",))
def behind_last_fail(answer: Answer, context: Context) -> Answer:
    """Answers 500 to a frame behind the last."""
    mine = context.kind == "frames" and answer.status == 404
    return Answer(500, b"IndexOutOfBoundsException\n", "text/plain") if mine else answer


@defect("frames-last-for-any", breaks="10.4.3.1/frame-not-found", hook=Hook.REQUEST)
def last_for_any(request: Request) -> Request:
    """Returns the last frame for those behind it."""
    number = _listed(request)
    return _listing(request, str(_LAST)) if number.isdecimal() and int(number) > _LAST else request


@defect("frames-missing-passed-over", breaks="10.4.3.1/part-of-the-frames", hook=Hook.REQUEST)
def missing_passed_over(request: Request) -> Request:
    """Returns those frames of a list that there are."""
    return _listing(request, _listed(request).removesuffix(",9999"))


@defect("frames-of-words-fail", breaks="10.1.1/frame-numbers", hook=Hook.REQUEST)
def of_words_fail(request: Request) -> Request:
    """Answers 500 to a list of frames that holds a word."""
    if "abc" in _listed(request):
        raise Refusal(500, "ValueError: invalid literal for int()")
    return request


@defect("frames-zero-is-first", breaks="10.1.1/frame-numbers", hook=Hook.REQUEST)
def zero_is_first(request: Request) -> Request:
    """Returns the first frame for the number zero."""
    return _listing(request, "1") if _listed(request) == "0" else request


@defect("frames-twice-is-next", breaks="10.1.1/frame-order", hook=Hook.REQUEST, bugs=("B234",))
def twice_is_next(request: Request) -> Request:
    """Returns a frame and the next one where one is asked for two times."""
    return _listing(request, "2,3") if _listed(request) == "2,2" else request


@defect("frames-encoded-comma-fails", breaks="10.1.1/encoded-comma", hook=Hook.REQUEST)
def encoded_comma_fails(request: Request) -> Request:
    """Answers 500 to a percent-encoded comma."""
    if b"%2c" in bytes(request.scope.get("raw_path", b"")).lower():
        raise Refusal(500, "NumberFormatException: 1,2")
    return request


@defect("frames-bits-of-neighbours", breaks="8.7.3.3.1/single-bits", hook=Hook.FRAME)
def bits_of_neighbours(frame: Frame, context: Context) -> Frame:
    """Fills the last octet of a frame of single bits with those of the next frame."""
    if context.kind != "frames" or _value(context, "00280100") != "1":
        return frame
    return replace(frame, octets=frame.octets[:-1] + bytes([frame.octets[-1] | 0xF8]))


@defect("frames-of-reports-fail", breaks="10.4.3.1/frames-of-no-image", hook=Hook.RESPONSE, bugs=("B002",))
def of_reports_fail(answer: Answer, context: Context) -> Answer:
    """Answers 500 to frames of what has none."""
    none = context.kind == "frames" and answer.status in (400, 404) and not _value(context, "00280010")
    return Answer(500, b"NullPointerException\n", "text/plain") if none else answer


@defect("frames-located-one-off", breaks="8.6.1.2/frame-location", hook=Hook.PART, bugs=("B010",))
def located_one_off(part: Part, context: Context) -> Part:
    """Counts frames from zero in Content-Location."""
    return _located(part, context, f"/frames/{context.frame - 1}")


@defect("frames-located-twice", breaks="8.6.1.2/frame-location", hook=Hook.PART, bugs=("B150",))
def located_twice(part: Part, context: Context) -> Part:
    """Appends the number of the frame two times to Content-Location."""
    return _located(part, context, f"/frames/{context.frame}/frames/{context.frame}x")


@defect("frames-labelled-implicit", breaks="8.7.9/parameters", hook=Hook.PART, bugs=("B035",))
def labelled_implicit(part: Part, context: Context) -> Part:
    """Labels frames as Implicit VR Little Endian."""
    mine = context.kind == "frames" and part.media_type.startswith("application/octet-stream")
    return replace(part, media_type="application/octet-stream; transfer-syntax=1.2.840.10008.1.2") if mine else part


@defect("frames-parts-called-octets", breaks="10.4.4/single-part-frame", hook=Hook.RESPONSE)
def parts_called_octets(answer: Answer, context: Context) -> Answer:
    """Answers a request without parts with parts that are called octets."""
    if context.kind != "frames" or accept_of(context.request) != "application/octet-stream":
        return answer
    body, _ = multipart.join([Part("application/octet-stream", answer.whole.body)], "application/octet-stream")
    return replace(answer.whole, body=body)


@defect("frames-refuse-any", breaks="8.7.7/any-frame", hook=Hook.REQUEST, bugs=("B038",))
def refuse_any(request: Request) -> Request:
    """Answers 406 to frames for a client that accepts anything."""
    if _listed(request) and accept_of(request) == "*/*":
        raise Refusal(406, "Not acceptable.")
    return request


@defect("frames-refuse-quotes", breaks="10.4.1.1.6/frame", hook=Hook.REQUEST, bugs=("B067",))
def refuse_quotes(request: Request) -> Request:
    """Answers 400 to frames when the type has quotes."""
    if _listed(request) and 'type="' in accept_of(request):
        raise Refusal(400, "The Accept header is invalid.")
    return request


@defect("frames-stored-as-octets", breaks="8.7.3.3/uncompressed-by-default", hook=Hook.SYNTAX, bugs=("B030",))
def stored_as_octets(choice: Choice, context: Context) -> Choice:
    """Returns frames as they are stored, whatever is asked for."""
    return replace(choice, delivered=choice.stored) if context.kind == "frames" else choice


@defect("frames-other-than-file", breaks="8.7.3.3/same-pixels", hook=Hook.FRAME)
def other_than_file(frame: Frame, context: Context) -> Frame:
    """Changes the first pixel of bulk data."""
    if context.kind != "bulkdata":
        return frame
    return replace(frame, octets=bytes([frame.octets[0] ^ 0xFF]) + frame.octets[1:])


@defect("frames-not-acceptable-fails", breaks="8.7.8.1/frames-not-acceptable", hook=Hook.NEGOTIATE)
def not_acceptable_fails(negotiation: Negotiation, context: Context) -> Negotiation:
    """Answers 500 where frames cannot be had in any acceptable type."""
    if negotiation.form is None and context.kind == "frames":
        raise Refusal(500, "KeyError")
    return negotiation


@defect("frames-compressed-as-octets", breaks="8.7.3.3.2/image-jp2", hook=Hook.RESPONSE, bugs=("B096", "B218"))
def compressed_as_octets(answer: Answer, context: Context) -> Answer:
    """Labels compressed frames as octets."""
    if context.kind != "frames":
        return answer
    changed = with_parts(answer, lambda parts: [replace(part, media_type="application/octet-stream") for part in parts])
    return replace(changed, media_type=changed.media_type.replace("image/jp2", "application/octet-stream"))


@defect("frames-native-as-jp2", breaks="8.7.3.3.2/bare-stream", hook=Hook.FRAME, bugs=("B097",))
def native_as_jp2(frame: Frame, context: Context) -> Frame:
    """Returns uncompressed pixels under the name of a compressed type."""
    return replace(frame, octets=bytes(3072)) if _is_compressed(frame, context) else frame


@defect("frames-with-item-tags", breaks="8.7.3.3.2/bare-stream", hook=Hook.FRAME)
def with_item_tags(frame: Frame, context: Context) -> Frame:
    """Leaves the delimiter of the fragment before a compressed frame."""
    if not _is_compressed(frame, context):
        return frame
    return replace(frame, octets=_ITEM + len(frame.octets).to_bytes(4, "little") + frame.octets)


@defect("frames-lossy-by-default", breaks="8.7.3.3.2/default-syntaxes", hook=Hook.SYNTAX)
def lossy_by_default(choice: Choice, context: Context) -> Choice:
    """Compresses with loss when image/jp2 is asked for without a transfer syntax."""
    lossy = context.kind == "frames" and "image/jp2" in accept_of(context.request)
    return replace(choice, delivered=_JPEG_2000) if lossy else choice


@defect("frames-in-one-part", breaks="8.7.3.3.2/part-for-each-frame", hook=Hook.RESPONSE)
def in_one_part(answer: Answer, context: Context) -> Answer:
    """Puts all compressed frames of a list into one part."""
    if context.kind != "frames" or "octet-stream" in answer.media_type:
        return answer
    return with_parts(answer, lambda parts: [replace(parts[0], body=b"".join(part.body for part in parts))])


@defect("frames-compressed-again", breaks="8.7.3.3.2/stored-stream", hook=Hook.FRAME)
def compressed_again(frame: Frame, context: Context) -> Frame:
    """Returns another stream than the stored one, in the same syntax."""
    if context.kind != "frames" or not frame.syntax.endswith(".4.50"):
        return frame
    at = frame.octets.index(b"\xff\xdb") + 10
    return replace(frame, octets=frame.octets[:at] + bytes([frame.octets[at] + 9]) + frame.octets[at + 1 :])


def _compressed_fails(media_type: str, name: str) -> None:
    @defect(f"frames-as-{name}-fail", breaks=f"8.7.3.3.2/{name}", hook=Hook.REQUEST)
    def fails(request: Request) -> Request:
        """Answers 500 to a compressed media type that it does not offer."""
        if _listed(request) and media_type in accept_of(request):
            raise Refusal(500, f"No encoder for {media_type}.")
        return request


for _media_type in ("image/jpx", "image/jphc", "image/jxl", "application/x-deflate"):
    _compressed_fails(_media_type, _media_type.replace("/", "-"))


def _compressed_mislabelled(media_type: str, name: str) -> None:
    @defect(f"frames-as-{name}-mislabelled", breaks=f"8.7.3.3.2/{name}", hook=Hook.PART)
    def mislabelled(part: Part, context: Context) -> Part:
        """Labels frames of one compressed media type as another."""
        mine = context.kind == "frames" and part.media_type.startswith(media_type)
        return replace(part, media_type="image/gif") if mine else part


for _media_type in ("image/jpeg", "image/dicom-rle", "image/jls"):
    _compressed_mislabelled(_media_type, _media_type.replace("/", "-"))


@defect("frames-of-no-syntax", breaks="8.7.3.3.2/declared-syntax", hook=Hook.PART)
def of_no_syntax(part: Part, context: Context) -> Part:
    """Does not name the transfer syntax of frames."""
    return replace(part, media_type=part.media_type.partition(";")[0]) if context.kind == "frames" else part


@defect("frames-fail-on-legacy-names", breaks="8.7.3.3.2/legacy-names", hook=Hook.REQUEST)
def fail_on_legacy_names(request: Request) -> Request:
    """Answers 500 to the former name of a media type."""
    if _listed(request) and "image/x-" in accept_of(request):
        raise Refusal(500, "KeyError: image/x-jls")
    return request


def _listed(request: Request) -> str:
    """The list of frames in the path; empty where there is none."""
    match = _LIST.search(request.url.path)
    return unquote(match[1]) if match else ""


def _listing(request: Request, text: str) -> Request:
    """The same request for other frames."""
    path = _LIST.sub(f"/frames/{text}", request.url.path)
    return Request({**request.scope, "path": path, "raw_path": path.encode()}, request.receive)


def _value(context: Context, tag: str) -> str:
    """The value of an attribute of the instance in hand, as text."""
    if context.entity is None or context.entity.instance is None:
        return ""
    element = context.archive.document(context.entity.instance).get(tag)
    return str(element.values[0]) if element and element.values else ""


def _located(part: Part, context: Context, end: str) -> Part:
    if context.kind != "frames":
        return part
    here = str(context.request.url).partition("/frames/")[0]
    return replace(part, headers=(*part.headers, ("Content-Location", here + end)))


def _is_compressed(frame: Frame, context: Context) -> bool:
    return context.kind == "frames" and frame.syntax != _EXPLICIT
