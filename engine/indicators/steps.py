"""Whole indicators as one step on a state: the parts that composed kernels are made of.

Each `push_x(state, at, ..., value)` takes one more row and gives the value on it, unknown until it is warm. A window
is unknown while it holds an unknown row; a recursion leaves an unknown row out and keeps its state.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .moments import push_moments
from .recursion import seeded, true_range
from .window import lag_slots, push_lag, push_sum, push_weighted, sum_slots

EMA = 2
"""Slots of an exponential average."""
RANGE = 2
"""Slots of a true range, or of a last known value."""
CHANGE = 3
"""Slots of a change from row to row."""


@kernel
def known(value: float) -> float:
    """The value itself, or unknown where it is no finite number."""
    return value if value - value == 0.0 else math.nan


@kernel
def push_mean(state: Column, at: int, n: int, value: float) -> float:
    """Mean of the last n rows (`sum_slots`)."""
    mean = push_sum(state, at, n, value) / n
    return mean if state[at + 2] >= n else math.nan


@kernel
def push_total(state: Column, at: int, n: int, value: float) -> float:
    """Sum of the last n rows (`sum_slots`)."""
    total = push_sum(state, at, n, value)
    return total if state[at + 2] >= n else math.nan


@kernel
def push_smooth(state: Column, at: int, n: int, alpha: float, value: float) -> float:
    """Average with weight alpha for the newest, seeded with the mean of the first n (`EMA`)."""
    if value != value:
        return math.nan
    state[at], state[at + 1] = seeded(n, alpha, state[at], state[at + 1], value)
    return state[at + 1] if state[at] >= n else math.nan


@kernel
def push_ema(state: Column, at: int, n: int, value: float) -> float:
    """Exponential average (`EMA`)."""
    return push_smooth(state, at, n, 2.0 / (n + 1.0), value)


@kernel
def push_rma(state: Column, at: int, n: int, value: float) -> float:
    """Wilder's average (`EMA`)."""
    return push_smooth(state, at, n, 1.0 / n, value)


@kernel
def push_wma(state: Column, at: int, n: int, value: float) -> float:
    """Linearly weighted average (`weighted_slots`)."""
    weighted, _ = push_weighted(state, at, n, value)
    return weighted / (n * (n + 1) / 2.0)


@kernel
def push_deviation(state: Column, at: int, n: int, value: float) -> float:
    """Standard deviation of the population (`moments_slots`)."""
    _, spread = push_moments(state, at, n, value)
    return math.sqrt(spread / n) if spread >= 0.0 else math.nan


@kernel
def push_before(state: Column, at: int, value: float) -> float:
    """The last known value before this row (`RANGE`), unknown on the first."""
    if value != value:
        return math.nan
    before = state[at + 1] if state[at] > 0.0 else math.nan
    state[at] = 1.0
    state[at + 1] = value
    return before


@kernel
def push_change(state: Column, at: int, value: float) -> float:
    """This row's value less the row's before, unknown where either is (`CHANGE`)."""
    return value - push_lag(state, at, 1, value)


@kernel
def efficiency_slots(n: int) -> int:
    """Slots of state an efficiency ratio takes."""
    return CHANGE + sum_slots(n) + lag_slots(n)


@kernel
def push_efficiency(state: Column, at: int, n: int, value: float) -> float:
    """How straight the last n changes went, 0 to 1; 0 where nothing has moved (`efficiency_slots`)."""
    way = push_total(state, at + CHANGE, n, abs(push_change(state, at, value)))
    moved = abs(value - push_lag(state, at + CHANGE + sum_slots(n), n, value))
    if not way > 0.0:
        return way + 0.0 * moved
    return moved / way if not moved > way else 1.0


@kernel
def push_range(state: Column, at: int, high: float, low: float, close: float) -> float:
    """True range (`RANGE`); the candle's own range on the first row."""
    if high != high or low != low:
        return math.nan
    before = push_before(state, at, close)
    if close != close:
        return math.nan
    return true_range(high, low, before) if before == before else high - low
