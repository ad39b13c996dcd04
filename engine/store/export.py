"""A stored series -> one CSV, Parquet or Feather file, a year at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics.diagnostic import InputError
from ..market.columns import NUMBERS
from ..market.read import guarded
from .reader import read_years, years_of
from .replace import replacing
from .series import Series
from .shard import shard_name

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".csv", ".parquet", ".feather")


def export(root: Path, series: Series, target: Path, start: int | None = None, end: int | None = None) -> int:
    """Write the candles of `start <= time < end`; return how many. Times of a CSV file are ISO 8601 in UTC.

    Raises InputError for another ending, for no candles, and when the file cannot be written.
    """
    import polars as pl

    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(f"{target}: expected a file that ends in {', '.join(ENDINGS)}")
    if target.is_dir() or not target.parent.is_dir():
        raise InputError(f"{target}: cannot write the file", help="name a file in a folder that is there")
    chosen = [series.folder(root) / shard_name(year) for year in years_of(root, series)]
    count = sum(len(rows.time) for rows in read_years(root, series, start, end))
    if not count:
        raise InputError(f"{series}: no candles in that range", help="`stratrun data list` shows what there is")
    time = pl.col("time").dt.timestamp("ms")
    inside = pl.lit(True) if start is None else time >= start
    inside = inside if end is None else inside & (time < end)
    lazy = pl.scan_parquet(chosen, glob=False).select("time", *NUMBERS).filter(inside)
    with replacing(target.resolve()) as neighbour:
        guarded(target, "cannot write the file", lambda: _sink(lazy, neighbour, ending))
    return count


def _sink(lazy: pl.LazyFrame, path: Path, ending: str) -> None:
    if ending == ".csv":
        lazy.sink_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    elif ending == ".parquet":
        lazy.sink_parquet(path, compression="zstd")
    else:
        lazy.sink_ipc(path, compression="lz4")
