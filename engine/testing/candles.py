"""A case's series of one symbol in, checked candles out: what `close` alone leaves open follows from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..language.scenario import Series
from ..market.candles import Candles, Floats, Times
from ..market.check import check_columns
from ..market.columns import NUMBERS, Columns
from ..market.load import load_candles
from ..market.timeframe import Timeframe


def make_candles(series: Series, symbol: str, timeframe: Timeframe, start: int, folder: Path) -> Candles:
    """The candles of `series`; candle 0 is the one that holds `start` (ms UTC), files are found from `folder`.

    A close of NaN is a missing candle: time passes, and there is no row. Raises InputError for candles that cannot be.
    """
    if series.file is not None:
        spec = f"{symbol}={folder / series.file}"
        return load_candles([spec], [symbol], timeframe, start=series.begin, end=series.end)[symbol]
    given = _given(series)
    exists = ~np.isnan(given["close"])
    if not exists.any():
        raise InputError(f"{symbol}: the series holds no candle", help="write one such as `100+1x50`")
    time = timeframe.floor(start) + np.flatnonzero(exists).astype(np.int64) * timeframe.ms
    columns = _filled({name: values[exists] for name, values in given.items()}, time)
    check_columns(columns, timeframe, f"candles of {symbol}")
    return Candles(symbol, timeframe, *columns)


def _given(series: Series) -> dict[str, Floats]:
    """The columns the file states, all of one length."""
    if series.rows is not None:
        table = np.array(series.rows, np.float64).reshape(-1, len(NUMBERS)).T
        return {name: np.ascontiguousarray(row) for name, row in zip(NUMBERS, table, strict=True)}
    columns = {name: np.array(values, np.float64) for name, values in (series.columns or {}).items()}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        raise InputError(
            f"the series are not of one length: {told or 'there is none'}", help="give each as many values"
        )
    return columns


def _filled(given: dict[str, Floats], time: Times) -> Columns:
    """What is not given follows: open from the close before, high and low from open and close, volume is 1."""
    close = given["close"]
    opened = _or(given.get("open"), np.concatenate([close[:1], close[:-1]]))
    high = _or(given.get("high"), np.maximum(opened, close))
    low = _or(given.get("low"), np.minimum(opened, close))
    return Columns(time, opened, high, low, close, _or(given.get("volume"), np.ones(len(close))))


def _or(values: Floats | None, default: Floats) -> Floats:
    return default if values is None else np.where(np.isnan(values), default, values)
