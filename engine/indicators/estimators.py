"""Volatility estimated from whole candles, and measures of how unsteady a market is."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import CLOSE, HIGH, LOW, OPEN, Output, Parameter, after, built_in, indicator, length
from .extremes import max_slots, push_max
from .moments import moments_slots
from .recursion import ema_settle, rma_settle
from .steps import (
    CHANGE,
    EMA,
    RANGE,
    known,
    push_change,
    push_deviation,
    push_ema,
    push_mean,
    push_range,
    push_smooth,
    push_total,
)
from .window import lag_slots, push_lag, sum_slots

ANNUAL = Parameter("annual", False, 1.0, 1.0, 1e6, "candles in a year; 1 leaves the figure per candle")
LN2 = math.log(2.0)


@kernel
def logarithm(ratio: float) -> float:
    """Natural logarithm, unknown where there is none."""
    return math.log(ratio) if ratio > 0.0 else math.nan


@kernel
def quotient(a: float, b: float) -> float:
    """a / b, unknown where b is not positive."""
    return a / b if b > 0.0 else math.nan


@kernel
def rooted(square: float, annual: float) -> float:
    """A variance per candle as a deviation per year."""
    return math.sqrt((square if square > 0.0 else 0.0) * annual) if square == square else math.nan


@indicator(
    name="historical_volatility",
    aliases=("hv", "volatility"),
    title="Historical volatility of closes",
    family="volatility",
    parameters=(length(20), ANNUAL),
    outputs=(Output("historical_volatility", "ratio", 0.0),),
    state=lambda p: CHANGE + moments_slots(p["length"]),
    first=after(),
    convention="of the population; a ratio per candle unless `annual` is given (TradingView's: times 100)",
    formula="stdev(ln(x / x[1]), n) * sqrt(annual)",
    source=built_in("Historical Volatility"),
)
def historical_volatility(source: Column, out: Column, n: int, annual: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        move = push_change(state, 0, logarithm(source[i]))
        out[i] = known(push_deviation(state, CHANGE, n, move) * math.sqrt(annual))


@indicator(
    name="parkinson",
    title="Parkinson's volatility",
    family="volatility",
    inputs=(HIGH, LOW),
    parameters=(length(20), ANNUAL),
    outputs=(Output("parkinson", "ratio", 0.0),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="per candle unless `annual` is given",
    formula="sqrt(mean of ln(high/low)^2 / (4 ln 2) * annual)",
    source="Michael Parkinson, The Extreme Value Method for Estimating the Variance, 1980",
)
def parkinson(high: Column, low: Column, out: Column, n: int, annual: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        span = logarithm(quotient(high[i], low[i]))
        out[i] = rooted(push_mean(state, 0, n, span * span / (4.0 * LN2)), annual)


@indicator(
    name="garman_klass",
    title="Garman-Klass volatility",
    family="volatility",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    parameters=(length(20), ANNUAL),
    outputs=(Output("garman_klass", "ratio", 0.0),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="per candle unless `annual` is given",
    formula="sqrt(mean of ln(high/low)^2 / 2 - (2 ln 2 - 1) * ln(close/open)^2, * annual)",
    source="Garman and Klass, On the Estimation of Security Price Volatilities from Historical Data, 1980",
)
def garman_klass(
    opened: Column, high: Column, low: Column, close: Column, out: Column, n: int, annual: float, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        span = logarithm(quotient(high[i], low[i]))
        body = logarithm(quotient(close[i], opened[i]))
        square = span * span / 2.0 - (2.0 * LN2 - 1.0) * (body * body)
        out[i] = rooted(push_mean(state, 0, n, square), annual)


@kernel
def drifting(opened: float, high: float, low: float, close: float) -> float:
    """Rogers' and Satchell's variance of one candle."""
    up = logarithm(quotient(high, opened)) * logarithm(quotient(high, close))
    return up + logarithm(quotient(low, opened)) * logarithm(quotient(low, close))


@indicator(
    name="rogers_satchell",
    title="Rogers-Satchell volatility",
    family="volatility",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    parameters=(length(14), ANNUAL),
    outputs=(Output("rogers_satchell", "ratio", 0.0),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="per candle unless `annual` is given; a drift does not disturb it",
    formula="sqrt(mean of ln(h/c)*ln(h/o) + ln(l/c)*ln(l/o), * annual)",
    source="Rogers and Satchell, Estimating Variance From High, Low and Closing Prices, 1991",
)
def rogers_satchell(
    opened: Column, high: Column, low: Column, close: Column, out: Column, n: int, annual: float, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        out[i] = rooted(push_mean(state, 0, n, drifting(opened[i], high[i], low[i], close[i])), annual)


@indicator(
    name="yang_zhang",
    title="Yang-Zhang volatility",
    family="volatility",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    parameters=(length(20, low=2), ANNUAL),
    outputs=(Output("yang_zhang", "ratio", 0.0),),
    state=lambda p: lag_slots(1) + 2 * moments_slots(p["length"]) + sum_slots(p["length"]),
    first=after(),
    convention="per candle unless `annual` is given; variances of a sample",
    formula="sqrt((var ln(o/c[1]) + k * var ln(c/o) + (1-k) * rogers_satchell^2) * annual), "
    "k = 0.34 / (1.34 + (n+1)/(n-1))",
    source="Yang and Zhang, Drift-Independent Volatility Estimation, 2000",
)
def yang_zhang(
    opened: Column, high: Column, low: Column, close: Column, out: Column, n: int, annual: float, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    bodies = lag_slots(1) + moments_slots(n)
    spans = bodies + moments_slots(n)
    weight = 0.34 / (1.34 + (n + 1.0) / (n - 1.0))
    for i in range(lo, hi):
        before = push_lag(state, 0, 1, close[i])
        gap = push_deviation(state, lag_slots(1), n, logarithm(quotient(opened[i], before)))
        body = push_deviation(state, bodies, n, logarithm(quotient(close[i], opened[i])))
        span = push_mean(state, spans, n, drifting(opened[i], high[i], low[i], close[i]))
        square = (gap * gap + weight * (body * body)) * (n / (n - 1.0)) + (1.0 - weight) * span
        out[i] = rooted(square, annual)


@indicator(
    name="ulcer",
    aliases=("ulcer_index", "ui"),
    title="Ulcer index",
    family="volatility",
    parameters=(length(14),),
    outputs=(Output("ulcer", "index", 0.0),),
    state=lambda p: max_slots(p["length"]) + sum_slots(p["length"]),
    first=lambda p: (2 * p["length"] - 2,),
    convention="Martin's, in percent; of positive values, unknown on others",
    formula="sqrt(mean over n candles of (100 * (x - highest(x, n)) / highest(x, n))^2)",
    source="Martin and McCann, The Investor's Guide to Fidelity Funds, 1989",
)
def ulcer(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        top = push_max(state, 0, n, source[i])
        fall = 100.0 * (source[i] - top) / top if top > 0.0 else math.nan
        out[i] = rooted(push_mean(state, max_slots(n), n, fall * fall), 1.0)


@indicator(
    name="chaikin_volatility",
    aliases=("cvi",),
    title="Chaikin's volatility",
    family="volatility",
    inputs=(HIGH, LOW),
    parameters=(length(10), length(10, "roc")),
    outputs=(Output("chaikin_volatility", "index"),),
    state=lambda p: EMA + lag_slots(p["roc"]),
    first=lambda p: (p["length"] + p["roc"] - 1,),
    settle=lambda p: ema_settle(p["length"]) + p["roc"],
    convention="as TA-Lib CVI",
    formula="roc(ema(high - low, n), roc)",
    source="Marc Chaikin",
)
def chaikin_volatility(
    high: Column, low: Column, out: Column, n: int, roc: int, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        span = push_ema(state, 0, n, high[i] - low[i])
        before = push_lag(state, EMA, roc, span)
        out[i] = known(100.0 * (span - before) / before) if before > 0.0 else math.nan


@indicator(
    name="adr",
    title="Average range of a candle",
    family="volatility",
    inputs=(HIGH, LOW),
    parameters=(length(14),),
    outputs=(Output("adr", "price", 0.0),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="TradingView's built-in Average Day Range: of the candles it stands on, gaps left out",
    formula="sma(high - low, n)",
    source=built_in("Average Day Range"),
)
def adr(high: Column, low: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        span = push_mean(state, 0, n, high[i] - low[i])
        out[i] = known(span)


@indicator(
    name="rvi_volatility",
    aliases=("relative_volatility",),
    title="Relative volatility index",
    family="volatility",
    parameters=(
        length(14),
        length(10, "deviation"),
        Parameter("wilder", True, 0, 0, 1, "1: Wilder's averages, as TA-Lib RVI"),
    ),
    outputs=(Output("rvi_volatility", "index", 0.0, 100.0),),
    state=lambda p: CHANGE + moments_slots(p["deviation"]) + 2 * EMA,
    first=lambda p: (max(p["deviation"] - 1, 1) + p["length"] - 1,),
    settle=lambda p: (rma_settle if p["wilder"] else ema_settle)(p["length"]) + p["deviation"],
    convention="TradingView's built-in Relative Volatility Index (TA-Lib RVI: `wilder = 1`; the vigor index is `rvgi`)",
    formula="100 * up / (up + down): ema(stdev(x, deviation), n) on rises, and on falls",
    source="Donald Dorsey, The Relative Volatility Index, TASC 1993",
)
def rvi_volatility(
    source: Column, out: Column, n: int, deviation: int, wilder: int, state: Column, lo: int, hi: int
) -> None:
    alpha = 1.0 / n if wilder > 0 else 2.0 / (n + 1.0)
    at = CHANGE + moments_slots(deviation)
    for i in range(lo, hi):
        change = push_change(state, 0, source[i])
        spread = push_deviation(state, CHANGE, deviation, source[i]) + 0.0 * change
        up = push_smooth(state, at, n, alpha, 0.0 * spread if change <= 0.0 else spread)
        down = push_smooth(state, at + EMA, n, alpha, spread if change <= 0.0 else 0.0 * spread)
        out[i] = 100.0 * up / (up + down) if up + down > 0.0 else math.nan


@indicator(
    name="chop",
    aliases=("choppiness",),
    title="Choppiness index",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14, low=2),),
    outputs=(Output("chop", "index"),),
    state=lambda p: RANGE + sum_slots(p["length"]) + 2 * max_slots(p["length"]),
    first=after(-1),
    settle=lambda p: p["length"],
    convention="TradingView's built-in Choppiness Index; unknown while the window has no range",
    formula="100 * log10(sum of true range / (highest - lowest)) / log10(n)",
    source=built_in("Choppiness Index"),
)
def chop(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    highs = RANGE + sum_slots(n)
    for i in range(lo, hi):
        way = push_total(state, RANGE, n, push_range(state, 0, high[i], low[i], close[i]))
        wide = push_max(state, highs, n, high[i]) + push_max(state, highs + max_slots(n), n, -low[i])
        out[i] = known(100.0 * logarithm(quotient(way, wide)) / math.log(float(n)))


@indicator(
    name="mass_index",
    aliases=("massi",),
    title="Mass index",
    family="volatility",
    inputs=(HIGH, LOW),
    parameters=(length(10), length(9, "ema")),
    outputs=(Output("mass_index", "index", 0.0),),
    state=lambda p: 2 * EMA + sum_slots(p["length"]),
    first=lambda p: (2 * (p["ema"] - 1) + p["length"] - 1,),
    settle=lambda p: 2 * ema_settle(p["ema"]) + p["length"],
    convention="TradingView's built-in Mass Index",
    formula="sum over n candles of ema(high - low, ema) / ema(ema(high - low, ema), ema)",
    source=built_in("Mass Index"),
)
def mass_index(high: Column, low: Column, out: Column, n: int, ema: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        one = push_ema(state, 0, ema, high[i] - low[i])
        two = push_ema(state, EMA, ema, one)
        out[i] = known(push_total(state, 2 * EMA, n, quotient(one, two)))
