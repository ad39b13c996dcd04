"""Files kept in the user's cache folder under the digest of what they were made of; losing them costs time alone.

An entry is written beside and renamed into place, so that it is whole or absent; who reads it checks it. A full disk or
a read-only folder is no error. `STRATRUN_NO_CACHE=1` switches it off, `STRATRUN_CACHE_DIR` moves it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import platformdirs


class CacheFolder:
    """The entries of one folder, of `most` bytes together: the ones not used for longest go first. `None` as folder
    keeps and finds nothing."""

    def __init__(self, folder: Path | None, most: int) -> None:
        self.folder = folder
        self._most = most

    def path(self, key: str | None) -> Path | None:
        """Where an entry lies, if it is there; None without a key."""
        return None if self.folder is None or key is None else self.folder / key

    def put(self, key: str | None, parts: Sequence[bytes | memoryview]) -> None:
        """Keep an entry, its parts one after the other."""
        place = self.path(key)
        if place is None or self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self.folder / f"new-{os.getpid()}-{os.urandom(6).hex()}"
            try:
                with fresh.open("xb") as file:
                    for part in parts:
                        file.write(part)
                fresh.replace(place)
            finally:
                fresh.unlink(missing_ok=True)
            self._shrink(self.folder)

    def _shrink(self, folder: Path) -> None:
        entries = sorted((entry.stat().st_mtime_ns, entry.stat().st_size, entry.name) for entry in folder.iterdir())
        total = sum(size for _, size, _ in entries)
        for _, size, name in entries:
            if total <= self._most:
                break
            with contextlib.suppress(OSError):
                (folder / name).unlink()
            total -= size


def users_folder(name: str) -> Path | None:
    """The user's cache folder of that name, or what the environment says; None where it is switched off."""
    if os.environ.get("STRATRUN_NO_CACHE", "") not in ("", "0"):
        return None
    chosen = os.environ.get("STRATRUN_CACHE_DIR") or platformdirs.user_cache_dir("stratrun", "stratrun")
    return Path(chosen) / name
