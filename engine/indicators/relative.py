"""Momentum from 0 to 100 or -1 to 1: where a close stands, and rises against falls."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    CLOSE,
    HIGH,
    LOW,
    OPEN,
    Output,
    after,
    at_once,
    built_in,
    indicator,
    length,
)
from .extremes import max_slots, push_max
from .recursion import ema_settle, rma_settle
from .steps import (
    CHANGE,
    EMA,
    RANGE,
    known,
    push_before,
    push_change,
    push_ema,
    push_rma,
    push_total,
)
from .window import lag_slots, push_lag, sum_slots


@indicator(
    name="bop",
    title="Balance of power",
    family="momentum",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    outputs=(Output("bop", "index", -1.0, 1.0),),
    first=at_once(),
    convention="TradingView's built-in BOP; unknown on a candle without a range",
    formula="(close - open) / (high - low)",
    source=built_in("Balance of Power"),
)
def bop(opened: Column, high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        span = high[i] - low[i]
        value = (close[i] - opened[i]) / span if span > 0.0 else math.nan
        out[i] = 1.0 if value > 1.0 else -1.0 if value < -1.0 else known(value)


@indicator(
    name="ibs",
    title="Internal bar strength",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    outputs=(Output("ibs", "index", 0.0, 1.0),),
    first=at_once(),
    convention="unknown on a candle without a range",
    formula="(close - low) / (high - low)",
    source="where the close stands in its own candle",
)
def ibs(high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        span = high[i] - low[i]
        value = (close[i] - low[i]) / span if span > 0.0 else math.nan
        out[i] = 1.0 if value > 1.0 else 0.0 if value < 0.0 else known(value)


@kernel
def push_pressure(state: Column, at: int, n: int, bought: float, span: float) -> float:
    """Buying pressure over true range of the last n candles (2 * `sum_slots`)."""
    pressure = push_total(state, at, n, bought)
    way = push_total(state, at + sum_slots(n), n, span)
    return pressure / way if way > 0.0 else math.nan


@indicator(
    name="uo",
    aliases=("ultimate", "ultosc"),
    title="Ultimate oscillator",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(7, "fast"), length(14, "mid"), length(28, "slow")),
    outputs=(Output("uo", "index", 0.0, 100.0),),
    state=lambda p: lag_slots(1) + 2 * sum(sum_slots(p[name]) for name in ("fast", "mid", "slow")),
    first=lambda p: (max(p["fast"], p["mid"], p["slow"]),),
    convention="TradingView's built-in UO; unknown while a window has no range",
    formula="100 * (4*a + 2*b + c) / 7, each = sum of buying pressure / sum of true range over fast, mid, slow",
    source=built_in("Ultimate Oscillator"),
)
def uo(
    high: Column, low: Column, close: Column, out: Column, fast: int, mid: int, slow: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    one = lag_slots(1)
    two = one + 2 * sum_slots(fast)
    three = two + 2 * sum_slots(mid)
    for i in range(lo, hi):
        before = push_lag(state, 0, 1, close[i])
        bottom = before if before < low[i] else low[i] + 0.0 * before
        span = (before if before > high[i] else high[i]) - bottom
        bought = close[i] - bottom + 0.0 * span
        value = 4.0 * push_pressure(state, one, fast, bought, span)
        value += 2.0 * push_pressure(state, two, mid, bought, span)
        value = 100.0 * (value + push_pressure(state, three, slow, bought, span)) / 7.0
        out[i] = 100.0 if value > 100.0 else 0.0 if value < 0.0 else known(value)


@indicator(
    name="cmo_wilder",
    title="Chande momentum oscillator, smoothed",
    family="momentum",
    parameters=(length(14),),
    outputs=(Output("cmo_wilder", "index", -100.0, 100.0),),
    state=lambda p: RANGE + 2 * EMA,
    first=after(),
    settle=lambda p: rma_settle(p["length"]) + 1,
    convention="as TA-Lib CMO: Wilder's averages as in RSI (TradingView's, of plain sums, is `cmo`)",
    formula="100 * (up - down) / (up + down), up and down = rma of the rises and of the falls",
    source="TA-Lib CMO",
)
def cmo_wilder(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        before = push_before(state, 0, source[i])
        change = source[i] - before
        up = push_rma(state, RANGE, n, 0.0 if change <= 0.0 else change)
        down = push_rma(state, RANGE + EMA, n, 0.0 if change >= 0.0 else -change)
        out[i] = known(100.0 * (up - down) / (up + down)) if up + down > 0.0 else math.nan


@indicator(
    name="imi",
    title="Intraday momentum index",
    family="momentum",
    inputs=(OPEN, CLOSE),
    parameters=(length(14),),
    outputs=(Output("imi", "index", 0.0, 100.0),),
    state=lambda p: 2 * sum_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib IMI; unknown while no candle has a body",
    formula="100 * up / (up + down): bodies of the candles that rose, and that fell, summed over n candles",
    source="Tushar Chande, The New Technical Trader, 1994",
)
def imi(opened: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        body = close[i] - opened[i]
        up = push_total(state, 0, n, 0.0 if body <= 0.0 else body)
        down = push_total(state, sum_slots(n), n, 0.0 if body >= 0.0 else -body)
        out[i] = 100.0 * up / (up + down) if up + down > 0.0 else math.nan


@indicator(
    name="psl",
    aliases=("psychological_line",),
    title="Psychological line",
    family="momentum",
    parameters=(length(12),),
    outputs=(Output("psl", "index", 0.0, 100.0),),
    state=lambda p: CHANGE + sum_slots(p["length"]),
    first=after(),
    convention="percent of the last n changes that rose",
    formula="100 * rises / n",
    source="pandas-ta PSL",
)
def psl(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        change = push_change(state, 0, source[i])
        rises = push_total(state, CHANGE, n, (1.0 if change > 0.0 else 0.0) + 0.0 * change)
        out[i] = known(100.0 * rises / n)


@indicator(
    name="kdj",
    title="KDJ stochastic",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(9), length(3, "smooth_k"), length(3, "smooth_d")),
    outputs=(Output("k", "index", 0.0, 100.0), Output("d", "index", 0.0, 100.0), Output("j", "index")),
    state=lambda p: 2 * max_slots(p["length"]) + 2 * EMA,
    first=lambda p: (
        p["length"] + p["smooth_k"] - 2,
        p["length"] + p["smooth_k"] + p["smooth_d"] - 3,
        p["length"] + p["smooth_k"] + p["smooth_d"] - 3,
    ),
    settle=lambda p: p["length"] + rma_settle(p["smooth_k"]) + rma_settle(p["smooth_d"]),
    convention="as TA-Lib KDJ: smoothed by Wilder's averages",
    formula="k = rma(raw stochastic, smooth_k); d = rma(k, smooth_d); j = 3*k - 2*d",
    source="TA-Lib KDJ",
)
def kdj(
    high: Column, low: Column, close: Column, k: Column, d: Column, j: Column, n: int, smooth_k: int,
    smooth_d: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    lows = max_slots(n)
    at = 2 * lows
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        raw = 100.0 * ((close[i] - bottom) / (top - bottom)) if top > bottom else math.nan
        quick = known(push_rma(state, at, smooth_k, raw))
        slow = known(push_rma(state, at + EMA, smooth_d, quick))
        quick = 100.0 if quick > 100.0 else quick
        slow = 100.0 if slow > 100.0 else slow
        k[i] = quick
        d[i] = slow
        j[i] = known(3.0 * quick - 2.0 * slow)


@indicator(
    name="smi",
    aliases=("stochastic_momentum",),
    title="Stochastic momentum index",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(10), length(3, "first"), length(3, "second"), length(3, "signal")),
    outputs=(Output("smi", "index", -100.0, 100.0), Output("signal", "index", -100.0, 100.0)),
    state=lambda p: 2 * max_slots(p["length"]) + 5 * EMA,
    first=lambda p: (
        p["length"] + p["first"] + p["second"] - 3,
        p["length"] + p["first"] + p["second"] + p["signal"] - 4,
    ),
    settle=lambda p: p["length"] + sum(ema_settle(p[name]) for name in ("first", "second", "signal")),
    convention="TradingView's built-in Stochastic Momentum Index; TA-Lib's order is smi(13, 25, 2, 9)",
    formula="100 * e(e(close - middle)) / (e(e(highest - lowest)) / 2), e = ema by first, then by second",
    source=built_in("Stochastic Momentum Index"),
)
def smi(
    high: Column, low: Column, close: Column, out: Column, signal: Column, n: int, first: int, second: int,
    smooth: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    at = 2 * max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, max_slots(n), n, -low[i])
        away = push_ema(state, at, first, close[i] - (top + bottom) / 2.0)
        wide = push_ema(state, at + EMA, first, top - bottom)
        away = push_ema(state, at + 2 * EMA, second, away)
        wide = push_ema(state, at + 3 * EMA, second, wide)
        value = known(200.0 * away / wide) if wide > 0.0 else math.nan
        value = 100.0 if value > 100.0 else -100.0 if value < -100.0 else value
        mean = known(push_ema(state, at + 4 * EMA, smooth, value))
        out[i] = value
        signal[i] = 100.0 if mean > 100.0 else -100.0 if mean < -100.0 else mean


@indicator(
    name="rvgi",
    aliases=("vigor", "relative_vigor"),
    title="Relative vigor index",
    family="momentum",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    parameters=(length(10),),
    outputs=(Output("rvgi", "index"), Output("signal", "index")),
    state=lambda p: 9 * lag_slots(1) + 2 * sum_slots(p["length"]),
    first=lambda p: (p["length"] + 2, p["length"] + 5),
    settle=lambda p: p["length"] + 5,
    convention="TradingView's built-in Relative Vigor Index (Dorsey's volatility index is `rvi_volatility`)",
    formula="rvgi = sum(swma(close - open), n) / sum(swma(high - low), n); signal = swma(rvgi)",
    source=built_in("Relative Vigor Index"),
)
def rvgi(
    opened: Column, high: Column, low: Column, close: Column, out: Column, signal: Column, n: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    lags = 3 * lag_slots(1)
    sums = 3 * lags
    for i in range(lo, hi):
        body = push_total(state, sums, n, push_symmetric(state, 0, close[i] - opened[i]))
        span = push_total(state, sums + sum_slots(n), n, push_symmetric(state, lags, high[i] - low[i]))
        value = known(body / span) if span > 0.0 else math.nan
        out[i] = value
        signal[i] = known(push_symmetric(state, 2 * lags, value))


@kernel
def push_symmetric(state: Column, at: int, value: float) -> float:
    """Average of the last four rows weighted 1, 2, 2, 1 (3 * `lag_slots(1)`)."""
    one = push_lag(state, at, 1, value)
    two = push_lag(state, at + lag_slots(1), 1, one)
    three = push_lag(state, at + 2 * lag_slots(1), 1, two)
    return (three + 2.0 * two + 2.0 * one + value) / 6.0
