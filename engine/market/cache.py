"""Checked columns kept on disk by the content of the file they came from, so that a second run skips Polars.

An entry is named by the digest of the file's bytes, the timeframe and the loader's own sources; it carries a checksum,
and anything doubtful about it counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import zlib
from pathlib import Path

import numpy as np

from .cache_folder import CacheFolder, users_folder
from .columns import Columns
from .timeframe import Timeframe

LARGEST = 64 << 20
"""Bytes of a file or an entry beyond which nothing is kept: reading it anew costs little more."""
MOST = 512 << 20
"""Bytes of all entries; the ones not used for longest go first."""

_MAGIC = 0x5354_5241_5452_4E31
_HEAD = 3
_SOURCES = ("cache.py", "check.py", "columns.py", "read.py", "room.py", "times.py", "volume.py")


class ColumnCache:
    """The entries of one folder; `None` as folder keeps and finds nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._kept = CacheFolder(folder, MOST)

    @classmethod
    def default(cls) -> ColumnCache:
        """The user's."""
        return cls(users_folder("candles"))

    def key(self, path: Path, timeframe: Timeframe, base: str = "") -> str | None:
        """The name of a file's entry, its volume counted in `base`; None when it is not to be kept."""
        if self._kept.folder is None:
            return None
        with contextlib.suppress(OSError):
            if path.stat().st_size <= LARGEST:
                kind = f"{path.suffix.lower()} {timeframe.ms} {timeframe.anchor} {base} {sys.byteorder}"
                digest = hashlib.sha256(kind.encode())
                for source in _SOURCES:
                    digest.update(Path(__file__).with_name(source).read_bytes())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
                return digest.hexdigest()[:40]
        return None

    def get(self, key: str | None) -> Columns | None:
        """The columns of an entry, writable and contiguous; None when there is no sound one."""
        path = self._kept.path(key)
        if path is None:
            return None
        with contextlib.suppress(OSError, ValueError, MemoryError):
            words = np.fromfile(path, np.int64)
            if len(words) < _HEAD or words[0] != _MAGIC or len(words) != _HEAD + 6 * words[1]:
                return None
            body = words[_HEAD:]
            if zlib.crc32(body.data) != words[2]:
                return None
            os.utime(path)
            time, *numbers = body.reshape(6, -1)
            return Columns(time, *(column.view(np.float64) for column in numbers))
        return None

    def put(self, key: str | None, columns: Columns) -> None:
        """Keep columns under a key."""
        rows = len(columns.time)
        if self._kept.path(key) is None or 48 * rows > LARGEST:
            return
        words = np.empty(_HEAD + 6 * rows, np.int64)
        body = words[_HEAD:].reshape(6, rows)
        for line, column in zip(body, columns, strict=True):
            line[:] = column.view(np.int64)
        words[:_HEAD] = _MAGIC, rows, zlib.crc32(words[_HEAD:].data)
        self._kept.put(key, (words.data,))
