"""What strict reading costs, next to what libraries need to parse the same bytes: part of `make bench`.

All in one run on one machine, each figure the best of some rounds; the ratios are what counts.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
from lxml import etree
from pydicom.dataset import Dataset

sys.path.insert(0, str(Path(__file__).parent))
import study

from dwconform.data import folder
from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.encoding.multipart import MultipartReader, PartData
from dwconform.encoding.native_xml import read_xml

INSTANCES = 1_000
STREAM = 2 << 30
PART = 64 << 20
CHUNK = 64 << 10
BOUNDARY = b"0123456789-bench"


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of the fastest round."""
    seconds = []
    for _ in range(rounds):
        gc.collect()
        started = time.process_time()
        result = work()
        seconds.append(time.process_time() - started)
        del result
    return min(seconds)


def against(name: str, mine: float, theirs: str, other: float, limit: float) -> None:
    """Print one ratio."""
    verdict = "" if mine <= limit * other else "  TOO SLOW"
    print(f"{name}: {mine:.2f} s, {mine / other:.2f} times {theirs} ({other:.2f} s; at most {limit:g}){verdict}")


def check_json(text: bytes) -> None:
    """Compare the JSON reader with the parser, and with what others do."""
    assert read_json(text, JsonContext.METADATA).problems == ()
    parse = best(lambda: json.loads(text))
    against("strict JSON", best(lambda: read_json(text, JsonContext.METADATA)), "json.loads", parse, 4)

    tree = json.loads(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = best(lambda: [from_json(instance) for instance in tree], 1)
    print(f"  pydicom's from_json, parsing apart: {seconds:.2f} s, {seconds / parse:.1f} times json.loads")
    schema = json.loads((folder("schemas") / "dicom-json.schema.json").read_text(encoding="utf-8"))
    fast = jsonschema_rs.Draft202012Validator(schema)
    seconds = best(lambda: assert_valid(fast.is_valid(tree)), 1)
    print(f"  jsonschema-rs, parsing apart: {seconds:.2f} s, {seconds / parse:.1f} times json.loads")
    share = 50
    slow = jsonschema.Draft202012Validator(schema)
    seconds = share * best(lambda: assert_valid(slow.is_valid(tree[: INSTANCES // share])), 1)
    print(f"  jsonschema, parsing apart, from one {share}th: {seconds:.0f} s, {seconds / parse:.0f} times json.loads")


def from_json(instance: dict[str, Any]) -> Dataset:
    """Read with pydicom, and all values: it converts them on access."""
    dataset = Dataset.from_json(instance, bulk_data_uri_handler=lambda _tag, _vr, _uri: b"")
    for _ in dataset.iterall():
        pass
    return dataset


def assert_valid(verdict: bool) -> None:  # noqa: FBT001 - a verdict
    """Fail where a validator does not take what we wrote."""
    assert verdict


def check_xml(documents: list[bytes]) -> None:
    """Compare the XML reader with the parser."""
    assert all(read_xml(document).problems == () for document in documents[:20])
    parse = best(lambda: [etree.fromstring(document) for document in documents])
    mine = best(lambda: [read_xml(document) for document in documents])
    against("strict XML", mine, "lxml.etree.fromstring", parse, 4)
    padded = [document.replace(b"</FamilyName>", b" </FamilyName>", 1) for document in documents[:50]]
    assert len(read_xml(padded[0]).problems) == 1
    parse = best(lambda: [etree.fromstring(document) for document in padded])
    mine = best(lambda: [read_xml(document) for document in padded], 1)
    print(f"  with a problem in each document, of one {INSTANCES // 50}th: {mine / parse:.1f} times")


def stream() -> Iterator[bytes]:
    """Yield a payload of parts in chunks, as it might arrive."""
    block = os.urandom(CHUNK)
    for _ in range(STREAM // PART):
        yield b"--" + BOUNDARY + b"\r\nContent-Type: application/octet-stream\r\n\r\n"
        for _ in range(PART // CHUNK):
            yield block
        yield b"\r\n"
    yield b"--" + BOUNDARY + b"--\r\n"


def find() -> int:
    """Look for the boundary in each chunk."""
    return sum(chunk.find(b"\r\n--" + BOUNDARY) >= 0 for chunk in stream())


def read_stream() -> int:
    """Read the payload; return the bytes of its parts."""
    reader = MultipartReader(f'multipart/related; type="application/octet-stream"; boundary={BOUNDARY.decode()}')
    length = 0
    for chunk in stream():
        length += sum(len(event.data) for event in reader.feed(chunk) if isinstance(event, PartData))
    reader.close()
    assert reader.problems == ()
    assert length == STREAM
    return length


def check_multipart() -> None:
    """Compare the reader of streams with one pass of bytes.find."""
    search = best(find)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mine = best(read_stream)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    against(f"multipart of {STREAM >> 30} GiB", mine, "bytes.find", search, 3)
    print(f"  peak memory grew by {grown / 1024:.1f} MiB")


def main() -> None:
    """Print all figures."""
    check_multipart()
    instances = study.instances(INSTANCES)
    text = study.as_json(instances)
    print(f"metadata of {INSTANCES} instances: {len(text) / 1e6:.1f} MB of JSON")
    check_json(text)
    documents = study.as_xml(instances)
    del instances  # the collector of garbage would count them in each round
    print(f"metadata of {INSTANCES} instances: {sum(map(len, documents)) / 1e6:.1f} MB of XML")
    check_xml(documents)


if __name__ == "__main__":
    main()
