"""What the origin's writers make of any data set is clean, and read back as the same data set."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from dwconform.encoding.dataset import DataSet, Element, PersonName, Value
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.dictionary import VRS
from dwconform.encoding.native_xml import read_xml
from dwconform.origin import json_writer, xml_writer
from dwconform.origin.elements import Dataset

from .data_sets import BASE, as_read, data_sets


def locate(path: str) -> str:
    return BASE + path


def spelled(dataset: DataSet) -> DataSet:
    """Return the data set with what may travel as number or as string as strings."""
    return {tag: Element(element.vr, tuple(map(_spelled, element.values))) for tag, element in dataset.items()}


def _spelled(value: Value) -> Value:
    if isinstance(value, Mapping):
        return spelled(value)
    return str(value) if isinstance(value, int | float) else value


@given(data_sets())
@settings(max_examples=200)
def test_json_is_read_back_as_it_was(dataset: Dataset) -> None:
    text = json_writer.encode([json_writer.model(dataset, locate)])
    reading = read_json(text, JsonContext.METADATA)
    assert reading.problems == ()
    assert [spelled(found) for found in reading.datasets] == [spelled(as_read(dataset))]


@given(data_sets())
@settings(max_examples=200)
def test_xml_is_read_back_as_it_was(dataset: Dataset) -> None:
    reading = read_xml(xml_writer.encode(xml_writer.model(dataset, locate)))
    assert reading.problems == ()
    assert [spelled(found) for found in reading.datasets] == [spelled(as_read(dataset))]


def test_data_sets_of_all_kinds_are_drawn() -> None:
    seen: set[str] = set()

    @given(data_sets())
    @settings(max_examples=300, database=None, derandomize=True)
    def draw(dataset: Dataset) -> None:
        note(dataset, "")

    def note(dataset: Dataset, prefix: str) -> None:
        for tag, element in dataset.items():
            seen.add(prefix + element.vr)
            seen.add("private" if tag[3] in "13579BDF" else "standard")
            seen.add("empty" if not element.values else "several" if len(element.values) > 1 else "one")
            for value in element.values:
                seen.add(f"value {type(value).__name__}")
                if isinstance(value, dict):
                    note(value, "nested ")

    draw()
    assert seen >= VRS | {"private", "standard", "empty", "several", "one", "value NoneType", "value Bulk", "nested LO"}


@pytest.mark.parametrize("name", ["A^B", "=王", "==p", "A=B=C"])
def test_names_have_their_groups(name: str) -> None:
    assert str(PersonName(*name.split("="))) == name
