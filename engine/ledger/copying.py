"""Copies of a ledger: backups while a session writes, archives of its beginning, and their way back.

Each is a file of its owner's alone, whatever the rights of the ledger: it tells all that the ledger tells.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from .chain import Head
from .codec import decode
from .events import Entry
from .facts import read_fact, write_fact
from .failures import told
from .file import make_private
from .lock import WriterLock
from .opening import new_ledger, open_reader
from .place import Place, engine_of
from .project import project
from .reader import PAGE, Reader
from .refusal import LedgerError
from .scratch import carried_rows
from .shelf import Shelf
from .tables import CARRIED, EVENTS
from .verify import Progress, Verdict, silent, verify


def backup(reader: Reader, target: Path, progress: Progress = silent) -> Verdict:
    """Copy the ledger as it is at this moment into a new file, and check the copy. Raises LedgerError."""
    with _appearing(target) as part:
        if reader.place.path is not None:
            _copy_pages(reader, part, target, progress)
        else:
            with reader.connected() as source:
                copy_events(source, Place(path=part), None, progress)
        return _checked(part, target, progress)


def restore(source: Path, place: Place, progress: Progress = silent) -> Verdict:
    """Check a backup and make it the ledger at a place where there is none. Raises LedgerError."""
    reader = open_reader(source)
    verdict = verify(reader, progress)
    if verdict.findings:
        words = verdict.findings[0].words
        raise LedgerError(f"{source} is not restored: {words}", help="take another backup")
    if place.path is None:
        with reader.connected() as connection:
            copy_events(connection, place, None, progress)
        return verify(open_reader(place), progress)
    with WriterLock(place.path), _appearing(place.path) as part:
        _copy_pages(reader, part, place.path, progress)
        return _checked(part, place.path, progress)


def copy_events(source: Connection, target: Place, last: int | None, progress: Progress) -> Head:
    """Make a new ledger of the events (up to `last`) and the rows that follow from them; returns its head."""
    query = select(EVENTS).order_by(EVENTS.c.seq)
    query = query if last is None else query.where(EVENTS.c.seq <= last)
    engine = engine_of(target, writing=True)
    try:
        with told(target), engine.connect() as connection, connection.begin():
            new_ledger(connection, target)
            for name in ("id", "made", "token", "base"):
                write_fact(connection, name, read_fact(source, name))
            head = _fill(connection, source, query, progress)
            write_fact(connection, "head", f"{head.seq}:{head.hash}")
    finally:
        engine.dispose()
    if target.path is not None:
        _one_file(target.path)
    return head


def archive(source: Connection, target: Path, last: int, progress: Progress) -> Head:
    """Copy the beginning of a ledger into a new file, and check that. Raises LedgerError."""
    with _appearing(target) as part:
        head = copy_events(source, Place(path=part), last, progress)
        _checked(part, target, progress)
        return head


def _fill(connection: Connection, source: Connection, query: Any, progress: Progress) -> Head:
    shelf, waiting = Shelf(connection), []
    carried = source.execute(select(CARRIED)).mappings().all()
    if carried:
        connection.execute(insert(CARRIED), [dict(row) for row in carried])
        shelf.put(tuple(carried_rows(source)))
    seq, _, digest = read_fact(source, "base").partition(":")
    head = Head(int(seq), digest)
    for row in source.execute(query.execution_options(yield_per=PAGE)).mappings():
        waiting.append(dict(row))
        event = decode(row["kind"], row["version"], row["payload"])
        shelf.put(project(shelf, Entry(row["seq"], row["time"], event)))
        head = Head(row["seq"], row["hash"])
        if len(waiting) == PAGE:
            progress("copied events", head.seq, 0)
            connection.execute(insert(EVENTS), waiting)
            shelf.flush()
            shelf.settle()
            waiting = []
    if waiting:
        connection.execute(insert(EVENTS), waiting)
    shelf.flush()
    return head


def _copy_pages(reader: Reader, part: Path, target: Path, progress: Progress) -> None:
    """SQLite's own copy of a database that others may be writing to; the copy is one file, to be called `target`."""

    def tell(status: int, remaining: int, total: int) -> None:
        progress("copied pages", total - remaining, total)

    with reader.connected() as connection:
        read_fact(connection, "head")  # the first look fixes the moment that is copied
        pages = connection.connection.driver_connection
        assert isinstance(pages, sqlite3.Connection)
        with told(Place(path=target)), closing(sqlite3.connect(part)) as copy:
            pages.backup(copy, pages=4_096, progress=tell)
    _one_file(part)


def _one_file(path: Path) -> None:
    """Leave nothing beside the file that a copy of it would have to take along."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


def _checked(part: Path, target: Path, progress: Progress) -> Verdict:
    verdict = verify(open_reader(part), progress)
    if verdict.findings:
        raise LedgerError(
            f"{target} was not written: the copy is not sound: {verdict.findings[0].words}",
            help="run `stratrun ledger verify` on the ledger",
        )
    return verdict


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name when the block ends well. Raises LedgerError when it exists."""
    if target.exists() or target.is_symlink():
        raise LedgerError(f"{target} is there already", help="name a new file; nothing is overwritten")
    if not target.parent.is_dir():
        raise LedgerError(f"{target}: cannot be written: no folder {target.parent}", help="create the folder first")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        make_private(part)
        with told(Place(path=target)):
            yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise LedgerError(f"{target}: cannot be written: {error.strerror or error}") from None
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                part.with_name(part.name + suffix).unlink()
