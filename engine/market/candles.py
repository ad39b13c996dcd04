"""Candles as columns: the rows that exist, sorted by open time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .timeframe import Timeframe

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candles:
    """One symbol's closed candles.

    `time` is the open time in ms UTC, strictly increasing and on the timeframe's grid; prices are positive
    and finite with `low <= open, close <= high`; `volume` is in base units, >= 0. All columns are contiguous
    and of one length.
    """

    symbol: str
    timeframe: Timeframe
    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    source: str = field(default="", kw_only=True)
    """The name of the file, or the store and its series, that they were read from; empty where they were made."""

    def __len__(self) -> int:
        return len(self.time)

    def rows(self, lo: int, hi: int) -> Candles:
        """The candles `lo..hi` as views of the same columns."""
        cut = slice(lo, hi)
        return Candles(
            self.symbol, self.timeframe, self.time[cut], self.open[cut], self.high[cut], self.low[cut],
            self.close[cut], self.volume[cut], source=self.source,
        )  # fmt: skip
