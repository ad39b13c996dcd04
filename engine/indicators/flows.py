"""Flows: volume and range signed by where a candle closed, and running totals of them."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    ANCHORED,
    CLOSE,
    HIGH,
    LOW,
    OPEN,
    SOURCE,
    VOLUME,
    Output,
    after,
    at_once,
    built_in,
    indicator,
    length,
    pine,
)
from .recursion import ema_settle
from .steps import CHANGE, EMA, known, push_before, push_change, push_ema
from .window import push_sum, sum_slots


@indicator(
    name="cmf",
    aliases=("chaikin_money_flow",),
    title="Chaikin money flow",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    parameters=(length(20),),
    outputs=(Output("cmf", "index", -1.0, 1.0),),
    state=lambda p: 2 * sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView's built-in CMF; unknown while the window has no volume",
    formula="sum of volume * (2*close - low - high) / (high - low) over n candles / sum of volume",
    source=built_in("Chaikin Money Flow"),
)
def cmf(
    high: Column, low: Column, close: Column, volume: Column, out: Column, n: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    second = sum_slots(n)
    for i in range(lo, hi):
        span = high[i] - low[i]
        flow = 0.0 * span if span <= 0.0 else ((close[i] - low[i]) - (high[i] - close[i])) / span
        moved = push_sum(state, 0, n, flow * volume[i])
        traded = push_sum(state, second, n, volume[i])
        out[i] = math.nan
        if state[2] >= n and traded > 0.0 and moved == moved:
            value = moved / traded
            out[i] = 1.0 if value > 1.0 else -1.0 if value < -1.0 else value


@indicator(
    name="wvad",
    title="Williams' variable accumulation/distribution",
    family="volume",
    inputs=(OPEN, HIGH, LOW, CLOSE, VOLUME),
    parameters=(),
    outputs=(Output("wvad", "volume"),),
    state=lambda p: 0,
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView ta.wvad; unknown on a candle without a range",
    formula="volume * (close - open) / (high - low)",
    source=pine("ta.wvad", "var"),
)
def wvad(
    opened: Column, high: Column, low: Column, close: Column, volume: Column, out: Column, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        span = high[i] - low[i]
        value = (close[i] - opened[i]) / span * volume[i] if span > 0.0 else math.nan
        out[i] = value if value - value == 0.0 else math.nan


@indicator(
    name="wad",
    title="Williams' accumulation/distribution",
    family="volume",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(),
    outputs=(Output("wad", "price"),),
    state=lambda p: 3,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.wad: 0 on the first candle",
    formula="running total of close - true low on a rise, close - true high on a fall",
    source=pine("ta.wad", "var"),
)
def wad(high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = close[i] + 0.0 * (high[i] + low[i])
        before = push_before(state, 0, x)
        if x > before:
            state[2] += x - (low[i] if low[i] < before else before)
        elif x < before:
            state[2] += x - (high[i] if high[i] > before else before)
        out[i] = state[2] if x == x else math.nan


@kernel
def volume_index(source: Column, volume: Column, out: Column, rising: bool, state: Column, lo: int, hi: int) -> None:
    """A price index that moves only on candles of more, or only of less, volume than the one before."""
    if state[0] == 0.0:
        state[3] = 1.0
    for i in range(lo, hi):
        x = source[i]
        v = volume[i]
        out[i] = math.nan
        if x != x or v != v:
            continue
        moves = v > state[2] if rising else v < state[2]
        if state[0] > 0.0 and moves and state[1] != 0.0:
            state[3] += (x - state[1]) / state[1] * state[3]
        state[0] = 1.0
        state[1] = x
        state[2] = v
        out[i] = state[3]


@indicator(
    name="nvi",
    title="Negative volume index",
    family="volume",
    inputs=(SOURCE, VOLUME),
    parameters=(),
    outputs=(Output("nvi", "index"),),
    state=lambda p: 4,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.nvi: 1 on the first candle",
    formula="nvi = nvi[1] * x / x[1] on candles of less volume than the one before",
    source=pine("ta.nvi", "var"),
)
def nvi(source: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    volume_index(source, volume, out, False, state, lo, hi)


@indicator(
    name="pvi",
    title="Positive volume index",
    family="volume",
    inputs=(SOURCE, VOLUME),
    parameters=(),
    outputs=(Output("pvi", "index"),),
    state=lambda p: 4,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.pvi: 1 on the first candle",
    formula="pvi = pvi[1] * x / x[1] on candles of more volume than the one before",
    source=pine("ta.pvi", "var"),
)
def pvi(source: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    volume_index(source, volume, out, True, state, lo, hi)


@kernel
def push_accumulation(state: Column, at: int, high: float, low: float, close: float, volume: float) -> float:
    """Accumulation/distribution so far; a candle without a range adds nothing (one slot)."""
    span = high - low
    flow = ((close - low) - (high - close)) / span * volume if span > 0.0 else 0.0 * (span + close + volume)
    if flow - flow != 0.0:
        return math.nan
    state[at] += flow
    return state[at]


@indicator(
    name="accu_dist",
    aliases=("ad", "accdist", "adl"),
    title="Accumulation/distribution",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    outputs=(Output("accu_dist", "volume"),),
    state=lambda p: 1,
    first=at_once(),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.accdist; a candle without a range adds nothing",
    formula="running total of volume * ((close - low) - (high - close)) / (high - low)",
    source=pine("ta.accdist", "var"),
)
def accu_dist(
    high: Column, low: Column, close: Column, volume: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        out[i] = push_accumulation(state, 0, high[i], low[i], close[i], volume[i])


@indicator(
    name="chaikin_osc",
    aliases=("adosc", "chosc"),
    title="Chaikin oscillator",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    parameters=(length(3, "fast"), length(10, "slow")),
    outputs=(Output("chaikin_osc", "volume"),),
    state=lambda p: 1 + 2 * EMA,
    first=lambda p: (max(p["fast"], p["slow"]) - 1,),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + 50,
    convention="TradingView's built-in Chaikin Oscillator (TA-Lib seeds its averages with the first value)",
    formula="ema(accu_dist, fast) - ema(accu_dist, slow)",
    source=built_in("Chaikin Oscillator"),
)
def chaikin_osc(
    high: Column, low: Column, close: Column, volume: Column, out: Column, fast: int, slow: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        level = push_accumulation(state, 0, high[i], low[i], close[i], volume[i])
        out[i] = known(push_ema(state, 1, fast, level) - push_ema(state, 1 + EMA, slow, level))


@indicator(
    name="force_index",
    aliases=("efi",),
    title="Elder's force index",
    family="volume",
    inputs=(CLOSE, VOLUME),
    parameters=(length(13),),
    outputs=(Output("force_index", "volume"),),
    state=lambda p: CHANGE + EMA,
    first=after(),
    settle=lambda p: ema_settle(p["length"]) + 1,
    convention="TradingView's built-in EFI; its unit is price times volume",
    formula="ema(change(close) * volume, n)",
    source=built_in("Elder Force Index"),
)
def force_index(close: Column, volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_ema(state, CHANGE, n, push_change(state, 0, close[i]) * volume[i]))
