"""Trend by direction: directional movement, vortex, vertical-horizontal filter, alligator, extended parabolic stop."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import CLOSE, HIGH, LOW, OPEN, Input, InputKind, Output, Parameter, after, built_in, indicator, length
from .extremes import max_slots, push_max
from .recursion import rma_settle, true_range
from .steps import CHANGE, EMA, known, push_change, push_mean, push_rma, push_total
from .window import lag_slots, push_lag, sum_slots

MOVES = 4
"""Slots of `push_moves`."""


@kernel
def push_moves(state: Column, at: int, high: float, low: float, close: float) -> tuple[float, float, float]:
    """Directional movement up and down, and true range; all unknown on the first known candle (`MOVES`)."""
    if high + low + close != high + low + close:
        return math.nan, math.nan, math.nan
    up = math.nan
    down = math.nan
    span = math.nan
    if state[at] > 0.0:
        rise = high - state[at + 1]
        fall = state[at + 2] - low
        up = rise if rise > fall and rise > 0.0 else 0.0
        down = fall if fall > rise and fall > 0.0 else 0.0
        span = true_range(high, low, state[at + 3])
    state[at] = 1.0
    state[at + 1] = high
    state[at + 2] = low
    state[at + 3] = close
    return up, down, span


@kernel
def push_dx(state: Column, at: int, n: int, high: float, low: float, close: float) -> float:
    """Directional index, 0 to 100 (`MOVES` + 3 * `EMA`)."""
    up, down, span = push_moves(state, at, high, low, close)
    ahead = push_rma(state, at + MOVES, n, up)
    behind = push_rma(state, at + MOVES + EMA, n, down)
    wide = push_rma(state, at + MOVES + 2 * EMA, n, span)
    if not wide > 0.0:
        return math.nan
    return 100.0 * abs(ahead - behind) / (ahead + behind) if ahead + behind > 0.0 else 0.0


@indicator(
    name="dx",
    title="Directional index",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("dx", "index", 0.0, 100.0),),
    state=lambda p: MOVES + 3 * EMA,
    first=after(),
    settle=lambda p: rma_settle(p["length"]) + 1,
    convention="the unsmoothed part of TradingView ta.dmi; unknown while nothing has moved at all",
    formula="100 * |plus - minus| / (plus + minus), of `adx`",
    source="Welles Wilder, New Concepts in Technical Trading Systems, 1978",
)
def dx(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = push_dx(state, 0, n, high[i], low[i], close[i])


@indicator(
    name="adxr",
    title="Average directional movement rating",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("adxr", "index", 0.0, 100.0),),
    state=lambda p: MOVES + 4 * EMA + lag_slots(max(p["length"] - 1, 1)),
    first=lambda p: (2 * p["length"] - 1 + max(p["length"] - 1, 1),),
    settle=lambda p: 2 * rma_settle(p["length"]) + p["length"],
    convention="as TA-Lib ADXR",
    formula="(adx(n) + adx(n)[n - 1]) / 2",
    source="Welles Wilder, New Concepts in Technical Trading Systems, 1978",
)
def adxr(high: Column, low: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = MOVES + 3 * EMA
    for i in range(lo, hi):
        value = push_rma(state, at, n, push_dx(state, 0, n, high[i], low[i], close[i]))
        before = push_lag(state, at + EMA, n - 1 if n > 1 else 1, value)
        out[i] = known((value + before) / 2.0)


@indicator(
    name="dm",
    aliases=("directional_movement",),
    title="Directional movement",
    family="trend",
    inputs=(HIGH, LOW),
    parameters=(length(14),),
    outputs=(Output("plus", "price", 0.0), Output("minus", "price", 0.0)),
    state=lambda p: MOVES + 2 * EMA,
    first=after(0, 2),
    settle=lambda p: rma_settle(p["length"]) + 1,
    convention="Wilder's average; his running sum, as TA-Lib PLUS_DM and MINUS_DM, is n times as much",
    formula="rma of what the high rises, and of what the low falls, where that is the larger",
    source="Welles Wilder, New Concepts in Technical Trading Systems, 1978",
)
def dm(high: Column, low: Column, plus: Column, minus: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        up, down, _ = push_moves(state, 0, high[i], low[i], low[i])
        plus[i] = push_rma(state, MOVES, n, up)
        minus[i] = push_rma(state, MOVES + EMA, n, down)


@indicator(
    name="vortex",
    aliases=("vi", "vtx"),
    title="Vortex indicator",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14),),
    outputs=(Output("plus", "index", 0.0), Output("minus", "index", 0.0)),
    state=lambda p: 3 * lag_slots(1) + 3 * sum_slots(p["length"]),
    first=after(0, 2),
    convention="TradingView's built-in Vortex Indicator; unknown while the window has no range",
    formula="sum |high - low[1]| and sum |low - high[1]| over n candles, each / sum of true range",
    source=built_in("Vortex Indicator"),
)
def vortex(
    high: Column, low: Column, close: Column, plus: Column, minus: Column, n: int, state: Column, lo: int, hi: int
) -> None:
    lag = lag_slots(1)
    sums = 3 * lag
    slots = sum_slots(n)
    for i in range(lo, hi):
        last_low = push_lag(state, 0, 1, low[i])
        last_high = push_lag(state, lag, 1, high[i])
        before = push_lag(state, 2 * lag, 1, close[i])
        span = true_range(high[i], low[i], before) + 0.0 * before
        ahead = push_total(state, sums, n, abs(high[i] - last_low))
        behind = push_total(state, sums + slots, n, abs(low[i] - last_high))
        way = push_total(state, sums + 2 * slots, n, span)
        plus[i] = known(ahead / way) if way > 0.0 else math.nan
        minus[i] = known(behind / way) if way > 0.0 else math.nan


@indicator(
    name="vhf",
    title="Vertical horizontal filter",
    family="trend",
    parameters=(length(28),),
    outputs=(Output("vhf", "index", 0.0),),
    state=lambda p: CHANGE + sum_slots(p["length"]) + 2 * max_slots(p["length"]),
    first=after(),
    convention="as TA-Lib VHF; unknown while nothing has moved",
    formula="(highest(x, n) - lowest(x, n)) / sum of |changes| over n candles",
    source="Adam White, The Vertical Horizontal Filter, Futures 1991",
)
def vhf(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    highs = CHANGE + sum_slots(n)
    for i in range(lo, hi):
        way = push_total(state, CHANGE, n, abs(push_change(state, 0, source[i])))
        wide = push_max(state, highs, n, source[i]) + push_max(state, highs + max_slots(n), n, -source[i])
        out[i] = known(wide / way) if way > 0.0 else math.nan


@indicator(
    name="qstick",
    title="Qstick",
    family="trend",
    inputs=(OPEN, CLOSE),
    parameters=(length(10),),
    outputs=(Output("qstick", "price"),),
    state=lambda p: sum_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib QSTICK",
    formula="sma(close - open, n)",
    source="Tushar Chande, The New Technical Trader, 1994",
)
def qstick(opened: Column, close: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_mean(state, 0, n, close[i] - opened[i]))


JAW = (length(13, "jaw"), length(8, "teeth"), length(5, "lips"))
SHIFTS = (8, 5, 3)
ALLIGATOR = 3 * EMA + sum(map(lag_slots, SHIFTS))
OF_MIDDLES = Input("source", InputKind.SERIES, "hl2")


@kernel
def push_alligator(state: Column, value: float, jaw: int, teeth: int, lips: int) -> tuple[float, float, float]:
    """Jaw, teeth and lips: Wilder's averages of 8, 5 and 3 rows ago (`ALLIGATOR`)."""
    lags = 3 * EMA
    one = push_lag(state, lags, 8, push_rma(state, 0, jaw, value))
    two = push_lag(state, lags + lag_slots(8), 5, push_rma(state, EMA, teeth, value))
    three = push_lag(state, lags + lag_slots(8) + lag_slots(5), 3, push_rma(state, 2 * EMA, lips, value))
    blank = 0.0 * value
    return known(one + blank), known(two + blank), known(three + blank)


