"""Candle columns in, nothing out: every broken promise of `Candles` is an input error that names row and mend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .candles import Floats, Times
from .columns import NUMBERS, PRICES, Columns, Mistakes, moment
from .timeframe import UNITS, Timeframe


def check_columns(columns: Columns, timeframe: Timeframe, path: str, *, above: int = 0, sparse: bool = False) -> None:
    """Raise InputError that lists all kinds of mistakes in a file's candles; `above` rows of it come before these.

    `sparse`: the timeframe is certain, so candles that are all further apart are no sign of another one.
    """
    mistakes = Mistakes(path, above)
    if _check_order(columns.time, mistakes):
        _check_grid(columns.time, timeframe, mistakes, sparse)
    _check_numbers(columns, mistakes)
    mistakes.stop()


def _rows(mask: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    return np.flatnonzero(mask) if mask.any() else None


def _check_order(time: Times, mistakes: Mistakes) -> bool:
    step = np.diff(time)
    if not len(step) or step.min() > 0:
        return True
    back, same = _rows(step < 0), _rows(step == 0)
    if back is not None:
        words = f"earlier than the row before it, {moment(int(time[back[0]]))}; sort the file by time"
        mistakes.at(back + 1, "time", words, time)
    if same is not None:
        mistakes.at(same + 1, "time", "the time of the row before it again; keep one candle of each time", time)
    return False


def _check_grid(time: Times, timeframe: Timeframe, mistakes: Mistakes, sparse: bool) -> None:
    """Times lie on the timeframe's boundaries, and the steps between them are the timeframe's."""
    step = np.diff(time)
    if not sparse and len(step) and step.min() != timeframe.ms:
        kinds, counts = np.unique(step, return_counts=True)
        usual = int(kinds[np.argmax(counts)])
        if usual != timeframe.ms:
            words = f"the candles are mostly {_length(usual)} apart"
            mistakes.add(f"{words}, the timeframe is {timeframe}; give a file of {timeframe} candles")
            return
    off = _rows((time - timeframe.anchor) % timeframe.ms != 0)
    if off is not None:
        first = int(time[off[0]])
        closes = (first + 1 - timeframe.anchor) % timeframe.ms == 0
        nearest = moment(timeframe.floor(first + timeframe.ms // 2))
        mend = "is it the close time? the open time is needed" if closes else f"the nearest one opens {nearest}"
        mistakes.at(off, "time", f"not the open of a {timeframe} candle (UTC); {mend}", time)


def _length(ms: int) -> str:
    """A length as a timeframe where it is one: 900000 is 15m."""
    for unit in ("w", "d", "h", "m"):
        if ms % UNITS[unit] == 0:
            return f"{ms // UNITS[unit]}{unit}"
    return f"{ms / 1000:g} seconds"


def _check_numbers(columns: Columns, mistakes: Mistakes) -> None:
    time = columns.time
    finite = True
    for name in NUMBERS:
        value: Floats = getattr(columns, name)
        unknown = _rows(~np.isfinite(value))
        if unknown is not None:
            finite = False
            words = "no number (empty or NaN)" if np.isnan(value[unknown[0]]) else "infinite"
            mistakes.at(unknown, name, f"{words}; a candle needs all of its numbers, leave out what is missing", time)
        least = value.min() if unknown is None else np.nanmin(value, initial=1.0)
        if least <= 0.0 and name in PRICES:
            low = np.flatnonzero(value <= 0.0)
            mistakes.at(low, name, f"{_number(value[low[0]])} is no price; prices are above 0", time)
        elif least < 0.0:
            low = np.flatnonzero(value < 0.0)
            mistakes.at(low, name, f"{_number(value[low[0]])} is negative", time)
    if finite:
        _check_range(columns, mistakes)


def _check_range(columns: Columns, mistakes: Mistakes) -> None:
    for name, beyond, word in (("high", np.less, "below"), ("low", np.greater, "above")):
        edge: Floats = getattr(columns, name)
        for other in ("open", "close"):
            inside: Floats = getattr(columns, other)
            rows = _rows(beyond(edge, inside))
            if rows is not None:
                words = f"{_number(edge[rows[0]])} is {word} the {other}, {_number(inside[rows[0]])}"
                mistakes.at(rows, name, words, columns.time)


def _number(value: np.float64) -> str:
    return f"{float(value):.15g}"
