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

from dwconform.origin.elements import Dataset, Element, load, texts
from dwconform.origin.index import COLUMNS, ENTITIES, SCHEMA, Entity, Row, count, entity, insert
from dwconform.origin.levels import Level
from dwconform.origin.part10 import Instance

__all__ = ["Archive", "Entity", "Row", "Stored"]

_REMEMBERED = 20_000


class Stored(Enum):
    """What became of an instance."""

    NEW = "new"
    SAME = "the same instance was there already"
    CONFLICT = "another instance with its SOP Instance UID is there"


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
        self._connection.executescript(SCHEMA)

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
            known: tags (of ``COLUMNS``; others are passed over) with the values of which one must be there.
        """
        where = ["1"]
        values: list[str] = []
        for tag, allowed in known:
            column = COLUMNS.get(tag)
            if column and level >= Level[column.partition(".")[0].upper()]:
                where.append(f"{column} IN ({','.join('?' * len(allowed))})")
                values.extend(allowed)
        sql = ENTITIES[level].format(where=" AND ".join(where))
        return [entity(row) for row in self._connection.execute(sql, values)]

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
            found = count(self._connection.execute, study)
            if generation == self._generation:  # else a store came between, and the count may be old
                self._computed[study.id] = found
        return found

    def series_counts(self, series: Row) -> Dataset:
        """Number of Series Related Instances."""
        (count,) = self._connection.execute("SELECT COUNT(*) FROM instance WHERE series = ?", (series.id,)).fetchone()
        return {"00201209": Element("IS", (str(count),))}

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
            insert(run, instance, (name, digest))
        return Stored.NEW

    def delete(self, study: Row) -> None:
        """Forget a study and its files."""
        below = self.below(study)
        names = [self.file(entity.instance)[0] for entity in below if entity.instance]
        uids = {row.uid for entity in below for row in (entity.study, entity.series, entity.instance) if row}
        with self._change() as run:
            run("DELETE FROM study WHERE id = ?", (study.id,))
            for uid in sorted(uids):
                run("INSERT OR IGNORE INTO deleted VALUES (?)", (uid,))
        for name in names:
            name.unlink(missing_ok=True)

    def deleted(self, uid: str) -> bool:
        """Whether a study, series or instance was here and is no more."""
        return bool(self._connection.execute("SELECT 1 FROM deleted WHERE uid = ?", (uid,)).fetchone())

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
