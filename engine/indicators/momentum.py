"""Momentum: how fast and how far price has moved."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import SOURCE, VOLUME, Input, InputKind, Output, indicator, length, pine
from .ranks import push_absolute
from .recursion import ema_settle, rma_settle, seeded
from .window import lag_slots, push_lag, push_sum, sum_slots

TYPICAL = Input("source", InputKind.SERIES, "hlc3")
"""As `SOURCE`, where TradingView's indicator starts from the typical price."""


@kernel
def strength(
    n: int, alpha: float, seen: float, up: float, down: float, change: float
) -> tuple[float, float, float, float]:
    """One change of an RSI: its averages as `seeded` keeps them, and its value."""
    _, up = seeded(n, alpha, seen, up, change if change > 0.0 else 0.0)
    seen, down = seeded(n, alpha, seen, down, -change if change < 0.0 else 0.0)
    value = up / (up + down) * 100.0 if seen >= n and up + down > 0.0 else math.nan
    return seen, up, down, value


@indicator(
    name="rsi",
    title="Relative strength index",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(14),),
    outputs=(Output("rsi", "index", 0.0, 100.0),),
    state=lambda p: 5,
    first=lambda p: (p["length"],),
    settle=lambda p: rma_settle(p["length"]) + 1,
    convention="TradingView ta.rsi; unknown while nothing has moved at all",
    formula="100 * up / (up + down), up and down = rma of the rises and of the falls",
    source=pine("ta.rsi"),
)
def rsi(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    alpha = 1.0 / n
    begun = state[0]
    before = state[1]
    seen = state[2]
    up = state[3]
    down = state[4]
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            continue
        if begun > 0.0:
            seen, up, down, out[i] = strength(n, alpha, seen, up, down, x - before)
        begun = 1.0
        before = x
    state[0] = begun
    state[1] = before
    state[2] = seen
    state[3] = up
    state[4] = down


@indicator(
    name="macd",
    title="Moving average convergence/divergence",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(12, "fast"), length(26, "slow"), length(9, "signal")),
    outputs=(Output("macd", "same"), Output("signal", "same"), Output("hist", "same")),
    state=lambda p: 6,
    first=lambda p: (
        max(p["fast"], p["slow"]) - 1,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
    ),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + ema_settle(p["signal"]),
    convention="TradingView ta.macd",
    formula="macd = ema(x, fast) - ema(x, slow); signal = ema(macd, signal); hist = macd - signal",
    source=pine("ta.macd"),
)
def macd(
    source: Column, line: Column, signal: Column, hist: Column, fast: int, slow: int, smooth: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    fast_alpha = 2.0 / (fast + 1.0)
    slow_alpha = 2.0 / (slow + 1.0)
    signal_alpha = 2.0 / (smooth + 1.0)
    fast_seen = state[0]
    fast_value = state[1]
    slow_seen = state[2]
    slow_value = state[3]
    seen = state[4]
    value = state[5]
    for i in range(lo, hi):
        x = source[i]
        line[i] = math.nan
        signal[i] = math.nan
        hist[i] = math.nan
        if x != x:
            continue
        fast_seen, fast_value = seeded(fast, fast_alpha, fast_seen, fast_value, x)
        slow_seen, slow_value = seeded(slow, slow_alpha, slow_seen, slow_value, x)
        if fast_seen >= fast and slow_seen >= slow:
            apart = fast_value - slow_value
            line[i] = apart
            seen, value = seeded(smooth, signal_alpha, seen, value, apart)
            if seen >= smooth:
                signal[i] = value
                hist[i] = apart - value
    state[0] = fast_seen
    state[1] = fast_value
    state[2] = slow_seen
    state[3] = slow_value
    state[4] = seen
    state[5] = value


@indicator(
    name="cci",
    title="Commodity channel index",
    family="momentum",
    inputs=(TYPICAL,),
    parameters=(length(20),),
    outputs=(Output("cci", "index"),),
    state=lambda p: 2 + p["length"],
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.cci on the typical price; unknown while the window is flat",
    formula="(x - sma(x, n)) / (0.015 * mean absolute deviation of the last n values)",
    source=pine("ta.cci"),
)
def cci(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        mean, deviation = push_absolute(state, n, source[i])
        out[i] = -mean / (0.015 * deviation) if deviation > 0.0 else math.nan


@indicator(
    name="roc",
    title="Rate of change, in percent",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(9),),
    outputs=(Output("roc", "index"),),
    state=lambda p: lag_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView ta.roc: percent points",
    formula="100 * (x - x[n]) / x[n]",
    source=pine("ta.roc"),
)
def roc(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        before = push_lag(state, 0, n, x)
        value = 100.0 * (x - before) / before if before != 0.0 else math.nan
        out[i] = value if value - value == 0.0 else math.nan


@indicator(
    name="mom",
    aliases=("momentum",),
    title="Momentum",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(10),),
    outputs=(Output("mom", "same"),),
    state=lambda p: lag_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView ta.mom",
    formula="x - x[n]",
    source=pine("ta.mom"),
)
def mom(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = source[i] - push_lag(state, 0, n, source[i])
        out[i] = value if value == value else math.nan


@indicator(
    name="cmo",
    title="Chande momentum oscillator",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(9),),
    outputs=(Output("cmo", "index", -100.0, 100.0),),
    state=lambda p: 2 + 2 * sum_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView ta.cmo: plain sums (TA-Lib smooths them as in RSI); unknown while the window is flat",
    formula="100 * (rises - falls) / (rises + falls), each summed over the last n changes",
    source=pine("ta.cmo"),
)
def cmo(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    second = 2 + sum_slots(n)
    for i in range(lo, hi):
        x = source[i]
        change = x - state[1]
        state[1] = x
        out[i] = math.nan
        if state[0] == 0.0:
            state[0] = 1.0
            continue
        up = push_sum(state, 2, n, 0.0 if change <= 0.0 else change)
        down = push_sum(state, second, n, 0.0 if change >= 0.0 else -change)
        if state[4] >= n and up + down > 0.0:
            out[i] = (up - down) / (up + down) * 100.0


@indicator(
    name="mfi",
    title="Money flow index",
    family="momentum",
    inputs=(TYPICAL, VOLUME),
    parameters=(length(14),),
    outputs=(Output("mfi", "index", 0.0, 100.0),),
    state=lambda p: 2 + 2 * sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"],
    convention="TradingView ta.mfi: the first candle counts in both flows; unknown while no volume flows",
    formula="100 * in / (in + out): x*volume summed over the last n candles that rose, and that fell",
    source=pine("ta.mfi"),
)
def mfi(source: Column, volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    second = 2 + sum_slots(n)
    for i in range(lo, hi):
        x = source[i]
        change = x - state[1]
        flow = x * volume[i] + 0.0 * change
        if state[0] == 0.0:
            change = math.nan
            flow = x * volume[i]
        if x == x:
            state[0] = 1.0
        state[1] = x
        up = push_sum(state, 2, n, 0.0 if change <= 0.0 else flow)
        down = push_sum(state, second, n, 0.0 if change >= 0.0 else flow)
        known = state[4] >= n and up + down > 0.0
        out[i] = up / (up + down) * 100.0 if known else math.nan
