"""Bands and stops at a distance of ranges, and the widths of channels."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import (
    CLOSE,
    HIGH,
    LOW,
    SOURCE,
    Input,
    InputKind,
    Output,
    Parameter,
    after,
    built_in,
    indicator,
    length,
    pine,
)
from .extremes import max_slots, push_max
from .moments import moments_slots, push_moments
from .recursion import ema_settle, rma_settle
from .steps import EMA, RANGE, known, push_ema, push_mean, push_range, push_rma
from .window import sum_slots

MULTIPLIER = Parameter("mult", False, 2.0, 0.0, 100.0, "width of a band, in deviations or ranges")


@indicator(
    name="bbw",
    title="Width of the Bollinger bands",
    family="channels",
    parameters=(length(20), MULTIPLIER),
    outputs=(Output("bbw", "index"),),
    state=lambda p: moments_slots(p["length"]),
    first=after(-1),
    convention="TradingView ta.bbw: in percent points of the basis",
    formula="100 * (upper - lower) / basis",
    source=pine("ta.bbw"),
)
def bbw(source: Column, out: Column, n: int, mult: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        mean, spread = push_moments(state, 0, n, source[i])
        known_basis = spread >= 0.0 and mean != 0.0
        out[i] = known(200.0 * mult * math.sqrt(spread / n) / mean) if known_basis else math.nan


@indicator(
    name="bbp",
    aliases=("percent_b", "percentb"),
    title="Place between the Bollinger bands",
    family="channels",
    parameters=(length(20), MULTIPLIER),
    outputs=(Output("bbp", "ratio"),),
    state=lambda p: moments_slots(p["length"]),
    first=after(-1),
    convention="TradingView's built-in %B; unknown while the bands meet",
    formula="(x - lower) / (upper - lower)",
    source=built_in("Bollinger Bands %b"),
)
def bbp(source: Column, out: Column, n: int, mult: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        mean, spread = push_moments(state, 0, n, source[i])
        reach = mult * math.sqrt(spread / n) if spread > 0.0 else 0.0
        out[i] = known((source[i] - mean + reach) / (2.0 * reach)) if reach > 0.0 else math.nan


@indicator(
    name="keltner_atr",
    title="Keltner channels of the average true range",
    family="channels",
    inputs=(Input("source", InputKind.SERIES, "hlc3"), HIGH, LOW, CLOSE),
    parameters=(length(20), length(10, "atr"), MULTIPLIER),
    outputs=(Output("basis", "same"), Output("upper", "same"), Output("lower", "same")),
    state=lambda p: 2 * EMA + RANGE,
    first=lambda p: (p["length"] - 1,) + (max(p["length"], p["atr"]) - 1,) * 2,
    settle=lambda p: max(ema_settle(p["length"]), rma_settle(p["atr"])),
    convention="as TA-Lib KC: the typical price averaged, the range by Wilder's average (TradingView: `keltner`)",
    formula="basis = ema(hlc3, n); upper, lower = basis +- mult * atr(atr)",
    source="Linda Raschke's form of Chester Keltner's channel",
)
def keltner_atr(
    source: Column, high: Column, low: Column, close: Column, basis: Column, upper: Column, lower: Column,
    n: int, atr: int, mult: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        span = push_range(state, 2 * EMA, high[i], low[i], close[i])
        reach = mult * push_rma(state, EMA, atr, span)
        middle = push_ema(state, 0, n, source[i])
        basis[i] = middle if span == span else math.nan
        upper[i] = known(middle + reach)
        lower[i] = known(middle - reach)


@indicator(
    name="atr_bands",
    title="Bands of average true ranges",
    family="channels",
    inputs=(SOURCE, HIGH, LOW, CLOSE),
    parameters=(length(14), Parameter("mult", False, 2.0, 0.0, 100.0, "average true ranges to a band")),
    outputs=(Output("upper", "same"), Output("lower", "same")),
    state=lambda p: EMA + RANGE,
    first=after(-1, 2),
    settle=lambda p: rma_settle(p["length"]),
    convention="around the series itself",
    formula="x +- mult * atr(n)",
    source=pine("ta.atr"),
)
def atr_bands(
    source: Column, high: Column, low: Column, close: Column, upper: Column, lower: Column, n: int, mult: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        reach = mult * push_rma(state, 0, n, push_range(state, EMA, high[i], low[i], close[i]))
        upper[i] = known(source[i] + reach)
        lower[i] = known(source[i] - reach)


@indicator(
    name="envelope",
    aliases=("mae",),
    title="Envelope around a moving average",
    family="channels",
    parameters=(length(20), Parameter("percent", False, 10.0, 0.0, 100.0, "percent of the average to a band")),
    outputs=(Output("basis", "same"), Output("upper", "same"), Output("lower", "same")),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1, 3),
    convention="TradingView's built-in Envelope",
    formula="basis = sma(x, n); upper, lower = basis * (1 +- percent / 100)",
    source=built_in("Envelope"),
)
def envelope(
    source: Column, basis: Column, upper: Column, lower: Column, n: int, percent: float, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        middle = known(push_mean(state, 0, n, source[i]))
        basis[i] = middle
        upper[i] = known(middle * (1.0 + percent / 100.0))
        lower[i] = known(middle * (1.0 - percent / 100.0))


@indicator(
    name="accbands",
    title="Headley's acceleration bands",
    family="channels",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(20), Parameter("factor", False, 4.0, 0.0, 100.0, "ranges, relative to the price, to a band")),
    outputs=(Output("basis", "price"), Output("upper", "price"), Output("lower", "price")),
    state=lambda p: 3 * sum_slots(p["length"]),
    first=after(-1, 3),
    convention="as TA-Lib ACCBANDS",
    formula="basis = sma(close, n); upper = sma(high*(1 + w), n); lower = sma(low*(1 - w), n); "
    "w = factor * (high - low) / (high + low)",
    source="Price Headley, Big Trends in Trading, 2002",
)
def accbands(
    high: Column, low: Column, close: Column, basis: Column, upper: Column, lower: Column, n: int, factor: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    second = sum_slots(n)
    for i in range(lo, hi):
        both = high[i] + low[i]
        wide = factor * (high[i] - low[i]) / both if both != 0.0 else math.nan
        basis[i] = known(push_mean(state, 0, n, close[i] + 0.0 * wide))
        upper[i] = known(push_mean(state, second, n, high[i] * (1.0 + wide)))
        lower[i] = known(push_mean(state, 2 * second, n, low[i] * (1.0 - wide)))


@indicator(
    name="chandelier",
    aliases=("chandelier_exit",),
    title="Chandelier exit",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(22), Parameter("mult", False, 3.0, 0.0, 100.0, "average true ranges from the extreme")),
    outputs=(Output("long", "price"), Output("short", "price")),
    state=lambda p: EMA + RANGE + 2 * max_slots(p["length"]),
    first=after(-1, 2),
    settle=lambda p: rma_settle(p["length"]),
    convention="of the extremes of highs and lows, the current candle included",
    formula="long = highest(high, n) - mult*atr(n); short = lowest(low, n) + mult*atr(n)",
    source="Charles Le Beau, in Alexander Elder, Come Into My Trading Room, 2002",
)
def chandelier(
    high: Column, low: Column, close: Column, long: Column, short: Column, n: int, mult: float, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    highs = EMA + RANGE
    for i in range(lo, hi):
        reach = mult * push_rma(state, 0, n, push_range(state, EMA, high[i], low[i], close[i]))
        long[i] = known(push_max(state, highs, n, high[i]) - reach)
        short[i] = known(reach - push_max(state, highs + max_slots(n), n, -low[i]))


@indicator(
    name="chande_kroll",
    title="Chande Kroll stop",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        length(10, "atr"),
        Parameter("mult", False, 1.0, 0.0, 1000.0, "true ranges from the extreme"),
        length(9),
    ),
    outputs=(Output("short", "price"), Output("long", "price")),
    state=lambda p: EMA + RANGE + 2 * max_slots(p["atr"]) + 2 * max_slots(p["length"]),
    first=lambda p: (p["atr"] + p["length"] - 2,) * 2,
    settle=lambda p: rma_settle(p["atr"]) + p["length"],
    convention="TradingView's built-in Chande Kroll Stop",
    formula="short = highest(highest(high, atr) - mult*atr(atr), n); "
    "long = lowest(lowest(low, atr) + mult*atr(atr), n)",
    source=built_in("Chande Kroll Stop"),
)
def chande_kroll(
    high: Column, low: Column, close: Column, short: Column, long: Column, atr: int, mult: float, n: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    lows = EMA + RANGE + max_slots(atr)
    tops = lows + max_slots(atr)
    for i in range(lo, hi):
        reach = mult * push_rma(state, 0, atr, push_range(state, EMA, high[i], low[i], close[i]))
        above = push_max(state, EMA + RANGE, atr, high[i]) - reach
        below = push_max(state, lows, atr, -low[i]) - reach
        short[i] = known(push_max(state, tops, n, above))
        long[i] = known(-push_max(state, tops + max_slots(n), n, below))
