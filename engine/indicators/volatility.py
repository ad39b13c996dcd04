"""Volatility: how far a candle usually moves."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import CLOSE, HIGH, LOW, Output, Parameter, indicator, length, pine
from .recursion import rma_settle, seeded, true_range


@indicator(
    name="tr",
    aliases=(
        "trange",
        "true_range",
    ),
    title="True range",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(Parameter("from_start", True, 0, 0, 1, "1: high - low on the first candle"),),
    outputs=(Output("tr", "price", 0.0),),
    state=lambda p: 2,
    first=lambda p: (1 - p["from_start"],),
    settle=lambda p: 1,
    convention="TradingView ta.tr; tr(1) is ta.tr(true), known from the first candle",
    formula="max(high, close[1]) - min(low, close[1])",
    source=pine("ta.tr"),
)
def tr(high: Column, low: Column, close: Column, out: Column, from_start: int, state: Column, lo: int, hi: int) -> None:
    begun = state[0]
    before = state[1]
    for i in range(lo, hi):
        value = math.nan
        if high[i] == high[i] and low[i] == low[i] and close[i] == close[i]:
            if begun > 0.0:
                value = true_range(high[i], low[i], before)
            elif from_start > 0:
                value = high[i] - low[i]
            begun = 1.0
            before = close[i]
        out[i] = value
    state[0] = begun
    state[1] = before


@indicator(
    name="atr",
    title="Average true range",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("atr", "price", 0.0),),
    state=lambda p: 4,
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: rma_settle(p["length"]),
    convention="TradingView ta.atr: the first candle's range counts (TA-Lib starts one candle later)",
    formula="rma(true range, n)",
    source=pine("ta.atr"),
)
def atr(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    alpha = 1.0 / n
    begun = state[0]
    before = state[1]
    seen = state[2]
    value = state[3]
    for i in range(lo, hi):
        out[i] = math.nan
        if high[i] == high[i] and low[i] == low[i] and close[i] == close[i]:
            x = true_range(high[i], low[i], before) if begun > 0.0 else high[i] - low[i]
            seen, value = seeded(n, alpha, seen, value, x)
            if seen >= n:
                out[i] = value
            begun = 1.0
            before = close[i]
    state[0] = begun
    state[1] = before
    state[2] = seen
    state[3] = value


@indicator(
    name="natr",
    aliases=("atrp",),
    title="Average true range, in percent of the close",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("natr", "index", 0.0),),
    state=lambda p: 4,
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: rma_settle(p["length"]),
    convention="TradingView: 100 * ta.atr / close",
    formula="100 * atr(n) / close",
    source="TA-Lib NATR",
)
def natr(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    atr(high, low, close, out, n, state, lo, hi)
    for i in range(lo, hi):
        if out[i] == out[i]:
            out[i] = 100.0 * out[i] / close[i] if close[i] != 0.0 else math.nan
