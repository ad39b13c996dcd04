"""Double and triple turns: tops and bottoms, head and shoulders. Bottoms are tops of the negated prices."""

from __future__ import annotations

import math

from ...kernel import Column, kernel, rare
from .chart import CONFIRMED, FORMING, NOTHING, UNKNOWN, chart_pattern
from .swing_tape import KIND, age, end, is_open, line, price, push_swings


@rare
def push_double(
    state: Column, left: int, right: int, tolerance: float, span: int, high: float, low: float, close: float
) -> int:
    """Add a candle to a double top; its neckline in [0], its target in [1]."""
    if not push_swings(state, left, right, high, low, close):
        return UNKNOWN
    if state[KIND] < 0.0 or not is_open(state, 4, span):
        return NOTHING
    neckline = price(state, 1)
    top = price(state, 0) if price(state, 0) > price(state, 2) else price(state, 2)
    height = top - neckline
    if abs(price(state, 0) - price(state, 2)) > tolerance * height or price(state, 3) >= neckline:
        return NOTHING
    return judge(state, close, neckline, neckline - height, top + tolerance * height)


@rare
def push_shoulders(
    state: Column, left: int, right: int, tolerance: float, span: int, high: float, low: float, close: float
) -> int:
    """Add a candle to a head with two shoulders; its neckline now in [0], its target in [1]."""
    if not push_swings(state, left, right, high, low, close):
        return UNKNOWN
    if state[KIND] < 0.0 or not is_open(state, 6, span):
        return NOTHING
    head = price(state, 2)
    height = head - line(state, 3, 1, age(state, 2))
    if head <= price(state, 0) or head <= price(state, 4) or price(state, 5) >= price(state, 3):
        return NOTHING
    level = abs(price(state, 1) - price(state, 3)) <= tolerance * height
    alike = abs(price(state, 0) - price(state, 4)) <= tolerance * height
    over = price(state, 0) > line(state, 3, 1, age(state, 0)) and price(state, 4) > line(state, 3, 1, age(state, 4))
    if not level or not alike or not over:
        return NOTHING
    neckline = line(state, 3, 1, 0.0)
    return judge(state, close, neckline, neckline - height, head)


@kernel
def judge(state: Column, close: float, neckline: float, target: float, limit: float) -> int:
    """Confirmed by a close below the neckline, over with one above the limit."""
    state[0] = neckline
    state[1] = target
    if close < neckline:
        end(state)
        return CONFIRMED
    if close > limit:
        end(state)
        return NOTHING
    return FORMING


@kernel
def tell(
    found: int, sign: float, state: Column, i: int, forming: Column, confirmed: Column, neckline: Column, target: Column
) -> None:
    """Write what a pattern says of row i; `sign` is -1 where prices were negated."""
    forming[i] = 2 if found == UNKNOWN else int(found == FORMING)
    confirmed[i] = 2 if found == UNKNOWN else int(found == CONFIRMED)
    neckline[i] = sign * state[0] if found >= FORMING else math.nan
    target[i] = sign * state[1] if found >= FORMING else math.nan


@chart_pattern(
    "double_top",
    "Double top",
    "two highs of the same price after a rise, the low between them above the low before; confirmed below that low",
)
def double_top(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_double(state, left, right, tolerance, span, high[i], low[i], close[i])
        tell(found, 1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "double_bottom",
    "Double bottom",
    "two lows of the same price after a fall, the high between them below the high before; confirmed above that high",
)
def double_bottom(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_double(state, left, right, tolerance, span, -low[i], -high[i], -close[i])
        tell(found, -1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "head_shoulders",
    "Head and shoulders",
    "after a rise three highs, the middle one highest, the others alike; confirmed below the line through their lows",
    aliases=("head_and_shoulders",),
)
def head_shoulders(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shoulders(state, left, right, tolerance, span, high[i], low[i], close[i])
        tell(found, 1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "inverse_head_shoulders",
    "Inverse head and shoulders",
    "after a fall three lows, the middle one lowest, the others alike; confirmed above the line through their highs",
    aliases=("inverse_head_and_shoulders",),
)
def inverse_head_shoulders(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_shoulders(state, left, right, tolerance, span, -low[i], -high[i], -close[i])
        tell(found, -1.0, state, i, forming, confirmed, neckline, target)
