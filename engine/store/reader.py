"""Stored candles -> candles in memory, only the years that are asked for; needs no lock and disturbs no writer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.candles import Candles
from ..market.columns import NUMBERS, Columns, moment
from .rows import between, year_of
from .series import Series
from .shard import read_shard, shard_name, year_in


def years_of(root: Path, series: Series) -> list[int]:
    """The years there are files of. Raises InputError."""
    folder = series.folder(root)
    try:
        return sorted(year for path in folder.iterdir() if (year := year_in(path.name)) is not None)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror or error}") from None


def read_years(root: Path, series: Series, start: int | None = None, end: int | None = None) -> Iterator[Columns]:
    """The rows that open in `start <= time < end`, one year after the other. Raises InputError."""
    for year in years_of(root, series):
        if (start is not None and year < year_of(start)) or (end is not None and year > year_of(end)):
            continue
        rows = between(read_shard(series.folder(root) / shard_name(year), series.timeframe), start, end)
        if len(rows.time):
            yield rows


def read_series(
    root: Path, series: Series, start: int | None = None, end: int | None = None, history: int | None = 0
) -> Candles:
    """The candles of `start <= time < end` and at least `history` before them (None: all), where there are as many.

    Raises InputError when there are none, or a file is damaged.
    """
    parts: list[Columns] = []
    before = 0
    years = years_of(root, series)
    for year in reversed(years):
        if end is not None and year > year_of(end):
            continue
        if start is not None and year < year_of(start) and history is not None and before >= history:
            break
        rows = between(read_shard(series.folder(root) / shard_name(year), series.timeframe), None, end)
        before += 0 if start is None else int(np.searchsorted(rows.time, start))
        parts.append(rows)
    candles = _together(series, parts[::-1])
    if not len(candles) or (start is not None and candles.time[-1] < start):
        wanted = " ".join(f"{word} {moment(edge)}" for word, edge in (("from", start), ("to", end)) if edge is not None)
        raise InputError(
            f"{series}: the store holds no candles {wanted}".rstrip(),
            help=f"`stratrun data list` shows what there is, `stratrun data download {series.venue}` gets more",
        )
    return candles


def _together(series: Series, parts: list[Columns]) -> Candles:
    """The parts as one; each is given back as soon as it is copied, so that little is held twice."""
    rows = sum(len(part.time) for part in parts)
    time, *numbers = (np.empty(rows, np.int64), *(np.empty(rows) for _ in NUMBERS))
    at = 0
    parts.reverse()
    while parts:
        part = parts.pop()
        size = len(part.time)
        for target, column in zip((time, *numbers), part, strict=True):
            target[at : at + size] = column
        at += size
    return Candles(series.symbol, series.timeframe, time, *numbers, source=f"store:{series.venue}")
