"""One writer at a time: a lock that the system takes back when its process ends, however it ends."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from .refusal import LedgerError

_SERVER_LOCK = 0x5354524C


class WriterLock:
    """Held beside a ledger's file as `FILE.lock`; the lock counts, the file alone says nothing."""

    def __init__(self, path: Path) -> None:
        self._note = path.with_name(path.name + ".lock")
        self._mode = lock_mode(path)
        self._lock = FileLock(self._note, mode=self._mode, thread_local=False)

    def __enter__(self) -> WriterLock:
        """Raises LedgerError when another process (or this one) has it."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LedgerError(
                f"{self._note.with_suffix('')}: another process is writing to this ledger",
                help="end that session first, or name another ledger",
            ) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise LedgerError(f"{self._note}: the ledger cannot be locked: {reason}") from None
        restrict(self._note, self._mode)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


def lock_mode(guarded: Path) -> int:
    """The rights of a lock's file: whoever may write what it guards may take it, and nobody else.

    The right to read is enough to take a lock, and a lock that a stranger took would keep every session from starting.
    """
    try:
        shared = guarded.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    except OSError:
        shared = 0
    return 0o600 | shared | shared << 1


def restrict(path: Path, mode: int) -> None:
    """Take away the rights to a file that go beyond `mode`, where that is allowed; none is given."""
    with suppress(OSError):
        found = stat.S_IMODE(path.stat().st_mode)
        if found & ~mode:
            path.chmod(found & mode)


def lock_server(connection: Connection, place: str) -> None:
    """Take the database's lock for as long as this connection lives. Raises LedgerError when another has it."""
    query = text("SELECT pg_try_advisory_lock(:lock, hashtext(current_schema()))")
    if not connection.execute(query, {"lock": _SERVER_LOCK}).scalar():
        raise LedgerError(
            f"{place}: another process is writing to this ledger", help="end that session first, or name another ledger"
        )
