"""Many rows -> few: which longer timeframe to show them in, and their columns in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...market.candles import Candles
from ...market.timeframe import Timeframe
from .picture import Floats

_NAMES = ("5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "2d", "3d", "1w", "2w", "4w", "13w", "52w")
LADDER = tuple(Timeframe.parse(name) for name in _NAMES)


def slower(timeframe: Timeframe, span: int, most: int) -> Timeframe:
    """The timeframe itself, or the first longer one made of it of which `span` ms hold at most `most`."""
    for longer in (timeframe, *LADDER):
        if longer.ms >= timeframe.ms and longer.is_multiple_of(timeframe) and span / longer.ms <= most:
            return longer
    return LADDER[-1]


def starts_of(time: NDArray[np.int64], timeframe: Timeframe) -> NDArray[np.intp]:
    """The first row of each of its candles."""
    bucket = (time - timeframe.anchor) // timeframe.ms
    return np.flatnonzero(np.diff(bucket, prepend=bucket[0] - 1)) if len(time) else np.empty(0, np.intp)


def thinned(candles: Candles, timeframe: Timeframe) -> tuple[Candles, NDArray[np.intp]]:
    """The candles in a longer timeframe, and the last row of each (to read other columns at)."""
    starts = starts_of(candles.time, timeframe)
    ends = np.append(starts[1:], len(candles)) - 1 if len(starts) else starts
    if not len(starts) or timeframe == candles.timeframe:
        return candles, ends
    time = (candles.time[starts] - timeframe.anchor) // timeframe.ms * timeframe.ms + timeframe.anchor
    made = replace(
        candles, timeframe=timeframe, time=time, open=candles.open[starts], close=candles.close[ends],
        high=np.maximum.reduceat(candles.high, starts), low=np.minimum.reduceat(candles.low, starts),
        volume=np.add.reduceat(candles.volume, starts),
    )  # fmt: skip
    return made, ends


def deepest(fall: Floats, starts: NDArray[np.intp]) -> Floats:
    """The largest value of each stretch that begins at `starts`."""
    return np.maximum.reduceat(fall, starts) if len(starts) else fall
