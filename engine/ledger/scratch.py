"""A ledger's tables made again from its events, in a database of their own that is thrown away."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import StaticPool

from .codec import canonical
from .events import Entry
from .project import project
from .rows import TABLES, Row
from .shelf import Shelf
from .tables import CARRIED, METADATA, row_of, values_of

BATCH = 1_000
"""Events between two flushes."""
_CLASSES = {name: cls for cls, name in TABLES.items()}


class Scratch:
    """Takes entries in their order; its tables are those of the ledger as `flush` leaves them."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """`rows` is where the replay begins."""
        self._folder = tempfile.TemporaryDirectory(prefix="stratrun-replay-")
        engine = create_engine("sqlite+pysqlite://", creator=self._connect, poolclass=StaticPool)
        METADATA.create_all(engine, checkfirst=False)
        self.connection: Connection = engine.connect()
        self._shelf, self._waiting = Shelf(self.connection), 0
        for row in rows:
            self._shelf.put((row,))
        self.flush()

    def take(self, entry: Entry) -> None:
        """Raises RefusedError for an event that the rows do not allow, IntegrityError (later) for one that repeats."""
        self._shelf.put(project(self._shelf, entry))
        self._waiting += 1
        if self._waiting >= BATCH:
            self.flush()

    def flush(self) -> None:
        self._shelf.flush()
        self._shelf.settle()
        self.connection.commit()
        self._waiting = 0

    def close(self) -> None:
        self.connection.close()
        self.connection.engine.dispose()
        self._folder.cleanup()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(Path(self._folder.name) / "replay.db", check_same_thread=False)
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        return connection


def carried_rows(connection: Connection) -> list[Row]:
    """The rows that outlived archived events."""
    found = connection.execute(select(CARRIED.c.name, CARRIED.c.payload).order_by(CARRIED.c.place))
    return [row_of(_CLASSES[name], json.loads(payload)) for name, payload in found]


def carried_values(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows as values of the table that carries them."""
    return [
        {"place": place, "name": TABLES[type(row)], "payload": canonical(list(values_of(row).values()))}
        for place, row in enumerate(rows, 1)
    ]


def carried_hash(values: Iterable[dict[str, Any]]) -> str:
    """SHA-256 over carried rows, one a line."""
    digest = sha256()
    for row in values:
        digest.update(f"{row['place']} {row['name']} {row['payload']}\n".encode())
    return digest.hexdigest()
