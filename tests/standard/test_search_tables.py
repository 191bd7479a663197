from __future__ import annotations

import pytest

from dwconform.standard.dictionary import creator_tag, is_private, keyword_of, tag_of, vr_of
from dwconform.standard.search import (
    DATE_TIME_PAIRS,
    PARAMETERS,
    REQUIRED_KEYS,
    RESPONSE_ATTRIBUTES,
    AttributeType,
    Collection,
    QueryLevel,
    level_of,
    required_keys,
    response_attributes,
)


@pytest.mark.parametrize("level", QueryLevel)
def test_keywords_of_response_attributes(level: QueryLevel) -> None:
    for attribute in RESPONSE_ATTRIBUTES[level]:
        assert keyword_of(attribute.path[-8:]) == attribute.keyword


@pytest.mark.parametrize("level", QueryLevel)
def test_each_level_has_its_unique_key(level: QueryLevel) -> None:
    unique = [attribute.path for attribute in RESPONSE_ATTRIBUTES[level] if attribute.type is AttributeType.UNIQUE]
    assert unique == [level.unique_key]
    assert level.unique_key in REQUIRED_KEYS[level]


@pytest.mark.parametrize("level", QueryLevel)
def test_required_keys_belong_to_their_level(level: QueryLevel) -> None:
    for key in REQUIRED_KEYS[level]:
        assert level_of(key[:8]) is level, key


def test_counts_of_the_tables() -> None:
    assert [len(REQUIRED_KEYS[level]) for level in QueryLevel] == [9, 7, 3]
    assert [len(RESPONSE_ATTRIBUTES[level]) for level in QueryLevel] == [16, 12, 10]


def test_required_keys_by_resource() -> None:
    counts = {collection: len(required_keys(collection)) for collection in Collection}
    assert counts == {
        Collection.ALL_STUDIES: 9,
        Collection.STUDY_SERIES: 7,
        Collection.STUDY_INSTANCES: 10,
        Collection.ALL_SERIES: 16,
        Collection.SERIES_INSTANCES: 3,
        Collection.ALL_INSTANCES: 19,
    }


def test_response_attributes_by_resource() -> None:
    paths = [attribute.path for attribute in response_attributes(Collection.ALL_INSTANCES)]
    assert len(paths) == len(set(paths))
    assert {"00080018", "0020000E", "0020000D", "00100010"} <= set(paths)
    assert paths[0] == "00080016"
    assert {attribute.path for attribute in response_attributes(Collection.STUDY_SERIES)} == {
        attribute.path for attribute in RESPONSE_ATTRIBUTES[QueryLevel.SERIES]
    }


def test_levels_of_collections() -> None:
    levels = [collection.level for collection in Collection]
    assert levels == [
        QueryLevel.STUDY,
        QueryLevel.SERIES,
        QueryLevel.INSTANCE,
        QueryLevel.SERIES,
        QueryLevel.INSTANCE,
        QueryLevel.INSTANCE,
    ]


def test_pairs_are_dates_and_times() -> None:
    assert {vr_of(tag) for tag in DATE_TIME_PAIRS} == {"DA"}
    assert {vr_of(tag) for tag in DATE_TIME_PAIRS.values()} == {"TM"}
    for date, time in DATE_TIME_PAIRS.items():
        assert keyword_of(date).replace("Date", "Time") == keyword_of(time)


def test_parameters_are_no_keywords() -> None:
    assert all(tag_of(parameter) is None for parameter in PARAMETERS)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("PatientID", "00100020"),
        ("0020000d", "0020000D"),
        ("0020000D", "0020000D"),
        ("patientid", None),
        ("", None),
        ("0020", None),
        ("0020000G", None),
        ("00091001", "00091001"),
    ],
)
def test_tag_of(name: str, tag: str | None) -> None:
    assert tag_of(name) == tag


@pytest.mark.parametrize(
    ("tag", "vr"), [("00100010", "PN"), ("7FE00010", "OB"), ("00090010", "LO"), ("00091001", None), ("00021234", None)]
)
def test_vr_of(tag: str, vr: str | None) -> None:
    assert vr_of(tag) == vr


@pytest.mark.parametrize(
    ("tag", "creator"),
    [
        ("00091001", "00090010"),
        ("0009FF01", "000900FF"),
        ("00090011", "00090011"),
        ("00100010", None),
        ("00090001", None),
    ],
)
def test_creator_tag(tag: str, creator: str | None) -> None:
    assert creator_tag(tag) == creator


def test_private_groups_are_odd() -> None:
    assert is_private("00091001")
    assert not is_private("00081001")
