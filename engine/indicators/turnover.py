"""Volume against its own past, and flows smoothed by averages."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import (
    CLOSE,
    HIGH,
    LOW,
    VOLUME,
    Input,
    InputKind,
    Output,
    Values,
    after,
    at_once,
    built_in,
    indicator,
    length,
)
from .oscillators import ppo
from .recursion import ema_settle
from .steps import CHANGE, EMA, known, push_change, push_ema, push_mean
from .window import lag_slots, push_lag, sum_slots


def _longest(p: Values) -> int:
    return int(max(p["fast"], p["slow"]))


@indicator(
    name="pvo",
    title="Percentage volume oscillator",
    family="volume",
    inputs=(VOLUME,),
    parameters=(length(12, "fast"), length(26, "slow"), length(9, "signal")),
    outputs=(Output("pvo", "index"), Output("signal", "index"), Output("hist", "index")),
    state=lambda p: 6,
    first=lambda p: (_longest(p) - 1,) + (_longest(p) + p["signal"] - 2,) * 2,
    settle=lambda p: ema_settle(_longest(p)) + ema_settle(p["signal"]),
    convention="the PPO of volume; as TA-Lib PVO",
    formula="pvo = 100 * (ema(volume, fast) - ema(volume, slow)) / ema(volume, slow); signal = ema(pvo, signal)",
    source=built_in("Percentage Volume Oscillator"),
)
def pvo(
    volume: Column, line: Column, signal: Column, hist: Column, fast: int, slow: int, smooth: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    ppo(volume, line, signal, hist, fast, slow, smooth, state, lo, hi)


@indicator(
    name="volume_osc",
    aliases=("vosc", "volume_oscillator"),
    title="Volume oscillator",
    family="volume",
    inputs=(VOLUME,),
    parameters=(length(5, "fast"), length(10, "slow")),
    outputs=(Output("volume_osc", "index"),),
    state=lambda p: 2 * EMA,
    first=lambda p: (_longest(p) - 1,),
    settle=lambda p: ema_settle(_longest(p)),
    convention="TradingView's built-in Volume Oscillator, of exponential averages",
    formula="100 * (ema(volume, fast) - ema(volume, slow)) / ema(volume, slow)",
    source=built_in("Volume Oscillator"),
)
def volume_osc(volume: Column, out: Column, fast: int, slow: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        quick = push_ema(state, 0, fast, volume[i])
        calm = push_ema(state, EMA, slow, volume[i])
        out[i] = known(100.0 * (quick - calm) / calm) if calm > 0.0 else math.nan


@indicator(
    name="rvol",
    aliases=("relative_volume",),
    title="Relative volume",
    family="volume",
    inputs=(VOLUME,),
    parameters=(length(20),),
    outputs=(Output("rvol", "index", 0.0),),
    state=lambda p: sum_slots(p["length"]) + lag_slots(1),
    first=after(),
    convention="as TA-Lib RVOL: against the candles before; unknown while they had no volume",
    formula="volume / sma(volume, n)[1]",
    source="TA-Lib RVOL",
)
def rvol(volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        usual = push_lag(state, sum_slots(n), 1, push_mean(state, 0, n, volume[i]))
        out[i] = known(volume[i] / usual) if usual > 0.0 else math.nan


@indicator(
    name="market_fi",
    aliases=("marketfi", "bw_mfi"),
    title="Market facilitation index",
    family="volume",
    inputs=(HIGH, LOW, VOLUME),
    outputs=(Output("market_fi", "number", 0.0),),
    first=at_once(),
    convention="Williams'; unknown on a candle without volume",
    formula="(high - low) / volume",
    source="Bill Williams, Trading Chaos, 1995",
)
def market_fi(high: Column, low: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known((high[i] - low[i]) / volume[i]) if volume[i] > 0.0 else math.nan


OF_TYPICAL = Input("source", InputKind.SERIES, "hlc3")


@indicator(
    name="klinger",
    title="Klinger oscillator, as TradingView draws it",
    family="volume",
    inputs=(OF_TYPICAL, VOLUME),
    parameters=(length(34, "fast"), length(55, "slow"), length(13, "signal")),
    outputs=(Output("klinger", "volume"), Output("signal", "volume")),
    state=lambda p: CHANGE + 3 * EMA,
    first=lambda p: (_longest(p), _longest(p) + p["signal"] - 1),
    settle=lambda p: ema_settle(_longest(p)) + ema_settle(p["signal"]) + 1,
    convention="TradingView's built-in Klinger Oscillator: signed volume alone (Klinger's own is `kvo`)",
    formula="klinger = ema(v, fast) - ema(v, slow), v = volume, negative where hlc3 falls; "
    "signal = ema(klinger, signal)",
    source=built_in("Klinger Oscillator"),
)
def klinger(
    source: Column, volume: Column, out: Column, signal: Column, fast: int, slow: int, smooth: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        change = push_change(state, 0, source[i])
        flow = (-volume[i] if change < 0.0 else volume[i]) + 0.0 * change
        value = known(push_ema(state, CHANGE, fast, flow) - push_ema(state, CHANGE + EMA, slow, flow))
        out[i] = value
        signal[i] = known(push_ema(state, CHANGE + 2 * EMA, smooth, value))


@indicator(
    name="vzo",
    title="Volume zone oscillator",
    family="volume",
    inputs=(CLOSE, VOLUME),
    parameters=(length(14),),
    outputs=(Output("vzo", "index", -100.0, 100.0),),
    state=lambda p: CHANGE + 2 * EMA,
    first=after(),
    settle=lambda p: ema_settle(p["length"]) + 1,
    convention="unknown while nothing was traded",
    formula="100 * ema(volume signed by the change of the close, n) / ema(volume, n)",
    source="Walid Khalil and David Steckler, Volume Zone Oscillator, TASC 2011",
)
def vzo(close: Column, volume: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        change = push_change(state, 0, close[i])
        sign = 1.0 if change > 0.0 else -1.0 if change < 0.0 else 0.0 * change
        moved = push_ema(state, CHANGE, n, sign * volume[i])
        traded = push_ema(state, CHANGE + EMA, n, volume[i] + 0.0 * sign)
        value = 100.0 * moved / traded if traded > 0.0 else math.nan
        out[i] = 100.0 if value > 100.0 else -100.0 if value < -100.0 else known(value)
