"""Defects of retrieved studies, series and instances (PS3.18 10.4.1.1.1, 10.4.3.3.1)."""

from __future__ import annotations

from dataclasses import replace

from pydicom import Dataset
from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer, Refusal
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook, defect
from dwconform.origin.defects._retrieve import accept_of, is_retrieve, level, path_of, with_files, with_parts
from dwconform.origin.elements import Element
from dwconform.origin.levels import Level

_DICOM = "application/dicom"
_ANY = "*/*"


@defect("wado-drops-last-of-study", breaks="10.4.1.1.1/study-instances", hook=Hook.RESPONSE)
def drops_last_of_study(answer: Answer, context: Context) -> Answer:
    """Leaves the last instance out of a retrieved study."""
    mine = is_retrieve(context) and level(context) == "study"
    return with_parts(answer, lambda parts: parts[:-1] or parts) if mine else answer


@defect("wado-stream-repeats-an-instance", breaks="8.6.2/every-instance-once", hook=Hook.RESPONSE)
def stream_repeats_an_instance(answer: Answer, context: Context) -> Answer:
    """Returns an instance two times in a study that may come in any transfer syntax."""
    mine = is_retrieve(context) and level(context) == "study" and "transfer-syntax=*" in accept_of(context.request)
    return with_parts(answer, lambda parts: [*parts, parts[0]]) if mine else answer


@defect("wado-drops-first-of-series", breaks="10.4.1.1.1/series-instances", hook=Hook.RESPONSE)
def drops_first_of_series(answer: Answer, context: Context) -> Answer:
    """Leaves the first instance out of a retrieved series."""
    mine = is_retrieve(context) and level(context) == "series"
    return with_parts(answer, lambda parts: parts[1:] or parts) if mine else answer


@defect("wado-instance-twice", breaks="10.4.1.1.1/instance", hook=Hook.RESPONSE)
def instance_twice(answer: Answer, context: Context) -> Answer:
    """Returns a retrieved instance two times."""
    mine = is_retrieve(context) and level(context) == "instance"
    return with_parts(answer, lambda parts: parts * 2) if mine else answer


@defect("wado-dots-are-extensions", breaks="10.4.1.1.1/instance", hook=Hook.REQUEST, bugs=("B193",))
def dots_are_extensions(request: Request) -> Request:
    """Takes what follows the last dot of a UID at the end of the path for a file extension, and finds nothing."""
    if "/instances/" in request.url.path and "." in request.url.path.rpartition("/")[2]:
        raise Refusal(404, "No such file.")
    return request


@defect("wado-bare-instance", breaks="10.4.1.1.1/instance", hook=Hook.RESPONSE, bugs=("B217",))
def bare_instance(answer: Answer, context: Context) -> Answer:
    """Answers a request for a multipart with a single file."""
    return _bare(answer) if is_retrieve(context) and level(context) == "instance" else answer


@defect("wado-bare-file-for-any", breaks="10.4.4/instances-default", hook=Hook.RESPONSE, bugs=("B077",))
def bare_file_for_any(answer: Answer, context: Context) -> Answer:
    """Answers a client that accepts anything with one single file, whatever else there is."""
    return _bare(answer) if is_retrieve(context) and accept_of(context.request) == _ANY else answer


@defect("wado-refuses-any", breaks="10.4.4/instances-default", hook=Hook.REQUEST, bugs=("B075", "B079"))
def refuses_any(request: Request) -> Request:
    """Answers 406 to a client that accepts anything."""
    if accept_of(request) == _ANY and request.method == "GET" and not _metadata(request):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-no-octets-of-instances", breaks="10.4.4/instances-as-octets", hook=Hook.REQUEST)
def no_octets_of_instances(request: Request, context: Context) -> Request:
    """Answers 406 to instances as octets."""
    if "octet-stream" in accept_of(request) and len(path_of(context)) in (1, 3, 5):
        raise Refusal(406, "Not acceptable.")
    return request


