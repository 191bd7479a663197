from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from check.evidence import holds
from check.retrieved import instance, multipart, retrieve, url_of
from dwconform.encoding.dataset import BulkData, Element
from dwconform.fixtures import Archive, KnownInstance

OCTETS = "application/octet-stream"
ONE, BULK, ICON = "clinic.ct.axial.1", "bulk.values.one.1", "images.icon.one.1"


def pixels(path: str) -> bytes:
    return bytes(instance(path).dataset.PixelData)


def of(path: str, *bodies: bytes) -> Any:
    return retrieve(url_of(path), *multipart([({"Content-Type": OCTETS}, body) for body in bodies], OCTETS))


def test_a_value() -> None:
    arguments = {"path": "7FE00010", "instance": instance(ONE).sop_instance_uid}
    value = pixels(ONE)
    assert holds("octets", arguments, of(ONE, value)) is True
    assert holds("octets", arguments, of(ONE, value + b"\0")) is True
    assert holds("octets", arguments, of(ONE, value[:-2])) is False
    assert holds("octets", arguments, of(ONE, value[:50], value[50:])) is True
    assert holds("octets", {**arguments, "parts": "one"}, of(ONE, value[:50], value[50:])) is False
    assert holds("octets", {**arguments, "from": 10, "to": 19}, of(ONE, value[10:20])) is True
    assert holds("octets", {**arguments, "from": 10, "to": 19}, of(ONE, value[11:21])) is False
    assert holds("octets", arguments, retrieve(url_of(ONE), value, {"Content-Type": OCTETS})) is True


def test_a_value_in_an_item() -> None:
    arguments = {"path": "00880200/1/7FE00010", "instance": instance(BULK).sop_instance_uid}
    value = bytes(instance(BULK).dataset.IconImageSequence[0].PixelData)
    assert holds("octets", arguments, of(BULK, value)) is True
    assert holds("octets", arguments, of(BULK, value[::-1] + b"xx")) is False


@pytest.mark.parametrize("path", ["00880200/2/7FE00010", "00091099"])
def test_a_value_that_is_not_known(path: str) -> None:
    arguments = {"path": path, "instance": instance(BULK).sop_instance_uid}
    assert holds("octets", arguments, of(BULK, b"x")) is None
    assert holds("octets", {"path": path, "instance": "1.2.3"}, of(BULK, b"x")) is None


def test_all_pixel_data_of_a_resource() -> None:
    series = "clinic.ct.axial"
    values = [pixels(f"{series}.{number}") for number in (1, 2, 3)]
    assert holds("bulk-data", {}, of(series, *values)) is True
    assert holds("bulk-data", {}, of(series, *values[1:])) is False
    assert holds("bulk-data", {}, of(series, *values[1:], values[0][:20], values[0][20:])) is True
    assert holds("bulk-data", {}, of(series, *values, b"more")) is True
    assert holds("bulk-data", {"only": True}, of(series, *values, b"more")) is False
    assert holds("bulk-data", {}, of("clinic.mix.report", b"")) is None


def test_the_pixels_of_an_icon_are_none_of_the_image() -> None:
    icon = bytes(instance(ICON).dataset.IconImageSequence[0].PixelData)
    assert holds("bulk-data", {"only": True}, of(ICON, pixels(ICON))) is True
    assert holds("bulk-data", {"only": True}, of(ICON, pixels(ICON), icon)) is False


def test_nothing_is_told_of_the_pixels_of_instances_that_are_not_ours() -> None:
    stored = instance(ONE)
    attributes = {**stored.attributes, "7FE00010": Element("OW", (BulkData("http://server/bulk"),))}
    known = Archive([KnownInstance.from_dataset(attributes)])
    evidence = replace(of(ONE, pixels(ONE)), archive=known)
    assert holds("bulk-data", {"only": True}, evidence) is None
    assert holds("octets", {"path": "7FE00010", "instance": stored.sop_instance_uid}, evidence) is None
    assert holds("frames", {"numbers": 1, "of": stored.sop_instance_uid}, evidence) is None
    assert holds("content", {"kinds": ["altered"]}, evidence) is None
