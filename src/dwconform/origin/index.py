"""The index of the archive: its tables, what a row stands for, how rows are made and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from dwconform.origin.dictionary import is_private
from dwconform.origin.elements import Dataset, Element, dump, texts
from dwconform.origin.levels import Level, level_of
from dwconform.origin.part10 import Instance

__all__ = ["COLUMNS", "ENTITIES", "SCHEMA", "Entity", "Row", "count", "entity", "insert"]

Run: TypeAlias = Callable[..., Any]
"""Executes SQL: ``sqlite3.Connection.execute``."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS study (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, patient_id TEXT, accession TEXT, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS study_patient ON study (patient_id);
CREATE INDEX IF NOT EXISTS study_accession ON study (accession);
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY AUTOINCREMENT, study INTEGER NOT NULL REFERENCES study ON DELETE CASCADE, uid TEXT NOT NULL,
    number INTEGER, modality TEXT, doc TEXT NOT NULL, UNIQUE (study, uid));
CREATE TABLE IF NOT EXISTS instance (
    id INTEGER PRIMARY KEY AUTOINCREMENT, series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    uid TEXT NOT NULL UNIQUE, number INTEGER, sop_class TEXT, transfer_syntax TEXT NOT NULL, file TEXT NOT NULL,
    digest TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS instance_series ON instance (series);
CREATE TABLE IF NOT EXISTS deleted (uid TEXT PRIMARY KEY);
"""
ENTITIES = {
    Level.STUDY: "SELECT study.id, study.uid FROM study WHERE {where} ORDER BY study.uid",
    Level.SERIES: (
        "SELECT study.id, study.uid, series.id, series.uid FROM study JOIN series ON series.study = study.id"
        " WHERE {where} ORDER BY study.uid, series.number, series.uid"
    ),
    Level.INSTANCE: (
        "SELECT study.id, study.uid, series.id, series.uid, instance.id, instance.uid FROM study"
        " JOIN series ON series.study = study.id JOIN instance ON instance.series = series.id"
        " WHERE {where} ORDER BY study.uid, series.number, series.uid, instance.number, instance.uid"
    ),
}
COLUMNS = {
    "0020000D": "study.uid",
    "00100020": "study.patient_id",
    "00080050": "study.accession",
    "0020000E": "series.uid",
    "00080018": "instance.uid",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the index."""

    table: str
    id: int
    uid: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A study, series or instance together with what it belongs to."""

    study: Row
    series: Row | None = None
    instance: Row | None = None

    @property
    def level(self) -> Level:
        """What it is."""
        return Level.INSTANCE if self.instance else Level.SERIES if self.series else Level.STUDY

    @property
    def path(self) -> str:
        """The path of its retrieve resource below the base URI (10.4.1.1)."""
        path = f"studies/{self.study.uid}"
        path += f"/series/{self.series.uid}" if self.series else ""
        return path + (f"/instances/{self.instance.uid}" if self.instance else "")


def entity(row: tuple[Any, ...]) -> Entity:
    """Read a row of one of the ``ENTITIES`` queries."""
    rows = [
        Row(table, row[at], row[at + 1])
        for table, at in zip(("study", "series", "instance"), range(0, 6, 2), strict=True)
        if at < len(row)
    ]
    return Entity(*rows)


def _first(dataset: Dataset, tag: str) -> str | None:
    values = texts(dataset, tag)
    return values[0].strip() if values else None


def _number(dataset: Dataset, tag: str) -> int | None:
    value = _first(dataset, tag)
    try:
        return int(value) if value else None
    except ValueError:
        return None


def _part(dataset: Dataset, *levels: Level) -> Dataset:
    """The attributes of some levels; private ones, which have no level, and the time zone go with each."""
    return {
        tag: element
        for tag, element in dataset.items()
        if is_private(tag) or tag == "00080201" or level_of(tag) in levels
    }


def insert(run: Run, instance: Instance, file: tuple[str, str]) -> None:
    """Add an instance, and its series and study when they are new; ``file`` is its name and digest."""
    dataset = instance.dataset
    for tag in ("0020000D", "0020000E", "00080018"):
        run("DELETE FROM deleted WHERE uid = ?", (_first(dataset, tag),))
    study = _parent(run, "study", "uid = ?", (_first(dataset, "0020000D"),))
    if study is None:
        own = dump(_part(dataset, Level.PATIENT, Level.STUDY))
        values = (*(_first(dataset, tag) for tag in ("0020000D", "00100020", "00080050")), own)
        study = run("INSERT INTO study (uid, patient_id, accession, doc) VALUES (?, ?, ?, ?)", values).lastrowid
    uid = _first(dataset, "0020000E")
    series = _parent(run, "series", "study = ? AND uid = ?", (study, uid))
    if series is None:
        own = dump(_part(dataset, Level.SERIES))
        number, modality = _number(dataset, "00200011"), _first(dataset, "00080060")
        series = run(
            "INSERT INTO series (study, uid, number, modality, doc) VALUES (?, ?, ?, ?, ?)",
            (study, uid, number, modality, own),
        ).lastrowid
    sop_class, number = _first(dataset, "00080016"), _number(dataset, "00200013")
    run(
        "INSERT INTO instance (series, uid, number, sop_class, transfer_syntax, file, digest, doc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (series, _first(dataset, "00080018"), number, sop_class, instance.transfer_syntax, *file, dump(dataset)),
    )


def _parent(run: Run, table: str, where: str, values: tuple[Any, ...]) -> int | None:
    row = run(f"SELECT id FROM {table} WHERE {where}", values).fetchone()  # noqa: S608 - words of ours
    return row[0] if row else None


def count(run: Run, study: Row) -> Dataset:
    """The attributes of a study that are counted over its series (PS3.4 C.3.4)."""
    modalities = run(
        "SELECT DISTINCT modality FROM series WHERE study = ? AND modality > '' ORDER BY 1", (study.id,)
    ).fetchall()
    joined = "FROM series JOIN instance ON instance.series = series.id WHERE series.study = ?"
    classes = run(f"SELECT DISTINCT sop_class {joined} ORDER BY 1", (study.id,)).fetchall()
    (series,) = run("SELECT COUNT(*) FROM series WHERE study = ?", (study.id,)).fetchone()
    (instances,) = run(f"SELECT COUNT(*) {joined}", (study.id,)).fetchone()
    return {
        "00080061": Element("CS", tuple(row[0] for row in modalities)),
        "00080062": Element("UI", tuple(row[0] for row in classes)),
        "00201206": Element("IS", (str(series),)),
        "00201208": Element("IS", (str(instances),)),
    }
