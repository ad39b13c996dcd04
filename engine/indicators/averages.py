"""Moving averages."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import SOURCE, VOLUME, Output, Parameter, indicator, length, pine
from .recursion import ema_settle, rma_settle, seeded
from .window import lag_slots, push_lag, push_sum, push_weighted, sum_slots, weighted_slots


@indicator(
    name="sma",
    title="Simple moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("sma", "same"),),
    state=lambda p: sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.sma",
    formula="mean of the last n values",
    source=pine("ta.sma"),
)
def sma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        total = push_sum(state, 0, n, source[i])
        out[i] = total / n if state[2] >= n and total == total else math.nan


@kernel
def smoothed(source: Column, out: Column, n: int, alpha: float, state: Column, lo: int, hi: int) -> None:
    """An average with weight alpha for the newest value, seeded with the mean of the first n."""
    seen = state[0]
    value = state[1]
    for i in range(lo, hi):
        x = source[i]
        if x == x:
            seen, value = seeded(n, alpha, seen, value, x)
            out[i] = value if seen >= n else math.nan
        else:
            out[i] = math.nan
    state[0] = seen
    state[1] = value


@indicator(
    name="ema",
    title="Exponential moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("ema", "same"),),
    state=lambda p: 2,
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: ema_settle(p["length"]),
    convention="TradingView ta.ema: seeded with the simple average of the first n values",
    formula="ema = a*x + (1-a)*ema[1], a = 2/(n+1)",
    source=pine("ta.ema"),
)
def ema(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    smoothed(source, out, n, 2.0 / (n + 1.0), state, lo, hi)


@indicator(
    name="rma",
    aliases=(
        "smma",
        "wilder",
    ),
    title="Wilder's moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(14),),
    outputs=(Output("rma", "same"),),
    state=lambda p: 2,
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: rma_settle(p["length"]),
    convention="TradingView ta.rma: seeded with the simple average of the first n values",
    formula="rma = a*x + (1-a)*rma[1], a = 1/n",
    source=pine("ta.rma"),
)
def rma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    smoothed(source, out, n, 1.0 / n, state, lo, hi)


@indicator(
    name="wma",
    aliases=("lwma",),
    title="Linearly weighted moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("wma", "same"),),
    state=lambda p: weighted_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.wma",
    formula="sum of k*x over the last n values, k = n for the newest ... 1, divided by n(n+1)/2",
    source=pine("ta.wma"),
)
def wma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    weight = n * (n + 1) / 2.0
    for i in range(lo, hi):
        weighted, _ = push_weighted(state, 0, n, source[i])
        out[i] = weighted / weight if weighted == weighted else math.nan


def _hull(n: int) -> tuple[int, int]:
    return max(n // 2, 1), math.isqrt(n)


@indicator(
    name="hma",
    aliases=("hull",),
    title="Hull moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(9),),
    outputs=(Output("hma", "same"),),
    state=lambda p: weighted_slots(p["length"]) + sum(map(weighted_slots, _hull(p["length"]))),
    first=lambda p: (p["length"] - 2 + math.isqrt(p["length"]),),
    settle=lambda p: p["length"] - 2 + math.isqrt(p["length"]),
    convention="TradingView ta.hma: half the length and its root are rounded down",
    formula="wma(2*wma(x, n/2) - wma(x, n), sqrt(n))",
    source=pine("ta.hma"),
)
def hma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    half = n // 2 if n > 1 else 1
    root = 1
    while (root + 1) * (root + 1) <= n:
        root += 1
    second = weighted_slots(n)
    third = second + weighted_slots(half)
    for i in range(lo, hi):
        whole, _ = push_weighted(state, 0, n, source[i])
        recent, _ = push_weighted(state, second, half, source[i])
        ahead = 2.0 * recent / (half * (half + 1) / 2.0) - whole / (n * (n + 1) / 2.0)
        smooth, _ = push_weighted(state, third, root, ahead)
        out[i] = smooth / (root * (root + 1) / 2.0) if smooth == smooth else math.nan


@indicator(
    name="vwma",
    title="Volume-weighted moving average",
    family="averages",
    inputs=(SOURCE, VOLUME),
    parameters=(length(20),),
    outputs=(Output("vwma", "same"),),
    state=lambda p: 2 * sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.vwma; unknown while the window has no volume",
    formula="sma(x*volume, n) / sma(volume, n)",
    source=pine("ta.vwma"),
)
def vwma(source: Column, volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    second = sum_slots(n)
    for i in range(lo, hi):
        turnover = push_sum(state, 0, n, source[i] * volume[i])
        traded = push_sum(state, second, n, volume[i])
        known = state[2] >= n and traded > 0.0 and turnover == turnover
        out[i] = turnover / traded if known else math.nan


@indicator(
    name="swma",
    title="Symmetrically weighted moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(),
    outputs=(Output("swma", "same"),),
    state=lambda p: 4,
    first=lambda p: (3,),
    settle=lambda p: 3,
    convention="TradingView ta.swma",
    formula="(x[3] + 2*x[2] + 2*x[1] + x) / 6",
    source=pine("ta.swma"),
)
def swma(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    seen = state[0]
    one = state[1]
    two = state[2]
    three = state[3]
    for i in range(lo, hi):
        x = source[i]
        value = (three + 2.0 * two + 2.0 * one + x) / 6.0
        if seen < 3.0:
            seen += 1.0
            value = math.nan
        out[i] = value if value == value else math.nan
        three = two
        two = one
        one = x
    state[0] = seen
    state[1] = one
    state[2] = two
    state[3] = three


@indicator(
    name="alma",
    title="Arnaud Legoux moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(
        length(9),
        Parameter("offset", False, 0.85, 0.0, 1.0, "0 smooth ... 1 responsive"),
        Parameter("sigma", False, 6.0, 0.01, 1000.0, "the larger, the narrower the bell"),
    ),
    outputs=(Output("alma", "same"),),
    state=lambda p: 3 + 2 * p["length"],
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.alma",
    formula="weights exp(-(k - offset*(n-1))^2 / (2*(n/sigma)^2)), k = 0 for the oldest of n values",
    source=pine("ta.alma"),
)
def alma(source: Column, out: Column, n: int, offset: float, sigma: float, state: Column, lo: int, hi: int) -> None:
    weights = 3 + n
    if state[2] == 0.0:
        centre = offset * (n - 1)
        width = n / sigma
        for k in range(n):
            state[weights + k] = math.exp(-((k - centre) * (k - centre)) / (2.0 * width * width))
            state[2] += state[weights + k]
    turn = int(state[0])
    for i in range(lo, hi):
        state[3 + turn] = source[i]
        turn = turn + 1 if turn + 1 < n else 0
        if state[1] < n:
            state[1] += 1.0
        total = 0.0
        for k in range(n):
            slot = turn + k
            total += state[3 + (slot if slot < n else slot - n)] * state[weights + k]
        out[i] = total / state[2] if state[1] >= n and total == total and state[2] > 0.0 else math.nan
    state[0] = turn


@indicator(
    name="zlema",
    aliases=("zlma",),
    title="Zero-lag exponential moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("zlema", "same"),),
    state=lambda p: 2 + lag_slots(max((p["length"] - 1) // 2, 1)),
    first=lambda p: (p["length"] - 1 + (p["length"] - 1) // 2,),
    settle=lambda p: ema_settle(p["length"]) + (p["length"] - 1) // 2,
    convention="Ehlers and Way: the lag is (n - 1) / 2, rounded down",
    formula="ema(2*x - x[lag], n)",
    source="John Ehlers and Ric Way, Zero Lag (Well, Almost), TASC 2010",
)
def zlema(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    alpha = 2.0 / (n + 1.0)
    lag = (n - 1) // 2
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        before = push_lag(state, 2, lag, x) if lag > 0 else x
        ahead = x + (x - before)
        if ahead == ahead:
            state[0], state[1] = seeded(n, alpha, state[0], state[1], ahead)
            if state[0] >= n:
                out[i] = state[1]
