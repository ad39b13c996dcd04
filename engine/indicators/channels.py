"""Channels: bands around price."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import CLOSE, HIGH, LOW, SOURCE, Output, Parameter, built_in, indicator, length, pine
from .extremes import max_slots, push_max
from .moments import moments_slots, push_moments
from .recursion import ema_settle, seeded, true_range

MULTIPLIER = Parameter("mult", False, 2.0, 0.0, 100.0, "width of a band, in deviations or ranges")


@indicator(
    name="bb",
    aliases=(
        "bbands",
        "bollinger",
        "bollinger_bands",
    ),
    title="Bollinger bands",
    family="channels",
    inputs=(SOURCE,),
    parameters=(length(20), MULTIPLIER),
    outputs=(
        Output("basis", "same"),
        Output("upper", "same"),
        Output("lower", "same"),
        Output("width", "index"),
        Output("percent", "ratio"),
    ),
    state=lambda p: moments_slots(p["length"]),
    first=lambda p: (p["length"] - 1,) * 5,
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.bb and ta.bbw (in percent points); percent is %B, unknown while the bands meet",
    formula="basis = sma(x, n); upper, lower = basis +- mult * stdev(x, n); width = 100 * (upper - lower) / basis; "
    "percent = (x - lower) / (upper - lower)",
    source=pine("ta.bb"),
)
def bb(
    source: Column, basis: Column, upper: Column, lower: Column, width: Column, percent: Column, n: int,
    mult: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        x = source[i]
        middle, spread = push_moments(state, 0, n, x)
        basis[i] = math.nan
        upper[i] = math.nan
        lower[i] = math.nan
        width[i] = math.nan
        percent[i] = math.nan
        if spread == spread:
            reach = mult * math.sqrt(spread / n)
            basis[i] = middle
            upper[i] = middle + reach
            lower[i] = middle - reach
            if middle != 0.0:
                width[i] = 200.0 * reach / middle
            if reach > 0.0:
                percent[i] = (x - middle + reach) / (2.0 * reach)


@indicator(
    name="keltner",
    aliases=(
        "kc",
        "keltner_channels",
    ),
    title="Keltner channels",
    family="channels",
    inputs=(SOURCE, HIGH, LOW, CLOSE),
    parameters=(
        length(20),
        MULTIPLIER,
        Parameter("true_range", True, 1, 0, 1, "1: gaps from the close before count; 0: high - low"),
    ),
    outputs=(
        Output("basis", "same"),
        Output("upper", "same"),
        Output("lower", "same"),
        Output("width", "ratio"),
    ),
    state=lambda p: 6,
    first=lambda p: (p["length"] - 1,) + (p["length"] - 1 + p["true_range"],) * 3,
    settle=lambda p: ema_settle(p["length"]) + 1,
    convention="TradingView ta.kc and ta.kcw: the range is averaged by an EMA and starts with the second candle",
    formula="basis = ema(x, n); upper, lower = basis +- mult * ema(range, n); width = (upper - lower) / basis",
    source=pine("ta.kc"),
)
def keltner(
    source: Column, high: Column, low: Column, close: Column, basis: Column, upper: Column, lower: Column,
    width: Column, n: int, mult: float, use_true_range: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    alpha = 2.0 / (n + 1.0)
    begun = state[0]
    before = state[1]
    seen = state[2]
    middle = state[3]
    spans = state[4]
    span = state[5]
    for i in range(lo, hi):
        x = source[i]
        basis[i] = math.nan
        upper[i] = math.nan
        lower[i] = math.nan
        width[i] = math.nan
        if x != x or high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            continue
        seen, middle = seeded(n, alpha, seen, middle, x)
        if seen >= n:
            basis[i] = middle
        if use_true_range == 0:
            spans, span = seeded(n, alpha, spans, span, high[i] - low[i])
        elif begun > 0.0:
            spans, span = seeded(n, alpha, spans, span, true_range(high[i], low[i], before))
        if seen >= n and spans >= n:
            upper[i] = middle + span * mult
            lower[i] = middle - span * mult
            if middle != 0.0:
                width[i] = 2.0 * (span * mult) / middle
        begun = 1.0
        before = close[i]
    state[0] = begun
    state[1] = before
    state[2] = seen
    state[3] = middle
    state[4] = spans
    state[5] = span


@indicator(
    name="donchian",
    aliases=("donchian_channels",),
    title="Donchian channels",
    family="channels",
    inputs=(HIGH, LOW),
    parameters=(length(20),),
    outputs=(Output("basis", "price"), Output("upper", "price"), Output("lower", "price")),
    state=lambda p: 2 * max_slots(p["length"]),
    first=lambda p: (p["length"] - 1,) * 3,
    settle=lambda p: p["length"] - 1,
    convention="TradingView's built-in Donchian Channels: the current candle is inside the window",
    formula="upper = highest(high, n); lower = lowest(low, n); basis = (upper + lower) / 2",
    source=built_in("Donchian Channels"),
)
def donchian(
    high: Column, low: Column, basis: Column, upper: Column, lower: Column, n: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    lows = max_slots(n)
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        bottom = -push_max(state, lows, n, -low[i])
        known = top == top and bottom == bottom
        basis[i] = (top + bottom) / 2.0 if known else math.nan
        upper[i] = top if known else math.nan
        lower[i] = bottom if known else math.nan
