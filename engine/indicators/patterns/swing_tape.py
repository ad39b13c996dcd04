"""The last six confirmed swings, highs and lows in turn: what chart patterns are made of.

State: [0] to [3] belong to the pattern, [4] the row's number, [5] swings kept, [6] 1 when the newest is a high and
-1 when it is a low, then six times (row, price), newest first, then a window of pivots for the highs and one for the
lows. Of highs without a low between them only the highest is kept. Row numbers are compared with each other only.
"""

from __future__ import annotations

from ...kernel import Column, kernel, rare
from ..pivots import pivot_slots, pivot_value, push_pivot

ROW = 4
KEPT = 5
KIND = 6
FIRST = 7
WINDOWS = FIRST + 12
DONE = 2
"""Where a pattern notes the row at which its last shape was broken."""


@kernel
def swing_slots(left: int, right: int) -> int:
    """Slots of state that the swings and their pattern take."""
    return WINDOWS + 2 * pivot_slots(left, right)


@rare
def push_swings(state: Column, left: int, right: int, high: float, low: float, close: float) -> bool:
    """Add a candle; whether it and the candles its pivots are judged by are known."""
    lows = WINDOWS + pivot_slots(left, right)
    usable = high == high and low == low and close == close
    nothing = high - high + low - low + close - close  # unknown when one of them is
    state[ROW] += 1.0
    top = push_pivot(state, WINDOWS, left, right, high + nothing)
    bottom = push_pivot(state, lows, left, right, -low + nothing)
    row = state[ROW] - right
    lowest = -pivot_value(state, lows, left, right)
    # A candle can be both: the turn that is due comes first.
    low_first = bottom == 1 and state[KIND] > 0.0
    if low_first:
        _add(state, -1.0, row, lowest)
    if top == 1:
        _add(state, 1.0, row, pivot_value(state, WINDOWS, left, right))
    if bottom == 1 and not low_first:
        _add(state, -1.0, row, lowest)
    return usable and top != 2 and bottom != 2


@kernel
def _add(state: Column, kind: float, row: float, price: float) -> None:
    if state[KIND] == kind:
        if kind * price <= kind * state[FIRST + 1]:
            return
    else:
        state[KIND] = kind
        for k in range(5, 0, -1):
            state[FIRST + 2 * k] = state[FIRST + 2 * k - 2]
            state[FIRST + 2 * k + 1] = state[FIRST + 2 * k - 1]
        if state[KEPT] < 6.0:
            state[KEPT] += 1.0
    state[FIRST] = row
    state[FIRST + 1] = price


@kernel
def age(state: Column, k: int) -> float:
    """Candles since the swing k before the newest."""
    return state[ROW] - state[FIRST + 2 * k]


@kernel
def price(state: Column, k: int) -> float:
    """The price of the swing k before the newest."""
    return state[FIRST + 2 * k + 1]


@kernel
def line(state: Column, older: int, newer: int, back: float) -> float:
    """The line through two swings, `back` candles ago."""
    slope = (price(state, newer) - price(state, older)) / (age(state, older) - age(state, newer))
    return price(state, newer) + slope * (age(state, newer) - back)


@kernel
def is_open(state: Column, swings: int, span: int) -> bool:
    """Whether the newest `swings` are there, lie within `span` candles, and the newest came after the last break."""
    return state[KEPT] >= swings and age(state, swings - 1) <= span and state[FIRST] > state[DONE]


@kernel
def end(state: Column) -> None:
    """The shape is over: what counts next has a swing that is still to come."""
    state[DONE] = state[ROW]
