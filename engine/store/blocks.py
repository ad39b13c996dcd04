"""A CSV file, gzipped or not -> its tables some lines at a time, so that memory does not grow with the file.

Polars' own batches hold much of the file. Lines are bounded as well: a file can be one line of gigabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..market.read import guarded
from ..market.room import LONGEST_LINE, count_columns, long_line, open_text, read_header, unreadable

if TYPE_CHECKING:
    import polars as pl

MOST_BYTES = 64 << 20
"""Bytes of a block's lines beyond which it ends early."""
MOST_CELLS = 8_000_000
_TURN = 256
"""Lines between two looks at their bytes."""


def csv_blocks(path: Path, batch: int) -> Iterator[pl.DataFrame]:
    """At most `batch` rows each, all of them text. Raises InputError."""
    with open_text(path) as file:
        header = read_header(file, path)
        most = max(1, min(batch, MOST_CELLS // count_columns(header)))
        row = 1
        while lines := _lines(file, path, most, row):
            row += len(lines)
            yield _table(path, header, lines)


def csv_head(path: Path) -> pl.DataFrame:
    """The first row as it stands there; a few lines are read, as a text in quotes may go over several."""
    with open_text(path) as file:
        return _table(path, read_header(file, path), _lines(file, path, _TURN, 1)).head(1)


def _lines(file: IO[bytes], path: Path, most: int, row: int) -> list[bytes]:
    """The next lines, `most` at the most; the first one is row `row`."""
    found: list[bytes] = []
    size = 0
    lines = iter(partial(file.readline, LONGEST_LINE), b"")
    try:
        while len(found) < most and size < MOST_BYTES:
            turn = list(islice(lines, min(_TURN, most - len(found))))
            if not turn:
                break
            size += sum(map(len, turn))
            if max(map(len, turn)) >= LONGEST_LINE:
                at = row + len(found) + next(k for k, line in enumerate(turn) if len(line) >= LONGEST_LINE)
                raise long_line(path, at)
            found += turn
    except (EOFError, zlib.error, OSError) as error:
        raise unreadable(path, error) from None
    return found


def _table(path: Path, header: bytes, lines: list[bytes]) -> pl.DataFrame:
    import polars as pl

    text = BytesIO(header + b"".join(lines))
    return guarded(path, "the file is not CSV", lambda: pl.read_csv(text, infer_schema=False))