@indicator(
    name="alligator",
    title="Williams' alligator",
    family="trend",
    inputs=(OF_MIDDLES,),
    parameters=JAW,
    outputs=(Output("jaw", "same"), Output("teeth", "same"), Output("lips", "same")),
    state=lambda p: ALLIGATOR,
    first=lambda p: (p["jaw"] + 7, p["teeth"] + 4, p["lips"] + 2),
    settle=lambda p: rma_settle(max(p["jaw"], p["teeth"], p["lips"])) + 8,
    convention="TradingView's built-in Williams Alligator: the lines as drawn at the candle, 8, 5 and 3 candles old",
    formula="rma(hl2, jaw)[8], rma(hl2, teeth)[5], rma(hl2, lips)[3]",
    source=built_in("Williams Alligator"),
)
def alligator(
    source: Column, jaw: Column, teeth: Column, lips: Column, jaws: int, middle: int, lip: int, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        jaw[i], teeth[i], lips[i] = push_alligator(state, source[i], jaws, middle, lip)


@indicator(
    name="gator",
    title="Gator oscillator",
    family="trend",
    inputs=(OF_MIDDLES,),
    parameters=JAW,
    outputs=(Output("upper", "same", 0.0), Output("lower", "same", None, 0.0)),
    state=lambda p: ALLIGATOR,
    first=lambda p: (max(p["jaw"] + 7, p["teeth"] + 4), max(p["teeth"] + 4, p["lips"] + 2)),
    settle=lambda p: rma_settle(max(p["jaw"], p["teeth"], p["lips"])) + 8,
    convention="TradingView's built-in Gator Oscillator",
    formula="upper = |jaw - teeth|; lower = -|teeth - lips|, of `alligator`",
    source=built_in("Gator Oscillator"),
)
def gator(
    source: Column, upper: Column, lower: Column, jaws: int, middle: int, lip: int, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        jaw, teeth, lips = push_alligator(state, source[i], jaws, middle, lip)
        upper[i] = known(abs(jaw - teeth))
        lower[i] = known(-abs(teeth - lips))


@kernel
def held(value: float, a: float, b: float, rising: bool) -> float:
    """A parabolic stop kept outside two candles: `a` and `b` are their lows (rising) or highs."""
    if rising:
        value = a if a < value else value
        return b if b < value else value
    value = a if a > value else value
    return b if b > value else value


@indicator(
    name="sar_ext",
    aliases=("sarext", "sar_wilder"),
    title="Parabolic stop and reverse, as in TA-Lib",
    family="trend",
    inputs=(HIGH, LOW),
    parameters=(
        Parameter("start", False, 0.02, 0.0, 1.0, "acceleration of a new trend"),
        Parameter("increment", False, 0.02, 0.0, 1.0, "added with each new extreme"),
        Parameter("maximum", False, 0.2, 0.0, 1.0, "largest acceleration"),
        Parameter("offset", False, 0.0, 0.0, 1.0, "part of the price by which a reversal moves the stop away"),
    ),
    outputs=(Output("sar", "price"), Output("direction", "index", -1.0, 1.0)),
    state=lambda p: 7,
    first=lambda p: (1, 1),
    settle=lambda p: 500,
    convention="as TA-Lib SAR: begins by the directional movement, and is held outside this candle and the last "
    "(TradingView's is `sar`); direction 1 is a rising trend",
    formula="sar = sar[1] + acceleration * (extreme - sar[1]); reversed when the candle touches it",
    source="TA-Lib SAR and SAREXT",
)
def sar_ext(
    high: Column, low: Column, out: Column, direction: Column, start: float, increment: float, maximum: float,
    offset: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] candles seen up to 2, [1] last high, [2] last low, [3] rising, [4] stop, [5] extreme, [6] acceleration.
    first = start if start < maximum else maximum
    for i in range(lo, hi):
        top = high[i]
        bottom = low[i]
        out[i] = math.nan
        direction[i] = math.nan
        if top != top or bottom != bottom:
            continue
        if state[0] == 1.0:
            fall = state[2] - bottom
            state[3] = 0.0 if fall > 0.0 and fall > top - state[1] else 1.0
            state[4] = state[2] if state[3] > 0.0 else state[1]
            state[5] = top if state[3] > 0.0 else bottom
            state[6] = first
            state[1] = top
            state[2] = bottom
        if state[0] >= 1.0:
            rising = state[3] > 0.0
            touched = bottom <= state[4] if rising else top >= state[4]
            if touched:
                value = held(state[5], state[1], top, False) if rising else held(state[5], state[2], bottom, True)
                value *= 1.0 + offset if rising else 1.0 - offset
                rising = not rising
                state[6] = first
                state[5] = top if rising else bottom
            else:
                value = state[4]
                if top > state[5] if rising else bottom < state[5]:
                    state[5] = top if rising else bottom
                    state[6] = state[6] + increment if state[6] + increment < maximum else maximum
            out[i] = known(value)
            direction[i] = 1.0 if rising else -1.0
            value += state[6] * (state[5] - value)
            state[4] = held(value, state[2], bottom, True) if rising else held(value, state[1], top, False)
            state[3] = 1.0 if rising else 0.0
        state[0] = 1.0 if state[0] == 0.0 else 2.0
        state[1] = top
        state[2] = bottom
