"""The payload of a search response (PS3.18 8.6, 10.6.4): JSON, or a multipart of XML documents, by its media type."""

from __future__ import annotations

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.media_type import MediaType, parse_media_type
from dwconform.encoding.multipart import Part, read_multipart
from dwconform.encoding.native_xml import read_xml
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import LIMIT, Problems, Reading

__all__ = ["read_search_results"]

_JSON = "application/dicom+json"
_XML = "application/dicom+xml"
_JSON_ALIASES = {"application/json", "text/json"}
_XML_ALIASES = {"application/xml", "text/xml"}
_HEADER = "Content-Type"

_NO_TYPE = Fault("M-TYPE-03", "The payload has no Content-Type.", _JSON)
_UNKNOWN = Fault("M-TYPE-04", "The media type is none of those defined for search results.", _JSON)
_PLAIN_JSON = Fault("J-MT-01", "DICOM JSON has a media type of its own.", _JSON)
_JSON_PARTS = Fault("J-MT-02", "Search results in JSON are one array, not parts.", _JSON)
_OTHER_CHARSET = Fault("J-MT-03", "The charset parameter is not that of JSON.", "utf-8")
_ONE_DOCUMENT = Fault("M-XML-01", "XML search results come in parts.", f'multipart/related; type="{_XML}"')
_OTHER_PART = Fault("M-XML-03", "The part is not what the type parameter says.")


def read_search_results(body: bytes, content_type: str | None, *, limit: int = LIMIT) -> Reading:
    """Read what a search answered with.

    Args:
        body: the bytes of the payload; without any there are no data sets and no problem.
        content_type: the Content-Type header field, None when there is none.
        limit: how many problems to list at most.

    Returns:
        One data set per result. Pointers of XML parts begin with ``part[n]``, counted from 1.
    """
    if not body:
        return Reading((), ())
    problems = Problems(limit)
    datasets: list[DataSet] = []
    media_type = _media_type(content_type, problems)
    match media_type.essence if media_type else "":
        case "multipart/related":
            datasets += _read_parts(body, content_type or "", problems)
        case essence if essence in {_XML, *_XML_ALIASES}:
            problems.add(_ONE_DOCUMENT, _HEADER, content_type)
            datasets += _take(read_xml(body), problems)
        case essence:
            if essence != _JSON:
                _report_not_json(essence, content_type, problems)
            if essence in {_JSON, *_JSON_ALIASES} or body.lstrip(b" \t\r\n")[:1] in {b"[", b"{"}:
                datasets += _take(read_json(body, JsonContext.SEARCH), problems)
    return Reading(tuple(datasets), problems.listed())


def _media_type(content_type: str | None, problems: Problems) -> MediaType | None:
    if content_type is None or not content_type.strip():
        return None
    media_type, faults = parse_media_type(content_type)
    if media_type is None or media_type.type != "multipart":  # the reader of parts says it for those
        for problem in faults:
            problems.add(Fault(problem.rule, problem.message, problem.expected), _HEADER, problem.found)
    charset = media_type.parameter("charset") if media_type else None
    if media_type is not None and media_type.essence == _JSON and charset and charset.lower() not in {"utf-8", "utf8"}:
        problems.add(_OTHER_CHARSET, _HEADER, charset)
    return media_type


def _report_not_json(essence: str, content_type: str | None, problems: Problems) -> None:
    if content_type is None or not content_type.strip():
        problems.add(_NO_TYPE, _HEADER)
    elif essence in _JSON_ALIASES:
        problems.add(_PLAIN_JSON, _HEADER, content_type)
    elif essence:
        problems.add(_UNKNOWN, _HEADER, content_type)


def _take(reading: Reading, problems: Problems, prefix: str = "") -> tuple[DataSet, ...]:
    problems.extend(reading.problems, prefix)
    return reading.datasets


def _read_parts(body: bytes, content_type: str, problems: Problems) -> list[DataSet]:
    reading = read_multipart(body, content_type)
    problems.mute("M-ROOT-01")  # M-XML-03 asks the same of every part
    problems.extend(reading.problems)
    wanted = parse_media_type(content_type)[0]
    root = (wanted.parameter("type") or "").lower() if wanted else ""
    if root == _JSON:
        problems.add(_JSON_PARTS, _HEADER, content_type)
    elif root and root != _XML:
        problems.add(_UNKNOWN, _HEADER, content_type)
    datasets: list[DataSet] = []
    for number, part in enumerate(reading.parts, start=1):
        datasets += _read_part(part, f"part[{number}]", root, problems)
    return datasets


def _read_part(part: Part, name: str, root: str, problems: Problems) -> tuple[DataSet, ...]:
    text = part.header("Content-Type")
    if text is None:  # already reported: by what its neighbours say it is
        essence = root
    else:
        media_type, faults = parse_media_type(text)
        problems.extend(faults, f"{name}/{_HEADER} ")
        essence = media_type.essence if media_type else ""
        if root and essence and essence != root:
            problems.add(Fault(_OTHER_PART.rule, _OTHER_PART.message, root), f"{name}/{_HEADER}", text)
    if essence == _JSON:
        return _take(read_json(part.body, JsonContext.DATASET), problems, name)
    if essence in {_XML, *_XML_ALIASES, ""}:
        return _take(read_xml(part.body), problems, name)
    return ()
