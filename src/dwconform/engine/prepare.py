"""Before the first case: bring the fixtures into the target, or find out what is there, and so get the ground truth.

In this order of preference: what this run stores; what the user loaded before from ``fixtures export`` with the same
seed; what the target holds of its own, read from its metadata.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dwconform.encoding.dicom_json import JsonContext, read_json
from dwconform.engine.events import FixtureReady, FixtureStarted, Listener, Notice
from dwconform.engine.records import FixtureRecord, LedgerEntry
from dwconform.fixtures import Archive, FixtureSet, Instance, KnownInstance
from dwconform.fixtures.adopt import adopt
from dwconform.probe import Exchange, Outgoing, Probe

if TYPE_CHECKING:
    from dwconform.encoding.dataset import DataSet
    from dwconform.fixtures import Recipe
    from dwconform.target import Target

__all__ = ["REFUSED", "Prepared", "prepare"]

REFUSED = "refused with failure reason"
"""How the reason begins that an instance is not there because the target said that it does not take it."""

_JSON = "application/dicom+json"
_FAILED, _REFERENCED, _INSTANCE, _REASON = "00081198", "00081199", "00081155", "00081197"
_WARNING_REASON = "00081196"
_CHANGED = ("45056", "45062")
"""B000 and B006: the target took an instance with other values, or without some (PS3.18 10.5.2, Table I.2-1)."""
_NO_STORE = (401, 403, 404, 405, 501)
_MOST_LISTED = 200
_MOST_STUDIES = 25
_MOST_OF_A_PATIENT = 5
_PATIENT_ID = "00100020"
_MOST_INSTANCES_OF_A_STUDY = 300
_POLL_SECONDS = 0.1
_MOST_FAILURES = 3
"""So many exchanges in a row without a proper answer end the preparation: each may have taken all of its time."""


@dataclass(slots=True)
class Prepared:
    """What the run may count on.

    Attributes:
        archive: the ground truth.
        records: what became of each fixture set.
        ledger: the studies that were stored.
        exchanges: what was sent for it.
        notes: what the user should know.
    """

    archive: Archive = field(default_factory=Archive)
    records: list[FixtureRecord] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(
    probe: Probe,
    target: Target,
    recipes: Mapping[str, Recipe],
    build: Callable[[str], FixtureSet],
    *,
    read_only: bool,
    tell: Listener,
    write_down: Callable[[LedgerEntry], None] = lambda _: None,
    into: Prepared | None = None,
) -> Prepared:
    """Prepare the fixture sets and return what the run may count on.

    Args:
        probe: the client.
        target: what is under test.
        recipes: the sets that the planned cases need.
        build: makes the instances of a set.
        read_only: store nothing.
        tell: takes the events.
        write_down: is given each study before it is sent.
        into: is filled as things happen, so that nothing is lost when this is interrupted.
    """
    run = _Preparation(probe, target, tell, write_down, Prepared() if into is None else into)
    left = dict(recipes)
    if not read_only:
        for name in list(left):
            if run.gave_up or not run.store(build(name)):
                break
            del left[name]
        run.wait_until_visible()
        run.read_changed()
    if left:
        for name in list(left):
            if run.find(build(name)):
                del left[name]
    if left:
        run.adopt(left)
    return run.prepared


class _Preparation:
    def __init__(
        self,
        probe: Probe,
        target: Target,
        tell: Listener,
        write_down: Callable[[LedgerEntry], None],
        prepared: Prepared,
    ) -> None:
        self.probe = probe
        self.base = target.base("studies")
        self.delay = target.visibility_delay
        self.tell = tell
        self.write_down = write_down
        self.prepared = prepared
        self.failures = 0
        self.changed: set[str] = set()

    @property
    def gave_up(self) -> bool:
        """Whether so many exchanges in a row failed that no more are tried."""
        return self.failures >= _MOST_FAILURES

    def store(self, fixture: FixtureSet) -> bool:
        """Store a set, a request for each study; False when the target takes no stores at all."""
        self.tell(FixtureStarted(fixture.name))
        accepted: list[Instance] = []
        refused: dict[str, str] = {}
        for instances in _by_study(fixture.instances):
            if self.gave_up:
                refused.update({item.path: "not sent, because the stores before it failed" for item in instances})
                continue
            self._note(instances)
            exchange = self._send(_store_request(self.base, instances))
            if exchange.response is not None and exchange.response.status in _NO_STORE:
                self.prepared.ledger.pop()
                self.prepared.notes.append(
                    f"the target takes no Store (answered {exchange.response.status}): the fixtures that need it are "
                    "looked for in the target instead"
                )
                return False
            reasons = _refusals(exchange, instances)
            refused.update(reasons)
            taken = [item for item in instances if item.path not in reasons]
            accepted.extend(taken)
            if exchange.response is not None:
                self.prepared.ledger.pop()
                self.prepared.ledger.extend([_entry(taken)] if taken else [])
            self.changed |= _changed(exchange)
        self.prepared.archive = self.prepared.archive.add(accepted)
        self._ready(
            FixtureRecord(
                name=fixture.name, source="stored" if accepted else "none", instances=len(accepted), refused=refused
            )
        )
        return True

    def _note(self, instances: Sequence[Instance]) -> None:
        """Put a study on the ledger before it is sent: what is never answered may be stored all the same."""
        entry = _entry(instances)
        self.write_down(entry)
        self.prepared.ledger.append(entry)

    def wait_until_visible(self) -> None:
        """Poll until a search finds each stored study with all its instances, for as long as the target declares."""
        deadline = time.monotonic() + self.delay
        pending = {entry.study: len(entry.instances) for entry in self.prepared.ledger}
        while pending:
            for study, instances in list(pending.items()):
                if self._visible(study, instances):
                    del pending[study]
            if not pending or self.gave_up or time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        if pending:
            note = (
                f"{len(pending)} of {len(self.prepared.ledger)} stored studies were not found by a search within "
                f"{self.delay:g} s; if the target is slower than that, raise visibility-delay"
            )
            self.prepared.notes.append(note)
            self.tell(Notice(note))

    def read_changed(self) -> None:
        """Take the metadata of instances for the truth that the target says it changed, as it may (PS3.18 10.5.2)."""
        changed = [item for item in self.prepared.archive.instances if item.sop_instance_uid in self.changed]
        if not changed:
            return
        paths = {item.sop_instance_uid: item.path for item in changed}
        read: list[KnownInstance] = []
        for study in dict.fromkeys(item.study_uid for item in changed):
            own = (known for known in self._metadata(study) if known.sop_instance_uid in paths)
            read.extend(replace(known, path=paths[known.sop_instance_uid]) for known in own)
        self.prepared.archive = self.prepared.archive.without(paths).add(read)
        self.prepared.notes.append(
            f"the target changed {len(changed)} instances when it stored them: of {len(read)} its metadata is the "
            "ground truth, the others are left out"
        )

    def _visible(self, study: str, instances: int) -> bool:
        found = self._search(f"/studies?StudyInstanceUID={study}")
        counts = [item["00201208"].values for item in found if "00201208" in item]
        return bool(found) and all(not count or str(count[0]) == str(instances) for count in counts)

    def find(self, fixture: FixtureSet) -> bool:
        """Look whether the user loaded this set, with the same seed, before the run."""
        there: list[Instance] = []
        for study in _by_study(fixture.instances):
            uid = study[0].study_uid
            found = {_text(item, "00080018") for item in self._search(f"/studies/{uid}/instances")}
            there.extend(item for item in study if item.sop_instance_uid in found)
            if not there:
                return False  # the first study tells: the set was not loaded
        missing = {item.path: "not in the target" for item in fixture.instances if item not in there}
        self.prepared.archive = self.prepared.archive.add(there)
        self._ready(FixtureRecord(name=fixture.name, source="preloaded", instances=len(there), refused=missing))
        return True

    def adopt(self, recipes: Mapping[str, Recipe]) -> None:
        """Let studies that the target holds stand in for the sets."""
        known = self._survey() if any(recipe.adopt for recipe in recipes.values()) else []
        taken: list[KnownInstance] = []
        for name, recipe in recipes.items():
            found = adopt(recipe, known) if recipe.adopt else []
            taken.extend(found)
            self._ready(FixtureRecord(name=name, source="adopted" if found else "none", instances=len(found)))
        own = {item.sop_instance_uid for item in taken}
        others = [item for item in known if item.sop_instance_uid not in own]
        self.prepared.archive = self.prepared.archive.add([*others, *taken])
        self.prepared.notes.append(
            f"the ground truth is the metadata of {len({item.study_uid for item in known})} studies of the target"
        )

    def _survey(self) -> list[KnownInstance]:
        """Read the metadata of a few studies that the target holds."""
        found = self._search(f"/studies?limit={_MOST_LISTED}")
        return [known for uid in _promising(found)[:_MOST_STUDIES] for known in self._metadata(uid)]

    def _metadata(self, study: str) -> list[KnownInstance]:
        """Read the metadata of a study."""
        known: list[KnownInstance] = []
        for item in self._search(f"/studies/{study}/metadata"):
            try:
                known.append(KnownInstance.from_dataset(item))
            except ValueError:
                self.prepared.notes.append(f"the metadata of study {study} lacks UIDs; an instance was left out")
        return known

    def _search(self, path: str) -> Sequence[DataSet]:
        if self.gave_up:
            return ()
        exchange = self._send(Outgoing(method="GET", url=f"{self.base}{path}", accept=_JSON, label="fixtures"))
        response = exchange.response
        if response is None or exchange.failure is not None or response.status != 200:
            return ()
        context = JsonContext.METADATA if path.endswith("/metadata") else JsonContext.SEARCH
        return read_json(response.body.content, context).datasets

    def _send(self, outgoing: Outgoing) -> Exchange:
        exchange = self.probe.send(outgoing)
        self.prepared.exchanges.append(exchange)
        self.failures = self.failures + 1 if exchange.failure else 0
        if exchange.failure and self.gave_up:
            self.prepared.notes.append(f"preparing the fixtures was given up: {exchange.failure.message}")
        return exchange

    def _ready(self, record: FixtureRecord) -> None:
        self.prepared.records.append(record)
        self.tell(FixtureReady(record))


def _promising(studies: Sequence[DataSet]) -> list[str]:
    """Return the UIDs of studies small enough to be read, those first that can stand in for most of a recipe.

    Patients come in the order of their richest study (modalities, then series) and of having several, each with the
    richest few of their studies.
    """
    patients: dict[str, list[DataSet]] = {}
    for study in studies:
        if _count(study, "00201208") <= _MOST_INSTANCES_OF_A_STUDY:
            patients.setdefault(_text(study, _PATIENT_ID), []).append(study)
    for own in patients.values():
        own.sort(key=_richness, reverse=True)
    ranked = sorted(patients.values(), key=lambda own: (min(len(own), 2), _richness(own[0])), reverse=True)
    return [uid for own in ranked for study in own[:_MOST_OF_A_PATIENT] if (uid := _text(study, "0020000D"))]


def _richness(study: DataSet) -> tuple[int, int]:
    modalities = len(study["00080061"].values) if "00080061" in study else 0
    return min(modalities, 2), min(_count(study, "00201206"), 3)


def _count(dataset: DataSet, tag: str) -> int:
    text = _text(dataset, tag)
    return int(text) if text.isdecimal() else 0


def _by_study(instances: Iterable[Instance]) -> list[list[Instance]]:
    studies: dict[str, list[Instance]] = {}
    for instance in instances:
        studies.setdefault(instance.study_uid, []).append(instance)
    return list(studies.values())


def _entry(instances: Sequence[Instance]) -> LedgerEntry:
    return LedgerEntry(study=instances[0].study_uid, instances=tuple(item.sop_instance_uid for item in instances))


def _store_request(base: str, instances: Sequence[Instance]) -> Outgoing:
    """Return a Store request of Part 10 files (PS3.18 10.5)."""
    boundary = f"dwconform-{instances[0].sop_instance_uid.rpartition('.')[2][:24]}"
    body = b"".join(
        b"--%s\r\nContent-Type: application/dicom\r\nContent-Length: %d\r\n\r\n%s\r\n"
        % (boundary.encode(), len(item.part10), item.part10)
        for item in instances
    )
    return Outgoing(
        method="POST",
        url=f"{base}/studies",
        headers=(("Content-Type", f'multipart/related; type="application/dicom"; boundary="{boundary}"'),),
        accept=_JSON,
        body=body + f"--{boundary}--\r\n".encode(),
        label="fixtures",
    )


def _refusals(exchange: Exchange, instances: Sequence[Instance]) -> dict[str, str]:
    """Return the paths of the instances that the target did not take, and why."""
    response = exchange.response
    if response is None or exchange.failure is not None:
        reason = exchange.failure.message if exchange.failure else "no response"
        return {item.path: reason for item in instances}
    if response.status not in (200, 202, 409):
        return {item.path: f"the store was answered {response.status}" for item in instances}
    module = next(iter(read_json(response.body.content, JsonContext.STORE_RESPONSE).datasets), {})
    failed = {_text(item, _INSTANCE): _text(item, _REASON) for item in _items(module, _FAILED)}
    stored = {_text(item, _INSTANCE) for item in _items(module, _REFERENCED)}
    refused = {
        item.path: f"{REFUSED} {failed[item.sop_instance_uid] or 'unknown'}"
        for item in instances
        if item.sop_instance_uid in failed
    }
    if response.status == 409:
        return {item.path: refused.get(item.path, "the store was answered 409") for item in instances}
    if stored:
        unmentioned = "not among the instances that the store answer calls stored"
        return {
            item.path: refused.get(item.path, unmentioned) for item in instances if item.sop_instance_uid not in stored
        }
    return refused


def _changed(exchange: Exchange) -> set[str]:
    """Return the SOP Instance UIDs that the target stored with changes, as it says."""
    if exchange.response is None:
        return set()
    answer = read_json(exchange.response.body.content, JsonContext.STORE_RESPONSE)
    stored = [item for module in answer.datasets for item in _items(module, _REFERENCED)]
    return {_text(item, _INSTANCE) for item in stored if _text(item, _WARNING_REASON) in _CHANGED}


def _items(dataset: DataSet, tag: str) -> list[DataSet]:
    element = dataset.get(tag)
    return [item for item in element.values if isinstance(item, Mapping)] if element else []


def _text(dataset: DataSet, tag: str) -> str:
    element = dataset.get(tag)
    value = element.values[0] if element and element.values else None
    return "" if value is None else str(value)
