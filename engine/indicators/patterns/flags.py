"""Flags and pennants: a steep way, a shallow rest against it, and on. A bear flag is a bull flag of negated prices."""

from __future__ import annotations

from ...kernel import Column, rare
from ..catalogue import Parameter
from .chart import CONFIRMED, FORMING, NOTHING, UNKNOWN, chart_pattern
from .swing_tape import KIND, age, end, is_open, line, price, push_swings
from .tops import tell

POLE = Parameter("pole", False, 2.0, 1.0, 20.0, "the way before the flag, in depths of the flag, at least")


@rare
def push_flag(
    state: Column, left: int, right: int, tolerance: float, span: int, pole: float, high: float, low: float,
    close: float,
) -> int:  # fmt: skip
    """Add a candle to a bull flag; its upper line now in [0], its target in [1]."""
    if not push_swings(state, left, right, high, low, close):
        return UNKNOWN
    second = 0 if state[KIND] > 0.0 else 1
    if not is_open(state, second + 4, span):
        return NOTHING
    top = price(state, second + 2)
    bottom = price(state, second + 1)
    if second == 1 and price(state, 0) < bottom:
        bottom = price(state, 0)
    way = top - price(state, second + 3)
    depth = top - bottom
    steep = age(state, second + 3) - age(state, second + 2) <= age(state, second + 2)
    if way < pole * depth or price(state, second) > top + tolerance * depth or not steep:
        return NOTHING
    upper = line(state, second + 2, second, 0.0)
    state[0] = upper
    state[1] = upper + way
    if close > upper:
        end(state)
        return CONFIRMED
    if close < bottom - tolerance * depth:
        end(state)
        return NOTHING
    return FORMING


@chart_pattern(
    "bull_flag",
    "Bull flag",
    "a steep rise, then two highs on a level or falling line and shallow lows; confirmed above that line",
    more=(POLE,),
)
def bull_flag(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, pole: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_flag(state, left, right, tolerance, span, pole, high[i], low[i], close[i])
        tell(found, 1.0, state, i, forming, confirmed, neckline, target)


@chart_pattern(
    "bear_flag",
    "Bear flag",
    "a steep fall, then two lows on a level or rising line and shallow highs; confirmed below that line",
    more=(POLE,),
)
def bear_flag(
    high: Column, low: Column, close: Column, forming: Column, confirmed: Column, neckline: Column, target: Column,
    left: int, right: int, tolerance: float, span: int, pole: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        found = push_flag(state, left, right, tolerance, span, pole, -low[i], -high[i], -close[i])
        tell(found, -1.0, state, i, forming, confirmed, neckline, target)
