"""No server, whatever it does, is conformant by accident, hangs a run, crashes it or eats the memory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import judge, target
from stubs.servers import STUBS

HURRY = {"connect": 1.0, "read": 0.3, "total": 0.5}

# The exit statuses that a stub may earn: 1 not conformant, 3 incomplete, 5 out of reach. Where nothing could be stored,
# it is the suites' affair whether what is left to ask shows a violation.
STATUSES: dict[str, set[int]] = {
    "empty-list": {1},
    "empty-object": {1},
    "html": {1},
    "not-found": {3},
    "unauthorized": {3},
    "server-error": {1, 3},
    "no-content": {1, 3},
    "circle": {1, 3},
    "nothing-listens": {5},
    "silent": {5},
    "closes-at-once": {5},
    "dripping-head": {5},
    "dripping-body": {1, 3},
    "cut-body": {1, 3},
    "cut-head": {5},
    "cut-chunk": {1, 3},
    "length-too-small": {1, 3},
    "length-too-large": {1, 3},
    "no-content-with-body": {1, 3},
    "endless-chunks": {1, 3},
    "endless-head": {5},
    "nested-json": {1, 3},
    "nested-json-gzip": {1, 3},
    "gzip-bomb": {1, 3},
    "invalid-gzip": {1, 3},
    "unknown-coding": {1, 3},
    "not-http": {5},
    "garbage": {5},
    "bad-chunk": {1, 3},
    "switching-protocols": {5},
}


def test_every_stub_has_a_status():
    assert STATUSES.keys() == STUBS.keys()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", STUBS)
def test_a_hostile_server_earns_its_status(name, shipped):
    with STUBS[name]() as stub:
        results = judge(target(stub.url, timeouts=HURRY, **{"visibility-delay": 0.2}), shipped)
    assert results.run.exit_status in STATUSES[name], results.run.stopped
    assert not results.outcome.startswith("conformant")
    assert all(claim.outcome not in ("conformant", "conformant with warnings") for claim in results.claims)
    assert not any("dwconform failed" in item.reason for item in results.cases)


RUN_AND_MEASURE = """
import re, sys
from pathlib import Path
from dwconform.cli import main
try:
    main()
finally:
    # Not ru_maxrss: it would count the process that this one was forked from.
    print("peak", re.search(r"VmHWM:\\s*([0-9]+) kB", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", ["nested-json", "gzip-bomb", "endless-chunks"])
def test_memory_stays_bounded(name, tmp_path):
    with STUBS[name]() as stub:
        (tmp_path / "target.yaml").write_text(
            f"url: {stub.url}\nvisibility-delay: 0\ntimeouts: {{connect: 1, read: 1, total: 2}}\n", encoding="utf-8"
        )
        done = subprocess.run(
            [sys.executable, "-c", RUN_AND_MEASURE, "run", "target.yaml", "-o", "reports"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert done.returncode in (1, 3), done.stderr  # OPTIONS, answered with no capabilities, is a violation by itself
    assert Path(tmp_path, "reports", "results.json").stat().st_size < 64 * 2**20
    found = re.search(r"peak ([0-9]+)", done.stderr)
    assert found
    assert int(found[1]) / 1024 < 500  # MiB; the body is 1 GiB or endless, and there are many of them
