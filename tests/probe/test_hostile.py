"""No server makes the probe hang, crash or eat the memory."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dwconform.probe import FailureKind, Outgoing, Probe
from dwconform.target import Target
from stubs.servers import MIB, STUBS

HURRY = {"connect": 1.0, "read": 0.4, "total": 1.2}

# What comes of each stub: the status that arrived, the failure, the kept content where it is short.
OUTCOMES: dict[str, tuple[int | None, FailureKind | None, bytes | None]] = {
    "empty-list": (200, None, b"[]"),
    "empty-object": (200, None, b"{}"),
    "html": (200, None, None),
    "not-found": (404, None, b"not here"),
    "unauthorized": (401, None, b""),
    "server-error": (500, None, b"oops"),
    "no-content": (204, None, b""),
    "circle": (302, FailureKind.REDIRECT, b""),
    "nothing-listens": (None, FailureKind.CONNECT, None),
    "silent": (None, FailureKind.TIMEOUT, None),
    "closes-at-once": (None, FailureKind.CLOSED, None),
    "dripping-head": (None, FailureKind.TIMEOUT, None),
    "dripping-body": (200, FailureKind.TIMEOUT, None),
    "cut-body": (200, FailureKind.CLOSED, b"[{"),
    "cut-head": (None, FailureKind.CLOSED, None),
    "cut-chunk": (200, FailureKind.CLOSED, b"[{"),
    "length-too-small": (200, FailureKind.PROTOCOL, b"[{"),
    "length-too-large": (200, FailureKind.TIMEOUT, b"[]"),
    "no-content-with-body": (204, FailureKind.PROTOCOL, b""),
    "endless-chunks": (200, FailureKind.LIMIT, None),
    "endless-head": (None, FailureKind.PROTOCOL, None),
    "nested-json": (200, FailureKind.LIMIT, None),
    "nested-json-gzip": (200, FailureKind.LIMIT, None),
    "gzip-bomb": (200, FailureKind.LIMIT, None),
    "invalid-gzip": (200, FailureKind.CODING, b"this is no gzip"),
    "unknown-coding": (200, FailureKind.CODING, b"\x0b\x02\x80[]\x03"),
    "not-http": (None, FailureKind.PROTOCOL, None),
    "garbage": (None, FailureKind.PROTOCOL, None),
    "bad-chunk": (200, FailureKind.PROTOCOL, b""),
    "switching-protocols": (None, FailureKind.PROTOCOL, None),
}


def test_every_stub_has_an_outcome():
    assert OUTCOMES.keys() == STUBS.keys()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("raw", [False, True], ids=["pooled", "raw"])
@pytest.mark.parametrize("name", STUBS)
def test_a_hostile_server_costs_one_exchange(name, raw):
    status, kind, content = OUTCOMES[name]
    with (
        STUBS[name]() as stub,
        Probe(Target(url=stub.url, timeouts=HURRY), body_limit=MIB, hard_limit=16 * MIB) as probe,
    ):
        exchange = probe.send(Outgoing("GET", f"{stub.url}/studies", raw=raw))
        assert (exchange.failure and exchange.failure.kind) == kind, exchange.failure
        assert (exchange.response and exchange.response.status) == status
        if kind:
            assert exchange.failure.message
        if exchange.response is not None:
            body = exchange.response.body
            assert len(body.content) <= MIB
            assert body.complete == (kind in (None, FailureKind.PROTOCOL, FailureKind.REDIRECT) and name != "bad-chunk")
            if content is not None:
                assert body.content == content


@pytest.mark.timeout(30)
def test_a_server_that_never_ends_is_left_at_the_deadline():
    with (
        STUBS["endless-chunks"]() as stub,
        Probe(Target(url=stub.url, timeouts=HURRY), body_limit=MIB, hard_limit=2**40) as probe,
    ):
        exchange = probe.send(Outgoing("GET", stub.url))
    assert exchange.failure.kind is FailureKind.TIMEOUT
    assert exchange.response.body.size > MIB


@pytest.mark.timeout(30)
def test_a_server_that_takes_nothing_is_left_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Probe(Target(url=url, timeouts=HURRY)) as probe:
            exchange = probe.send(Outgoing("POST", url, body=bytes(64 * MIB)))
    assert exchange.failure.kind is FailureKind.TIMEOUT
    assert exchange.response is None


MEASURE = """
import re, sys
from pathlib import Path
from stubs.servers import STUBS
from dwconform.probe import Outgoing, Probe
from dwconform.target import Target

with STUBS[sys.argv[1]]() as stub, Probe(Target(url=stub.url), body_limit=4 * 2**20, hard_limit=64 * 2**20) as probe:
    probe.send(Outgoing("GET", stub.url, raw=sys.argv[2] == "raw"))
    # Not ru_maxrss: it would count the process that this one was forked from.
    print(int(re.search(r"VmHWM:\\s*([0-9]+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("mode", ["pooled", "raw"])
@pytest.mark.parametrize("name", ["nested-json", "gzip-bomb"])
def test_memory_stays_bounded(name, mode):
    # About 60 MiB in fact, of a body of 1 or 10 GiB: the interpreter and its imports, the stub, what is kept (4 MiB).
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, name, "pooled"],
        cwd=tests,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(done.stdout) < 120


def test_one_bad_answer_does_not_spoil_the_next():
    with STUBS["length-too-small"]() as stub, Probe(Target(url=stub.url, timeouts=HURRY)) as probe:
        first, second = (probe.send(Outgoing("GET", stub.url)) for _ in range(2))
    assert first.failure == second.failure
    assert second.response.status == 200
