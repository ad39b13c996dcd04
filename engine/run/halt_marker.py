"""The halt marker: a file beside the ledger. While it is there a session sends nothing but cancels and exits.

The kill switch leaves it without asking anybody; the gate looks for it before every send; only `resume` takes it away.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..report.atomic import replacing

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Halted:
    """Who halted and why; `time` is ms UTC."""

    who: str
    why: str
    time: int


class HaltMarker:
    """One marker file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def present(self) -> bool:
        """One look at the file system; where it cannot be told, it is there."""
        try:
            os.stat(self.path)  # noqa: PTH116 - before every send: no objects in between
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def read(self) -> Halted | None:
        """None where there is none; one that cannot be read halts all the same."""
        if not self.present:
            return None
        try:
            with self.path.open("rb") as file:
                data = json.loads(file.read(_LONGEST))
            return Halted(str(data["who"]), str(data["why"]), int(data["time"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return Halted("unknown", f"{self.path.name} cannot be read", 0)

    def write(self, who: str, why: str) -> Halted:
        """Whole, or empty where the disk is full; one that is there keeps standing. Raises InputError."""
        found = self.read()
        if found is not None:
            return found
        halted = Halted(who, why, time.time_ns() // 1_000_000)
        try:
            # Not private: whoever halts may be another user (root), and the session is to tell who it was and why.
            with replacing(self.path) as file:
                file.write(json.dumps(asdict(halted)).encode())
        except InputError:
            with suppress(OSError):
                self.path.touch()  # its being there halts: a full disk has room for a name
            if not self.present:
                raise
        return halted

    def clear(self) -> bool:
        """Take it away; whether there was one. Raises InputError."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise InputError(f"{self.path}: cannot be removed: {error.strerror}") from None
        with suppress(OSError):
            _sync(self.path.parent)
        return True


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
