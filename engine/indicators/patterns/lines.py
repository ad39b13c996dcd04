"""Patterns between two lines: triangles, wedges and channels. Some are others of the negated prices."""

from __future__ import annotations

import math

from ...kernel import Column, kernel, rare
from .chart import CONFIRMED, FORMING, NOTHING, UNKNOWN, chart_pattern
from .swing_tape import KIND, age, end, is_open, line, push_swings
from .tops import tell


@rare
def push_lines(
    state: Column, left: int, right: int, tolerance: float, span: int, high: float, low: float, close: float
) -> int:
    """Add a candle; the shape of the lines through the last two highs and the last two lows.

    -1 unknown, 0 none; else 1 + 3 * upper + lower + 9 where they are parallel, with 0 falling, 1 flat, 2 rising for
    each line. The lines now are in [0] (upper) and [1], the pattern's height in [3].
    """
    if not push_swings(state, left, right, high, low, close):
        return -1
    if not is_open(state, 4, span):
        return 0
    top = 0 if state[KIND] > 0.0 else 1
    bottom = 1 - top
    begin = age(state, 3)
    last = age(state, 0)
    above = line(state, top + 2, top, begin)
    below = line(state, bottom + 2, bottom, begin)
    upper = line(state, top + 2, top, last)
    lower = line(state, bottom + 2, bottom, last)
    state[0] = line(state, top + 2, top, 0.0)
    state[1] = line(state, bottom + 2, bottom, 0.0)
    height = above - below
    if upper - lower > height:
        height = upper - lower
    state[3] = height
    if above <= below or upper <= lower or state[0] <= state[1]:
        return 0
    small = tolerance * height
    shape = 1 + 3 * _way(upper - above, small) + _way(lower - below, small)
    return shape + 9 if abs((above - below) - (upper - lower)) <= small else shape


@kernel
def _way(moved: float, small: float) -> int:
    return 2 if moved > small else 0 if moved < -small else 1


@kernel
def narrows(state: Column) -> bool:
    """Whether the lines come together."""
    return state[0] - state[1] < state[3]


@kernel
def push_shape(
    state: Column, left: int, right: int, tolerance: float, span: int, shape: int, down: bool, high: float, low: float,
    close: float,
) -> int:  # fmt: skip
    """Add a candle to the lines of one shape that is left on one side; the line in [0], the target in [1]."""
    found = push_lines(state, left, right, tolerance, span, high, low, close)
    if found < 0:
        return UNKNOWN
    if found != shape or not narrows(state):
        return NOTHING
    upper = state[0]
    lower = state[1]
    state[0] = lower if down else upper
    state[1] = lower - state[3] if down else upper + state[3]
    if close > upper or close < lower:
        end(state)
        return CONFIRMED if (close < lower) == down else NOTHING
    return FORMING


ASCENDING = 1 + 3 * 1 + 2
RISING = 1 + 3 * 2 + 2
SYMMETRICAL = 1 + 3 * 0 + 2
PARALLEL = 10


@chart_pattern(
    "ascending_triangle",
    "Ascending triangle",
    "highs at one price, rising lows; confirmed above the line through the highs",
)
def ascending_triangle(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shape(state, left, right, tolerance, span, ASCENDING, False, high[i], low[i], close[i])
        tell(found, 1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "descending_triangle",
    "Descending triangle",
    "lows at one price, falling highs; confirmed below the line through the lows",
)
def descending_triangle(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shape(state, left, right, tolerance, span, ASCENDING, False, -low[i], -high[i], -close[i])
        tell(found, -1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "rising_wedge",
    "Rising wedge",
    "rising highs and faster rising lows; confirmed below the line through the lows",
)
def rising_wedge(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shape(state, left, right, tolerance, span, RISING, True, high[i], low[i], close[i])
        tell(found, 1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "falling_wedge",
    "Falling wedge",
    "falling lows and faster falling highs; confirmed above the line through the highs",
)
def falling_wedge(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shape(state, left, right, tolerance, span, RISING, True, -low[i], -high[i], -close[i])
        tell(found, -1.0, state, i, forming, confirmed, neckline, target)


@kernel
def tell_both(
    shape: int, there: bool, close: float, state: Column, i: int, forming: Column, confirmed: Column, up: Column,
    down: Column, upper: Column, lower: Column, target: Column,
) -> None:  # fmt: skip
    """Write what a shape that may be left on both sides says of row i."""
    way = 0
    if there and (close > state[0] or close < state[1]):
        way = 1 if close > state[0] else -1
        end(state)
    forming[i] = 2 if shape < 0 else int(there and way == 0)
    confirmed[i] = 2 if shape < 0 else int(way != 0)
    up[i] = 2 if shape < 0 else int(way > 0)
    down[i] = 2 if shape < 0 else int(way < 0)
    upper[i] = state[0] if there else math.nan
    lower[i] = state[1] if there else math.nan
    target[i] = math.nan
    if way != 0:
        target[i] = state[0] + state[3] if way > 0 else state[1] - state[3]


@chart_pattern(
    "symmetrical_triangle",
    "Symmetrical triangle",
    "falling highs and rising lows; confirmed by a close outside the lines",
    sides=True,
)
def symmetrical_triangle(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, up: Column, down: Column,
    upper: Column, lower: Column, target: Column, left: int, right: int, tolerance: float, span: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        shape = push_lines(state, left, right, tolerance, span, high[i], low[i], close[i])
        there = shape == SYMMETRICAL
        tell_both(shape, there, close[i], state, i, forming, confirmed, up, down, upper, lower, target)


@chart_pattern(
    "price_channel",
    "Channel of two parallel lines",
    "highs and lows on parallel lines, rising, falling or level (a rectangle); confirmed by a close outside them",
    sides=True,
)
def price_channel(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, up: Column, down: Column,
    upper: Column, lower: Column, target: Column, left: int, right: int, tolerance: float, span: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        shape = push_lines(state, left, right, tolerance, span, high[i], low[i], close[i])
        there = shape >= PARALLEL
        tell_both(shape, there, close[i], state, i, forming, confirmed, up, down, upper, lower, target)
