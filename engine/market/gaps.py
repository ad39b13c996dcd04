"""The holes in a series of candles: candles in, a summary for reports out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .candles import Candles


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing between the first and the last candle (times: open, ms UTC; None without candles)."""

    count: int
    """Stretches of missing candles."""
    missing: int
    """Missing candles in all."""
    longest: int
    """Missing candles of the longest stretch, 0 when there is none."""
    longest_time: int | None
    """Open time of the first candle missing in the longest stretch (the first such one)."""
    first: int | None
    """Open time of the first candle."""
    last: int | None
    """Open time of the last candle."""

    @classmethod
    def of(cls, candles: Candles) -> Gaps:
        """Count the gaps of `candles`."""
        time = candles.time
        if not len(time):
            return cls(0, 0, 0, None, None, None)
        ends = int(time[0]), int(time[-1])
        missing = np.diff(time) // candles.timeframe.ms - 1
        count = int(np.count_nonzero(missing))
        if not count:
            return cls(0, 0, 0, None, *ends)
        worst = int(np.argmax(missing))
        return cls(
            count,
            int(missing.sum()),
            int(missing[worst]),
            int(time[worst]) + candles.timeframe.ms,
            *ends,
        )
