"""Moving averages made of other averages, and weighted ones."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import SOURCE, VOLUME, Cost, Output, Parameter, Values, after, built_in, indicator, length
from .recursion import ema_settle, fade
from .steps import EMA, known, push_ema, push_mean, push_smooth
from .window import push_sum, sum_slots


@indicator(
    name="dema",
    title="Double exponential moving average",
    family="averages",
    parameters=(length(20),),
    outputs=(Output("dema", "same"),),
    state=lambda p: 2 * EMA,
    first=lambda p: (2 * (p["length"] - 1),),
    settle=lambda p: 2 * ema_settle(p["length"]),
    convention="TradingView's built-in DEMA",
    formula="2*ema(x, n) - ema(ema(x, n), n)",
    source=built_in("Double EMA"),
)
def dema(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        one = push_ema(state, 0, n, source[i])
        out[i] = known(2.0 * one - push_ema(state, EMA, n, one))


@indicator(
    name="tema",
    title="Triple exponential moving average",
    family="averages",
    parameters=(length(20),),
    outputs=(Output("tema", "same"),),
    state=lambda p: 3 * EMA,
    first=lambda p: (3 * (p["length"] - 1),),
    settle=lambda p: 3 * ema_settle(p["length"]),
    convention="TradingView's built-in TEMA",
    formula="3*e1 - 3*e2 + e3, e1 = ema(x, n), e2 = ema(e1, n), e3 = ema(e2, n)",
    source=built_in("Triple EMA"),
)
def tema(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        one = push_ema(state, 0, n, source[i])
        two = push_ema(state, EMA, n, one)
        out[i] = known(3.0 * (one - two) + push_ema(state, 2 * EMA, n, two))


@indicator(
    name="t3",
    title="Tillson's T3 moving average",
    family="averages",
    parameters=(length(5), Parameter("factor", False, 0.7, 0.0, 1.0, "0 = triple smoothing, 1 = DEMA-like")),
    outputs=(Output("t3", "same"),),
    state=lambda p: 6 * EMA,
    first=lambda p: (6 * (p["length"] - 1),),
    settle=lambda p: 6 * ema_settle(p["length"]),
    convention="as TA-Lib T3",
    formula="three generalised DEMAs in a row, (1+v)*ema - v*ema(ema), from six seeded averages",
    source="Tim Tillson, Smoothing Techniques for More Accurate Signals, TASC 1998",
)
def t3(source: Column, out: Column, n: int, factor: float, state: Column, lo: int, hi: int) -> None:
    square = factor * factor
    cube = square * factor
    for i in range(lo, hi):
        two = push_ema(state, EMA, n, push_ema(state, 0, n, source[i]))
        three = push_ema(state, 2 * EMA, n, two)
        four = push_ema(state, 3 * EMA, n, three)
        five = push_ema(state, 4 * EMA, n, four)
        six = push_ema(state, 5 * EMA, n, five)
        value = (1.0 + 3.0 * (factor + square) + cube) * three - (3.0 * (factor + cube) + 6.0 * square) * four
        out[i] = known(value + 3.0 * (square + cube) * five - cube * six)


def _halves(p: Values) -> tuple[int, int]:
    return p["length"] // 2 + 1, (p["length"] + 1) // 2


@indicator(
    name="trima",
    title="Triangular moving average",
    family="averages",
    parameters=(length(20),),
    outputs=(Output("trima", "same"),),
    state=lambda p: sum(map(sum_slots, _halves(p))),
    first=after(-1),
    convention="as TA-Lib TRIMA",
    formula="sma(sma(x, n/2 + 1), (n + 1)/2), both rounded down",
    source="TA-Lib TRIMA",
)
def trima(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    one = n // 2 + 1
    two = (n + 1) // 2
    for i in range(lo, hi):
        out[i] = known(push_mean(state, sum_slots(one), two, push_mean(state, 0, one, source[i])))


@kernel
def push_dot(state: Column, at: int, n: int, value: float, weights: int) -> float:
    """Weighted sum of the last n rows, `weights` being where the oldest one's stands; state: turn, seen, n rows."""
    turn = int(state[at])
    state[at + 2 + turn] = value
    turn = turn + 1 if turn + 1 < n else 0
    state[at] = turn
    if state[at + 1] < n:
        state[at + 1] += 1.0
        if state[at + 1] < n:
            return math.nan
    total = 0.0
    for k in range(n):
        slot = turn + k
        total += state[at + 2 + (slot if slot < n else slot - n)] * state[weights + k]
    return total


