"""Where price stands in its recent range: stochastics and Williams' %R."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import SOURCE, Input, InputKind, Output, indicator, length, pine
from .extremes import max_slots, push_max
from .window import push_sum, sum_slots

HIGH = Input("high", InputKind.HIGH)
LOW = Input("low", InputKind.LOW)
CLOSE = Input("close", InputKind.CLOSE)


@indicator(
    name="stoch",
    title="Stochastic oscillator",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14), length(1, "smooth_k"), length(3, "smooth_d")),
    outputs=(Output("k", "index", 0.0, 100.0), Output("d", "index", 0.0, 100.0)),
    state=lambda p: 2 * max_slots(p["length"]) + sum_slots(p["smooth_k"]) + sum_slots(p["smooth_d"]),
    first=lambda p: (
        p["length"] + p["smooth_k"] - 2,
        p["length"] + p["smooth_k"] + p["smooth_d"] - 3,
    ),
    settle=lambda p: p["length"] + p["smooth_k"] + p["smooth_d"] - 3,
    convention="TradingView's built-in Stochastic (14, 1, 3); the usual slow one is stoch(14, 3, 3)",
    formula="k = sma(100 * (close - lowest) / (highest - lowest), smooth_k); d = sma(k, smooth_d)",
    source="https://www.tradingview.com/support/solutions/43000502332-stochastic-stoch/",
)
def stoch(
    high: Column, low: Column, close: Column, k: Column, d: Column, n: int, smooth_k: int, smooth_d: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    lows = max_slots(n)
    first = lows + max_slots(n)
    second = first + sum_slots(smooth_k)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        raw = (close[i] - bottom) / (top - bottom) * 100.0 if top > bottom else math.nan
        value = push_sum(state, first, smooth_k, raw) / smooth_k
        if state[first + 2] < smooth_k or value != value:
            value = math.nan
        k[i] = value
        value = push_sum(state, second, smooth_d, value) / smooth_d
        d[i] = value if state[second + 2] >= smooth_d and value == value else math.nan


@indicator(
    name="stoch_raw",
    title="Position in the range, of any series",
    family="momentum",
    inputs=(SOURCE, Input("high", InputKind.SERIES, "high"), Input("low", InputKind.SERIES, "low")),
    parameters=(length(14),),
    outputs=(Output("stoch_raw", "index"),),
    state=lambda p: 2 * max_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.stoch(source, high, low, length): unsmoothed, of any three series",
    formula="100 * (x - lowest(low, n)) / (highest(high, n) - lowest(low, n)); unknown while there is no range",
    source=pine("ta.stoch"),
)
def stoch_raw(
    source: Column, high: Column, low: Column, out: Column, n: int, state: Column, lo: int, hi: int
) -> None:
    lows = max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        value = (source[i] - bottom) / (top - bottom) * 100.0 if top > bottom else math.nan
        out[i] = value if value == value else math.nan


@indicator(
    name="williams",
    aliases=("wpr", "willr"),
    title="Williams %R",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("williams", "index", -100.0, 0.0),),
    state=lambda p: 2 * max_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.wpr; unknown while there is no range",
    formula="100 * (close - highest(high, n)) / (highest(high, n) - lowest(low, n))",
    source=pine("ta.wpr"),
)
def williams(
    high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int
) -> None:
    lows = max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        value = (close[i] - top) / (top - bottom) * 100.0 if top > bottom else math.nan
        out[i] = value if value == value else math.nan
