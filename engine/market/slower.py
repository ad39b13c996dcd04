"""Candles of one timeframe in, the slower candles that they complete out, by the language's own rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .candles import Candles
from .resample import STATE, resample
from .timeframe import Timeframe

_COLUMNS = ("time", "open", "high", "low", "close", "volume")


def slower_candles(candles: Candles, to: Timeframe) -> Candles:
    """Candles of `to`, a whole multiple of theirs; one that has not closed yet is left out."""
    step: Callable[..., int] = resample
    size = len(candles)
    given: list[Any] = [getattr(candles, name) for name in _COLUMNS]
    made: list[Any] = [np.empty(size + 1, np.int64), *(np.empty(size + 1) for _ in _COLUMNS[1:])]
    rest: list[Any] = [np.empty(size, np.int64), np.zeros(STATE)]
    *views, state = [memoryview(column) for column in (*given, *made, *rest)]
    done = step(*views, to.ms, to.anchor, candles.timeframe.ms, state, 0, size)
    return Candles(candles.symbol, to, *(column[:done].copy() for column in made), source=candles.source)
