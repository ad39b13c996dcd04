"""Opens a ledger: a writer behind its lock, the tables made or brought up to date; or a reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection

from .facts import change_fact, read_fact
from .failures import told
from .file import make_private
from .lock import WriterLock, lock_server
from .place import Place, check_file, engine_of, place_of
from .reader import Reader
from .refusal import LedgerError
from .schema import make_current, version_of
from .writer import Clock, Writer


def open_reader(where: str | Path | Place) -> Reader:
    """A reader of an existing ledger. Raises LedgerError."""
    place = where if isinstance(where, Place) else place_of(where)
    if not place.exists:
        raise LedgerError(
            f"{place}: there is no ledger",
            help="name the ledger of a session, as `ledger:` in its deployment does; `stratrun run` writes them",
        )
    if place.path is not None:
        check_file(place.path)
    reader = Reader(place)
    with reader.connected():
        return reader


def open_writer(where: str | Path | Place, clock: Clock, identity: str | None = None) -> Writer:
    """The writer of a ledger, made if there is none: with the id `identity`, or a random one.

    Raises LedgerError: locked, read-only, no ledger, newer…
    """
    place = where if isinstance(where, Place) else place_of(where)
    with ExitStack() as opened:
        if place.path is not None:
            if not place.path.parent.is_dir():
                raise LedgerError(f"{place}: the folder does not exist", help="make the folder first")
            _look(place)
            opened.enter_context(WriterLock(place.path))
        with told(place):
            engine = engine_of(place, writing=True)
            opened.callback(engine.dispose)
            connection = opened.enter_context(engine.connect())
            try:
                _prepare(connection, place, clock, identity)
                resources = ExitStack()
                writer = Writer(place, connection, clock, resources)
                resources.callback(opened.pop_all().close)
                return writer
            except (LookupError, ValueError) as error:
                raise LedgerError(f"{place}: {error}", help="run `stratrun ledger verify`") from None
    raise AssertionError("unreachable")


def _look(place: Place) -> None:
    """Refuse what is no ledger before anything of it is touched. Raises LedgerError."""
    assert place.path is not None
    check_file(place.path)
    if not place.exists:
        return
    engine = engine_of(place, writing=False)
    with told(place), engine.connect() as connection, connection.begin():
        version_of(connection, place)


def new_ledger(connection: Connection, place: Place) -> None:
    """Make the tables where there are none. Raises LedgerError where there is a ledger already."""
    if version_of(connection, place) is not None:
        raise LedgerError(f"{place}: there is a ledger already", help="name another place; nothing is overwritten")
    make_current(connection, place, lambda version: None, 0)


def _prepare(connection: Connection, place: Place, clock: Clock, identity: str | None) -> None:
    if place.url is not None:
        with connection.begin():
            lock_server(connection, str(place))
    with connection.begin():
        make_current(connection, place, _saver(place), clock(), identity)
    with connection.begin():
        change_fact(connection, "token", str(int(read_fact(connection, "token")) + 1))


def _saver(place: Place) -> Callable[[str], None]:
    """Copies a file before its tables are changed; a server's administrator has backups of their own."""

    def save(version: str) -> None:
        path = place.path
        if path is None:
            return
        target = path.with_name(f"{path.name}.{version}.bak")
        if target.exists():
            raise LedgerError(f"{target} is in the way of the backup", help="move it away")
        make_private(target)
        with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        source.close()
        copy.close()

    return save
