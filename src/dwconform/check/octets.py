"""One value as octets: the bytes that are stored, in a single part or in parts (PS3.18 10.4.1.1.5, 10.4.3.3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field, NonNegativeInt

from dwconform.check.bulk_data import octets_of, same_octets
from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.encoding.dataset import BulkData, DataSet

if TYPE_CHECKING:
    from dwconform.encoding.multipart import Part

__all__ = ["OctetsArgs", "octets"]


class OctetsArgs(CheckArgs):
    """Where the value stands: tags, with the number of the item behind that of a sequence (``00400275/1/00400007``)."""

    path: str = Field(description="tags and item numbers, as in a JSON Pointer but counted from 1")
    instance: str = Field(description="SOP Instance UID of the instance that has the value")
    parts: Literal["one", "any"] = "any"
    from_: NonNegativeInt = Field(default=0, alias="from", description="the first byte of a range")
    to: NonNegativeInt | None = Field(default=None, description="the last byte of a range")


@check("octets")
def octets(args: OctetsArgs, evidence: Evidence) -> Iterator[Observation]:
    """The answer holds the octets of this value, as they are stored, but for a padding byte."""
    response = evidence.response
    multipart = "multipart" in (response.headers.get("Content-Type") or "").lower()
    found: list[Part] = list(parts_of(evidence).parts) if multipart else []
    body = b"".join(part.body for part in found) if multipart else response.body.content
    stored = _value(evidence, args)
    if stored is None:
        yield Observation(holds=None, message=f"No value of {args.path} is known.")
        return
    if args.parts == "one" and multipart and len(found) != 1:
        yield Observation(
            holds=False,
            message=f"The value comes in {len(found)} parts.",
            expected="1 part",
            observed=f"{len(found)} parts",
            pointer="body",
        )
        return
    if args.to is not None:
        stored = stored[args.from_ : args.to + 1]
    same = same_octets(body, stored)
    yield Observation(
        holds=same,
        message=f"The answer holds {len(body)} bytes{'' if same else ', other ones than stored'}.",
        expected=f"the {len(stored)} bytes that are stored",
        observed=f"{len(body)} bytes",
        pointer="body",
    )


def _value(evidence: Evidence, args: OctetsArgs) -> bytes | None:
    try:
        dataset: DataSet = evidence.archive.instance(args.instance).attributes
    except KeyError:
        return None
    steps = args.path.split("/")
    for tag, number in zip(steps[:-1:2], steps[1::2], strict=True):
        items = dataset[tag].values if tag in dataset else ()
        item = items[int(number) - 1] if len(items) >= int(number) else None
        if not isinstance(item, Mapping):
            return None
        dataset = item
    element = dataset.get(steps[-1])
    if element is None or any(isinstance(value, BulkData) for value in element.values):
        return None
    return octets_of(element)
