"""DICOM files (PS3.10 7), strictly: bytes to the data set, with everything that is wrong with them.

pydicom forgives what real files do; here each such thing is a problem. The data set has the form that the readers of
DICOM JSON and of XML give, so that the three can be compared.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from mmap import ACCESS_READ, mmap
from typing import BinaryIO

from dwconform.encoding.dataset import DataSet
from dwconform.encoding.part10_data_set import DataSetReader
from dwconform.encoding.part10_header import Buffer, recognise
from dwconform.encoding.part10_inflate import INFLATE_LIMIT, inflate
from dwconform.encoding.part10_meta import read_meta, text
from dwconform.encoding.part10_pixels import PIXEL_DATA, check_pixels
from dwconform.encoding.part10_place import Place
from dwconform.encoding.part10_syntax import TransferSyntax, look_up_syntax
from dwconform.encoding.problem import Fault
from dwconform.encoding.reading import LIMIT, Problems, Reading

__all__ = ["Identity", "Part10Reading", "read_part10"]

_SYNTAX = "00020010"
_DIRECTORY = "1.2.840.10008.1.3.10"
_SAME = (("00020002", "00080016", "SOP Class UID"), ("00020003", "00080018", "SOP Instance UID"))

_UNKNOWN_SYNTAX = Fault("P-TS-01", "The Transfer Syntax UID is none that PS3.6 lists.", "a transfer syntax of PS3.6")
_OTHER_ENCODING = Fault("P-TS-03", "The data set is not encoded as its transfer syntax says.")
_RETIRED = Fault("P-TS-04", "The transfer syntax is retired.", "a transfer syntax in force")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a URL says of the object behind it; an empty UID was not said."""

    study: str = ""
    series: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Part10Reading(Reading):
    """A reading that knows the File Meta Information, too, and the Transfer Syntax UID in it."""

    meta: DataSet = field(default_factory=dict)
    transfer_syntax: str = ""


def read_part10(
    body: Buffer | BinaryIO,
    *,
    expected_transfer_syntax: str | None = None,
    identity: Identity | None = None,
    inline: int | None = None,
    inflate_limit: int = INFLATE_LIMIT,
    limit: int = LIMIT,
) -> Part10Reading:
    """Read a DICOM file.

    Args:
        body: its bytes or a map of them, or an open file, which is mapped into memory and not read as a whole.
        expected_transfer_syntax: what the transfer-syntax parameter of its media type says, ``*`` for any.
        identity: what the URL says that it was retrieved from.
        inline: longer values of binary VRs become ``BulkData("byte N")``, the place of the value; None for no limit.
        inflate_limit: how many bytes a deflated data set may have.
        limit: how many problems to list at most.

    Returns:
        The data set, also of a faulty file, and the problems. Pointers are the JSON Pointers that elements have in
        DICOM JSON, or ``byte N``; ``inflated byte N`` counts in what was deflated.
    """
    problems = Problems(limit)
    with _mapped(body) as data:
        place = Place(problems)
        meta = read_meta(data, place)
        syntax = look_up_syntax(text(meta.elements, _SYNTAX))
        _check_syntax(syntax, expected_transfer_syntax, place)
        place = replace(place, directory=text(meta.elements, "00020002") == _DIRECTORY)
        dataset = _read_data_set(data, meta.end, syntax, place, inline=inline, inflate_limit=inflate_limit)
    if dataset is None:
        return Part10Reading((), problems.listed(), meta.elements, syntax.uid)
    _check_identity(dataset, meta.elements, identity or Identity(), place)
    return Part10Reading((dataset,), problems.listed(), meta.elements, syntax.uid)


@contextmanager
def _mapped(body: Buffer | BinaryIO) -> Iterator[Buffer]:
    if isinstance(body, bytes | mmap):
        yield body
        return
    try:
        mapping = mmap(body.fileno(), 0, access=ACCESS_READ)
    except (io.UnsupportedOperation, ValueError, OSError):  # no file on disk, an empty one, or a pipe
        yield body.read()
        return
    with mapping:
        yield mapping


def _check_syntax(syntax: TransferSyntax, expected: str | None, place: Place) -> None:
    if syntax.uid and not syntax.known:
        place.report(_UNKNOWN_SYNTAX, _SYNTAX, found=syntax.uid)
    elif syntax.retired:
        place.report(_RETIRED, _SYNTAX, found=syntax.uid)
    if expected and expected not in {"*", syntax.uid}:
        message = "The transfer syntax is not the one that was declared."
        place.report(Fault("P-TS-02", message, expected), _SYNTAX, found=syntax.uid)


def _read_data_set(
    data: Buffer, at: int, syntax: TransferSyntax, place: Place, *, inline: int | None, inflate_limit: int
) -> DataSet | None:
    if syntax.deflated and at < len(data):
        inflated = inflate(data, at, place, inflate_limit)
        if inflated is None:
            return None
        data, at, place = inflated, 0, replace(place, unit="inflated byte")
    encoding = recognise(data, at, len(data), syntax.encoding)
    if encoding != syntax.encoding and syntax.uid:
        fault = Fault(_OTHER_ENCODING.rule, _OTHER_ENCODING.message, str(syntax.encoding))
        place.report_at(fault, at, encoding)
    reader = DataSetReader(data, inline)
    dataset, _ = reader.read(at, len(data), encoding, place)
    if reader.pixels is not None:
        for problem, found in check_pixels(reader.pixels, dataset, syntax):
            place.report(problem, PIXEL_DATA, found=found)
    return dataset


def _check_identity(dataset: DataSet, meta: DataSet, identity: Identity, place: Place) -> None:
    """Report UIDs that the file does not agree on with itself or with the URL."""
    if place.directory or not (dataset or meta):
        return
    for outer, inner, name in _SAME:
        stated, found = text(meta, outer), text(dataset, inner)
        if not found:
            place.report(Fault("P-UID-03", f"The {name} is missing or empty.", "a value"), inner)
        elif stated and stated != found:
            message = f"The {name} is not the one in the File Meta Information."
            place.report(Fault("P-UID-01", message, stated), inner, found=found)
    expected = (
        ("0020000D", identity.study, "Study Instance UID"),
        ("0020000E", identity.series, "Series Instance UID"),
        ("00080018", identity.instance, "SOP Instance UID"),
    )
    for tag, uid, name in expected:
        found = text(dataset, tag)
        if uid and uid != found:
            place.report(Fault("P-UID-02", f"The {name} is not the one in the URL.", uid), tag, found=found)
