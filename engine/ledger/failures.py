"""Errors of the database in, one message that names the place and the way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from .address import strike_password
from .place import Place
from .refusal import LedgerError, UnreachableError

_SQLITE = {
    sqlite3.SQLITE_BUSY: ("another program holds it locked", "end that program, or try again"),
    sqlite3.SQLITE_LOCKED: ("another program holds it locked", "end that program, or try again"),
    sqlite3.SQLITE_FULL: ("the disk is full", "make room, then try again: nothing of this was recorded"),
    sqlite3.SQLITE_READONLY: ("it is read-only", "allow writing to the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "check that the folder exists and may be written to"),
    sqlite3.SQLITE_PERM: ("access is denied", "allow reading and writing of the file"),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "restore a backup: `stratrun ledger restore`"),
    sqlite3.SQLITE_NOTADB: ("it is not a ledger, or damaged", "restore a backup: `stratrun ledger restore`"),
}
_RECOVERS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})
"""What SQLite answers before anything is written; after any other failure only a new start knows what was."""


def error_of(place: Place, error: Exception) -> LedgerError:
    """What to tell. UnreachableError where the outcome of a commit may be open."""
    if isinstance(error, IntegrityError):
        return UnreachableError(f"{place}: another writer has appended meanwhile", help="open the ledger again")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        words, mend = _SQLITE.get(code & 0xFF, (f"the disk or the file failed ({cause})", "check the disk"))
        kind = LedgerError if code & 0xFF in _RECOVERS else UnreachableError
        return kind(f"{place}: {words}", help=mend)
    first = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    if place.url is not None:
        words = strike_password(first, place.url)
        return UnreachableError(f"{place}: the server says: {words}", help="check the server and the URL")
    return UnreachableError(f"{place}: {first}", help="run `stratrun ledger verify`")


def unfolded(place: Place, error: Exception) -> LedgerError:
    """What to tell where the log could not be moved into the file: no append is in doubt by that."""
    cause = error_of(place, error)
    words = f"{cause}: its log cannot be moved into the file, and grows; what is recorded stands in it"
    return LedgerError(words, help=cause.help)


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Raise LedgerError where the database fails."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise error_of(place, error) from error
    except UnicodeDecodeError as error:  # SQLite names what it cannot read in bytes that are no text
        words, mend = _SQLITE[sqlite3.SQLITE_CORRUPT]
        raise UnreachableError(f"{place}: {words}", help=mend) from error
