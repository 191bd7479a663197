"""Figures of dwconform, each a ratio or a CPU time of one run on this machine: `make bench`.

Overhead: what a Search run takes, divided by what bare httpx takes to replay the same requests to the same server, one
after the other over one client, in the same process. Each round is a process of its own with one run in it, so that
nothing is warm that would be cold for a user; the server is in another process, keeps running from round to round, and
has been through one round that does not count. Rounds of a busy machine differ: the median is printed, and the range.

Of the run's wall time, everything that a user waits for counts: finding out what the target claims, planning, building
the fixtures, polling until they are visible, sending, recording, reading, judging, assembling the results. Not counted:

- the time between the first byte of a Store of the fixtures and the last byte of its answer: a replay cannot repeat it,
  and it is the server's work;
- starting Python, importing the modules and loading the suites: the same for every target. `first request of run` has
  these as CPU time, the interpreter's own start included;
- the cases of properties, whose requests are not all recorded, so that they cannot be replayed;
- writing the reports, which has a line of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from dwconform.coverage import count
from dwconform.engine.library import Library, load_library
from dwconform.engine.plan import Selection
from dwconform.engine.records import ExchangeRecord
from dwconform.engine.run import Options, run
from dwconform.report.write import FORMATS, write_reports
from dwconform.target import load_target

ROOT = Path(__file__).parents[1]
ROUNDS = 7
DWCONFORM = (sys.executable, "-m", "dwconform")


def main() -> None:
    """Print all figures, or those of one round to the process that started this one."""
    if sys.argv[1:2] == ["--round"]:
        print(json.dumps(one_round(sys.argv[2])))
        return
    sys.path.insert(0, str(ROOT))
    from tests.peers.orthanc.server import Orthanc, orthanc_missing  # noqa: PLC0415 - after the path is set

    started = time.process_time()
    library = load_library()
    print(f"loading the library: {time.process_time() - started:.2f} s of CPU")
    print(census(library))
    print(f"dwconform --help: {cpu_of('--help'):.2f} s of CPU")
    print(f"first request of run: {first_request():.2f} s of CPU")
    overhead("the origin", origin())
    missing = orthanc_missing()
    if missing:
        print(f"overhead on Orthanc: not measured: {missing}")
    else:
        overhead("Orthanc", orthanc(Orthanc))
    if shutil.which("dwconform"):
        subprocess.run([*DWCONFORM, "selftest"], check=False)


def census(library: Library) -> str:
    """Return how many cases there are, and how many requirements they reach."""
    chapters = count(library)
    return (
        f"cases: {len(library.suites.cases)}; requirements: {len(library.catalogue)}; "
        f"covered: {sum(chapter.covered for chapter in chapters)}; "
        f"with defect: {sum(chapter.with_defect for chapter in chapters)}; "
        f"untestable: {sum(len(chapter.untestable) for chapter in chapters)}"
    )


@contextmanager
def origin() -> Iterator[str]:
    """Run the origin in a process of its own, so that its work is not counted as ours."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*DWCONFORM, "serve", "--port", str(port), "--storage", folder], stdout=subprocess.DEVNULL
        )
        url = f"http://127.0.0.1:{port}/dicom-web"
        try:
            wait_for(f"{url}/studies", process)
            yield url
        finally:
            process.terminate()
            process.wait()


@contextmanager
def orthanc(server: Callable[[], Any]) -> Iterator[str]:
    """Run an Orthanc of our own."""
    with server() as running:
        yield running.base_url


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(url)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{url} never answered")


def overhead(name: str, serving: AbstractContextManager[str]) -> None:
    """Print the ratio for one server."""
    with serving as url:
        rounds = [round_apart(url) for _ in range(ROUNDS + 1)][1:]
    ratios = [(one["run"] - one["stores"]) / one["replay"] for one in rounds]
    median = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    print(
        f"overhead on {name}: {statistics.median(ratios):.2f} times bare httpx "
        f"({min(ratios):.2f} to {max(ratios):.2f}; {median['requests']:.0f} requests, {median['cases']:.0f} cases; "
        f"a run of {median['run']:.2f} s of which {median['stores']:.2f} s are stores, "
        f"a replay of {median['replay']:.2f} s; all reports written in {median['reports']:.2f} s)"
    )


def round_apart(url: str) -> dict[str, float]:
    """Run one round in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--round", url], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"a round failed:\n{done.stderr}")
    return dict(json.loads(done.stdout))


def one_round(url: str) -> dict[str, float]:
    """Judge a server and replay the requests; return the seconds that each part took."""
    library, target = load_library(), load_target(url)
    options = Options(selection=Selection(suites=replayable(library)), seed=1)
    started = time.perf_counter()
    results = run(target, library, options)
    judged = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_reports(results, Path(folder), FORMATS)
    written = time.perf_counter()
    stores = [item for item in results.exchanges if is_store(item)]
    rest = [item for item in results.exchanges if not is_store(item)]
    return {
        "run": judged - started,
        "reports": written - judged,
        "stores": sum(item.seconds for item in stores),
        "replay": replay(rest),
        "requests": len(rest),
        "cases": len(results.cases),
    }


def replayable(library: Library) -> tuple[str, ...]:
    """Return the suites of searches of which every request is recorded: of a property, only the last ones are."""
    cases = [case for case in library.suites.cases.values() if case.suite.startswith("studies/search")]
    return tuple(sorted({case.suite for case in cases} - {case.suite for case in cases if case.property_name}))


def is_store(exchange: ExchangeRecord) -> bool:
    """Tell whether the exchange brought a fixture into the target."""
    return exchange.label == "fixtures" and exchange.request.method == "POST"


def replay(exchanges: list[ExchangeRecord]) -> float:
    """Send the same requests with bare httpx and return the seconds it took."""
    requests = [(item.request.method, item.request.url, list(item.request.headers)) for item in exchanges]
    with httpx.Client(timeout=60) as client:
        started = time.perf_counter()
        for method, url, headers in requests:
            client.request(method, url, headers=headers)
        return time.perf_counter() - started


def cpu_of(*arguments: str) -> float:
    """Return the CPU seconds of a command, the best of three."""

    def once() -> float:
        process = subprocess.Popen([*DWCONFORM, *arguments], stdout=subprocess.DEVNULL)
        return cpu_until_end(process)

    return min(once() for _ in range(3))


def first_request() -> float:
    """Return the CPU seconds that `run` has used when it connects to its target, the best of three."""

    def once() -> float:
        with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as folder:
            listener.settimeout(0.05)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            process = subprocess.Popen(
                [*DWCONFORM, "run", "--quiet", "--reports", folder, url], stdout=subprocess.DEVNULL
            )
            while process.poll() is None:
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                process.kill()
                connection.close()
                return cpu_until_end(process)
        raise SystemExit(f"`dwconform run` ended with {process.returncode} before it sent anything")

    return min(once() for _ in range(3))


def cpu_until_end(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process and return the CPU seconds that it used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
