"""One year of a series: a Parquet file with `time` (candle open, UTC, ms) and the numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.check import check_columns
from ..market.columns import NUMBERS, Columns, Mistakes
from ..market.read import choose_columns, guarded, read_numbers, refuse_disguise
from ..market.timeframe import Timeframe
from ..market.times import read_times
from .replace import replacing
from .rows import holes, year_of

ENDING = ".parquet"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Shard:
    """What the manifest says of a file. Times are ms UTC; `holes` as `rows.holes` gives them; sha256 of the bytes."""

    name: str
    rows: int
    first: int
    last: int
    size: int
    sha256: str
    holes: tuple[tuple[int, int], ...]


def shard_name(year: int) -> str:
    return f"{year:04d}{ENDING}"


def year_in(name: str) -> int | None:
    """The year of a file's name; None for other files."""
    stem = name.removesuffix(ENDING)
    return int(stem) if stem != name and len(stem) == 4 and stem.isascii() and stem.isdigit() else None


def write_shard(path: Path, columns: Columns, timeframe: Timeframe, about: Callable[[Shard], None]) -> Shard:
    """Write a year's rows; `about` is told of the file just before it takes its name. Raises InputError."""
    import polars as pl

    frame = pl.DataFrame({"time": columns.time} | {name: getattr(columns, name) for name in NUMBERS})
    frame = frame.with_columns(pl.col("time").cast(pl.Datetime("ms", "UTC")))
    with replacing(path) as neighbour:
        try:
            frame.write_parquet(neighbour, compression="zstd", statistics=True)
        except pl.exceptions.PolarsError as error:
            raise OSError(str(error)) from None
        shard = Shard(
            path.name, len(columns.time), int(columns.time[0]), int(columns.time[-1]), neighbour.stat().st_size,
            digest_of(neighbour), tuple(holes(columns.time, timeframe)),
        )  # fmt: skip
        about(shard)
    return shard


def read_shard(path: Path, timeframe: Timeframe) -> Columns:
    """A year's rows, checked as any candle file is. Raises InputError."""
    try:
        columns = _whole(path)
        check_columns(columns, timeframe, str(path), sparse=True)
        years = {year_of(int(columns.time[k])) for k in (0, -1)}
        if year_in(path.name) is not None and years != {year_in(path.name)}:
            raise InputError(f"{path}: the file holds candles of another year than its name says")
    except InputError as error:
        raise InputError(
            error.message, help="`stratrun data verify` tells more, `stratrun data repair` mends"
        ) from None
    return columns


def _whole(path: Path) -> Columns:
    """All columns at once, so that they are of one file also while a writer puts another in its place."""
    import polars as pl

    refuse_disguise(path)
    # Polars would open the path several times.
    frame = guarded(path, "the file is damaged or cut off", lambda: pl.read_parquet(io.BytesIO(path.read_bytes())))
    mistakes = Mistakes(str(path))
    chosen = choose_columns(path, frame.columns)
    if not frame.height:
        raise InputError(f"{path}: the file has a header but no rows")
    time, *numbers = (frame.get_column(name).alias(label) for name, label in chosen.items())
    read = read_times(time, mistakes), *(read_numbers(column, mistakes) for column in numbers)
    mistakes.stop()
    return Columns._make(column for column in read if column is not None)


def read_column(path: Path, name: str) -> bytes:
    """One column's numbers, little-endian. Raises InputError."""
    import polars as pl

    series = guarded(path, "damaged", lambda: pl.read_parquet(path, columns=[name], glob=False)).to_series()
    values = series.dt.timestamp("ms").to_numpy() if name == "time" else series.to_numpy()
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


def shard_of(path: Path, columns: Columns, timeframe: Timeframe) -> Shard:
    """What a file that is there should say of itself. Raises OSError."""
    return Shard(
        path.name, len(columns.time), int(columns.time[0]), int(columns.time[-1]), path.stat().st_size,
        digest_of(path), tuple(holes(columns.time, timeframe)),
    )  # fmt: skip


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read in blocks. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
