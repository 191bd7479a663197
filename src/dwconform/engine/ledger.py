"""What a run stores in a target: written to disk before it is sent, so that a run that dies leaves it known.

The file has a line of JSON for each study; ``dwconform cleanup`` reads it, or a results.json, and deletes the studies.
DELETE of a study is no transaction of PS3.18 (10.3): many servers offer it all the same, and say so in their claims.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dwconform.engine.records import LedgerEntry
from dwconform.errors import UsageError
from dwconform.probe import Outgoing, Probe

__all__ = ["DELETE_CLAIM", "Deletion", "LedgerFile", "delete_studies", "read_ledger"]

DELETE_CLAIM = "studies.delete"
"""The claim that a target makes when DELETE of a study removes it."""
_ACCEPTED = (200, 202, 204)
_GONE = (404, 410)


class LedgerFile:
    """A file of studies; made when the first one is added."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def add(self, entry: LedgerEntry) -> None:
        """Write a study down, and have it on disk before returning."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"url": self._url, **entry.model_dump(mode="json")}) + "\n")
            file.flush()
            os.fsync(file.fileno())


def read_ledger(path: Path) -> tuple[str, tuple[LedgerEntry, ...]]:
    """Return the base URL and the studies of a ledger file.

    Raises:
        UsageError: it is no ledger.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        urls = [str(line.pop("url")) for line in lines]
        return urls[0], tuple(LedgerEntry.model_validate(line) for line in lines)
    except (OSError, ValueError, LookupError, TypeError) as error:
        message = f"{path}: neither a results.json nor a ledger of dwconform: {error}"
        raise UsageError(message) from error


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of one study."""

    study: str
    gone: bool
    reason: str = ""


def delete_studies(probe: Probe, base: str, entries: Iterable[LedgerEntry]) -> Iterator[Deletion]:
    """Delete studies and look whether they are gone."""
    for entry in entries:
        url = f"{base}/studies/{entry.study}"
        response = probe.send(Outgoing(method="DELETE", url=url, label="cleanup")).response
        if response is None:
            yield Deletion(entry.study, gone=False, reason="the target did not answer")
        elif response.status not in (*_ACCEPTED, *_GONE):
            yield Deletion(entry.study, gone=False, reason=f"DELETE was answered {response.status}")
        elif _found(probe, base, entry.study):
            yield Deletion(entry.study, gone=False, reason="it is found after it was deleted")
        else:
            yield Deletion(entry.study, gone=True)


def _found(probe: Probe, base: str, study: str) -> bool:
    url = f"{base}/studies?StudyInstanceUID={study}"
    exchange = probe.send(Outgoing(method="GET", url=url, accept="application/dicom+json", label="cleanup"))
    response = exchange.response
    return response is None or (response.status == 200 and study.encode() in response.body.content)
