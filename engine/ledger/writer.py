"""The one that appends: events in, durable rows out, and the tables changed in the same transaction.

1. encode each event, and look for what was recorded before (`key_of`);
2. give the new ones their place, project them onto the rows so far (a rule that is broken refuses the whole batch);
3. write events, rows and the head; commit, which returns only when the system says that it is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from .chain import Head, link
from .codec import VERSIONS, decode, encode
from .events import KIND_OF, Entry, Event, key_of
from .events_control import Archived
from .facts import change_fact, read_fact, read_head
from .failures import error_of, told, unfolded
from .file import fold
from .place import Place
from .prepared import appended
from .project import project
from .reader import Reader
from .refusal import LedgerError, RefusedError, Rule, UnreachableError
from .rows import KeyRow, Row
from .shelf import Shelf
from .tables import EVENTS, ROWS

Clock = Callable[[], int]
"""Now, in ms UTC."""
FOLDED = 50
"""Appends that are worth folding; SQLite itself would do so after about sixty."""
_KEYS = ROWS[KeyRow].c
_FIND_KEYS = select(_KEYS.key, _KEYS.seq).where(_KEYS.key.in_(bindparam("keys", expanding=True)))
_PAYLOAD = select(EVENTS.c.payload).where(EVENTS.c.seq == bindparam("seq"))


class Appended(NamedTuple):
    """Where the event stands. `repeated`: it was there before and nothing changed; `differs`: with other words."""

    seq: int
    repeated: bool = False
    differs: bool = False


class Change(NamedTuple):
    """An event that was recorded, and the rows as they are after it."""

    entry: Entry
    rows: tuple[Row, ...]


class Posted(NamedTuple):
    """Where each event of a batch stands, and what the new ones among them changed."""

    places: tuple[Appended, ...]
    changes: tuple[Change, ...]


class _New(NamedTuple):
    entry: Entry
    payload: str
    place: int
    """Its place in the batch."""


class Writer:
    """Appends to one ledger; a context manager. Threads take turns; an event loop calls `append` in a thread."""

    def __init__(self, place: Place, connection: Connection, clock: Clock, resources: ExitStack) -> None:
        """`resources` holds lock and connection. Raises LookupError or ValueError for a head that cannot be read."""
        self.place = place
        self.read = Reader(place, keeping=True)
        self._connection, self._clock, self._resources = connection, clock, resources
        self._shelf = Shelf(connection)
        self._guard, self._folding = threading.Lock(), threading.Lock()
        self._unfolded = 0
        self._broken: LedgerError | None = None
        with connection.begin():
            self._head = read_head(connection)
            self.token = int(read_fact(connection, "token"))
            """Grows with each opening: whoever holds a smaller one is no longer the writer."""

    @property
    def head(self) -> Head:
        """The last row of the chain."""
        return self._head

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the ledger back to others."""
        with self._folding, self._guard:
            self._broken = self._broken or LedgerError(f"{self.place} was closed")
            self.read.release()
            self._resources.close()

    def append(self, *events: Event) -> tuple[Appended, ...]:
        """Record the events together, durably, in this order; returns where each one stands.

        Raises RefusedError when one breaks a rule (nothing is recorded), LedgerError when the disk is full or locked
        (nothing is recorded, try again), UnreachableError when it is not known: open the ledger again.
        """
        for index, event in enumerate(events):
            if isinstance(event, Archived):
                raise RefusedError(Rule.RESERVED_KIND, "an archive's anchor is not recorded by hand", index)
        return self.record(events)

    def record(self, events: Sequence[Event]) -> tuple[Appended, ...]:
        """`append` for the ledger itself, whose anchors are its own to write."""
        return self.post(events).places

    def post(self, events: Sequence[Event]) -> Posted:
        """`record`, for one that keeps the tables in memory and follows them change by change."""
        with self._guard:
            if self._broken is not None:
                raise self._broken
            payloads = _encoded(events)
            try:
                with self._connection.begin():
                    places, new = self._place(events, payloads)
                    head, changes = self._write(new)
            except RefusedError:
                self._shelf.discard()
                raise
            except SQLAlchemyError as error:
                self._shelf.discard()
                failure = error_of(self.place, error)
                if isinstance(failure, UnreachableError):
                    self._broken = failure
                raise failure from error
            except BaseException as error:  # Ctrl-C, too: the shelf must not keep rows that were rolled back
                self._shelf.discard()
                if not isinstance(error, Exception):
                    self._broken = UnreachableError(f"{self.place}: an append was cut short", help="open it again")
                raise
            self._shelf.settle()
            self._head = head
            self._unfolded += bool(changes)
            return Posted(places, changes)

    def fold(self) -> None:
        """Move a file's log into the file, if there is enough of it, while appends go on: otherwise one of them does.

        For a moment when nobody waits, in any thread. Raises LedgerError, never UnreachableError: whatever failed, what
        is recorded stands in the log, appends go on, and the next fold begins where this one did.
        """
        with self._folding:
            begun, path = self._unfolded, self.place.path
            if path is None or not self.worth_folding:
                return
            try:
                fold(path)
            except sqlite3.Error as error:
                raise unfolded(self.place, error) from error
            self._unfolded -= begun

    @property
    def worth_folding(self) -> bool:
        """Whether `fold` would do something."""
        return self.place.path is not None and self._broken is None and self._unfolded >= FOLDED

    def rebase(self, change: Callable[[Connection], None]) -> None:
        """Run `change` in one transaction and forget every row that was kept. Raises LedgerError."""
        with self._guard, told(self.place):
            self._shelf.discard()
            with self._connection.begin():
                change(self._connection)

    def _place(self, events: Sequence[Event], payloads: Sequence[str]) -> tuple[tuple[Appended, ...], list[_New]]:
        keys = [key_of(event) for event in events]
        known: dict[str, tuple[int, str | None]] = {}
        wanted = [key for key in keys if key is not None]
        if wanted:
            found = self._connection.execute(_FIND_KEYS, {"keys": wanted}).all()
            known = {key: (seq, self._connection.execute(_PAYLOAD, {"seq": seq}).scalar()) for key, seq in found}
        places, new, seq, now = [], [], self._head.seq, self._clock()
        for index, (event, payload, key) in enumerate(zip(events, payloads, keys, strict=True)):
            if key is not None and key in known:
                before, told = known[key]
                places.append(Appended(before, True, told is not None and told != payload))
                continue
            seq += 1
            kind = KIND_OF[type(event)]
            new.append(_New(Entry(seq, now, decode(kind, VERSIONS[kind], payload)), payload, index))
            places.append(Appended(seq))
            if key is not None:
                known[key] = (seq, payload)
        return tuple(places), new

    def _write(self, new: Sequence[_New]) -> tuple[Head, tuple[Change, ...]]:
        head, rows, changes = self._head, [], []
        for entry, payload, place in new:
            try:
                changed = project(self._shelf, entry)
            except RefusedError as refusal:
                raise RefusedError(refusal.rule, refusal.words, place) from None
            self._shelf.put(changed)
            changes.append(Change(entry, changed))
            version = VERSIONS[entry.kind]
            head = Head(entry.seq, link(head.hash, entry.seq, entry.time, entry.kind, version, payload))
            rows.append(event_values(entry, version, payload, head.hash))
        if rows:
            appended(self._connection.dialect.name).run(self._connection, rows)
            self._shelf.flush()
            change_fact(self._connection, "head", f"{head.seq}:{head.hash}")
        return head, tuple(changes)


def event_values(entry: Entry, version: int, payload: str, digest: str) -> dict[str, object]:
    """An entry as values of the events' columns; session and order are there to be searched for."""
    return {
        "seq": entry.seq,
        "time": entry.time,
        "kind": entry.kind,
        "version": version,
        "session_id": getattr(entry.event, "session_id", None),
        "order_id": getattr(entry.event, "order_id", None),
        "payload": payload,
        "hash": digest,
    }


def _encoded(events: Sequence[Event]) -> list[str]:
    payloads = []
    for index, event in enumerate(events):
        try:
            payloads.append(encode(event))
        except RefusedError as refusal:
            raise RefusedError(refusal.rule, refusal.words, index) from None
    return payloads