@indicator(
    name="sinwma",
    title="Sine-weighted moving average",
    family="averages",
    parameters=(length(14),),
    outputs=(Output("sinwma", "same"),),
    state=lambda p: 3 + 2 * p["length"],
    first=after(-1),
    cost=Cost.WINDOW,
    convention="as pandas-ta SINWMA",
    formula="weights sin(k * pi / (n + 1)), k = 1 for the oldest ... n",
    source="Everget, Sine Weighted Moving Average, TradingView",
)
def sinwma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    weights = 3 + n
    if state[2 + n] == 0.0:
        for k in range(n):
            state[weights + k] = math.sin((k + 1.0) * math.pi / (n + 1.0))
            state[2 + n] += state[weights + k]
    for i in range(lo, hi):
        out[i] = known(push_dot(state, 0, n, source[i], weights) / state[2 + n])


@indicator(
    name="fwma",
    title="Fibonacci-weighted moving average",
    family="averages",
    parameters=(length(10, high=70),),
    outputs=(Output("fwma", "same"),),
    state=lambda p: 3 + 2 * p["length"],
    first=after(-1),
    cost=Cost.WINDOW,
    convention="as pandas-ta FWMA: the newest value has the largest Fibonacci number",
    formula="weights 1, 1, 2, 3, 5 ..., the oldest value first",
    source="pandas-ta FWMA",
)
def fwma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    weights = 3 + n
    if state[2 + n] == 0.0:
        older = 0.0
        newer = 1.0
        for k in range(n):
            state[weights + k] = newer
            state[2 + n] += newer
            older, newer = newer, older + newer
    for i in range(lo, hi):
        out[i] = known(push_dot(state, 0, n, source[i], weights) / state[2 + n])


@indicator(
    name="evwma",
    title="Elastic volume-weighted moving average",
    family="averages",
    inputs=(SOURCE, VOLUME),
    parameters=(length(20),),
    outputs=(Output("evwma", "same"),),
    state=lambda p: sum_slots(p["length"]) + 2,
    first=after(-1),
    settle=lambda p: 20 * p["length"],
    convention="begins with the first value whose window of volume is full",
    formula="e = (e[1] * (v - volume) + x * volume) / v, v = sum(volume, n)",
    source="Christian Fries, Elastic Moving Averages, TASC 2001",
)
def evwma(source: Column, volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = sum_slots(n)
    for i in range(lo, hi):
        x = source[i]
        traded = push_sum(state, 0, n, volume[i])
        out[i] = math.nan
        if state[2] < n or x != x or not traded > 0.0:
            continue
        if state[at] == 0.0:
            state[at] = 1.0
            state[at + 1] = x
        state[at + 1] += (x - state[at + 1]) * (volume[i] / traded)
        out[i] = known(state[at + 1])


@indicator(
    name="ewma",
    title="Exponential average by a free weight",
    family="averages",
    parameters=(Parameter("alpha", False, 0.1, 0.0001, 1.0, "weight of the newest value"),),
    outputs=(Output("ewma", "same"),),
    state=lambda p: EMA,
    first=lambda p: (0,),
    settle=lambda p: fade(1.0 - p["alpha"]),
    convention="begins with the first value",
    formula="e = alpha*x + (1 - alpha)*e[1]",
    source="exponential smoothing",
)
def ewma(source: Column, out: Column, alpha: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_smooth(state, 0, 1, alpha, source[i]))
