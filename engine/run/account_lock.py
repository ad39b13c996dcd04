"""One session for each account on this machine, whatever its ledger: two would each take the other's money for theirs.

The system takes the lock back when its process ends, however it ends.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from ..brokers.keys import Keys
from ..diagnostics.diagnostic import InputError
from ..language.deployment import Access
from ..ledger.lock import lock_mode, restrict
from ..report.atomic import replacing

PLACE_VARIABLE = "STRATRUN_STATE_FOLDER"


def state_folder() -> Path:
    """Where the locks of this machine's user are; `STRATRUN_STATE_FOLDER` moves it."""
    chosen = os.environ.get(PLACE_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_state_dir("stratrun", "stratrun"))


class AccountLock:
    """A context manager. An account is what its keys open at a venue, by whatever name: market by market."""

    def __init__(self, access: Access, keys: Keys, folder: Path) -> None:
        where = None if access.endpoint is None else access.endpoint.address or sorted(access.endpoint.hosts.items())
        told = [access.venue, access.market.value, access.sandbox, where, keys.key.reveal()]
        name = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
        self._access = access
        self._holder = folder / f"account-{name}.json"
        self._note = folder / f"account-{name}.lock"
        self._mode = lock_mode(folder)
        self._lock = FileLock(self._note, mode=self._mode, thread_local=False)

    def __enter__(self) -> AccountLock:
        """Raises InputError where another session trades the account, or nothing can be locked."""
        try:
            self._holder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire(timeout=0)
            restrict(self._note, self._mode)
            with suppress(InputError), replacing(self._holder, private=True) as file:  # it is for words only
                file.write(json.dumps({"pid": os.getpid(), "ledger": self._access.ledger}).encode())
        except Timeout:
            raise InputError(
                f"{self._by_whom()} trades the account {self._access.account} at {self._access.venue} already",
                help="end that session first: `stratrun status` and `stratrun kill` reach it",
            ) from None
        except (OSError, NotImplementedError) as error:  # the latter: a file system that knows no locks
            raise InputError(
                f"{self._holder.parent}: the account cannot be locked: {getattr(error, 'strerror', None) or error}",
                help=f"name a folder of a local disk that can be written to in {PLACE_VARIABLE}",
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def _by_whom(self) -> str:
        try:
            told = json.loads(self._holder.read_text("utf-8"))
            return f"process {int(told['pid'])} (ledger {told['ledger']})"
        except (OSError, ValueError, TypeError, KeyError):
            return "another session"
