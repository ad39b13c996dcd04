"""A ledger's file in, a connection of SQLite out, set so that a commit is on the disk when it returns."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from .refusal import LedgerError

BUSY = 10.0
"""Seconds to wait for a lock that another process holds for a moment (a checkpoint, a backup)."""


def connect(path: Path, writing: bool) -> sqlite3.Connection:
    """In autocommit. Raises sqlite3.Error, and LedgerError where the file system cannot hold one that is written."""
    mode = "rwc" if writing else "ro"
    frozen = not writing and not os.access(path.parent, os.W_OK) and not _has_log(path)
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if frozen else "")
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False)
    if writing:
        try:
            found = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error:
            connection.close()
            raise
        if found != "wal":
            connection.close()
            raise LedgerError(f"{path}: this file system cannot hold a ledger", help="keep it on a local disk")
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
