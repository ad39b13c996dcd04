"""Moving averages whose speed follows the market, and the efficiency ratio they follow."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import HIGH, LOW, Output, after, built_in, indicator, length
from .extremes import max_slots, push_max
from .recursion import ema_settle, seeded
from .steps import CHANGE, efficiency_slots, known, push_change, push_efficiency, push_total
from .window import lag_slots, push_lag, sum_slots


@indicator(
    name="er",
    aliases=("efficiency_ratio",),
    title="Kaufman's efficiency ratio",
    family="trend",
    parameters=(length(10),),
    outputs=(Output("er", "index", 0.0, 1.0),),
    state=lambda p: efficiency_slots(p["length"]),
    first=after(),
    convention="as TA-Lib ER; 0 while nothing has moved",
    formula="|x - x[n]| / sum of |changes| over n candles",
    source="Perry Kaufman, Smarter Trading, 1995",
)
def er(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_efficiency(state, 0, n, source[i]))


@indicator(
    name="kama",
    title="Kaufman's adaptive moving average",
    family="averages",
    parameters=(length(10), length(2, "fast"), length(30, "slow")),
    outputs=(Output("kama", "same"),),
    state=lambda p: 2 + efficiency_slots(p["length"]),
    first=after(),
    settle=lambda p: p["length"] + 20 * ema_settle(p["slow"]),
    convention="as TA-Lib KAMA: begins with the value before the first; the slow end while nothing has moved",
    formula="kama = kama[1] + c*(x - kama[1]), c = (er*(fast-slow) + slow)^2, fast and slow as the weights of an EMA",
    source="Perry Kaufman, Smarter Trading, 1995",
)
def kama(source: Column, out: Column, n: int, fast: int, slow: int, state: Column, lo: int, hi: int) -> None:
    slowest = 2.0 / (slow + 1.0)
    gain = 2.0 / (fast + 1.0) - slowest
    for i in range(lo, hi):
        x = source[i]
        ratio = push_efficiency(state, 2, n, x)
        out[i] = math.nan
        if ratio == ratio:
            state[0] = 1.0
            weight = ratio * gain + slowest
            state[1] += weight * weight * (x - state[1])
            out[i] = known(state[1])
        elif x == x and state[0] == 0.0:
            state[1] = x


@indicator(
    name="vidya",
    title="Chande's variable index dynamic average",
    family="averages",
    parameters=(length(14), length(9, "cmo")),
    outputs=(Output("vidya", "same"),),
    state=lambda p: 2 + CHANGE + 2 * sum_slots(p["cmo"]),
    first=lambda p: (p["cmo"],),
    settle=lambda p: p["cmo"] + 30 * ema_settle(p["length"]),
    convention="Chande's second form, by the CMO; begins with the first value whose CMO is known",
    formula="v = v[1] + 2/(n+1) * |cmo(x, cmo)|/100 * (x - v[1])",
    source="Tushar Chande, Adapting Moving Averages to Market Volatility, TASC 1992",
)
def vidya(source: Column, out: Column, n: int, cmo: int, state: Column, lo: int, hi: int) -> None:
    rises = 2 + CHANGE
    falls = rises + sum_slots(cmo)
    for i in range(lo, hi):
        x = source[i]
        change = push_change(state, 2, x)
        up = push_total(state, rises, cmo, 0.0 if change <= 0.0 else change)
        down = push_total(state, falls, cmo, 0.0 if change >= 0.0 else -change)
        out[i] = math.nan
        if up == up and down == down:
            if state[0] == 0.0:
                state[0] = 1.0
                state[1] = x
            if up + down > 0.0:
                state[1] += 2.0 / (n + 1.0) * (abs(up - down) / (up + down)) * (x - state[1])
            out[i] = known(state[1])


@indicator(
    name="frama",
    title="Ehlers' fractal adaptive moving average",
    family="averages",
    inputs=(HIGH, LOW),
    parameters=(length(16, low=2),),
    outputs=(Output("frama", "price"),),
    state=lambda p: 2 + 2 * (2 * max_slots(p["length"] // 2) + lag_slots(p["length"] // 2)),
    first=lambda p: (2 * (p["length"] // 2) - 1,),
    settle=lambda p: p["length"] + 1500,
    convention="of hl2; an odd length counts as the even one below; begins with its first value",
    formula="e = e[1] + a*(hl2 - e[1]), a = exp(-4.6*(d - 1)) from 0.01 to 1, d = log2 of the ranges of both halves, "
    "doubled, over the range of the whole",
    source="John Ehlers, FRAMA, 2005",
)
def frama(high: Column, low: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    half = n // 2
    lows = 2 + max_slots(half)
    older = lows + max_slots(half)
    for i in range(lo, hi):
        top = push_max(state, 2, half, high[i])
        bottom = push_max(state, lows, half, -low[i])
        old_top = push_lag(state, older, half, top)
        old_bottom = push_lag(state, older + lag_slots(half), half, bottom)
        halves = top + bottom + old_top + old_bottom
        whole = (old_top if old_top > top else top) + (old_bottom if old_bottom > bottom else bottom)
        out[i] = math.nan
        if halves != halves:
            continue
        middle = (high[i] + low[i]) / 2.0
        if state[0] == 0.0:
            state[0] = 1.0
            state[1] = middle
        weight = 1.0
        if halves > 0.0 and whole > 0.0:
            weight = math.exp(-4.6 * (math.log(2.0 * halves / whole) / math.log(2.0) - 1.0))
            weight = 0.01 if weight < 0.01 else 1.0 if weight > 1.0 else weight
        state[1] += weight * (middle - state[1])
        out[i] = known(state[1])


@indicator(
    name="mcginley",
    title="McGinley dynamic",
    family="averages",
    parameters=(length(14),),
    outputs=(Output("mcginley", "same"),),
    state=lambda p: 2,
    first=after(-1),
    settle=lambda p: 30 * p["length"],
    convention="seeded with the simple average of the first n values; never moves past the price",
    formula="m = m[1] + (x - m[1]) / (n * (x / m[1])^4)",
    source=built_in("McGinley Dynamic"),
)
def mcginley(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            continue
        if state[0] < n:
            state[0], state[1] = seeded(n, 0.0, state[0], state[1], x)
        elif state[1] != 0.0:
            ratio = x / state[1]
            slower = n * (ratio * ratio * ratio * ratio)
            state[1] += (x - state[1]) / (slower if slower > 1.0 else 1.0)
        else:
            state[1] = x
        if state[0] >= n:
            out[i] = known(state[1])
