"""The one place that looks ahead: candles in, what followed each of them out. Only training and scores read it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .spec import Aim, Target

Numbers = NDArray[np.float64]


def outcomes(target: Target, high: Numbers, low: Numbers, close: Numbers) -> Numbers:
    """For each row that `horizon` further rows follow (all but the last `horizon`): 1 or 0, or the return."""
    h = target.horizon
    rows = len(close) - h
    if rows <= 0:
        return np.empty(0)
    now, then = close[:rows], close[h:]
    if target.aim is Aim.BARRIERS:
        return _first_touched(target, high, low, now)
    if target.aim is Aim.RISES:
        return (then >= now * (1.0 + target.up)).astype(np.float64)
    if target.aim is Aim.FALLS:
        return (then <= now * (1.0 - target.down)).astype(np.float64)
    if target.aim is Aim.DIRECTION:
        return (then > now).astype(np.float64)
    return then / now - 1.0


def _first_touched(target: Target, high: Numbers, low: Numbers, now: Numbers) -> Numbers:
    rows = len(now)
    found = np.zeros(rows)
    waiting = np.ones(rows, np.bool_)
    for k in range(1, target.horizon + 1):
        below = low[k : k + rows] <= now * (1.0 - target.down)
        above = high[k : k + rows] >= now * (1.0 + target.up)
        found[waiting & above & ~below] = 1.0
        waiting &= ~(above | below)
    return found
