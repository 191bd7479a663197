from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwconform.encoding.multipart import MultipartReader, PartData, PartEnd, PartStart, read_multipart
from dwconform.encoding.rules import RULES

TYPE = 'multipart/related; type="text/plain"; boundary=b'
PART = "--b\r\nContent-Type: text/plain\r\n\r\n"
TWO = f"{PART}one\r\n{PART}two\r\n--b--"
WITH_IDS = TWO.replace("\r\n\r\none", "\r\nContent-ID: <1>\r\n\r\none").replace(
    "\r\n\r\ntwo", "\r\nContent-ID: <2>\r\n\r\ntwo"
)


@dataclass(frozen=True)
class Case:
    """A payload that breaks ``rule`` and nothing else, and what its parts hold nevertheless."""

    rule: str
    body: str
    pointer: str
    parts: tuple[str, ...] = ("one", "two")
    content_type: str = TYPE


INVALID = [
    Case("M-TYPE-01", "x", "Content-Type", (), "text/plain; boundary=b"),
    Case("M-TYPE-02", TWO, "Content-Type", content_type="multipart/related; boundary=b"),
    Case("M-MEDIA-03", TWO, "Content-Type", content_type="multipart/related; type=text/plain; boundary=b"),
    Case("M-BOUNDARY-01", TWO, "Content-Type", (), 'multipart/related; type="text/plain"'),
    Case("M-BOUNDARY-02", TWO.replace("--b", "--" + "b" * 71), "Content-Type", content_type=TYPE + "b" * 70),
    Case("M-BOUNDARY-02", TWO.replace("--b", "--b*"), "Content-Type", content_type=TYPE + "*"),
    Case("M-BOUNDARY-03", f"{PART}one\r\n--bc\r\n--b--", "byte 38", ("one\r\n--bc",)),
    Case("M-BOUNDARY-04", "", "byte 0", ()),
    Case("M-BOUNDARY-04", TWO, "byte 0", (), TYPE + "c"),
    Case("M-PREAMBLE-01", "Hello\r\n" + TWO, "byte 0"),
    Case("M-EPILOGUE-01", TWO + "\r\nGoodbye", "byte 83"),
    Case("M-LINE-01", TWO.replace("\r\n", "\n"), "byte 0"),
    Case("M-LINE-01", TWO.replace("one\r\n", "one\n"), "byte 37"),
    Case("M-LINE-01", TWO.replace("plain\r\n", "plain\n", 1), "byte 5"),
    Case("M-CLOSE-01", TWO.removesuffix("\r\n--b--"), "byte 74"),
    Case("M-CLOSE-01", TWO.removesuffix("--"), "byte 79"),
    Case("M-ZERO-01", "--b--\r\n", "byte 0", ()),
    Case("M-HEADER-01", TWO.replace("\r\n\r\n", "\r\nno header\r\n\r\n", 1), "byte 31"),
    Case("M-HEADER-02", "--b\r\nContent-Type: text/plain\r\n--b--", "byte 5", ("",)),
    Case("M-HEADER-03", TWO.replace("\r\n\r\none", "\r\nContent-Type: text/plain\r\n\r\none"), "byte 5"),
    Case("M-PART-01", TWO.replace("text/plain\r\n\r\ntwo", "multipart/mixed; boundary=c\r\n\r\ntwo"), "byte 43"),
    Case("M-ROOT-01", TWO.replace("text/plain", "text/html", 1), "byte 5"),
    Case("M-ROOT-01", WITH_IDS.replace("text/plain", "text/html"), "byte 59", content_type=TYPE + '; start="<2>"'),
    Case("M-START-01", WITH_IDS, "Content-Type", content_type=TYPE + '; start="<3>"'),
    Case("M-START-01", TWO, "Content-Type", content_type=TYPE + '; start="<1>"'),
    Case("M-ID-01", WITH_IDS.replace("<2>", "<1>"), "byte 60"),
    Case("M-LENGTH-01", TWO.replace("\r\n\r\none", "\r\nContent-Length: 4\r\n\r\none"), "byte 52"),
    Case("M-XML-03", "--b\r\n\r\none\r\n--b--", "byte 5", ("one",)),
    Case("M-XML-03", "--b\r\nContent-Location: /x\r\n\r\none\r\n--b--", "byte 5", ("one",)),
]

VALID = [
    (TWO, ("one", "two")),
    (TWO + "\r\n", ("one", "two")),
    ("\r\n" + TWO, ("one", "two")),
    (TWO.replace("--b", "--b \t").replace("--b \t--", "--b--"), ("one", "two")),
    (f"{PART}\r\n--b--", ("",)),
    ("--b\r\nContent-Type: text/plain\r\n\r\n--b--", ("",)),
    (f"{PART}\r\n\r\n--b--", ("\r\n",)),
    (f"{PART}a\nb--b\n-\r\n--a\r\n\r\n--b--", ("a\nb--b\n-\r\n--a\r\n",)),
    (TWO.replace("Content-Type", "content-type"), ("one", "two")),
    (TWO.replace("\r\n\r\none", "\r\nContent-Length: 3\r\nX-Long: a\r\n b\r\n\r\none"), ("one", "two")),
]


@pytest.mark.parametrize("case", INVALID, ids=lambda case: f"{case.rule} {case.body[:40]!r}")
def test_an_invalid_payload_breaks_exactly_its_rule(case: Case) -> None:
    reading = read_multipart(case.body.encode(), case.content_type)
    assert [(problem.rule, problem.pointer) for problem in reading.problems] == [(case.rule, case.pointer)]
    assert tuple(part.body.decode() for part in reading.parts) == case.parts


