"""One writer at a time: a lock that the system takes back when its process ends, however it ends."""

from __future__ import annotations

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
        self._lock = FileLock(self._note, thread_local=False)

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
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


def lock_server(connection: Connection, place: str) -> None:
    """Take the database's lock for as long as this connection lives. Raises LedgerError when another has it."""
    query = text("SELECT pg_try_advisory_lock(:lock, hashtext(current_schema()))")
    if not connection.execute(query, {"lock": _SERVER_LOCK}).scalar():
        raise LedgerError(
            f"{place}: another process is writing to this ledger", help="end that session first, or name another ledger"
        )
