"""A column of times as a file has them in (dates, epoch numbers or text), ms UTC out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .candles import Times
from .columns import Mistakes, moment, shown
from .local_times import in_zone, parse_local

if TYPE_CHECKING:
    import polars as pl

UNITS = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000, "nanoseconds": 1_000_000_000}
FIRST, LAST = 315_532_800, 4_102_444_800
"""1980 and 2100 in seconds: between them every unit has a range of its own, so the size of a number tells it."""


def read_times(
    column: pl.Series, mistakes: Mistakes, zone: str | None = None, *, help: str | None = None
) -> Times | None:
    """Open times in ms UTC, or None with the mistakes noted.

    `zone`: what times without an offset are of; without it dates are UTC and text needs an offset, and `help` tells
    what to do where it has none.
    """
    import polars as pl

    name = column.name
    empty = np.flatnonzero(column.is_null().to_numpy())
    if len(empty):
        mistakes.at(empty, name, "there is no time")
        return None
    kind = column.dtype
    if kind == pl.String:
        return _text(column, mistakes, zone, help)
    if zone is not None and (kind == pl.Date or (isinstance(kind, pl.Datetime) and kind.time_zone is None)):
        column = in_zone(column.cast(pl.Datetime("ms")), zone, mistakes)
        return None if column.null_count() else _plausible(_ms(column), name, mistakes)
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        times = column.cast(pl.Datetime("ms")).cast(pl.Int64) if kind == pl.Date else column.dt.timestamp("ms")
        return _plausible(times.to_numpy(writable=True), name, mistakes)
    if kind.is_integer():
        return _numbers(column.cast(pl.Int64, strict=False).fill_null(-1).to_numpy(), name, mistakes)
    if kind.is_float():
        return _numbers(column.cast(pl.Float64).to_numpy(), name, mistakes)
    mistakes.add(f"column {name}: expected times, found {kind}")
    return None


def _plausible(time: Times, name: str, mistakes: Mistakes) -> Times | None:
    far = np.flatnonzero((time < FIRST * 1000) | (time >= LAST * 1000))
    if len(far):
        words = f"{moment(int(time[far[0]]))} is not between 1980 and 2100; was another unit meant when it was written?"
        mistakes.at(far, name, words)
        return None
    return time


def _numbers(value: NDArray[np.int64] | NDArray[np.float64], name: str, mistakes: Mistakes) -> Times | None:
    """Epoch numbers; the first row's size tells the unit and the others must agree."""
    unit = next((u for u, f in UNITS.items() if FIRST * f <= value[0] < LAST * f), None)
    if unit is None:
        mistakes.at(np.array([0]), name, f"{value[0]} is no time between 1980 and 2100 in s, ms, us or ns since 1970")
        return None
    factor = UNITS[unit]
    far = np.flatnonzero(~((value >= FIRST * factor) & (value < LAST * factor)))
    if len(far):
        words = f"{value[far[0]]} is no time in {unit} between 1980 and 2100, as the rows before it are"
        mistakes.at(far, name, words)
        return None
    if value.dtype == np.float64:
        return np.floor(value * (1000.0 / factor) + 0.5).astype(np.int64)
    return (value * 1000 if factor == 1 else value // (factor // 1000)).astype(np.int64)


def _ms(stamps: pl.Series) -> Times:
    return stamps.dt.timestamp("ms").to_numpy(writable=True)


def _text(column: pl.Series, mistakes: Mistakes, zone: str | None, help_: str | None) -> Times | None:
    import polars as pl

    text = column.str.strip_chars()
    for kind in (pl.Int64, pl.Float64):
        numbers = text.cast(kind, strict=False)
        if not numbers.null_count():
            return _numbers(numbers.to_numpy(), column.name, mistakes)
    stamps = text.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
    if stamps.null_count():
        stamps = _unusual(text, stamps)
    if zone is not None:
        local = parse_local(text)
        stated = in_zone(local, zone, mistakes)
        if stated.null_count() > local.null_count():
            return None
        stamps = stated.zip_with(stated.is_not_null(), stamps)
    bad = np.flatnonzero(stamps.is_null().to_numpy())
    if len(bad):
        # Among numbers, it is what is no number that is wrong.
        neither = np.flatnonzero((stamps.is_null() & numbers.is_null()).to_numpy())
        bad = neither if len(neither) else bad
        first = str(text[int(bad[0])])
        naive = parse_local(pl.Series([first])).null_count() == 0
        wanted = "2024-01-31T08:00:00Z or 2024-01-31T09:00:00+01:00, or seconds since 1970"
        words = f"`{shown(first)}` has no offset; write" if naive else f"`{shown(first)}` is no time; write"
        mistakes.at(bad, column.name, f"{words} {wanted}", help=help_ if naive else None)
        return None
    return _plausible(_ms(stamps), column.name, mistakes)


def _unusual(text: pl.Series, stamps: pl.Series) -> pl.Series:
    """Fill what ISO 8601 allows besides: `UTC`, offsets of hours alone, times without seconds, days alone."""
    import polars as pl

    plain = (
        text.str.replace(r"(?i) ?(utc|gmt)$", "Z")
        .str.replace(r"(:\d{2}(?:\.\d+)?)([+-]\d{2})$", "${1}${2}:00")
        .str.replace("T", " ", literal=True)
    )
    for form in ("%+", "%Y-%m-%d %H:%M%#z"):
        parsed = plain.str.to_datetime(form, time_unit="ms", time_zone="UTC", strict=False)
        stamps = stamps.zip_with(stamps.is_not_null(), parsed)
    days = plain.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return stamps.zip_with(stamps.is_not_null(), days)
