"""Oscillators made of other indicators: StochRSI, TRIX, DPO, AO, KST, PPO, COG."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import HIGH, LOW, SOURCE, Output, Values, built_in, indicator, length, pine
from .extremes import max_slots, push_max
from .momentum import strength
from .recursion import ema_settle, rma_settle, seeded
from .window import lag_slots, push_lag, push_sum, push_weighted, sum_slots, weighted_slots


@indicator(
    name="stoch_rsi",
    aliases=("stochrsi",),
    title="Stochastic RSI",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(14, "rsi_length"), length(14, "stoch_length"), length(3, "smooth_k"), length(3, "smooth_d")),
    outputs=(Output("k", "index", 0.0, 100.0), Output("d", "index", 0.0, 100.0)),
    state=lambda p: 5 + 2 * max_slots(p["stoch_length"]) + sum_slots(p["smooth_k"]) + sum_slots(p["smooth_d"]),
    first=lambda p: (
        p["rsi_length"] + p["stoch_length"] + p["smooth_k"] - 2,
        p["rsi_length"] + p["stoch_length"] + p["smooth_k"] + p["smooth_d"] - 3,
    ),
    settle=lambda p: rma_settle(p["rsi_length"]) + p["stoch_length"] + p["smooth_k"] + p["smooth_d"],
    convention="TradingView's built-in Stochastic RSI; unknown while the RSI has no range",
    formula="k = sma(stoch_raw(rsi, rsi, rsi, stoch_length), smooth_k); d = sma(k, smooth_d)",
    source=built_in("Stochastic RSI"),
)
def stoch_rsi(
    source: Column, k: Column, d: Column, n: int, stoch_length: int, smooth_k: int, smooth_d: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    lows = 5 + max_slots(stoch_length)
    first = lows + max_slots(stoch_length)
    second = first + sum_slots(smooth_k)
    for i in range(lo, hi):
        x = source[i]
        rsi = math.nan
        if x == x:
            if state[0] > 0.0:
                state[2], state[3], state[4], rsi = strength(n, 1.0 / n, state[2], state[3], state[4], x - state[1])
            state[0] = 1.0
            state[1] = x
        top = push_max(state, 5, stoch_length, rsi)
        bottom = -push_max(state, lows, stoch_length, -rsi)
        raw = (rsi - bottom) / (top - bottom) * 100.0 if top > bottom else math.nan
        value = push_sum(state, first, smooth_k, raw) / smooth_k
        if state[first + 2] < smooth_k or value != value:
            value = math.nan
        k[i] = value
        value = push_sum(state, second, smooth_d, value) / smooth_d
        d[i] = value if state[second + 2] >= smooth_d and value == value else math.nan


@indicator(
    name="trix",
    title="Triple smoothed rate of change",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(18),),
    outputs=(Output("trix", "index"),),
    state=lambda p: 7,
    first=lambda p: (3 * (p["length"] - 1) + 1,),
    settle=lambda p: 3 * ema_settle(p["length"]) + 1,
    convention="TradingView's built-in TRIX: 10,000 times the change of smoothed logarithms "
    "(TA-Lib: percent of prices)",
    formula="10000 * change(ema(ema(ema(ln(x), n), n), n))",
    source=built_in("TRIX"),
)
def trix(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    alpha = 2.0 / (n + 1.0)
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if not x > 0.0:
            continue
        state[0], state[1] = seeded(n, alpha, state[0], state[1], math.log(x))
        if state[0] < n:
            continue
        state[2], state[3] = seeded(n, alpha, state[2], state[3], state[1])
        if state[2] < n:
            continue
        before = state[5]
        begun = state[4] >= n
        state[4], state[5] = seeded(n, alpha, state[4], state[5], state[3])
        if begun:
            out[i] = 10000.0 * (state[5] - before)


@indicator(
    name="dpo",
    title="Detrended price oscillator",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(21),),
    outputs=(Output("dpo", "same"),),
    state=lambda p: sum_slots(p["length"]) + lag_slots(p["length"] // 2 + 1),
    first=lambda p: (p["length"] + p["length"] // 2,),
    settle=lambda p: p["length"] + p["length"] // 2,
    convention="TradingView's built-in DPO, not centred (TA-Lib shifts the price instead)",
    formula="x - sma(x, n)[n/2 + 1], n/2 rounded down",
    source=built_in("Detrended Price Oscillator"),
)
def dpo(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    second = sum_slots(n)
    for i in range(lo, hi):
        mean = push_sum(state, 0, n, source[i]) / n
        if state[2] < n:
            mean = math.nan
        value = source[i] - push_lag(state, second, n // 2 + 1, mean)
        out[i] = value if value == value else math.nan


@indicator(
    name="ao",
    aliases=("awesome",),
    title="Awesome oscillator",
    family="momentum",
    inputs=(HIGH, LOW),
    parameters=(length(5, "fast"), length(34, "slow")),
    outputs=(Output("ao", "price"),),
    state=lambda p: sum_slots(p["fast"]) + sum_slots(p["slow"]),
    first=lambda p: (max(p["fast"], p["slow"]) - 1,),
    settle=lambda p: max(p["fast"], p["slow"]) - 1,
    convention="TradingView's built-in AO",
    formula="sma(hl2, fast) - sma(hl2, slow)",
    source=built_in("Awesome Oscillator"),
)
def ao(high: Column, low: Column, out: Column, fast: int, slow: int, state: Column, lo: int, hi: int) -> None:
    second = sum_slots(fast)
    for i in range(lo, hi):
        middle = (high[i] + low[i]) / 2.0
        value = push_sum(state, 0, fast, middle) / fast - push_sum(state, second, slow, middle) / slow
        known = state[2] >= fast and state[second + 2] >= slow and value == value
        out[i] = value if known else math.nan


def _kst_first(p: Values) -> int:
    return int(max(p[f"roc{k}"] + p[f"sma{k}"] - 1 for k in (1, 2, 3, 4)))


@kernel
def smoothed_roc(state: Column, at: int, n: int, smooth: int, x: float) -> float:
    """sma(roc(x, n), smooth) of one more row, unknown until full."""
    before = push_lag(state, at, n, x)
    window = at + lag_slots(n)
    change = 100.0 * (x - before) / before if before != 0.0 else math.nan
    mean = push_sum(state, window, smooth, change) / smooth
    return mean if state[window + 2] >= smooth else math.nan


@indicator(
    name="kst",
    aliases=("know_sure_thing",),
    title="Know sure thing",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(
        *(length(n, f"roc{k}") for k, n in enumerate((10, 15, 20, 30), 1)),
        *(length(n, f"sma{k}") for k, n in enumerate((10, 10, 10, 15), 1)),
        length(9, "signal"),
    ),
    outputs=(Output("kst", "index"), Output("signal", "index")),
    state=lambda p: (
        sum(lag_slots(p[f"roc{k}"]) + sum_slots(p[f"sma{k}"]) for k in (1, 2, 3, 4)) + sum_slots(p["signal"])
    ),
    first=lambda p: (_kst_first(p), _kst_first(p) + p["signal"] - 1),
    settle=lambda p: _kst_first(p) + p["signal"] - 1,
    convention="TradingView's built-in KST",
    formula="sum of k * sma(roc(x, roc_k), sma_k), k = 1..4; signal = sma(kst, signal)",
    source=built_in("Know Sure Thing"),
)
def kst(
    source: Column, out: Column, signal: Column, roc1: int, roc2: int, roc3: int, roc4: int, sma1: int,
    sma2: int, sma3: int, sma4: int, smooth: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    at2 = lag_slots(roc1) + sum_slots(sma1)
    at3 = at2 + lag_slots(roc2) + sum_slots(sma2)
    at4 = at3 + lag_slots(roc3) + sum_slots(sma3)
    last = at4 + lag_slots(roc4) + sum_slots(sma4)
    for i in range(lo, hi):
        x = source[i]
        value = smoothed_roc(state, 0, roc1, sma1, x)
        value += 2.0 * smoothed_roc(state, at2, roc2, sma2, x)
        value += 3.0 * smoothed_roc(state, at3, roc3, sma3, x)
        value += 4.0 * smoothed_roc(state, at4, roc4, sma4, x)
        out[i] = value if value == value else math.nan
        mean = push_sum(state, last, smooth, value) / smooth
        signal[i] = mean if state[last + 2] >= smooth and mean == mean else math.nan


@indicator(
    name="ppo",
    title="Percentage price oscillator",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(12, "fast"), length(26, "slow"), length(9, "signal")),
    outputs=(Output("ppo", "index"), Output("signal", "index"), Output("hist", "index")),
    state=lambda p: 6,
    first=lambda p: (
        max(p["fast"], p["slow"]) - 1,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
    ),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + ema_settle(p["signal"]),
    convention="TradingView's built-in PPO with exponential averages",
    formula="ppo = 100 * (ema(x, fast) - ema(x, slow)) / ema(x, slow); signal = ema(ppo, signal); hist = ppo - signal",
    source=built_in("Price Oscillator (PPO)"),
)
def ppo(
    source: Column, line: Column, signal: Column, hist: Column, fast: int, slow: int, smooth: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        x = source[i]
        line[i] = math.nan
        signal[i] = math.nan
        hist[i] = math.nan
        if x != x:
            continue
        state[0], state[1] = seeded(fast, 2.0 / (fast + 1.0), state[0], state[1], x)
        state[2], state[3] = seeded(slow, 2.0 / (slow + 1.0), state[2], state[3], x)
        if state[0] >= fast and state[2] >= slow and state[3] != 0.0:
            value = 100.0 * (state[1] - state[3]) / state[3]
            line[i] = value
            state[4], state[5] = seeded(smooth, 2.0 / (smooth + 1.0), state[4], state[5], value)
            if state[4] >= smooth:
                signal[i] = state[5]
                hist[i] = value - state[5]


@indicator(
    name="cog",
    aliases=("center_of_gravity",),
    title="Centre of gravity",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(10),),
    outputs=(Output("cog", "index"),),
    state=lambda p: weighted_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.cog",
    formula="-(sum of k*x) / (sum of x) over the last n values, k = 1 for the newest ... n",
    source=pine("ta.cog"),
)
def cog(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        weighted, total = push_weighted(state, 0, n, source[i])
        value = weighted / total - (n + 1.0) if total != 0.0 else math.nan
        out[i] = value if value - value == 0.0 else math.nan
