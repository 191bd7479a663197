"""A bench for suites and engine: requirements of every kind, checks that say what they are told, a scripted server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from dwconform.check.registry import Check, CheckArgs, Evidence, Observation, registry
from dwconform.engine.library import Library
from dwconform.engine.plan import Selection
from dwconform.engine.records import CaseRecord, RequirementRecord, Results
from dwconform.engine.run import Options, run
from dwconform.fixtures import Instance, Recipe, load_recipes
from dwconform.standard.requirements import Catalogue, Requirement
from dwconform.suite import Vocabulary, load_suites
from dwconform.target import Target
from stubs.servers import Connection, Received, Stub, response

HURRY = {"connect": 1.0, "read": 0.5, "total": 1.0}
SEED = 7

_COMMON = {"section": "1", "consequence": "interop", "statement": "It does what the test wants."}
_REQUIREMENTS: tuple[dict[str, Any], ...] = (
    {"id": "1/shall", "level": "shall"},
    {"id": "1/other", "level": "shall"},
    {"id": "1/disputed", "level": "shall", "finding": "warn", "reading": "It can be read in another way."},
    {"id": "1/should", "level": "should"},
    {"id": "1/may", "level": "may"},
    {"id": "1/new", "level": "shall", "editions": "2023e-"},
    {"id": "1/old", "level": "shall", "editions": "-2022e"},
    {"id": "1/new-should", "level": "should", "editions": "2023e-"},
    {"id": "1/untestable", "level": "shall", "untestable": "It happens behind the door."},
)
CATALOGUE = Catalogue({item["id"]: Requirement.model_validate({**_COMMON, **item}) for item in _REQUIREMENTS}, {})


class TellArgs(CheckArgs):
    """What to say; each of several answers becomes an observation."""

    holds: tuple[bool | None, ...] | bool | None


class NoArgs(CheckArgs):
    """Nothing."""


def _tell(args: TellArgs, evidence: Evidence) -> Iterator[Observation]:
    """What the suite says."""
    answers = args.holds if isinstance(args.holds, tuple) else (args.holds,)
    yield from (Observation(holds=holds, message=f"told {holds}") for holds in answers)


def _crash(args: NoArgs, evidence: Evidence) -> Iterator[Observation]:
    """Crashes."""
    raise ZeroDivisionError("the bench did it")
    yield  # a generator, as checks are


def _silent(args: NoArgs, evidence: Evidence) -> Iterator[Observation]:
    """Sees nothing."""
    yield from ()


CHECKS: Mapping[str, Check] = {
    **registry(),
    "tell": Check("tell", TellArgs, _tell),
    "crash": Check("crash", NoArgs, _crash),
    "see-nothing": Check("see-nothing", NoArgs, _silent),
}


def case(name: str = "it", **fields: Any) -> dict[str, Any]:
    """A case that asks for something harmless and holds, unless told otherwise; ``_`` in a name stands for ``-``."""
    fields = {key.rstrip("_").replace("_", "-"): value for key, value in fields.items()}
    asking = {} if "steps" in fields else {"send": {"get": "{studies}/studies"}, "expect": [{"tell": True}]}
    return {"case": name, "title": f"Case {name}", "covers": "1/shall", **asking, **fields}


def suite_text(*cases: Mapping[str, Any], name: str = "bench", **fields: Any) -> str:
    """The YAML of a suite; JSON is YAML."""
    return json.dumps({"suite": name, "title": "Bench", "section": "1", **fields, "cases": cases})


def library(folder: Path, *texts: str, recipes: Mapping[str, Recipe] | None = None) -> Library:
    """A library of these suite files, the requirements above and all checks."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"suite-{number}.yaml").write_text(text, encoding="utf-8")
    recipes = recipes or {}
    vocabulary = Vocabulary(CHECKS, frozenset(CATALOGUE), frozenset(recipes))
    return Library(CATALOGUE, load_suites([folder], vocabulary), CHECKS, recipes)


def small_recipes() -> dict[str, Recipe]:
    """One real fixture set, the smallest that has something to search for."""
    return {name: recipe for name, recipe in load_recipes().items() if name == "clinic"}


def target(url: str, **fields: Any) -> Target:
    """A target with short timeouts."""
    return Target.model_validate({"url": url, "timeouts": HURRY, "visibility-delay": 0.5, **fields})


def judge(server: str | Target, judged_by: Library, **options: Any) -> Results:
    """Run everything, or the cases given."""
    selected = Selection(cases=tuple(options.pop("cases", ())))
    described = target(server) if isinstance(server, str) else server
    listeners = options.pop("listeners", ())
    return run(described, judged_by, Options(**{"selection": selected, "seed": SEED, **options}), listeners)


def record(results: Results, name: str) -> CaseRecord:
    """The record of a case of the suite ``bench``."""
    return next(item for item in results.cases if item.id == f"bench/{name}")


def requirement(results: Results, key: str) -> RequirementRecord:
    """The record of a requirement."""
    return next(item for item in results.requirements if item.id == key)


PATIENT = b'[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"ADOPTED^REAL"}]},"00100020":{"vr":"LO","Value":["P-1"]}}]'


def scripted(connection: Connection, received: Received) -> None:
    """Answer by the path: /status/404, /cut, /close, /patient; an empty list to anything else."""
    path = urlsplit(received.target).path
    if path.startswith("/status/"):
        connection.send(response(b"" if path.endswith("204") else b"{}", f"{path.rpartition('/')[2]} Told"))
    elif path == "/cut":
        connection.send(response(b"[{", length=100))
        raise ConnectionAbortedError
    elif path == "/close":
        raise ConnectionAbortedError
    elif path == "/patient":
        connection.send(response(PATIENT, headers={"Location": "/studies?PatientName=ADOPTED"}))
    else:
        connection.send(response(b"[]"))


def scripted_server() -> Stub:
    """A server that obeys the suite."""
    return Stub(scripted)


def store(url: str, instances: Iterable[Instance]) -> None:
    """Store instances by means other than dwconform's own."""
    parts = [b"--x\r\nContent-Type: application/dicom\r\n\r\n" + item.part10 + b"\r\n" for item in instances]
    answer = httpx.post(
        f"{url}/studies",
        content=b"".join(parts) + b"--x--\r\n",
        headers={"Content-Type": 'multipart/related; type="application/dicom"; boundary=x'},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
