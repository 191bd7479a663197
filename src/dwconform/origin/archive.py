"""The archive: Part 10 files on disk, an SQLite index beside them, and the data sets of the index in memory.

A study and a series describe themselves with the attributes of the instance that was stored first, so that they stay
the same whatever follows. Rows never change and row numbers are never used again, which makes the memory of decoded
data sets safe; what is counted over several rows is forgotten at each change.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from dwconform.origin.dictionary import is_private
from dwconform.origin.elements import Dataset, Element, dump, load, texts
from dwconform.origin.levels import Level, level_of
from dwconform.origin.part10 import Instance

__all__ = ["Archive", "Entity", "Row", "Stored"]

_SCHEMA = """
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
"""
_ENTITIES = {
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
_REMEMBERED = 20_000
_COLUMNS = {
    "0020000D": "study.uid",
    "00100020": "study.patient_id",
    "00080050": "study.accession",
    "0020000E": "series.uid",
    "00080018": "instance.uid",
}


class Stored(Enum):
    """What became of an instance."""

    NEW = "new"
    SAME = "the same instance was there already"
    CONFLICT = "another instance with its SOP Instance UID is there"


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


@dataclass
class Archive:
    """The instances under one folder. Every thread has a connection of its own."""

    folder: Path
    _local: threading.local = field(default_factory=threading.local, repr=False)
    _connections: list[sqlite3.Connection] = field(default_factory=list, repr=False)
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _documents: dict[tuple[str, int], Dataset] = field(default_factory=dict, repr=False)
    _computed: dict[int, Dataset] = field(default_factory=dict, repr=False)
    _generation: int = 0

    def __post_init__(self) -> None:
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
        self._connection.executescript(_SCHEMA)

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Closed by close(), which runs in another thread.
            connection = sqlite3.connect(self.folder / "index.sqlite", check_same_thread=False, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    # Reading

    def entities(self, level: Level, known: Sequence[tuple[str, Sequence[str]]] = ()) -> list[Entity]:
        """All entities of a level in their lasting order, narrowed to rows that have one of the known values.

        Args:
            level: study, series or instance.
            known: tags (of ``_COLUMNS``; others are passed over) with the values of which one must be there.
        """
        where = ["1"]
        values: list[str] = []
        for tag, allowed in known:
            column = _COLUMNS.get(tag)
            if column and level >= Level[column.partition(".")[0].upper()]:
                where.append(f"{column} IN ({','.join('?' * len(allowed))})")
                values.extend(allowed)
        sql = _ENTITIES[level].format(where=" AND ".join(where))
        return [_entity(row) for row in self._connection.execute(sql, values)]

    def document(self, row: Row) -> Dataset:
        """The data set of a row: all of an instance, its own attributes for a study or series."""
        key = (row.table, row.id)
        found = self._documents.get(key)
        if found is None:
            sql = f"SELECT doc FROM {row.table} WHERE id = ?"  # noqa: S608 - a table of ours
            (text,) = self._connection.execute(sql, (row.id,)).fetchone() or ("{}",)
            if len(self._documents) >= _REMEMBERED:
                self._documents.clear()
            found = self._documents[key] = load(text)
        return found

    def study_counts(self, study: Row) -> Dataset:
        """The attributes of a study that are counted over its series (PS3.4 C.3.4)."""
        found = self._computed.get(study.id)
        if found is None:
            generation = self._generation
            found = self._count(study)
            if generation == self._generation:  # else a store came between, and the count may be old
                self._computed[study.id] = found
        return found

    def series_counts(self, series: Row) -> Dataset:
        """Number of Series Related Instances."""
        (count,) = self._connection.execute("SELECT COUNT(*) FROM instance WHERE series = ?", (series.id,)).fetchone()
        return {"00201209": Element("IS", (str(count),))}

    def _count(self, study: Row) -> Dataset:
        run = self._connection.execute
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

    def file(self, instance: Row) -> tuple[Path, str]:
        """Where the Part 10 file of an instance is, and its Transfer Syntax UID."""
        name, syntax = self._connection.execute(
            "SELECT file, transfer_syntax FROM instance WHERE id = ?", (instance.id,)
        ).fetchone()
        return self.folder / "files" / name, syntax

    # Writing

    def store(self, instance: Instance, octets: bytes) -> Stored:
        """Keep an instance: when this returns ``NEW``, the file and the index are on the disk."""
        digest = hashlib.sha256(octets).hexdigest()
        (uid,) = texts(instance.dataset, "00080018")
        with self._change() as run:
            row = run("SELECT digest FROM instance WHERE uid = ?", (uid,)).fetchone()
            if row:
                return Stored.SAME if row[0] == digest else Stored.CONFLICT
            name = hashlib.sha256(uid.encode()).hexdigest() + ".dcm"
            _write(self.folder / "files" / name, octets)
            self._insert(run, instance, (name, digest))
        return Stored.NEW

    def delete(self, study: Row) -> None:
        """Forget a study and its files."""
        names = [self.file(entity.instance)[0] for entity in self.below(study) if entity.instance]
        with self._change() as run:
            run("DELETE FROM study WHERE id = ?", (study.id,))
        for name in names:
            name.unlink(missing_ok=True)

    def below(self, study: Row, level: Level = Level.INSTANCE) -> list[Entity]:
        """The series or instances of a study."""
        return self.entities(level, [("0020000D", (study.uid,))])

    @contextmanager
    def _change(self) -> Iterator[Any]:
        with self._writing:
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection.execute
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._generation += 1
            self._computed.clear()

    def _insert(self, run: Any, instance: Instance, file: tuple[str, str]) -> None:
        dataset = instance.dataset
        study = self._parent(run, "study", "uid = ?", (_first(dataset, "0020000D"),))
        if study is None:
            own = dump(_part(dataset, Level.PATIENT, Level.STUDY))
            values = (*(_first(dataset, tag) for tag in ("0020000D", "00100020", "00080050")), own)
            study = run("INSERT INTO study (uid, patient_id, accession, doc) VALUES (?, ?, ?, ?)", values).lastrowid
        uid = _first(dataset, "0020000E")
        series = self._parent(run, "series", "study = ? AND uid = ?", (study, uid))
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

    @staticmethod
    def _parent(run: Any, table: str, where: str, values: tuple[Any, ...]) -> int | None:
        row = run(f"SELECT id FROM {table} WHERE {where}", values).fetchone()  # noqa: S608 - words of ours
        return row[0] if row else None


def _entity(row: tuple[Any, ...]) -> Entity:
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


def _write(path: Path, octets: bytes) -> None:
    """Write a file so that it survives a crash: complete under its name, or not there."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
