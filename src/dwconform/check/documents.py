"""The parts of an XML answer: each is one Native DICOM Model document (PS3.18 10.6.4, PS3.19 A.1)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.multipart import Part, read_multipart

__all__ = ["DocumentsArgs", "documents"]

_XML = "application/dicom+xml"
_ROOT = "NativeDicomModel"


class DocumentsArgs(CheckArgs):
    """No arguments."""


@check("documents")
def documents(args: DocumentsArgs, evidence: Evidence) -> Iterator[Observation]:  # noqa: ARG001 - it takes none
    """Every part of the multipart body is one Native DICOM Model document, and there is one part for each result."""
    response = evidence.response
    parts = read_multipart(response.body.content, response.headers.get("Content-Type") or "").parts
    if not parts:
        yield Observation(
            holds=False, message="The body has no parts.", expected="one part for each match", pointer="body"
        )
        return
    for index, part in enumerate(parts):
        wrong = _wrong(part)
        if wrong:
            yield Observation(
                holds=False,
                message=f"Part {index + 1} of {len(parts)} {wrong}.",
                expected=f"a {_ROOT} document of type {_XML}",
                observed=wrong,
                pointer=f"byte {part.offset}",
            )
            return
    yield Observation(holds=True, message=f"Each of the {len(parts)} parts is a document of its own.")


def _wrong(part: Part) -> str:
    """Say what is wrong with a part; empty when nothing is."""
    given = part.header("Content-Type") or ""
    if given.partition(";")[0].strip().lower() != _XML:
        return f"is of the type {given}" if given else "has no Content-Type"
    try:
        root = etree.fromstring(part.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return f"is not well-formed XML: {error.msg}"
    name = etree.QName(root).localname
    return "" if name == _ROOT else f"has the root element {name}"
