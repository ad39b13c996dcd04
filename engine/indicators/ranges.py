"""Where price stands in its recent range: stochastics, Williams' %R, Aroon, Ichimoku."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import CLOSE, HIGH, LOW, SOURCE, Input, InputKind, Output, built_in, indicator, length, pine
from .extremes import age_slots, max_slots, push_max, push_max_age
from .window import push_sum, sum_slots


@indicator(
    name="stoch",
    aliases=(
        "stochastic",
        "stochf",
    ),
    orders={"stochf": ("length", "smooth_d")},
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
    source=built_in("Stochastic"),
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
def stoch_raw(source: Column, high: Column, low: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    lows = max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        value = (source[i] - bottom) / (top - bottom) * 100.0 if top > bottom else math.nan
        out[i] = value if value == value else math.nan


@indicator(
    name="williams",
    aliases=(
        "wpr",
        "willr",
        "percent_r",
    ),
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
def williams(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    lows = max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        value = (close[i] - top) / (top - bottom) * 100.0 if top > bottom else math.nan
        out[i] = value if value == value else math.nan


@indicator(
    name="aroon",
    title="Aroon",
    family="trend",
    inputs=(HIGH, LOW),
    parameters=(length(14),),
    outputs=(
        Output("up", "index", 0.0, 100.0),
        Output("down", "index", 0.0, 100.0),
        Output("osc", "index", -100.0, 100.0),
    ),
    state=lambda p: 2 * age_slots(p["length"] + 1),
    first=lambda p: (p["length"],) * 3,
    settle=lambda p: p["length"],
    convention="TradingView's built-in Aroon: of equal extremes the oldest counts (TA-Lib: the newest)",
    formula="up, down = 100 * (n - candles since the highest high, lowest low of n + 1 candles) / n; osc = up - down",
    source=built_in("Aroon"),
)
def aroon(
    high: Column, low: Column, up: Column, down: Column, osc: Column, n: int, state: Column, lo: int, hi: int
) -> None:
    second = age_slots(n + 1)
    for i in range(lo, hi):
        above = (n - push_max_age(state, 0, n + 1, high[i])) / n * 100.0
        below = (n - push_max_age(state, second, n + 1, -low[i])) / n * 100.0
        known = above == above and below == below
        up[i] = above if known else math.nan
        down[i] = below if known else math.nan
        osc[i] = above - below if known else math.nan


@indicator(
    name="ichimoku",
    aliases=("ichimoku_cloud",),
    title="Ichimoku, without shifts",
    family="trend",
    inputs=(HIGH, LOW),
    parameters=(length(9, "conversion"), length(26, "base"), length(52, "span")),
    outputs=(
        Output("tenkan", "price"),
        Output("kijun", "price"),
        Output("senkou_a", "price"),
        Output("senkou_b", "price"),
    ),
    state=lambda p: 2 * (max_slots(p["conversion"]) + max_slots(p["base"]) + max_slots(p["span"])),
    first=lambda p: (
        p["conversion"] - 1,
        p["base"] - 1,
        max(p["conversion"], p["base"]) - 1,
        p["span"] - 1,
    ),
    settle=lambda p: max(p["conversion"], p["base"], p["span"]) - 1,
    convention="TradingView's built-in Ichimoku, at the candle that makes the values: the shifts are for display only, "
    "and the cloud drawn at a candle is `senkou_a[25]`, `senkou_b[25]`",
    formula="middles of the ranges of conversion, base and span candles; senkou_a = (tenkan + kijun) / 2",
    source=built_in("Ichimoku Cloud"),
)
def ichimoku(
    high: Column, low: Column, tenkan: Column, kijun: Column, senkou_a: Column, senkou_b: Column,
    conversion: int, base: int, span: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    second = 2 * max_slots(conversion)
    third = second + 2 * max_slots(base)
    for i in range(lo, hi):
        top = push_max(state, 0, conversion, high[i])
        short = (top - push_max(state, max_slots(conversion), conversion, -low[i])) / 2.0
        top = push_max(state, second, base, high[i])
        middle = (top - push_max(state, second + max_slots(base), base, -low[i])) / 2.0
        top = push_max(state, third, span, high[i])
        long = (top - push_max(state, third + max_slots(span), span, -low[i])) / 2.0
        both = (short + middle) / 2.0
        tenkan[i] = short if short == short else math.nan
        kijun[i] = middle if middle == middle else math.nan
        senkou_a[i] = both if both == both else math.nan
        senkou_b[i] = long if long == long else math.nan
