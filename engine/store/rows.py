"""Candle columns as rows: joined, cut, split into years and merged; nothing here knows of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..market.candles import Candles, Times
from ..market.columns import NUMBERS, Columns, moment
from ..market.timeframe import Timeframe

SAME = 1e-11
"""Part of a number by which two may differ and still be one: the volumes of a day, added up in another order."""


class OnDuplicate(StrEnum):
    """What to do with a candle whose time is there already with other numbers."""

    REFUSE = "refuse"
    KEEP = "keep"
    REPLACE = "replace"


def year_of(time: int) -> int:
    """The UTC year of a time in ms."""
    return datetime.fromtimestamp(time / 1000, UTC).year


def year_start(year: int) -> int:
    """The first ms of a UTC year."""
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000


def empty() -> Columns:
    """No rows."""
    return Columns(np.zeros(0, np.int64), *(np.zeros(0) for _ in NUMBERS))


def columns_of(candles: Candles) -> Columns:
    """The columns of candles."""
    return Columns(candles.time, *(getattr(candles, name) for name in NUMBERS))


def from_rows(rows: Sequence[Sequence[float]]) -> Columns:
    """`[time, open, high, low, close, volume]` rows as columns."""
    if not rows:
        return empty()
    time = np.array([int(row[0]) for row in rows], np.int64)
    return Columns(time, *(np.array([row[k] for row in rows], np.float64) for k in range(1, 6)))


def join(parts: Sequence[Columns]) -> Columns:
    """Rows below one another."""
    if len(parts) == 1:
        return parts[0]
    return Columns._make(np.concatenate(columns) for columns in zip(*parts, strict=True)) if parts else empty()


def cut(columns: Columns, lo: int, hi: int) -> Columns:
    """The rows `lo..hi`, as views."""
    return Columns._make(column[lo:hi] for column in columns)


def between(columns: Columns, start: int | None, end: int | None) -> Columns:
    """The rows that open in `start <= time < end`; the times are in order."""
    lo = 0 if start is None else int(np.searchsorted(columns.time, start))
    hi = len(columns.time) if end is None else int(np.searchsorted(columns.time, end))
    return cut(columns, lo, max(lo, hi))


def take(columns: Columns, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Columns:
    """Some rows, copied."""
    return Columns._make(column[rows] for column in columns)


def by_year(columns: Columns) -> Iterator[tuple[int, Columns]]:
    """The rows of each year, in order; the times are in order."""
    while len(columns.time):
        year = year_of(int(columns.time[0]))
        hi = int(np.searchsorted(columns.time, year_start(year + 1)))
        yield year, cut(columns, 0, hi)
        columns = cut(columns, hi, len(columns.time))


def holes(time: Times, timeframe: Timeframe) -> list[tuple[int, int]]:
    """Missing stretches between the first and the last row: open time of the first missing candle, and how many."""
    missing = np.diff(time) // timeframe.ms - 1
    at = np.flatnonzero(missing > 0)
    return [(int(time[k]) + timeframe.ms, int(missing[k])) for k in at.tolist()]


def merge(held: Columns, given: Columns, rule: OnDuplicate, place: str) -> tuple[Columns, int]:
    """Both in one order, and how many rows `given` changed or added; equal candles of one time are one,
    those that stand there.

    Raises InputError, naming the first, where candles of one time differ and the rule is to refuse.
    """
    if not len(held.time) or (len(given.time) and given.time[0] > held.time[-1]):
        return join([held, given]), len(given.time)
    common, mine, theirs = np.intersect1d(held.time, given.time, assume_unique=True, return_indices=True)
    differs = np.zeros(len(common), np.bool_)
    for a, b in zip(held[1:], given[1:], strict=True):
        differs |= np.abs(a[mine] - b[theirs]) > SAME * np.abs(b[theirs])
    count = int(np.count_nonzero(differs))
    if count and rule is OnDuplicate.REFUSE:
        k = int(np.flatnonzero(differs)[0])
        raise InputError(
            f"{place}: {count:,} candles are stored already with other numbers, the first at {moment(int(common[k]))} "
            f"(stored {_prices(held, int(mine[k]))}, given {_prices(given, int(theirs[k]))})",
            help="add --on-duplicate keep for the stored ones, or --on-duplicate replace for the given ones",
        )
    fresh = np.ones(len(given.time), np.bool_)
    fresh[theirs] = False
    changed = int(np.count_nonzero(fresh))
    if count and rule is OnDuplicate.REPLACE:
        held = Columns._make(column.copy() for column in held)
        for a, b in zip(held[1:], given[1:], strict=True):
            a[mine[differs]] = b[theirs[differs]]
        changed += count
    both = join([held, take(given, fresh)])
    return take(both, np.argsort(both.time, kind="stable")), changed


def _prices(columns: Columns, row: int) -> str:
    return " ".join(f"{name} {getattr(columns, name)[row]:.12g}" for name in NUMBERS)