@pytest.mark.parametrize(("body", "parts"), VALID)
def test_a_valid_payload_has_no_problems(body: str, parts: tuple[str, ...]) -> None:
    reading = read_multipart(body.encode(), TYPE)
    assert reading.problems == ()
    assert tuple(part.body.decode() for part in reading.parts) == parts
    assert all(body.encode()[part.offset :].startswith(part.body) for part in reading.parts)


def test_header_fields_are_found_without_case() -> None:
    (part,) = read_multipart(b"--b\r\ncontent-TYPE:  text/plain \r\nX: a\r\n\tb\r\n\r\n\r\n--b--", TYPE).parts
    assert part.header("Content-Type") == "text/plain"
    assert part.header("x") == "a b"
    assert part.header("y") is None


@pytest.mark.parametrize("boundary", ["b", "a+b_c.d", "x" * 70, "simple boundary", "'()+_,-./:=?"])
def test_a_boundary_may_have_these_characters(boundary: str) -> None:
    content_type = f'multipart/related; type="text/plain"; boundary="{boundary}"'
    reading = read_multipart(TWO.replace("--b", f"--{boundary}").encode(), content_type)
    assert reading.problems == ()
    assert len(reading.parts) == 2


@pytest.mark.parametrize("start", ["<1>", "<2>"])
def test_the_root_is_the_part_that_start_names(start: str) -> None:
    body = WITH_IDS if start == "<1>" else WITH_IDS.replace("text/plain", "text/html", 1)
    reading = read_multipart(body.encode(), f'{TYPE}; start="{start}"')
    assert reading.problems == ()
    assert len(reading.parts) == 2


def test_a_nested_multipart_is_read_like_any_other() -> None:
    inner = TWO.replace("--b", "--inner")
    outer = f'--b\r\nContent-Type: multipart/related; type="text/plain"; boundary=inner\r\n\r\n{inner}\r\n--b--'
    (part,) = read_multipart(outer.encode(), TYPE).parts
    assert part.body == inner.encode()
    nested = read_multipart(part.body, part.header("Content-Type") or "")
    assert [part.body for part in nested.parts] == [b"one", b"two"]


def test_endless_header_fields_are_taken_for_no_more_than_they_may_be() -> None:
    reading = read_multipart(b"--b\r\nContent-Type: text/plain\r\n" + b"X: y\r\n" * 20_000 + b"\r\n\r\n--b--", TYPE)
    assert [problem.rule for problem in reading.problems] == ["M-HEADER-02"]
    reading = read_multipart(b"--b\r\n" + b"X" * 200_000 + b"\r\n--b--", TYPE)
    assert {problem.rule for problem in reading.problems} == {"M-HEADER-02", "M-XML-03", "M-HEADER-01"}


def chunked(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    yield from (body[start:end] for start, end in pairwise(edges))


def streamed(body: bytes, cuts: list[int], content_type: str = TYPE) -> tuple[list[bytes], object]:
    reader = MultipartReader(content_type)
    events = [event for chunk in chunked(body, cuts) for event in reader.feed(chunk)] + reader.close()
    parts: list[bytes] = []
    for event in events:
        if isinstance(event, PartStart):
            parts.append(b"")
        elif isinstance(event, PartData):
            parts[-1] += event.data
        else:
            assert isinstance(event, PartEnd)
            assert event.length == len(parts[-1])
    return parts, reader.problems


PIECES = st.sampled_from(["--b", "--b--", "\r\n", "\n", "\r", "-", "b", " ", "Content-Type: text/plain", ":", "x", "é"])
BODIES = st.lists(PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode()) | st.just(TWO.encode())


@given(BODIES, st.lists(st.integers(0, 10_000), max_size=6))
def test_chunks_make_no_difference(body: bytes, cuts: list[int]) -> None:
    whole = read_multipart(body, TYPE)
    assert streamed(body, cuts) == ([part.body for part in whole.parts], whole.problems)


@given(st.binary(), st.text())
def test_nothing_makes_it_raise(body: bytes, content_type: str) -> None:
    for reading in (read_multipart(body, content_type), read_multipart(body, TYPE)):
        assert all(problem.rule in RULES for problem in reading.problems)


def synthetic(size: int) -> Iterator[bytes]:
    """Yield a payload of parts of 16 MiB, with line ends and beginnings of boundaries in them, as it might arrive."""
    block = (b"\r\n--x" + bytes(range(256)) * 4 + b"\r\n-") * 64
    left = size
    while left > 0:
        yield PART.encode()
        for _ in range(16 * 1024 * 1024 // len(block)):
            yield block
            left -= len(block)
        yield b"\r\n"
    yield b"--b--"


def test_the_size_of_a_part_costs_no_memory() -> None:
    reader = MultipartReader(TYPE)
    length = 0
    tracemalloc.start()
    try:
        for chunk in synthetic(256 * 1024 * 1024):
            length += sum(len(event.data) for event in reader.feed(chunk) if isinstance(event, PartData))
        reader.close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reader.problems == ()
    assert length > 256 * 1024 * 1024
    assert peak < 2 * 1024 * 1024


def test_payload_is_given_as_it_comes() -> None:
    reader = MultipartReader(TYPE)
    reader.feed(PART.encode())
    given = 0
    for _ in range(1000):
        given += sum(len(event.data) for event in reader.feed(b"x" * 1000) if isinstance(event, PartData))
        assert len(reader._buffer) < 2000
    assert given > 990_000
