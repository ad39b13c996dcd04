"""Falls from a peak: a column of equity and its starting capital -> the deepest, and how much all of them hurt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall. Rows index the equity column; the peak's is -1 when it is the starting capital."""

    depth: float
    """A fraction of the peak: 0.2 is a fall of 20 %."""
    peak: int
    """The last row before the fall at the highest equity."""
    trough: int
    recovery: int | None
    """The first row back at the peak, None when there is none."""


def deepest(equity: Floats, capital: float) -> Drawdown | None:
    """The first deepest fall below the highest equity so far or the starting capital, if any."""
    if not len(equity):
        return None
    starts = np.arange(0, len(equity), _BLOCK)
    high, low = np.maximum.reduceat(equity, starts), np.minimum.reduceat(equity, starts)
    highest = np.maximum(np.maximum.accumulate(high), capital)
    before = np.concatenate(([capital], highest[:-1]))
    # Only blocks that could hold a deeper fall than one already known for certain are read row by row.
    certain = float((1 - low / before).max())
    depth, trough = 0.0, -1
    for block in np.flatnonzero(1 - low / highest >= certain):
        rows = equity[starts[block] : starts[block] + _BLOCK]
        fall = 1 - rows / np.maximum(np.maximum.accumulate(rows), before[block])
        row = int(fall.argmax())
        if fall[row] > depth:
            depth, trough = float(fall[row]), int(starts[block]) + row
    return _described(equity, capital, depth, trough) if depth > 0 else None


def ulcer(equity: Floats, capital: float) -> float | None:
    """The Ulcer index: the root mean square (ddof 1) of the fall below the highest equity so far."""
    if len(equity) < 2:
        return None
    fall = 1 - equity / np.maximum(np.maximum.accumulate(equity), capital)
    return float(np.sqrt(fall @ fall / (len(equity) - 1)))


def _described(equity: Floats, capital: float, depth: float, trough: int) -> Drawdown:
    past = equity[: trough + 1]
    peak = trough - int(past[::-1].argmax())
    if capital > past[peak]:
        peak = -1
    back = equity[trough:] >= (capital if peak < 0 else equity[peak])
    found = int(back.argmax())
    return Drawdown(depth, peak, trough, trough + found if back[found] else None)
