"""What defects of the Retrieve Transaction share: which resource is asked for, and the parts of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from urllib.parse import unquote

from pydicom import Dataset, dcmread, dcmwrite
from starlette.requests import Request

from dwconform.origin import multipart
from dwconform.origin.answer import Answer
from dwconform.origin.context import Context
from dwconform.origin.multipart import Part
from dwconform.origin.negotiate import parameters

__all__ = [
    "accept_of",
    "is_retrieve",
    "level",
    "path_of",
    "query_of",
    "rewritten",
    "with_accept",
    "with_files",
    "with_parts",
]

_DICOM = "application/dicom"


def path_of(context: Context) -> list[str]:
    """The segments of the path behind ``studies``: UIDs, ``series``, ``instances`` and what follows."""
    return unquote(context.request.url.path).partition("/studies/")[2].split("/")


def level(context: Context) -> str:
    """``study``, ``series`` or ``instance``: what the path names last."""
    segments = path_of(context)
    if len(segments) >= 5 and segments[3] == "instances":
        return "instance"
    return "series" if len(segments) >= 3 and segments[1] == "series" else "study"


def accept_of(request: Request) -> str:
    """The Accept header; empty without one."""
    return request.headers.get("accept", "")


def query_of(request: Request) -> str:
    """The query component as it was sent."""
    return str(request.scope["query_string"].decode("latin-1"))


def with_accept(request: Request, accept: str) -> Request:
    """The same request with another Accept header."""
    others = [(name, value) for name, value in request.scope["headers"] if name != b"accept"]
    headers = [*others, (b"accept", accept.encode("latin-1"))]
    return Request({**request.scope, "headers": headers}, request.receive)


def is_retrieve(context: Context) -> bool:
    """Whether it is a retrieve of an instance resource."""
    return context.kind in ("study", "retrieve") and context.request.method == "GET"


def with_parts(answer: Answer, change: Callable[[list[Part]], list[Part]]) -> Answer:
    """The answer with other parts, under a boundary and length of their own; others than multiparts as they are."""
    answer = answer.whole
    given = dict(parameters(answer.media_type.partition(";")[2].join((";", ""))) or ())
    if answer.status != 200 or not answer.media_type.startswith("multipart/") or "boundary" not in given:
        return answer
    body, media_type = multipart.join(
        [_stripped(part) for part in change(multipart.split(answer.body, given["boundary"]))], given.get("type", "")
    )
    return replace(answer, body=body, media_type=media_type)


def _stripped(part: Part) -> Part:
    """A part without the header fields that joining writes anew."""
    kept = tuple(pair for pair in part.headers if pair[0] not in ("content-type", "content-length"))
    return replace(part, headers=kept)


def with_files(answer: Answer, context: Context, change: Callable[[Dataset], None]) -> Answer:
    """The answer with each of its DICOM files changed."""
    if not is_retrieve(context):
        return answer
    return with_parts(
        answer,
        lambda parts: [
            replace(part, body=rewritten(part.body, change)) if part.media_type.startswith(_DICOM) else part
            for part in parts
        ],
    )


def rewritten(octets: bytes, change: Callable[[Dataset], None]) -> bytes:
    """A DICOM file after a change of its data set."""
    dataset = dcmread(BytesIO(octets))
    change(dataset)
    target = BytesIO()
    dcmwrite(target, dataset, enforce_file_format=True)
    return target.getvalue()
