"""A store's file that appears whole or not at all, on the disk before its name is: readers see the old or the new."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..diagnostics.diagnostic import InputError

LOCK = ".lock"
"""Lies in a series' folder; who holds the system's lock on it is its one writer."""
_PART = ".part"
_PATIENCE = 5.0
"""Seconds to wait on Windows for a reader that holds the old file open."""


def drop_leftovers(folder: Path) -> None:
    """Remove what killed writers left half written; only for who holds the folder's lock. Raises nothing."""
    with suppress(OSError):
        for path in folder.glob(f".*{_PART}"):
            with suppress(OSError):
                path.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a neighbour to be written, which becomes `path` when the block ends well. Raises InputError."""
    neighbour = path.with_name(f".{path.name}.{os.getpid()}{_PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield neighbour
        with neighbour.open("rb+") as file:
            os.fsync(file.fileno())
        _rename(neighbour, path)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            neighbour.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> InputError:
    """What a failed write is to the user; what the store held before stays."""
    words = f"{path}: cannot write the file: {error.strerror or error}; what was stored before is unchanged"
    return InputError(words, help="free some space or name another --store, then run the same command again")


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a loss of power, where the system lets us."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rename(source: Path, target: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            source.replace(target)
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
