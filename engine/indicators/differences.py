"""Momentum as a difference: of averages, of a price from its average, of a price from its past."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    CLOSE,
    HIGH,
    LOW,
    Input,
    InputKind,
    Output,
    Parameter,
    Values,
    after,
    built_in,
    indicator,
    length,
    pine,
)
from .recursion import ema_settle, fade
from .steps import CHANGE, EMA, known, push_change, push_ema, push_mean, push_smooth, push_wma
from .window import lag_slots, push_lag, sum_slots, weighted_slots


@kernel
def against(a: float, b: float) -> float:
    """a / b, unknown where b is zero."""
    return known(a / b) if b != 0.0 else math.nan


@indicator(
    name="rocp",
    title="Rate of change, as a ratio",
    family="momentum",
    parameters=(length(10),),
    outputs=(Output("rocp", "ratio"),),
    state=lambda p: lag_slots(p["length"]),
    first=after(),
    convention="as TA-Lib ROCP",
    formula="(x - x[n]) / x[n]",
    source="TA-Lib ROCP",
)
def rocp(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        before = push_lag(state, 0, n, source[i])
        out[i] = against(source[i] - before, before)


@indicator(
    name="rocr",
    title="Rate of change, as a quotient",
    family="momentum",
    parameters=(length(10), Parameter("scale", False, 1.0, 1.0, 100.0, "100 for TA-Lib's ROCR100")),
    outputs=(Output("rocr", "index"),),
    state=lambda p: lag_slots(p["length"]),
    first=after(),
    convention="as TA-Lib ROCR",
    formula="scale * x / x[n]",
    source="TA-Lib ROCR",
)
def rocr(source: Column, out: Column, n: int, scale: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(scale * against(source[i], push_lag(state, 0, n, source[i])))


@indicator(
    name="bias",
    title="Distance from the moving average",
    family="momentum",
    parameters=(length(26),),
    outputs=(Output("bias", "ratio"),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="as pandas-ta BIAS",
    formula="x / sma(x, n) - 1",
    source="pandas-ta BIAS",
)
def bias(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        mean = push_mean(state, 0, n, source[i])
        out[i] = against(source[i] - mean, mean)


@indicator(
    name="apo",
    title="Absolute price oscillator",
    family="momentum",
    parameters=(length(12, "fast"), length(26, "slow")),
    outputs=(Output("apo", "same"),),
    state=lambda p: 2 * EMA,
    first=lambda p: (max(p["fast"], p["slow"]) - 1,),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])),
    convention="TradingView's built-in APO, of exponential averages",
    formula="ema(x, fast) - ema(x, slow)",
    source=built_in("Absolute Price Oscillator"),
)
def apo(source: Column, out: Column, fast: int, slow: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        quick = push_ema(state, 0, fast, source[i])
        out[i] = known(quick - push_ema(state, EMA, slow, source[i]))


@indicator(
    name="macd_sma",
    aliases=("macdext",),
    title="MACD of simple averages",
    family="momentum",
    parameters=(length(12, "fast"), length(26, "slow"), length(9, "signal")),
    outputs=(Output("macd", "same"), Output("signal", "same"), Output("hist", "same")),
    state=lambda p: sum_slots(p["fast"]) + sum_slots(p["slow"]) + sum_slots(p["signal"]),
    first=lambda p: (
        max(p["fast"], p["slow"]) - 1,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
        max(p["fast"], p["slow"]) + p["signal"] - 2,
    ),
    convention="as TA-Lib MACDEXT with its default averages",
    formula="macd = sma(x, fast) - sma(x, slow); signal = sma(macd, signal); hist = macd - signal",
    source="TA-Lib MACDEXT",
)
def macd_sma(
    source: Column, line: Column, signal: Column, hist: Column, fast: int, slow: int, smooth: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    second = sum_slots(fast)
    third = second + sum_slots(slow)
    for i in range(lo, hi):
        apart = push_mean(state, 0, fast, source[i]) - push_mean(state, second, slow, source[i])
        mean = push_mean(state, third, smooth, apart)
        line[i] = known(apart)
        signal[i] = known(mean)
        hist[i] = known(apart - mean)


@indicator(
    name="trix_percent",
    title="TRIX of prices, in percent",
    family="momentum",
    parameters=(length(30),),
    outputs=(Output("trix_percent", "index"),),
    state=lambda p: 3 * EMA + lag_slots(1),
    first=lambda p: (3 * (p["length"] - 1) + 1,),
    settle=lambda p: 3 * ema_settle(p["length"]) + 1,
    convention="as TA-Lib TRIX (TradingView's is `trix`)",
    formula="roc(ema(ema(ema(x, n), n), n), 1)",
    source="Jack Hutson, Good TRIX, TASC 1983",
)
def trix_percent(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        smooth = push_ema(state, EMA, n, push_ema(state, 0, n, source[i]))
        smooth = push_ema(state, 2 * EMA, n, smooth)
        before = push_lag(state, 3 * EMA, 1, smooth)
        out[i] = known(100.0 * against(smooth - before, before))


@indicator(
    name="dpo_shifted",
    title="Detrended price oscillator of the past price",
    family="momentum",
    parameters=(length(20),),
    outputs=(Output("dpo_shifted", "same"),),
    state=lambda p: sum_slots(p["length"]) + lag_slots(p["length"] // 2 + 1),
    first=lambda p: (max(p["length"] - 1, p["length"] // 2 + 1),),
    convention="as TA-Lib DPO: the price is shifted, not the average (TradingView's is `dpo`)",
    formula="x[n/2 + 1] - sma(x, n), n/2 rounded down",
    source="TA-Lib DPO",
)
def dpo_shifted(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = sum_slots(n)
    for i in range(lo, hi):
        before = push_lag(state, at, n // 2 + 1, source[i])
        out[i] = known(before - push_mean(state, 0, n, source[i]))


@indicator(
    name="elder_ray",
    aliases=("eri", "bull_bear_power", "bbpower"),
    title="Elder ray",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(13),),
    outputs=(Output("bull", "price"), Output("bear", "price")),
    state=lambda p: EMA,
    first=after(-1, 2),
    settle=lambda p: ema_settle(p["length"]),
    convention="as TA-Lib ERI; TradingView's Bull Bear Power is their sum",
    formula="bull = high - ema(close, n); bear = low - ema(close, n)",
    source="Alexander Elder, Trading for a Living, 1993",
)
def elder_ray(
    high: Column, low: Column, close: Column, bull: Column, bear: Column, n: int, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        middle = push_ema(state, 0, n, close[i])
        bull[i] = known(high[i] - middle)
        bear[i] = known(low[i] - middle)


@indicator(
    name="ac",
    aliases=("accelerator",),
    title="Accelerator oscillator",
    family="momentum",
    inputs=(Input("source", InputKind.SERIES, "hl2"),),
    parameters=(length(5, "fast"), length(34, "slow"), length(5, "signal")),
    outputs=(Output("ac", "same"),),
    state=lambda p: sum_slots(p["fast"]) + sum_slots(p["slow"]) + sum_slots(p["signal"]),
    first=lambda p: (max(p["fast"], p["slow"]) + p["signal"] - 2,),
    convention="TradingView's built-in AC",
    formula="ao - sma(ao, signal), ao = sma(hl2, fast) - sma(hl2, slow)",
    source=built_in("Accelerator Oscillator"),
)
def ac(source: Column, out: Column, fast: int, slow: int, signal: int, state: Column, lo: int, hi: int) -> None:
    second = sum_slots(fast)
    third = second + sum_slots(slow)
    for i in range(lo, hi):
        apart = push_mean(state, 0, fast, source[i]) - push_mean(state, second, slow, source[i])
        out[i] = known(apart - push_mean(state, third, signal, apart))


@kernel
def push_strength(state: Column, at: int, short: int, long: int, value: float) -> float:
    """The true strength index, -1 to 1 (`CHANGE` + 4 * `EMA`)."""
    change = push_change(state, at, value)
    slow = at + CHANGE
    moved = push_ema(state, slow + EMA, short, push_ema(state, slow, long, change))
    way = push_ema(state, slow + 3 * EMA, short, push_ema(state, slow + 2 * EMA, long, abs(change)))
    if not way > 0.0:
        return math.nan
    ratio = moved / way
    return 1.0 if ratio > 1.0 else -1.0 if ratio < -1.0 else ratio


@indicator(
    name="tsi",
    title="True strength index",
    family="momentum",
    parameters=(length(13, "short"), length(25, "long")),
    outputs=(Output("tsi", "index", -100.0, 100.0),),
    state=lambda p: CHANGE + 4 * EMA,
    first=lambda p: (p["long"] + p["short"] - 1,),
    settle=lambda p: ema_settle(p["long"]) + ema_settle(p["short"]) + 1,
    convention="TradingView's built-in TSI: 100 times ta.tsi",
    formula="100 * ema(ema(change, long), short) / ema(ema(|change|, long), short)",
    source=pine("ta.tsi"),
)
def tsi(source: Column, out: Column, short: int, long: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = 100.0 * push_strength(state, 0, short, long, source[i]) + 0.0


def _ergodic(p: Values) -> int:
    return int(p["long"] + p["short"] - 1)


@indicator(
    name="smi_ergodic",
    aliases=("ergodic", "smiio"),
    title="SMI ergodic indicator and oscillator",
    family="momentum",
    parameters=(length(20, "long"), length(5, "short"), length(5, "signal")),
    outputs=(Output("smi", "index", -1.0, 1.0), Output("signal", "index", -1.0, 1.0), Output("osc", "index")),
    state=lambda p: CHANGE + 5 * EMA,
    first=lambda p: (_ergodic(p), _ergodic(p) + p["signal"] - 1, _ergodic(p) + p["signal"] - 1),
    settle=lambda p: ema_settle(p["long"]) + ema_settle(p["short"]) + ema_settle(p["signal"]) + 1,
    convention="TradingView's built-in SMI Ergodic, -1 to 1",
    formula="smi = tsi(x, short, long) / 100; signal = ema(smi, signal); osc = smi - signal",
    source=built_in("SMI Ergodic Indicator/Oscillator"),
)
def smi_ergodic(
    source: Column, smi: Column, signal: Column, osc: Column, long: int, short: int, smooth: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    at = CHANGE + 4 * EMA
    for i in range(lo, hi):
        value = push_strength(state, 0, short, long, source[i])
        mean = known(push_ema(state, at, smooth, value))
        mean = 1.0 if mean > 1.0 else -1.0 if mean < -1.0 else mean
        smi[i] = known(value)
        signal[i] = mean
        osc[i] = known(value - mean)


@indicator(
    name="coppock",
    title="Coppock curve",
    family="momentum",
    parameters=(length(10, "wma"), length(14, "long"), length(11, "short")),
    outputs=(Output("coppock", "index"),),
    state=lambda p: lag_slots(p["long"]) + lag_slots(p["short"]) + weighted_slots(p["wma"]),
    first=lambda p: (max(p["long"], p["short"]) + p["wma"] - 1,),
    convention="TradingView's built-in Coppock Curve",
    formula="wma(roc(x, long) + roc(x, short), wma)",
    source=built_in("Coppock Curve"),
)
def coppock(source: Column, out: Column, wma: int, long: int, short: int, state: Column, lo: int, hi: int) -> None:
    second = weighted_slots(wma)
    third = second + lag_slots(long)
    for i in range(lo, hi):
        x = source[i]
        old = push_lag(state, second, long, x)
        recent = push_lag(state, third, short, x)
        out[i] = known(push_wma(state, 0, wma, 100.0 * (against(x - old, old) + against(x - recent, recent))))


@indicator(
    name="pmo",
    title="DecisionPoint price momentum oscillator",
    family="momentum",
    parameters=(length(35, "first", low=2), length(20, "second", low=2), length(10, "signal")),
    outputs=(Output("pmo", "index"), Output("signal", "index")),
    state=lambda p: lag_slots(1) + 3 * EMA,
    first=lambda p: (p["first"] + p["second"] - 1, p["first"] + p["second"] + p["signal"] - 2),
    settle=lambda p: (
        p["first"]
        + p["second"]
        + p["signal"]
        + sum(fade(1.0 - 2.0 / n) for n in (p["first"], p["second"], p["signal"] + 1))
    ),
    convention="weights 2/n, not 2/(n+1); seeded with plain averages",
    formula="pmo = s(10 * s(roc(x, 1), first), second); signal = ema(pmo, signal)",
    source="Carl Swenlin, DecisionPoint",
)
def pmo(
    source: Column, out: Column, signal: Column, first: int, second: int, smooth: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    at = lag_slots(1)
    for i in range(lo, hi):
        before = push_lag(state, 0, 1, source[i])
        one = push_smooth(state, at, first, 2.0 / first, 1000.0 * against(source[i] - before, before))
        two = push_smooth(state, at + EMA, second, 2.0 / second, one)
        out[i] = known(two)
        signal[i] = known(push_ema(state, at + 2 * EMA, smooth, two))
