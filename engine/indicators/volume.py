"""Volume: what was traded behind a move."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    ANCHORED,
    HIGH,
    LOW,
    SOURCE,
    VOLUME,
    Input,
    InputKind,
    Output,
    Parameter,
    built_in,
    indicator,
    length,
    pine,
)
from .steps import known, push_before
from .window import push_sum, sum_slots

TIME = Input("time", InputKind.TIME)
HOUR = 3_600_000


@indicator(
    name="obv",
    aliases=("on_balance_volume",),
    title="On-balance volume",
    family="volume",
    inputs=(SOURCE, VOLUME),
    parameters=(),
    outputs=(Output("obv", "volume"),),
    state=lambda p: 3,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.obv: 0 on the first candle (TA-Lib starts at its volume)",
    formula="obv = obv[1] + volume * sign(x - x[1])",
    source=pine("ta.obv", "var"),
)
def obv(source: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        v = volume[i] + 0.0 * x
        before = push_before(state, 0, x + 0.0 * v)
        if v != v:
            out[i] = math.nan
            continue
        if x > before:
            state[2] += v
        elif x < before:
            state[2] -= v
        out[i] = state[2]


@indicator(
    name="pvt",
    title="Price-volume trend",
    family="volume",
    inputs=(SOURCE, VOLUME),
    parameters=(),
    outputs=(Output("pvt", "volume"),),
    state=lambda p: 3,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.pvt: 0 on the first candle",
    formula="pvt = pvt[1] + volume * (x - x[1]) / x[1]",
    source=pine("ta.pvt", "var"),
)
def pvt(source: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i] + 0.0 * volume[i]
        before = push_before(state, 0, x)
        if before == before and before != 0.0:
            state[2] += volume[i] * ((x - before) / before)
        out[i] = state[2] if x == x else math.nan


SESSION = (
    Parameter("hours", True, 24, 1, 168, "length of a session"),
    Parameter("offset", True, 0, 0, 167, "hours after midnight UTC (of a Thursday) a session begins"),
)


@kernel
def weighed(traded: float, mean: float, spread: float, x: float, volume: float) -> tuple[float, float, float]:
    """One more value with its volume: (volume so far, weighted mean, weighted sum of squared deviations)."""
    if volume > 0.0:
        traded += volume
        away = x - mean
        mean += away * (volume / traded)
        spread += volume * away * (x - mean)
    return traded, mean, spread


@kernel
def anchored(
    source: Column, volume: Column, basis: Column, upper: Column, lower: Column, mult: float, state: Column, i: int,
    period: float,
) -> None:  # fmt: skip
    """Row i of a weighted mean and its bands that begin anew with each period; state: begun, period, three sums."""
    if state[0] == 0.0 or period != state[1]:
        state[0] = 1.0
        state[1] = period
        state[2] = 0.0
        state[3] = 0.0
        state[4] = 0.0
    basis[i] = math.nan
    upper[i] = math.nan
    lower[i] = math.nan
    if source[i] == source[i] and volume[i] == volume[i]:
        state[2], state[3], state[4] = weighed(state[2], state[3], state[4], source[i], volume[i])
        if state[2] > 0.0:
            reach = mult * math.sqrt(state[4] / state[2]) if state[4] > 0.0 else 0.0
            basis[i] = state[3]
            upper[i] = known(state[3] + reach)
            lower[i] = known(state[3] - reach)


@indicator(
    name="vwap",
    aliases=("vwap_session",),
    title="Volume-weighted average price since the session began",
    family="volume",
    inputs=(Input("source", InputKind.SERIES, "hlc3"), VOLUME, TIME),
    parameters=SESSION,
    outputs=(Output("vwap", "same"),),
    state=lambda p: 4,
    first=lambda p: (0,),
    settle=lambda p: p["hours"] * 60,
    convention="TradingView ta.vwap anchored at a session, by default the day in UTC; unknown before any volume",
    formula="sum(x*volume) / sum(volume) since the session began",
    source=pine("ta.vwap"),
)
def vwap(
    source: Column, volume: Column, time: Column, out: Column, hours: int, offset: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    traded = state[2]
    mean = state[3]
    for i in range(lo, hi):
        now = float((time[i] - offset * HOUR) // (hours * HOUR))
        if state[0] == 0.0 or now != state[1]:
            state[0] = 1.0
            state[1] = now
            traded = 0.0
            mean = 0.0
        out[i] = math.nan
        if source[i] == source[i] and volume[i] == volume[i]:
            traded, mean, _ = weighed(traded, mean, 0.0, source[i], volume[i])
            if traded > 0.0:
                out[i] = mean
    state[2] = traded
    state[3] = mean


@indicator(
    name="vwap_bands",
    title="Bands around the volume-weighted average price",
    family="volume",
    inputs=(Input("source", InputKind.SERIES, "hlc3"), VOLUME, TIME),
    parameters=(*SESSION, Parameter("mult", False, 1.0, 0.0, 100.0, "standard deviations to a band")),
    outputs=(Output("basis", "same"), Output("upper", "same"), Output("lower", "same")),
    state=lambda p: 5,
    first=lambda p: (0, 0, 0),
    settle=lambda p: p["hours"] * 60,
    convention="TradingView ta.vwap with bands, anchored at a session, by default the day in UTC",
    formula="basis = vwap; upper, lower = basis +- mult * the volume-weighted deviation since the session began",
    source=pine("ta.vwap"),
)
def vwap_bands(
    source: Column, volume: Column, time: Column, basis: Column, upper: Column, lower: Column, hours: int,
    offset: int, mult: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        session = float((time[i] - offset * HOUR) // (hours * HOUR))
        anchored(source, volume, basis, upper, lower, mult, state, i, session)


@indicator(
    name="emv",
    aliases=("eom",),
    title="Ease of movement",
    family="volume",
    inputs=(HIGH, LOW, VOLUME),
    parameters=(length(14), Parameter("divisor", False, 10000.0, 1.0, 1e12, "scales the volume")),
    outputs=(Output("emv", "index"),),
    state=lambda p: 2 + sum_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView's built-in Ease of Movement; unknown while a candle of the window has no volume",
    formula="sma(divisor * change(hl2) * (high - low) / volume, n)",
    source=built_in("Ease of Movement"),
)
def emv(
    high: Column, low: Column, volume: Column, out: Column, n: int, divisor: float, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        middle = (high[i] + low[i]) / 2.0
        moved = middle - state[1]
        ease = divisor * moved * (high[i] - low[i]) / volume[i] if volume[i] > 0.0 else math.nan
        out[i] = math.nan
        if state[0] > 0.0:
            value = push_sum(state, 2, n, ease) / n
            if state[4] >= n and value - value == 0.0:
                out[i] = value
        state[0] = 1.0
        state[1] = middle
