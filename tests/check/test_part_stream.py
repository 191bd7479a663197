"""A study of any length, taken apart while it arrives: in bounded memory, part by part."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dwconform.check.part_stream import PartStream, StreamedInstancesArgs, streamed_instances
from dwconform.check.registry import Evidence
from dwconform.engine.plan import Selection
from dwconform.engine.run import Options, run
from dwconform.fixtures import Archive, RunIdentity, build, load_recipes
from dwconform.origin.server import OriginServer
from dwconform.probe import Exchange, Request
from dwconform.target import load_target

CASE = "studies/retrieve/stream/study"
TYPE = 'multipart/related; type="application/dicom"; boundary=b'


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    return [item.part10 for item in build(load_recipes()["clinic"], RunIdentity.from_seed(1)).instances][:3]


def wrapped(files: list[bytes], media_type: str = "application/dicom") -> bytes:
    parts = (b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n" % (media_type.encode(), file) for file in files)
    return b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize("step", [1 << 20, 1000, 7])
def test_parts_are_the_same_however_they_are_cut(files, step):
    body = wrapped(files)
    stream = PartStream()
    assert stream.begin(200, TYPE)
    for start in range(0, len(body), step):
        stream.feed(body[start : start + step])
    assert stream.close() == ()
    assert [part.size for part in stream.parts] == [len(file) for file in files]
    assert len({part.instance for part in stream.parts}) == 3
    assert all(part.study and part.series and not part.problems for part in stream.parts)


def test_a_redirect_begins_anew(files):
    stream = PartStream()
    stream.begin(200, TYPE)
    stream.feed(wrapped(files[:1]))
    assert stream.begin(200, TYPE)
    assert stream.parts == []


@pytest.mark.parametrize(("status", "content_type"), [(404, TYPE), (200, "application/dicom"), (200, "")])
def test_what_has_no_parts_is_not_wanted(status, content_type):
    assert not PartStream().begin(status, content_type)


def test_a_part_longer_than_the_limit_is_counted_and_told_by_its_beginning(files):
    stream = PartStream(part_limit=len(files[0]) - 10)
    stream.begin(200, TYPE)
    stream.feed(wrapped(files[:1]))
    (part,) = stream.parts
    assert part.size == len(files[0])
    assert part.instance
    assert part.problems == 0


@pytest.mark.parametrize(("defect", "verdict"), [(None, "pass"), ("wado-stream-repeats-an-instance", "fail")])
def test_the_case(shipped, defect, verdict):
    with OriginServer() as origin:
        if defect:
            origin.defects.activate(defect)
        results = run(load_target(origin.base_url), shipped, Options(Selection(cases=(CASE,)), seed=1))
    assert {case.id: case.verdict.value for case in results.cases}[CASE] == verdict


def damaged(files: list[bytes]) -> list[tuple[str, bytes]]:
    whole = wrapped(files)
    return [
        ("closing boundary is missing", whole[: -len(b"--b--\r\n")]),
        ("no readable DICOM file", wrapped([b"not a file"])),
        ("boundary never occurs", whole.replace(b"--b", b"--c")),
        ("is missing", wrapped(files[:1])),
        ("comes 2 times", wrapped([files[0], files[0]])),
    ]


@pytest.mark.parametrize("index", range(5))
def test_damage_is_told(files, index):
    message, body = damaged(files)[index]
    stream = PartStream()
    stream.begin(200, TYPE)
    stream.feed(body)
    instances = build(load_recipes()["clinic"], RunIdentity.from_seed(1)).instances
    exchange = Exchange(1, Request("GET", "http://h/"), cache={"sink": stream})
    evidence = Evidence("s", {"s": [exchange]}, {}, Archive(instances), "http://h")
    args = StreamedInstancesArgs(study=instances[0].study_uid)
    told = [item.message for item in streamed_instances(args, evidence) if not item.holds]
    assert any(message in item for item in told), told


STREAMING = """
import itertools, resource, socket, sys, threading
from dwconform.check.part_stream import PartStream
from dwconform.probe import Outgoing, Probe
from dwconform.target import load_target

size = int(sys.argv[1]) * 2**20
part = b"--b\\r\\nContent-Type: application/dicom\\r\\n\\r\\n" + bytes(16 * 2**20) + b"\\r\\n"
listener = socket.create_server(("127.0.0.1", 0))

def serve():
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n'
                           b'Content-Type: multipart/related; type="application/dicom"; boundary=b\\r\\n\\r\\n')
        for _ in range(size // len(part)):
            connection.sendall(part)
        connection.sendall(b"--b--\\r\\n")

threading.Thread(target=serve, daemon=True).start()
stream = PartStream()
with Probe(load_target(f"http://127.0.0.1:{listener.getsockname()[1]}")) as probe:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    exchange = probe.send(Outgoing("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/studies/1", sink=stream))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert exchange.failure is None, exchange.failure
assert stream.close() == ()
assert len(stream.parts) == size // len(part) and {item.size for item in stream.parts} == {16 * 2**20}
assert exchange.response.body.size > size - 2 * len(part), "more than the limit of a body that is kept"
print((after - before) // 1024)
"""


def test_a_gigabyte_takes_bounded_memory():
    told = subprocess.run(
        [sys.executable, "-c", STREAMING, "1024"], check=False, capture_output=True, text=True, timeout=120
    )
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) < 150, "MiB above what the process had before"
