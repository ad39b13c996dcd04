"""Where a ledger is: a SQLite file, or a PostgreSQL database by URL; and the engines that open it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool

from ..diagnostics.extras import install
from .address import ADDRESS_HELP, read_address, shown_address
from .file import application_of, connect
from .refusal import LedgerError

APPLICATION = 0x53545254
"""SQLite's application id of a ledger's file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Exactly one of the two is set; neither `str(place)` nor `repr(place)` shows a password."""

    path: Path | None = None
    url: URL | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return str(self.path) if self.url is None else shown_address(self.url)

    @property
    def exists(self) -> bool:
        """Whether there is something; a server is asked when it is opened."""
        return self.path is None or (self.path.exists() and self.path.stat().st_size > 0)


def place_of(text: str | Path) -> Place:
    """A file's name or a postgresql:// URL. Raises LedgerError."""
    if isinstance(text, Path) or "://" not in text:
        if not str(text).strip() or "\0" in str(text):
            raise LedgerError("the ledger has no name", help="name a file, or a postgresql:// URL")
        return Place(path=Path(text))
    url = read_address(text)
    if url is None:
        raise LedgerError("the ledger's URL cannot be read", help=ADDRESS_HELP)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise LedgerError(
            f"a ledger cannot be kept in {url.get_backend_name()}",
            help="name a file (SQLite), or a database as postgresql://user@host/database",
        )
    if find_spec("psycopg") is None:
        raise LedgerError("the driver for PostgreSQL is missing", help=install("postgres"))
    return Place(url=url.set(drivername="postgresql+psycopg"))


def check_file(path: Path) -> None:
    """Raises LedgerError for an existing file that is no ledger."""
    if path.is_dir():
        raise LedgerError(f"{path} is a folder", help="name the ledger's file")
    try:
        application = application_of(path) if path.exists() else 0
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {error.strerror}") from None
    except sqlite3.Error as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise LedgerError(f"{path} is not a ledger: it is no SQLite file", help="name another file") from None
        if code == sqlite3.SQLITE_CANTOPEN:
            raise LedgerError(f"{path}: cannot be read", help="allow reading of the file") from None
        return  # a ledger that is damaged: whoever reads it tells what
    if application not in (0, APPLICATION):
        raise LedgerError(f"{path} is not a ledger: it belongs to another program", help="name another file")


def engine_of(place: Place, writing: bool, keeping: bool = False) -> Engine:
    """An engine; each connection is a new one, or with `keeping` one that lay idle. Nothing is opened yet."""
    pool: dict[str, Any] = {"poolclass": NullPool}
    if keeping:
        pool = {"poolclass": QueuePool, "pool_size": 2, "max_overflow": -1, "pool_use_lifo": True}
    if place.url is not None:
        level = "READ COMMITTED" if writing else "REPEATABLE READ"
        arguments = {"connect_timeout": 10}
        return create_engine(
            place.url, isolation_level=level, connect_args=arguments, pool_pre_ping=keeping, **pool
        )  # fmt: skip
    path = place.path
    assert path is not None
    engine = create_engine("sqlite+pysqlite://", creator=lambda: connect(path, writing), **pool)

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "begin", begin)
    return engine
