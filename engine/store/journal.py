"""Pages that came and are not in a year's file yet: an append-only file, each page whole on the disk or not there.

A record is a head (magic, rows, covered begin and end, CRC-32 of head and body) and the six columns. Reading stops at
the first record that is not whole: that is where a crash or a full disk stopped the writer.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.columns import NUMBERS, Columns
from .replace import unwritable

NAME = "pages.journal"
_HEAD = struct.Struct("<8sIqqI")
_MAGIC = b"SRPAGE01"
_MOST = 1 << 20
"""Rows of a page beyond which the head is taken for damage."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer and the stretch [begin, end) of time it tells of; it may have no rows."""

    begin: int
    end: int
    columns: Columns


class Journal:
    """The journal of one series; the caller holds the series' lock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def append(self, page: Page) -> None:
        """Returns when the page is on the disk. Raises InputError and leaves what was there before."""
        body = b"".join(column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes() for column in page.columns)
        rows = len(page.columns.time)
        crc = zlib.crc32(body, zlib.crc32(_HEAD.pack(_MAGIC, rows, page.begin, page.end, 0)))
        size = 0
        try:
            with self.path.open("ab") as file:
                size = file.tell()
                file.write(_HEAD.pack(_MAGIC, rows, page.begin, page.end, crc) + body)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                os.truncate(self.path, size)
            raise unwritable(self.path, error) from error

    def pages(self) -> Iterator[Page]:
        """The whole pages, in the order they came. Raises InputError when the file cannot be read."""
        for page, _ in self._walk():
            yield page

    def torn(self) -> int:
        """Bytes at the end that are no whole page. Raises InputError."""
        sound = 0
        for _, sound in self._walk():  # noqa: B007 - the last one counts
            pass
        return (self.path.stat().st_size if self.path.exists() else 0) - sound

    def __bool__(self) -> bool:
        return self.path.exists()

    def clear(self) -> None:
        """Forget all pages. Raises InputError."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def _walk(self) -> Iterator[tuple[Page, int]]:
        try:
            with self.path.open("rb") as file:
                while (page := _read(file.read(_HEAD.size), file.read)) is not None:
                    yield page, file.tell()
        except FileNotFoundError:
            return
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror or error}") from None


def _read(head: bytes, read: Callable[[int], bytes]) -> Page | None:
    if len(head) < _HEAD.size:
        return None
    magic, rows, begin, end, crc = _HEAD.unpack(head)
    width = 8 * (1 + len(NUMBERS))
    if magic != _MAGIC or rows > _MOST:
        return None
    body = read(rows * width)
    if len(body) < rows * width or zlib.crc32(body, zlib.crc32(_HEAD.pack(magic, rows, begin, end, 0))) != crc:
        return None
    columns = [np.frombuffer(body, "<i8" if k == 0 else "<f8", rows, k * 8 * rows) for k in range(1 + len(NUMBERS))]
    return Page(begin, end, Columns(columns[0].astype(np.int64), *(c.astype(np.float64) for c in columns[1:])))
