"""How much memory a file of candles may take, judged before it is read: a small file can unpack to what fills it all.

CSV, gzipped or not, is measured and handed to the reader; of Parquet the footer tells.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np

from ..diagnostics.diagnostic import InputError
from .columns import SHOWN, shown
from .footer import Chunk, read_footer

MOST_ROWS = 16_000_000
"""Thirty years of minute candles."""
FREE = 256 << 20
"""Bytes of memory that any file may take, however small it is."""
TIMES = 100
"""How often a larger one may hold its own bytes: candles pack three to twenty times."""
MOST = 4 << 30
"""Bytes of memory that no file may exceed."""
LONGEST_LINE = 64 << 10
"""Bytes of a line; one of candles has about sixty."""
CELL = 16
"""Bytes that a cell takes while it is read, about."""
_END = ord("\n")
_ADDRESSES = (b"http://", b"https://")
_GZIP = b"\x1f\x8b"
_OTHERS = (b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""zstd and zlib, which Polars would unpack without asking."""


class TooLargeError(InputError):
    """The file would take too much memory at once; read in parts, it may be sound."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message, help="`stratrun data import` reads a file of any length in parts; or split it, a year or so each"
        )


def text_within(path: Path, most: int | None = None) -> Path | bytes:
    """What a CSV reader may read: the file, or its text unpacked and from the line on that names the columns.

    `most`: bytes of memory; without it as many as a file of this size may take. Raises TooLargeError, and InputError
    when the file cannot be read.
    """
    size = path.stat().st_size
    allowed = _allowed(size) if most is None else most
    with open_text(path) as file:
        packed = isinstance(file, gzip.GzipFile)
        if not packed and size > allowed:
            raise TooLargeError(f"{path}: {size >> 20:,} MiB of text, more than is read at once")
        header = read_header(file, path)
        width, above = count_columns(header), file.tell() - len(header)
        kept = io.BytesIO() if packed or above else None
        file.seek(above)
        length = rows = 0
        for piece in _pieces(file, path):
            length += len(piece)
            ends = int(np.count_nonzero(np.frombuffer(piece, np.uint8) == _END))
            if not ends and len(piece) == LONGEST_LINE:
                raise long_line(path, rows)
            rows += ends
            if kept is not None:
                kept.write(piece)
            _judge(path, size, rows - 1, length + rows * width * CELL, allowed)
    return path if kept is None else kept.getvalue()


def check_parquet(path: Path, names: Collection[str] | None = None) -> None:
    """Raises TooLargeError when the columns of these names (all of them by default) take too much memory."""
    footer = read_footer(path)
    if footer is None:
        return  # Polars says what is wrong with the file
    chosen = [chunk for chunk in footer.chunks if names is None or chunk.column in names]
    size = path.stat().st_size
    _judge(path, size, footer.rows, sum(map(_taken, chosen)), _allowed(size))


def open_text(path: Path) -> IO[bytes]:
    """The text of a file, unpacked when its first bytes are gzip's. Raises InputError when it is packed otherwise."""
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    file = cast("IO[bytes]", gzip.open(path) if packed else path.open("rb"))  # noqa: SIM115 - the caller closes it
    try:
        start = file.read(4)
        if start.startswith((_GZIP, *_OTHERS)):
            twice = "is packed twice" if packed else "is packed, and not by gzip"
            raise InputError(f"{path}: the file {twice}", help="unpack it first")
        file.seek(0)
    except (EOFError, zlib.error, OSError) as error:
        file.close()
        raise unreadable(path, error) from None
    except InputError:
        file.close()
        raise
    return file


def read_header(file: IO[bytes], path: Path) -> bytes:
    """The first line, or the second where the first one says only where the file is from."""
    try:
        header = file.readline(LONGEST_LINE)
        if _is_source(header):
            header = file.readline(LONGEST_LINE)
    except (EOFError, zlib.error, OSError) as error:
        raise unreadable(path, error) from None
    if len(header) == LONGEST_LINE:
        found = shown(header[: 4 * SHOWN].decode(errors="replace"))
        raise InputError(f"{path}: the first line has more than {LONGEST_LINE:,} bytes; found {found}",
                         help="the first line must name the columns: time,open,high,low,close,volume")  # fmt: skip
    return header


def _is_source(line: bytes) -> bool:
    """Whether an address stands in a line, as on top of CryptoDataDownload's files: no column is called that."""
    cells = line.removeprefix(b"\xef\xbb\xbf").lower().split(b",")
    return any(cell.strip(b' "\t').startswith(_ADDRESSES) for cell in cells)


def count_columns(header: bytes) -> int:
    """At least as many as the header names."""
    return header.count(b",") + 1


def long_line(path: Path, row: int) -> InputError:
    """`row`: 1 is the first candle."""
    return InputError(f"{path}: row {row:,} has more than {LONGEST_LINE:,} bytes",
                      help="a row is one candle on a line of its own")  # fmt: skip


def unreadable(path: Path, error: Exception) -> InputError:
    return InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}")


def _pieces(file: IO[bytes], path: Path) -> Iterator[bytes]:
    try:
        while piece := file.read(LONGEST_LINE):
            yield piece
    except (EOFError, zlib.error, OSError) as error:
        raise unreadable(path, error) from None


def _allowed(size: int) -> int:
    return min(MOST, max(FREE, TIMES * size))


def _taken(chunk: Chunk) -> int:
    return max(8 * chunk.values, chunk.unpacked)


def _judge(path: Path, size: int, rows: int, taken: int, allowed: int) -> None:
    if rows > MOST_ROWS:
        raise TooLargeError(f"{path}: {rows:,} rows or more; at most {MOST_ROWS:,} are read at once")
    if taken > allowed:
        words = f"unpacked, its {size:,} bytes take more than {allowed >> 20:,} MiB of memory"
        raise TooLargeError(f"{path}: {words}")
