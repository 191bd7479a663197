"""The Relax NG schema of the Native DICOM Model, as a second opinion on what the reader's own code finds."""

from __future__ import annotations

from functools import cache

from lxml import etree

from dwconform.data import folder
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import Problems
from dwconform.encoding.xml_text import Node

__all__ = ["native_schema", "validate"]

_MAX_CHILDREN = 2_000
_INVALID = "X-SCHEMA-01"


@cache
def native_schema() -> etree.RelaxNG:
    """Return the compiled schema ``schemas/native-dicom-model-strict.rng``, in which the content follows the VR."""
    return etree.RelaxNG(etree.parse(folder("schemas") / "native-dicom-model-strict.rng"))


def validate(root: Node, problems: Problems) -> None:
    """Report what the schema has against a document in which nothing else was found, unless it would take too long."""
    # libxml2 takes quadratic time for the children of one element: 20,000 values 1.3 s
    if any(len(node) > _MAX_CHILDREN for node in root.iter()):
        return
    schema = native_schema()
    if schema.validate(root):
        return
    error = schema.error_log.last_error
    message = " ".join(error.message.split()) if error is not None else ""
    problems.add(Fault(_INVALID, "The document breaks the schema of the model.", "PS3.19 A.1.6"), "", message)
