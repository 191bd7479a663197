"""Bulk data as octets: the bytes that are stored, nothing less and nothing more (PS3.18 8.7.3.3.1, 10.4.3.3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dwconform.check.parts import parts_of
from dwconform.check.registry import CheckArgs, Evidence, Observation, check
from dwconform.check.target_resource import stored_in
from dwconform.encoding.dataset import DataSet, Element
from dwconform.fixtures.instance import Instance

__all__ = ["BulkDataArgs", "bulk_data", "octets_of", "same_octets"]

_PIXELS = ("7FE00010", "7FE00008", "7FE00009")
_SHOWN = 5


class BulkDataArgs(CheckArgs):
    """Which values each instance has to bring; ``only`` demands that there are no others."""

    of: Literal["pixels"] = "pixels"
    only: bool = False


@check("bulk-data")
def bulk_data(args: BulkDataArgs, evidence: Evidence) -> Iterator[Observation]:
    """The parts hold the pixel data of every known instance of the resource, as stored, in however many parts."""
    found = [part.body for part in parts_of(evidence).parts]
    if any(not isinstance(item, Instance) for item in stored_in(evidence).values()):
        yield Observation(holds=None, message="The pixel data of instances that are not ours is not known.")
        return
    wanted = {uid: value for uid, item in stored_in(evidence).items() if (value := _pixels(item.attributes))}
    left = list(found)
    missing = []
    for uid, value in wanted.items():
        taken = _taken(left, value)
        if taken is None:
            missing.append((uid, value))
        else:
            left = left[: taken[0]] + left[taken[1] :]
    for uid, value in missing[:_SHOWN]:
        yield Observation(
            holds=False,
            message=f"The pixel data of the instance {uid} is not there.",
            expected=f"its {len(value)} bytes",
            observed=f"{len(found)} parts of {', '.join(str(len(body)) for body in found[:_SHOWN])} bytes",
            pointer="body",
        )
    if args.only and left:
        yield Observation(
            holds=False,
            message=f"{len(left)} parts hold something else than pixel data.",
            expected=f"{len(wanted)} parts",
            observed=f"{len(found)} parts",
            pointer="body",
        )
    if not missing and not (args.only and left):
        yield Observation(
            holds=True if wanted else None,
            message=f"The pixel data of {len(wanted)} instances is there, byte for byte."
            if wanted
            else "No pixel data is known that could be compared.",
        )


def _taken(bodies: list[bytes], value: bytes) -> tuple[int, int] | None:
    """Return the range of the bodies that together are the value: a whole one, or one for each frame."""
    for start in range(len(bodies)):
        joined = b""
        for end in range(start, len(bodies)):
            joined += bodies[end]
            if same_octets(joined, value):
                return start, end + 1
            if len(joined) > len(value) + 1:
                break
    return None


def _pixels(dataset: DataSet) -> bytes:
    return next((octets_of(dataset[tag]) for tag in _PIXELS if tag in dataset), b"")


def octets_of(element: Element) -> bytes:
    """Return the value field of a binary or text element."""
    values = element.values
    if any(isinstance(value, bytes) for value in values):
        return b"".join(value for value in values if isinstance(value, bytes))
    return "\\".join(str(value) for value in values if isinstance(value, str)).encode()


def same_octets(found: bytes, stored: bytes) -> bool:
    """Whether two value fields are the same, apart from one byte that pads either to an even length."""
    short, long = sorted((found, stored), key=len)
    return short == long or (len(long) - len(short) == 1 and long.startswith(short) and long[-1:] in (b"\0", b" "))
