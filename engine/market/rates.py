"""A file of funding rates in (CSV or Parquet: time, rate), two checked columns out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.diagnostic import InputError
from .candles import Floats, Times
from .columns import Mistakes
from .file_name import ENDINGS, ending
from .read import TIME_NAMES, guarded, read_numbers, refuse_disguise, short
from .room import check_parquet, text_within
from .times import read_times

if TYPE_CHECKING:
    import polars as pl

TIMES = (*TIME_NAMES, "fundingtime", "funding_time")
RATE_NAMES = ("rate", "fundingrate", "funding_rate")
MOST_RATE = 0.1
"""A rate of this part of the position or more is taken for a slip of the pen: `0.1` where `0.1%` was meant."""


def read_rates(path: Path) -> tuple[Times, Floats]:
    """Times (ms UTC, increasing) and the rate due at each, as a fraction of the position.

    Raises InputError that lists what is wrong with the file, by row and column.
    """
    import polars as pl

    if ending(path) is None:
        raise InputError(f"{path}: expected a file that ends in {', '.join(ENDINGS)}")
    refuse_disguise(path)
    parquet = path.name.lower().endswith(".parquet")
    words = "the file is damaged" if parquet else "the file is not CSV"
    if parquet:
        check_parquet(path)
        frame = guarded(path, words, lambda: pl.read_parquet(path, glob=False))
    else:
        source = text_within(path)
        frame = guarded(path, words, lambda: pl.read_csv(source, infer_schema=False, glob=False))
    mistakes = Mistakes(str(path))
    if not frame.height:
        raise InputError(f"{path}: the file has a header but no rows")
    time = read_times(_column(path, frame, TIMES, "time"), mistakes)
    rate = read_numbers(_column(path, frame, RATE_NAMES, "rate"), mistakes)
    mistakes.stop()
    assert time is not None  # else there were mistakes
    assert rate is not None
    _check(time, rate, mistakes)
    return time, rate


def _column(path: Path, frame: pl.DataFrame, names: tuple[str, ...], label: str) -> pl.Series:
    for wanted in names:
        for name in frame.columns:
            if name.strip().lower() == wanted:
                return short(path, frame[name].alias(label))
    raise InputError(
        f"{path}: no column {label}; found {', '.join(frame.columns) or 'none'}",
        help="a file of funding rates has the columns time and rate",
    )


def _check(time: Times, rate: Floats, mistakes: Mistakes) -> None:
    back = np.flatnonzero(np.diff(time) <= 0) + 1
    if len(back):
        mistakes.at(back, "time", "not after the row before; times must increase", time)
    unknown = np.flatnonzero(~np.isfinite(rate))
    if len(unknown):
        mistakes.at(unknown, "rate", "no number", time)
    far = np.flatnonzero(np.abs(rate) >= MOST_RATE)
    if len(far):
        words = f"{rate[far[0]]:g} is {rate[far[0]]:.0%} of the position; rates are fractions, such as 0.0001"
        mistakes.at(far, "rate", words, time)
    mistakes.stop()
