"""ZigZag without repainting: a swing exists from the candle whose close confirms that it is over."""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from .catalogue import CLOSE, HIGH, LOW, Output, Parameter, indicator, length
from .recursion import rma_settle, seeded, true_range

SWINGS = (
    Output("high", "price", sparse=True),
    Output("low", "price", sparse=True),
    Output("direction", "index", -1.0, 1.0, sparse=True),
    Output("fresh_high", "condition"),
    Output("fresh_low", "condition"),
)
CONFIRMED = (
    "confirmed swings only: the extremes are highs and lows, a close confirms; `high` and `low` are the last confirmed "
    "ones, `direction` is 1 since a confirmed low and -1 since a confirmed high; unknown before the first"
)


@rare
def push_swing(state: Column, at: int, high: float, low: float, close: float, fall: float, rise: float) -> int:
    """Add one candle; 1 when its close confirms a swing low, -1 a swing high, else 0.

    A swing is over once the close is `fall` below its high or `rise` above its low. State at `at`: [0] direction,
    [1] has begun, [2] highest and [3] lowest price (while the one is this leg's extreme, the other is counted from
    its candle on), [4] is there a high, [5] its price, [6], [7] the low.
    """
    if state[at + 1] == 0.0:
        state[at + 1] = 1.0
        state[at + 2] = high
        state[at + 3] = low
    higher = high > state[at + 2]
    lower = low < state[at + 3]
    if higher or (lower and state[at] < 0.0):
        state[at + 2] = high
    if lower or (higher and state[at] > 0.0):
        state[at + 3] = low
    if state[at] >= 0.0 and state[at + 2] - close >= fall and fall > 0.0:
        state[at + 4] = 1.0
        state[at + 5] = state[at + 2]
        state[at + 2] = high
        state[at] = -1.0
        return -1
    if state[at] <= 0.0 and close - state[at + 3] >= rise and rise > 0.0:
        state[at + 6] = 1.0
        state[at + 7] = state[at + 3]
        state[at + 3] = low
        state[at] = 1.0
        return 1
    return 0


@kernel
def _shown(state: Column, at: int) -> float:
    return state[at + 1] if state[at] > 0.0 else math.nan


@indicator(
    name="zigzag",
    title="Confirmed ZigZag by percent",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(Parameter("percent", False, 5.0, 0.01, 90.0, "percent points back from the extreme that end a swing"),),
    outputs=SWINGS,
    state=lambda p: 8,
    first=lambda p: (0,) * 5,
    settle=lambda p: 2000,
    convention=CONFIRMED,
    formula="a high is over once close <= high * (1 - percent / 100), a low once close >= low * (1 + percent / 100)",
    source="A. Merrill, Filtered Waves",
)
def zigzag(
    high: Column, low: Column, close: Column, top: Column, bottom: Column, direction: Column, fresh_high: Column,
    fresh_low: Column, percent: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        if high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            top[i] = bottom[i] = direction[i] = math.nan
            fresh_high[i] = fresh_low[i] = 2
            continue
        highest = high[i] if state[1] == 0.0 or high[i] > state[2] else state[2]
        lowest = low[i] if state[1] == 0.0 or low[i] < state[3] else state[3]
        found = push_swing(state, 0, high[i], low[i], close[i], highest * percent / 100.0, lowest * percent / 100.0)
        fresh_high[i] = int(found < 0)
        fresh_low[i] = int(found > 0)
        top[i] = _shown(state, 4)
        bottom[i] = _shown(state, 6)
        direction[i] = state[0] if state[0] != 0.0 else math.nan


@indicator(
    name="zigzag_atr",
    title="Confirmed ZigZag by true ranges",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        Parameter("factor", False, 3.0, 0.1, 1000.0, "true ranges back from the extreme that end a swing"),
        length(14),
    ),
    outputs=SWINGS,
    state=lambda p: 12,
    first=lambda p: (p["length"] - 1,) * 5,
    settle=lambda p: rma_settle(p["length"]) + 2000,
    convention=CONFIRMED,
    formula="a high is over once close <= high - factor * atr(n), a low once close >= low + factor * atr(n)",
    source="A. Merrill, Filtered Waves; the distance by J. W. Wilder's average true range",
)
def zigzag_atr(
    high: Column, low: Column, close: Column, top: Column, bottom: Column, direction: Column, fresh_high: Column,
    fresh_low: Column, factor: float, n: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: push_swing's 8, then [8] has begun, [9] the close before, [10] rows seen, [11] the average true range.
    alpha = 1.0 / n
    for i in range(lo, hi):
        top[i] = bottom[i] = direction[i] = math.nan
        fresh_high[i] = fresh_low[i] = 2
        if high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            continue
        span = true_range(high[i], low[i], state[9]) if state[8] > 0.0 else high[i] - low[i]
        state[8] = 1.0
        state[9] = close[i]
        state[10], state[11] = seeded(n, alpha, state[10], state[11], span)
        if state[10] >= n:
            found = push_swing(state, 0, high[i], low[i], close[i], factor * state[11], factor * state[11])
            fresh_high[i] = int(found < 0)
            fresh_low[i] = int(found > 0)
            top[i] = _shown(state, 4)
            bottom[i] = _shown(state, 6)
            direction[i] = state[0] if state[0] != 0.0 else math.nan
