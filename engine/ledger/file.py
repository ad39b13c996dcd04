"""A ledger's file in, a connection of SQLite out, set so that a commit is on the disk when it returns.

A file that is made here is its owner's alone.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from .refusal import LedgerError

BUSY = 10.0
"""Seconds to wait for a lock that another process holds for a moment (a checkpoint, a backup)."""

LOG_PAGES = 16_000
"""Pages of the log (4 kB each) from which an append folds it into the file by itself, if nobody did before."""


def connect(path: Path, writing: bool) -> sqlite3.Connection:
    """In autocommit. Raises sqlite3.Error, and LedgerError where the file system cannot hold one that is written."""
    if writing:
        make_private(path)
    mode = "rwc" if writing else "ro"
    frozen = not writing and not os.access(path.parent, os.W_OK) and not _has_log(path)
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if frozen else "")
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False)
    if writing:
        try:
            found = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
        except sqlite3.Error:
            connection.close()
            raise
        if found != "wal":
            connection.close()
            raise LedgerError(f"{path}: this file system cannot hold a ledger", help="keep it on a local disk")
    return connection


def make_private(path: Path) -> None:
    """An empty file that its owner alone may read or write; what is there stays as it is, and is not opened.

    SQLite gives the log and its index the rights of the file. Whoever may only read the index can lock it, and then
    nothing can be recorded. Closing a file that was there would give up the locks on it that this process holds.
    """
    with suppress(OSError, RuntimeError):  # it is there, or cannot be made: SQLite tells why
        os.close(os.open(path.resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def application_of(path: Path) -> int:
    """The program that a file says it belongs to, 0 where it says none. Raises sqlite3.Error.

    SQLite must read it: were the file opened and closed by hand, this process would lose the locks that a writer of its
    own holds, and the next program that looks at the ledger would delete the log that is still written to.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        return int(file.execute("PRAGMA application_id").fetchone()[0])


def fold(path: Path) -> None:
    """Fold what stands in the log into the file, while others read and append. Raises sqlite3.Error, LedgerError."""
    with closing(connect(path, writing=True)) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
