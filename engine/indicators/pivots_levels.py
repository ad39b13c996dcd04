"""Prices where the market turned before: the nearest above and below, and Williams' fractals."""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from .catalogue import CLOSE, HIGH, LOW, Output, Parameter, built_in, indicator
from .pivots import LEFT, RIGHT, pivot_settle, pivot_slots, pivot_value, push_pivot


@indicator(
    name="levels",
    aliases=("support_resistance",),
    title="Support and resistance from pivots",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        LEFT,
        RIGHT,
        Parameter("keep", True, 10, 1, 100, "confirmed pivots remembered, highs and lows together"),
    ),
    outputs=(Output("resistance", "price", sparse=True), Output("support", "price", sparse=True)),
    state=lambda p: 2 + p["keep"] + 2 * pivot_slots(p["left"], p["right"]),
    first=lambda p: (p["left"] + p["right"],) * 2,
    settle=lambda p: p["keep"] * pivot_settle(p),
    convention="a level exists from the candle that confirms its pivot; unknown while none lies on that side",
    formula="the nearest of the last `keep` pivot prices at or above the close, and the nearest below it",
    source="R. Edwards, J. Magee, Technical Analysis of Stock Trends",
)
def levels(
    high: Column, low: Column, close: Column, resistance: Column, support: Column, left: int, right: int, keep: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    tops = 2 + keep
    lows = tops + pivot_slots(left, right)
    for i in range(lo, hi):
        if push_pivot(state, tops, left, right, high[i]) == 1:
            _keep(state, keep, pivot_value(state, tops, left, right))
        if push_pivot(state, lows, left, right, -low[i]) == 1:
            _keep(state, keep, -pivot_value(state, lows, left, right))
        above = math.nan
        below = math.nan
        if high[i] == high[i] and low[i] == low[i]:
            for k in range(int(state[0])):
                level = state[2 + k]
                if level >= close[i] and not level >= above:
                    above = level
                if level < close[i] and not level <= below:
                    below = level
        resistance[i] = above
        support[i] = below


@kernel
def _keep(state: Column, keep: int, price: float) -> None:
    place = int(state[1])
    state[2 + place] = price
    state[1] = place + 1 if place + 1 < keep else 0
    if state[0] < keep:
        state[0] += 1.0


@indicator(
    name="fractals",
    aliases=("williams_fractals",),
    title="Williams fractals",
    family="pivots",
    inputs=(HIGH, LOW),
    parameters=(Parameter("length", True, 2, 1, 100, "candles on each side"),),
    outputs=(
        Output("high", "price", sparse=True),
        Output("low", "price", sparse=True),
        Output("fresh_high", "condition"),
        Output("fresh_low", "condition"),
    ),
    state=lambda p: 4 + 2 * fractal_slots(p["length"]),
    first=lambda p: (2 * p["length"],) * 4,
    settle=lambda p: 60 * p["length"] + 100,
    convention="TradingView's built-in Williams Fractals, `length` candles late: up to four older ones may equal the "
    "extreme; `high` and `low` are the last confirmed ones",
    formula="a high above the n after it and above n in a row before it; up to 4 between may equal it (lows: mirrored)",
    source=built_in("Williams Fractals"),
)
def fractals(
    high: Column, low: Column, top: Column, bottom: Column, fresh_high: Column, fresh_low: Column, n: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] is there a high, [1] its price, [2] is there a low, [3] its negated price.
    lows = 4 + fractal_slots(n)
    for i in range(lo, hi):
        upper = push_fractal(state, 4, n, high[i])
        lower = push_fractal(state, lows, n, -low[i])
        if upper == 1:
            state[0] = 1.0
            state[1] = state[4 + 2 + _back(state, 4, n, n)]
        if lower == 1:
            state[2] = 1.0
            state[3] = state[lows + 2 + _back(state, lows, n, n)]
        fresh_high[i] = upper
        fresh_low[i] = lower
        known = high[i] == high[i] and low[i] == low[i]
        top[i] = state[1] if known and state[0] > 0.0 else math.nan
        bottom[i] = -state[3] if known and state[2] > 0.0 else math.nan


@kernel
def fractal_slots(n: int) -> int:
    """Slots of state a fractal's window takes: n rows on each side, the extreme, and four that may equal it."""
    return 2 + 2 * n + 5


@kernel
def _back(state: Column, at: int, n: int, k: int) -> int:
    """The place of the row `k` rows ago."""
    place = int(state[at + 1]) - k
    return place if place >= 0 else place + 2 * n + 5


@rare
def push_fractal(state: Column, at: int, n: int, value: float) -> int:
    """Add one row; 1 when the value n rows ago is a fractal high, 0 when not, 2 while its window is not known."""
    if value != value:
        state[at] = 0.0
        return 2
    rows = 2 * n + 5
    place = int(state[at + 1]) + 1
    if place >= rows:
        place = 0
    state[at + 1] = place
    state[at + 2 + place] = value
    if state[at] < rows:
        state[at] += 1.0
    if state[at] < 2 * n + 1:
        return 2
    x = state[at + 2 + _back(state, at, n, n)]
    for k in range(n):
        if state[at + 2 + _back(state, at, n, k)] >= x:
            return 0
    lower = 0
    for k in range(n + 1, int(state[at])):
        older = state[at + 2 + _back(state, at, n, k)]
        if older > x or (older == x and k - n > 4):
            return 0
        lower = lower + 1 if older < x else 0
        if lower == n:
            return 1
    return 0