@defect("wado-octets-of-the-first", breaks="10.4.4/instances-as-octets", hook=Hook.PART)
def octets_of_the_first(part: multipart.Part, context: Context) -> multipart.Part:
    """Returns instances as octets with the second half of each left out."""
    half = is_retrieve(context) and part.media_type.startswith("application/octet-stream")
    return replace(part, body=part.body[: len(part.body) // 2]) if half else part


@defect("wado-unknown-study-fails", breaks="10.4.3.1/instances-not-found", hook=Hook.RESPONSE, bugs=("B034", "B222"))
def unknown_study_fails(answer: Answer, context: Context) -> Answer:
    """Answers 500 where a study, series or instance is not there."""
    missing = is_retrieve(context) and answer.status == 404
    return Answer(500, b"NullPointerException\n", "text/plain") if missing else answer


@defect("wado-nothing-for-unknown", breaks="10.4.3.1/instances-not-found", hook=Hook.RESPONSE)
def nothing_for_unknown(answer: Answer, context: Context) -> Answer:
    """Answers 204 where a series or instance is not there."""
    missing = is_retrieve(context) and answer.status == 404 and level(context) != "study"
    return Answer(204) if missing else answer


@defect("wado-fails-on-malformed-uid", breaks="10.1.1/malformed-uid", hook=Hook.REQUEST)
def fails_on_malformed_uid(request: Request) -> Request:
    """Answers 500 to a path with something else than a UID."""
    study = request.url.path.partition("/studies/")[2].partition("/")[0]
    if study and not all(part.isdigit() for part in study.split(".")):
        raise Refusal(500, f"NumberFormatException: {study}")
    return request


@defect("wado-ignores-parents", breaks="10.1.1/path-hierarchy", hook=Hook.REQUEST, bugs=("B019",))
def ignores_parents(request: Request, context: Context) -> Request:
    """Finds a series, or an instance, by its own UID alone, whatever study or series the path names."""
    segments = path_of(context)
    if len(segments) < 3 or segments[1] != "series":
        return request
    tag, uid = ("00080018", segments[4]) if level(context) == "instance" else ("0020000E", segments[2])
    found = context.archive.entities(Level.INSTANCE, [(tag, (uid,))])
    if not found:
        return request
    home = found[0].path.split("/")
    path = "/".join([*home[: len(segments) + 1], *segments[5:]])
    whole = f"{request.url.path.partition('/studies/')[0]}/{path}"
    return Request({**request.scope, "path": whole, "raw_path": whole.encode()}, request.receive)


@defect("wado-first-file-only", breaks="10.4.4/single-part-of-several", hook=Hook.REQUEST)
def first_file_only(request: Request, context: Context) -> Request:
    """Answers a request for a study or series as a single file with its first instance."""
    if accept_of(request) != _DICOM or level(context) == "instance" or not path_of(context)[0]:
        return request
    raise Refusal.of(Answer(200, _first_file(context), _DICOM))


@defect("wado-multipart-called-file", breaks="10.4.4/single-part-instance", hook=Hook.REQUEST, bugs=("B095",))
def multipart_called_file(request: Request, context: Context) -> Request:
    """Answers a request for a single file with a multipart that is called a file."""
    if accept_of(request) != _DICOM or level(context) != "instance":
        return request
    body, _ = multipart.join([multipart.Part(_DICOM, _first_file(context))], _DICOM)
    raise Refusal.of(Answer(200, body, _DICOM))


@defect("wado-loses-private", breaks="8.6.2/attributes-unchanged", hook=Hook.RESPONSE)
def loses_private(answer: Answer, context: Context) -> Answer:
    """Removes private attributes from retrieved instances."""
    return with_files(answer, context, lambda dataset: dataset.remove_private_tags())


@defect("wado-loses-nested", breaks="8.6.2/attributes-unchanged", hook=Hook.RESPONSE, bugs=("B185",))
def loses_nested(answer: Answer, context: Context) -> Answer:
    """Loses long values that stand inside sequences of retrieved instances."""

    def lose(dataset: Dataset) -> None:
        for item in dataset.get("ContentSequence") or []:
            item.pop("TextValue", None)

    return with_files(answer, context, lose)


@defect("wado-other-pixels", breaks="8.6.2/attributes-unchanged", hook=Hook.RESPONSE)
def other_pixels(answer: Answer, context: Context) -> Answer:
    """Returns instances whose last pixel is another."""

    def change(dataset: Dataset) -> None:
        if "PixelData" in dataset:
            pixels = bytes(dataset.PixelData)
            dataset.PixelData = pixels[:-2] + bytes(byte ^ 0xFF for byte in pixels[-2:])

    return with_files(answer, context, change)


@defect("wado-adds-archive-data", breaks="8.6.2/attributes-unchanged", hook=Hook.RESPONSE)
def adds_archive_data(answer: Answer, context: Context) -> Answer:
    """Adds private attributes of the archive to retrieved instances."""
    return with_files(
        answer, context, lambda dataset: dataset.private_block(0x7777, "ARCHIVE", create=True).add_new(1, "LO", "x")
    )


@defect("wado-without-meta-information", breaks="8.7.3.1/files", hook=Hook.RESPONSE)
def without_meta_information(answer: Answer, context: Context) -> Answer:
    """Returns data sets without preamble and File Meta Information."""

    def cut(octets: bytes) -> bytes:
        return octets[144 + int.from_bytes(octets[140:144], "little") :]

    if not is_retrieve(context):
        return answer
    return with_parts(answer, lambda parts: [replace(part, body=cut(part.body)) for part in parts])


@defect("wado-meta-of-another", breaks="8.7.3.1/files", hook=Hook.RESPONSE)
def meta_of_another(answer: Answer, context: Context) -> Answer:
    """Returns files whose File Meta Information names another instance."""
    if not is_retrieve(context):
        return answer
    return with_parts(
        answer,
        lambda parts: [
            replace(part, body=part.body[:300].replace(_uid(part.body), _other(_uid(part.body))) + part.body[300:])
            for part in parts
        ],
    )


def _uid(octets: bytes) -> bytes:
    """The Media Storage SOP Instance UID of a file, with its padding."""
    at = octets.index(b"\x02\x00\x03\x00UI") + 8
    return octets[at : at + int.from_bytes(octets[at - 2 : at], "little")]


def _other(uid: bytes) -> bytes:
    return uid[:-3] + (b"111" if uid[-3:] != b"111" else b"222")


@defect("wado-stored-syntax", breaks="8.7.3.4/default-syntax", hook=Hook.REQUEST, bugs=("B022", "B025"))
def stored_syntax(request: Request, context: Context) -> Request:
    """Returns instances in the transfer syntax in which they are stored, whatever the client asks for."""
    segments = path_of(context)
    if request.method != "GET" or not segments[0] or len(segments) not in (1, 3, 5):
        return request
    if "application/dicom" not in accept_of(request) or "+" in accept_of(request):
        return request
    found = _files(context)
    if found:
        raise Refusal.of(Answer(200, *multipart.join([multipart.Part(_DICOM, each) for each in found], _DICOM)))
    return request


@defect("wado-refuses-any-syntax", breaks="8.7.3.5.2/any-syntax", hook=Hook.REQUEST, bugs=("B014", "B142"))
def refuses_any_syntax(request: Request) -> Request:
    """Answers 400 to a transfer-syntax parameter with an asterisk."""
    if "transfer-syntax=*" in accept_of(request):
        raise Refusal(400, "*: no transfer syntax")
    return request


@defect("wado-implicit-as-stored", breaks="8.7.3/forbidden-syntaxes", hook=Hook.REQUEST)
def implicit_as_stored(request: Request, context: Context) -> Request:
    """Returns files in Implicit VR, as they are stored, to clients that take any transfer syntax."""
    return stored_syntax(request, context) if "transfer-syntax=*" in accept_of(request) else request


@defect("metadata-without-reports", breaks="8.6.2/every-instance-once", hook=Hook.RESULT)
def metadata_without_reports(dataset: dict[str, Element], context: Context) -> dict[str, Element] | None:
    """Leaves instances that are no images out of metadata."""
    left_out = context.kind == "metadata" and "00280010" not in dataset
    return None if left_out else dataset


@defect("wado-without-study-uid", breaks="8.6.2/identifying-attributes", hook=Hook.RESPONSE)
def without_study_uid(answer: Answer, context: Context) -> Answer:
    """Returns instances without their Study Instance UID."""
    return with_files(answer, context, lambda dataset: dataset.__delitem__("StudyInstanceUID"))


def _metadata(request: Request) -> bool:
    return request.url.path.endswith("/metadata") or "/studies/" not in request.url.path


def _bare(answer: Answer) -> Answer:
    """The first file of a multipart as the whole answer."""
    taken: list[bytes] = []

    def take(parts: list[multipart.Part]) -> list[multipart.Part]:
        taken.extend(part.body for part in parts)
        return parts

    with_parts(answer, take)
    return replace(answer, body=taken[0], media_type=_DICOM) if taken else answer


def _files(context: Context) -> list[bytes]:
    segments = path_of(context)
    known = [(tag, (uid,)) for tag, uid in zip(("0020000D", "0020000E", "00080018"), segments[::2], strict=False)]
    found = context.archive.entities(Level.INSTANCE, known)
    return [context.archive.file(each.instance)[0].read_bytes() for each in found if each.instance]


def _first_file(context: Context) -> bytes:
    found = _files(context)
    if not found:
        raise Refusal(404, "There is no such resource.")
    return found[0]
