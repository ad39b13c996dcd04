"""`--candles [SYMBOL=]PATH…` in, checked candles of each symbol out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from .cache import ColumnCache
from .candles import Candles
from .check import check_columns
from .columns import moment
from .read import Stated, read_columns
from .sources import find_files
from .timeframe import Timeframe
from .volume import base_of


def load_candles(
    specs: Sequence[str],
    symbols: Sequence[str],
    timeframe: Timeframe,
    *,
    start: int | None = None,
    end: int | None = None,
    cache: ColumnCache | None = None,
) -> dict[str, Candles]:
    """The candles of each symbol that open in `start <= time < end` (ms UTC; None is unbounded).

    `specs` are `[SYMBOL=]PATH` with Parquet, CSV or gzipped CSV files, or folders of them. Raises InputError for
    anything that keeps a file from being trusted, with the file, the row, the column and the mend.
    """
    kept = cache if cache is not None else ColumnCache.default()
    found = find_files(specs, symbols, timeframe)
    return {symbol: _cut(_read(path, symbol, timeframe, kept), path, start, end) for symbol, path in found.items()}


def _read(path: Path, symbol: str, timeframe: Timeframe, cache: ColumnCache) -> Candles:
    base = base_of(symbol)
    key = cache.key(path, timeframe, base)
    columns = cache.get(key)
    if columns is None:
        columns = read_columns(path, stated=Stated(symbol))
        check_columns(columns, timeframe, str(path))
        if key == cache.key(path, timeframe, base):
            cache.put(key, columns)
    return Candles(symbol, timeframe, *columns, source=path.name)


def _cut(candles: Candles, path: Path, start: int | None, end: int | None) -> Candles:
    time = candles.time
    lo = 0 if start is None else int(np.searchsorted(time, start))
    hi = len(time) if end is None else int(np.searchsorted(time, end))
    if lo >= hi:
        wanted = " ".join(f"{word} {moment(edge)}" for word, edge in (("from", start), ("to", end)) if edge is not None)
        held = f"{moment(int(time[0]))} to {moment(int(time[-1]))}"
        raise InputError(f"{path}: no candles {wanted}; the file holds {held}")
    return candles if hi - lo == len(time) else candles.rows(lo, hi)
