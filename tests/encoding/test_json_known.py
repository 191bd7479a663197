"""The fast way through DICOM JSON reads what the slow one reads, finds the same problems, and forgets in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given

from dwconform.encoding import json_known
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.json_known import KNOWN, KnownName
from dwconform.encoding.reading import Reading

from .json_cases import INVALID, VALID, Case, values
from .test_dicom_json import DATA_SETS, JSON_LIKE


@contextmanager
def slow_way() -> Iterator[None]:
    find = KnownName.find
    KnownName.find = lambda _self, _attribute: None  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        KnownName.find = find  # type: ignore[method-assign]


def both_ways(body: bytes, context: JsonContext) -> Reading:
    fast = read_json(body, context)
    assert repr(read_json(body, context)) == repr(fast)  # when all is known; NaN is not equal to itself
    with slow_way():
        assert repr(read_json(body, context)) == repr(fast)
    return fast


@pytest.mark.parametrize("case", INVALID, ids=str)
def test_both_ways_find_the_same_problems(case: Case) -> None:
    both_ways(case.body, case.context)


@pytest.mark.parametrize("text", VALID)
def test_both_ways_read_the_same(text: str) -> None:
    both_ways(text.encode(), JsonContext.SEARCH)


@given(JSON_LIKE | DATA_SETS)
def test_both_ways_read_anything_alike(document: object) -> None:
    both_ways(json.dumps(document).encode(), JsonContext.SEARCH)


def test_equal_numbers_are_not_the_same() -> None:
    for vr, number in (("DS", 1), ("DS", 1.0), ("DS", 1), ("US", 1), ("FD", 1.0), ("FD", 1)):
        for several in ([number], [number, number]):
            (dataset,) = both_ways(values("00091001", vr, *several).encode(), JsonContext.SEARCH).datasets
            assert [type(value) for value in dataset["00091001"].values] == [type(number)] * len(several)
    assert [problem.rule for problem in read_json(values("00280010", "US", 1).encode()).problems] == []
    assert [problem.rule for problem in read_json(values("00280010", "US", 1.0).encode()).problems] == ["J-NUM-01"]
    assert [problem.rule for problem in read_json(values("00280010", "US", True).encode()).problems] == ["J-TYPE-NUM"]


def test_zero_keeps_its_sign() -> None:
    for several in ([0.0], [-0.0], [0.0, 1.5], [-0.0, 1.5], [0.0]):
        (dataset,) = both_ways(values("00091001", "FD", *several).encode(), JsonContext.SEARCH).datasets
        assert repr(dataset["00091001"].values) == repr(tuple(several))


CREATOR = '"00090010": {"vr": "LO", "Value": ["A"]}'


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('[{"00100020" : {"vr":"LO"},"00100020":{"vr":"LO"}}]', ["J-TAG-06"]),
        ('[{"00100020":{"vr" :"LO","vr":"LO"}}]', ["J-ATTR-04"]),
        ('[{"00100020":{"vr":"LO","Value":["a\\":b"]},"00100020":{"vr":"LO"}}]', ["J-TAG-06"]),
        ('[{"00100020":{"vr":"LO","Value":["a\\": b", " : c", "\\\\"]}}]', ["J-VAL-06", "J-VAL-07"]),
        ('[{"00100020":{"vr":"LO","Value":["\\":"]}}]', []),
        ('[{"00100020":{"vr":"LO","Value":[" : c"]}}]', []),
        ('[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"a","Alphabetic":"b"}]}}]', ["J-ATTR-04"]),
        (f'[{{{CREATOR},"00091001":{{"vr":"SQ","Value":[{{"00100020":{{"vr":"LO"}},"00100020":{{"vr":"LO"}}}}]}}}}]',
         ["J-TAG-06"]),
        ('[{"x":{"y":1,"y":2}}]', ["J-TAG-01", "J-VR-01", "J-ATTR-03", "J-ATTR-04"]),
    ],
)  # fmt: skip
def test_names_that_occur_twice_are_found_however_they_are_spelled(text: str, rules: list[str]) -> None:
    assert sorted(problem.rule for problem in read_json(text.encode()).problems) == sorted(rules)


def test_what_is_known_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_known, "_MOST_KEPT", 100)
    for number in range(1000):
        read_json(values("00100020", "LO", f"value {number}").encode())
    assert KNOWN.kept <= 100
    assert sum(len(good) for known in KNOWN.values() for good in known._good.values()) <= 100
