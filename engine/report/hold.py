"""What buying everything at the first open and keeping it would have made: the comparison beside every result."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..market.candles import Candles, Floats, Times
from .curve import Curve


def buy_and_hold(curve: Curve, candles: Iterable[Candles]) -> Curve | None:
    """The curve of the same capital split evenly over the symbols at their first opens, without fees.

    It is marked at the same points as `curve`, each symbol at its last close at or before. None without candles.
    """
    held = [column for column in candles if len(column)]
    if not held or not len(curve.time):
        return None
    share = curve.capital / len(held)
    equity = np.zeros(len(curve.time))
    for column in held:
        equity += share * (_marked(column, curve.time) / column.open[0])
    return Curve(curve.time, equity, curve.capital, curve.start, curve.periods)


def _marked(candles: Candles, moments: Times) -> Floats:
    closed = candles.time + candles.timeframe.ms
    if np.array_equal(closed, moments):
        return candles.close
    row = np.searchsorted(closed, moments, side="right") - 1
    return np.where(row < 0, candles.open[0], candles.close[row])
