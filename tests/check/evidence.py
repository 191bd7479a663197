"""Evidence made by hand: an archive of the clinic, and answers to searches of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dwconform.check.registry import CheckArgs, Evidence, Observation, Sent, registry
from dwconform.fixtures import Archive, RunIdentity, SearchResource, build, load_recipes
from dwconform.probe import Body, Exchange, Headers, Request, Response
from dwconform.standard.search import QueryLevel

BASE = "http://server/dicom-web"
JSON = "application/dicom+json"
Query = tuple[tuple[str, "str | tuple[str, ...] | None"], ...]


@lru_cache
def archive() -> Archive:
    """What the sets clinic and literal have."""
    recipes, run = load_recipes(), RunIdentity.from_seed(1)
    return Archive([instance for name in ("clinic", "literal") for instance in build(recipes[name], run).instances])


def uid(path: str) -> str:
    """The UID of the study, series or instance at a path."""
    level = list(QueryLevel)[path.count(".") - 1]
    keyword = {"study": "StudyInstanceUID", "series": "SeriesInstanceUID", "instance": "SOPInstanceUID"}[level]
    return archive().resolve(f"{path}.{keyword}")


def value(path: str) -> str:
    """The value of an attribute at a path."""
    return archive().resolve(path)


def results(*uids: str, level: QueryLevel = QueryLevel.STUDY, **attributes: Any) -> bytes:
    """A JSON body with a result for each UID; an empty one has no unique key."""
    return json.dumps(
        [{**({level.unique_key: {"vr": "UI", "Value": [one]}} if one else {}), **attributes} for one in uids]
    ).encode()


def answer(body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, **fields: Any) -> Response:
    """A response; a body is DICOM JSON unless the headers say otherwise."""
    given = {"Content-Type": JSON} if body and headers is None else dict(headers or {})
    return Response(status, headers=Headers(given.items()), body=Body(body, len(body)), **fields)


def search(*answers: Response, query: Query = (), path: str = "/studies", **others: Evidence) -> Evidence:
    """The evidence of a search with these pages; the keywords are other steps, searched before."""
    steps: dict[str, Sequence[Exchange]] = {}
    sent: dict[str, Sent] = {}
    for name, other in others.items():
        steps[name], sent[name] = other.pages(), other.sent[other.step]
    url = f"{BASE}{path}"
    steps["search"] = [Exchange(number, Request("GET", url), response) for number, response in enumerate(answers, 1)]
    sent["search"] = Sent("GET", url, JSON, query, SearchResource.from_path(path))
    return Evidence("search", steps, sent, archive(), BASE)


def observe(name: str, arguments: Any, evidence: Evidence) -> list[Observation]:
    """What a check says, its arguments as a suite would write them."""
    check = registry()[name]
    args: CheckArgs = check.args.model_validate(arguments)
    return list(check.function(args, evidence))


def holds(name: str, arguments: Any, evidence: Evidence) -> bool | None:
    """Whether all observations of a check hold; None when one could not tell and none is wrong."""
    found = [observation.holds for observation in observe(name, arguments, evidence)]
    assert found, "a check has to observe something"
    return False if False in found else None if None in found else True
