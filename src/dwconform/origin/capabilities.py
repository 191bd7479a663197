"""The Retrieve Capabilities transaction: a WADL document of all that is offered (PS3.18 8.9, Annexes G and H)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from lxml import etree

from dwconform.origin.answer import Answer
from dwconform.origin.context import Context
from dwconform.origin.defects import Hook
from dwconform.origin.dictionary import tag_of
from dwconform.origin.forms import Form
from dwconform.origin.negotiate import negotiate

__all__ = ["capabilities"]

NAMESPACE = "http://wadl.dev.java.net/2009/02"
_UNIQUE = frozenset({"application", "resources", "request"})
_DICOM, _OCTETS = 'multipart/related; type="application/dicom"', 'multipart/related; type="application/octet-stream"'
_JSON, _XML = "application/dicom+json", 'multipart/related; type="application/dicom+xml"'
_PIXELS = (
    _OCTETS,
    "application/octet-stream",
    *(
        f'multipart/related; type="{kind}"'
        for kind in ("image/jpeg", "image/jls", "image/jp2", "image/jphc", "image/dicom-rle", "video/mpeg", "video/mp4")
    ),
)
_IMAGES = ("image/jpeg", "image/gif", "image/png")
_RENDERED = (*_IMAGES, "text/html", "text/plain", "text/xml", "application/pdf", "video/mpeg", "video/mp4")
_STUDY_KEYS = [
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ModalitiesInStudy",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "StudyInstanceUID",
    "StudyID",
]
_SERIES_KEYS = [
    "Modality",
    "SeriesInstanceUID",
    "SeriesNumber",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
    "RequestAttributesSequence.ScheduledProcedureStepID",
    "RequestAttributesSequence.RequestedProcedureID",
]
_INSTANCE_KEYS = [
    "SOPClassUID",
    "SOPInstanceUID",
    "InstanceNumber",
]
_RENDERING = (
    ("annotation", "a list of patient, technique"),
    ("quality", "1 to 100: the quality of JPEG compression, as libjpeg has it"),
    ("viewport", "width, height and, if wanted, the region of the source"),
    ("window", "centre, width and one of linear, linear-exact, sigmoid"),
    ("iccprofile", "no, yes, srgb, adobergb or rommrgb"),
)
_VOLUME = (
    ("renderingmethod", "volume_rendered, maximum_ip, minimum_ip or average_ip"),
    ("orientation", "a, p, r, l, h or f"),
    ("viewpointposition", "x, y, z in millimetres"),
    ("viewpointlookat", "x, y, z in millimetres"),
    ("viewpointup", "x, y, z"),
    ("volumeinputreference", "an instance or frame of the volume"),
    ("animationstepsize", "degrees or millimetres from step to step"),
    ("animationrate", "steps in a second"),
    ("renderedvolumetricmetadata", "yes: the parameters that were applied, instead of the picture"),
)

_SPACES = {None: NAMESPACE, "xs": "http://www.w3.org/2001/XMLSchema"}


def capabilities(context: Context) -> Answer:
    """The description of the service, as XML or JSON."""
    form = negotiate(context, (Form.WADL, Form.WADL_JSON)).form or Form.WADL
    root = context.bend(Hook.WADL, _application(context))
    if form is Form.WADL_JSON:
        body = json.dumps({"application": _plain(root)}, ensure_ascii=False).encode()
    else:
        body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Answer(200, body, form.media_type)


def _element(kind: str, /, *children: etree._Element, **attributes: str) -> etree._Element:
    element = etree.Element(f"{{{NAMESPACE}}}{kind}", attributes, nsmap=_SPACES)  # type: ignore[arg-type]  # None: default
    element.extend(children)
    return element


def _doc(text: str) -> etree._Element:
    element = _element("doc")
    element.text = text
    return element


def _application(context: Context) -> etree._Element:
    text = "DICOMweb studies service; character sets: UTF-8, for rendered texts also those of ISO 8859 and others"
    resources = _element("resources", *_studies(context), base=context.base_url)
    return _element("application", _doc(text), resources)


def _resource(path: str, *children: etree._Element) -> etree._Element:
    return _element("resource", *children, path=path)


def _get(name: str, accept: Iterable[str], *params: etree._Element, statuses: str = "400 404 406") -> etree._Element:
    types = tuple(accept)
    options = [_element("option", value=each) for each in types]
    header = _element("param", *options, name="Accept", style="header", required="true", default=types[0])
    charset = _element("param", name="Accept-Charset", style="header")
    found = [_element("representation", mediaType=each) for each in types]
    request = _element("request", header, charset, _query("accept", "media types"), _query("charset", "sets"), *params)
    success = "200 204" if "search" in name else "200"
    responses = (_element("response", *found, status=success), _element("response", status=statuses))
    return _element("method", request, *responses, name="GET", id=name)


def _query(name: str, text: str = "", /, **attributes: str) -> etree._Element:
    return _element("param", *([_doc(text)] if text else []), name=name, style="query", **attributes)


def _search(name: str, *keys: list[str]) -> etree._Element:
    params = [_query(each) for keyword in (each for some in keys for each in some) for each in _both(keyword)]
    booleans = ("fuzzymatching", "emptyvaluematching", "multiplevaluematching")
    params += [_query(each, type="xs:boolean") for each in booleans]
    params.append(_query("includefield", "keywords or tags, or all", repeating="true"))
    params += [_query(each, text, type="xs:int") for each, text in (("limit", "most results"), ("offset", "skipped"))]
    return _get(name, (_JSON, _XML), *params, statuses="400 406 413")


def _both(keyword: str) -> tuple[str, str]:
    """A key by its keywords and by its tags."""
    return keyword, ".".join(tag_of(each) or each for each in keyword.split("."))


def _store(name: str) -> etree._Element:
    answers = ("application/dicom+json", 'multipart/related; type="application/dicom+xml"')
    found = [_element("representation", mediaType=each) for each in answers]
    request = _element("request", _element("representation", mediaType=_DICOM))
    responses = (_element("response", *found, status="200 202 409"), _element("response", status="400 406 415"))
    return _element("method", request, *responses, name="POST", id=name)


def _below(level: str, *instances: etree._Element) -> list[etree._Element]:
    """The resources below a study, series or instance."""
    rendering = [_query(*each) for each in _RENDERING]
    parts = [f'multipart/related; type="{each}"' for each in _RENDERED]
    kinds = [*_RENDERED, *parts] if level == "Instance" else parts
    return [
        *instances,
        _resource("metadata", _get(f"retrieve{level}Metadata", (_JSON, _XML))),
        _resource("bulkdata", _get(f"retrieve{level}Bulkdata", (_OCTETS,))),
        _resource("pixeldata", _get(f"retrieve{level}PixelData", _PIXELS)),
        _resource("rendered", _get(f"retrieveRendered{level}", kinds, *rendering)),
        *_volumes(level),
        _thumbnail(level),
    ]


def _volumes(level: str) -> list[etree._Element]:
    params = [_query(*each) for each in (*_VOLUME, *_RENDERING)]
    plane, solid = (
        [_query(*each) for each in some]
        for some in ((("mprslab", "millimetres"), ("volumetriccurvepoint", "x, y, z")), (("swivelrange", "degrees"),))
    )
    types = (*_IMAGES, _JSON, _XML)
    found = []
    for path, name, own in (("renderedmpr", "RenderedMPRVolume", plane), ("rendered3d", "Rendered3DVolume", solid)):
        copies = [deepcopy(each) for each in params]
        found.append(_resource(path, _get(f"retrieve{name}{level}", types, *copies, *own)))
    return found


def _thumbnail(level: str) -> etree._Element:
    return _resource("thumbnail", _get(f"retrieve{level}Thumbnail", _IMAGES, _query("viewport", "width, height")))


def _instance_tree() -> etree._Element:
    rendering = [_query(*each) for each in _RENDERING]
    many = [f'multipart/related; type="{each}"' for each in _IMAGES]
    frames = _resource(
        "{framelist}",
        _get("retrieveFrames", _PIXELS),
        _resource("rendered", _get("retrieveRenderedFrames", [*_IMAGES, *many], *rendering)),
        _resource("pixeldata", _get("retrieveFramePixelData", _PIXELS)),
        *_volumes("Frame"),
        _thumbnail("Frame"),
    )
    one = _get("retrieveInstance", (_DICOM, "application/dicom", _OCTETS))
    tree = _resource("{SOPInstance}", one, *_below("Instance"), _resource("frames", frames))
    tree.find(f"{{{NAMESPACE}}}resource[@path='bulkdata']").append(  # type: ignore[union-attr]  # it is there
        _resource("{BulkDataReference}", _get("retrieveBulkdata", _PIXELS))
    )
    return tree


def _studies(context: Context) -> list[etree._Element]:
    instances = _resource("instances", _search("searchForStudySeriesInstances", _INSTANCE_KEYS), _instance_tree())
    series = _resource("{SeriesInstance}", _get("retrieveSeries", (_DICOM, _OCTETS)), *_below("Series"), instances)
    study = _resource(
        "{StudyInstance}",
        _get("retrieveStudy", (_DICOM, _OCTETS)),
        _store("storeStudyInstances"),
        *([_element("method", name="DELETE", id="deleteStudy")] if context.options.allow_delete else []),
        *_below("Study"),
        _resource("series", _search("searchForStudySeries", _SERIES_KEYS), series),
        _resource("instances", _search("searchForStudyInstances", _SERIES_KEYS, _INSTANCE_KEYS)),
    )
    return [
        _resource("studies", _search("searchForStudies", _STUDY_KEYS), _store("storeInstances"), study),
        _resource("series", _search("searchForSeries", _STUDY_KEYS, _SERIES_KEYS)),
        _resource("instances", _search("searchForInstances", _STUDY_KEYS, _SERIES_KEYS, _INSTANCE_KEYS)),
    ]


def _plain(element: etree._Element) -> dict[str, Any]:
    """An element in the JSON form of Annex G: attributes with ``@``, repeatable elements in arrays."""
    found: dict[str, Any] = {f"@{name!s}": str(value) for name, value in element.attrib.items()}
    for child in element:
        name = str(etree.QName(child).localname)
        if name == "doc":
            found.setdefault("doc", []).append({"@xml:lang": "en", "value": child.text or ""})
        elif name in _UNIQUE:
            found[name] = _plain(child)
        else:
            found.setdefault(name, []).append(_plain(child))
    return found
