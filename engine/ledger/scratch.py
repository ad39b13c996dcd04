"""A ledger's tables made again from its events, in a database of their own that is thrown away."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import StaticPool

from .codec import canonical
from .events import Entry
from .project import project
from .refusal import LedgerError
from .rows import TABLES, Row
from .shelf import Shelf
from .tables import CARRIED, METADATA, row_of, values_of

BATCH = 1_000
"""Events between two flushes."""
_CLASSES = {name: cls for cls, name in TABLES.items()}


class Scratch:
    """Takes entries in their order; its tables are those of the ledger as `flush` leaves them.

    Whatever is called raises LedgerError where its own disk is full or fails: that says nothing of the ledger.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """`rows` is where the replay begins."""
        with _of_its_own():
            self._folder = tempfile.TemporaryDirectory(prefix="stratrun-replay-")
        with ExitStack() as made:
            made.callback(self._folder.cleanup)
            engine = create_engine("sqlite+pysqlite://", creator=self._connect, poolclass=StaticPool)
            made.callback(engine.dispose)
            with _of_its_own():
                METADATA.create_all(engine, checkfirst=False)
                self.connection: Connection = made.enter_context(engine.connect())
            self._shelf, self._waiting = Shelf(self.connection), 0
            for row in rows:
                self._shelf.put((row,))
            self.flush()
            self._made = made.pop_all()

    def take(self, entry: Entry) -> None:
        """Raises RefusedError for an event that the rows do not allow, IntegrityError (later) for one that repeats."""
        with _of_its_own():
            self._shelf.put(project(self._shelf, entry))
        self._waiting += 1
        if self._waiting >= BATCH:
            self.flush()

    def flush(self) -> None:
        with _of_its_own():
            self._shelf.flush()
            self._shelf.settle()
            self.connection.commit()
        self._waiting = 0

    def close(self) -> None:
        self._made.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(Path(self._folder.name) / "replay.db", check_same_thread=False)
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        return connection


@contextmanager
def _of_its_own() -> Iterator[None]:
    """Tell failures of the replay's own file from those of the ledger, which may be as sound as can be."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) or error
        words = (
            f"the ledger cannot be replayed in the folder for temporary files: {cause}; nothing is said of the ledger"
        )
        raise LedgerError(words, help="make room there, or set TMPDIR to a folder on another disk") from error


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
