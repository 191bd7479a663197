"""Figures of dwconform, each a ratio or a CPU time of one run on this machine: `make bench`.

Overhead: the wall time of a Search run, divided by the time that bare httpx needs to replay the same requests against
the same server, one after the other, in the same process. Median of several rounds, taken in turns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from dwconform.coverage import count
from dwconform.engine.library import Library, load_library
from dwconform.engine.records import Results
from dwconform.engine.run import Options, run
from dwconform.probe import raw  # noqa: F401 - imported before the clock runs
from dwconform.target import load_target

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.peers.orthanc.server import Orthanc, orthanc_missing  # noqa: E402 - after the path is set

ROUNDS = 5


@contextmanager
def origin() -> Iterator[str]:
    """Run the origin in a process of its own, so that its work is not counted as ours."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "dwconform", "serve", "--port", str(port), "--storage", folder],
            stdout=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{port}/dicom-web"
        try:
            _wait_for(f"{url}/studies")
            yield url
        finally:
            process.terminate()
            process.wait()


@contextmanager
def orthanc() -> Iterator[str]:
    """Run an Orthanc of our own."""
    with Orthanc() as server:
        yield server.base_url


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{url} never answered")


def judge(url: str, library: Library) -> Results:
    """Run the Search suites once; the seed is the same each time, so the store repeats itself."""
    return run(load_target(url), library, Options(seed=1))


def replay(results: Results) -> float:
    """Send the same requests with bare httpx and return the seconds it took."""
    requests = [
        (item.request.method, item.request.url, dict(item.request.headers))
        for item in results.exchanges
        if item.request.method == "GET"
    ]
    with httpx.Client(timeout=60) as client:
        started = time.perf_counter()
        for method, url, headers in requests:
            client.request(method, url, headers=headers)
        return time.perf_counter() - started


def overhead(name: str, serve: Callable[[], object], library: Library) -> None:
    """Print the ratio for one server."""
    ratios, seconds = [], []
    with serve() as url:  # type: ignore[attr-defined]
        results = judge(url, library)
        for _ in range(ROUNDS):
            results = judge(url, library)
            stores = sum(item.seconds for item in results.exchanges if item.request.method != "GET")
            mine = results.run.seconds - stores
            ratios.append(mine / replay(results))
            seconds.append(mine)
    print(
        f"overhead on {name}: {statistics.median(ratios):.2f} times bare httpx "
        f"({min(ratios):.2f} to {max(ratios):.2f}; {results.run.requests} requests, "
        f"{len(results.cases)} cases, {statistics.median(seconds):.1f} s without the stores)"
    )


def cpu_of(*arguments: str) -> float:
    """Return the CPU seconds of a command, the best of three."""

    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "dwconform", *arguments], stdout=subprocess.DEVNULL, check=False)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    return min(once() for _ in range(3))


def first_request() -> float:
    """Return the CPU seconds that `run` has used when its first request arrives."""
    code = (
        "import http.server, os, subprocess, sys, threading\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        stat = open(f'/proc/{child.pid}/stat').read().rpartition(')')[2].split()\n"
        "        print((int(stat[11]) + int(stat[12])) / os.sysconf('SC_CLK_TCK'), flush=True)\n"
        "        child.kill()\n"
        "        os._exit(0)\n"
        "    def log_message(self, *_): pass\n"
        "server = http.server.HTTPServer(('127.0.0.1', 0), Handler)\n"
        "child = subprocess.Popen([sys.executable, '-m', 'dwconform', 'run', '--quiet',\n"
        "                          f'http://127.0.0.1:{server.server_port}'], stdout=subprocess.DEVNULL)\n"
        "server.serve_forever()\n"
    )

    def once() -> float:
        return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    return min(once() for _ in range(3))


def main() -> None:
    """Print all figures."""
    library = load_library()
    chapters = count(library)
    print(f"cases: {len(library.suites.cases)}; requirements: {len(library.catalogue)}; covered: "
          f"{sum(chapter.covered for chapter in chapters)}; with defect: "
          f"{sum(chapter.with_defect for chapter in chapters)}; untestable: "
          f"{sum(len(chapter.untestable) for chapter in chapters)}")  # fmt: skip
    print(f"dwconform --help: {cpu_of('--help'):.2f} s of CPU")
    print(f"first request of run: {first_request():.2f} s of CPU")
    overhead("the origin", origin, library)
    if orthanc_missing():
        print(f"overhead on Orthanc: not measured: {orthanc_missing()}")
    else:
        overhead("Orthanc", orthanc, library)
    if shutil.which("dwconform"):
        subprocess.run([sys.executable, "-m", "dwconform", "selftest"], check=False)


if __name__ == "__main__":
    main()
