"""Momentum by several steps: Laguerre and Connors RSI, Schaff's cycle, the Fisher transform."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    Input,
    InputKind,
    Output,
    Parameter,
    built_in,
    indicator,
    length,
)
from .ehlers import push_laguerre
from .extremes import max_slots, push_max
from .momentum import strength
from .ranks import push_ranked, ranked_slots, up_to
from .recursion import ema_settle, fade, rma_settle
from .steps import (
    EMA,
    known,
    push_ema,
    push_smooth,
)


@indicator(
    name="laguerre_rsi",
    aliases=("lrsi",),
    title="Laguerre RSI",
    family="momentum",
    parameters=(Parameter("gamma", False, 0.5, 0.0, 0.99, "0 quick ... 0.99 smooth"),),
    outputs=(Output("laguerre_rsi", "index", 0.0, 1.0),),
    state=lambda p: 5,
    first=lambda p: (1,),
    settle=lambda p: 6 * fade(p["gamma"]) + 10,
    convention="Ehlers': 0 to 1; begins with the first value; unknown while nothing has moved",
    formula="up / (up + down) of the differences of four Laguerre filters in a row",
    source="John Ehlers, Cybernetic Analysis for Stocks and Futures, 2004",
)
def laguerre_rsi(source: Column, out: Column, gamma: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            continue
        push_laguerre(state, gamma, x)
        up = 0.0
        down = 0.0
        for k in range(1, 4):
            apart = state[k] - state[k + 1]
            up += apart if apart > 0.0 else 0.0
            down -= apart if apart < 0.0 else 0.0
        if up + down > 0.0:
            out[i] = up / (up + down)


@indicator(
    name="connors_rsi",
    aliases=("crsi",),
    title="Connors RSI",
    family="momentum",
    parameters=(length(3, "rsi"), length(2, "streak"), length(100, "rank")),
    outputs=(Output("connors_rsi", "index", 0.0, 100.0),),
    state=lambda p: 14 + ranked_slots(p["rank"]),
    first=lambda p: (max(p["rsi"], p["streak"], p["rank"] + 1),),
    settle=lambda p: max(rma_settle(p["rsi"]), rma_settle(p["streak"]), p["rank"]) + 20,
    convention="TradingView's built-in Connors RSI",
    formula="(rsi(x, rsi) + rsi(streak of rises or falls, streak) + percentrank(roc(x, 1), rank)) / 3",
    source=built_in("Connors RSI"),
)
def connors_rsi(source: Column, out: Column, rsi: int, streak: int, rank: int, state: Column, lo: int, hi: int) -> None:
    # State: [0] begun, [1] last value, [2] streak, [3..5] and [6..8] the two RSIs, from 14 on the ranks.
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            push_ranked(state, 14, rank, math.nan)
            continue
        move = math.nan
        one = math.nan
        two = math.nan
        if state[0] > 0.0:
            change = x - state[1]
            run = state[2]
            if change > 0.0:
                run = run + 1.0 if run > 0.0 else 1.0
            elif change < 0.0:
                run = run - 1.0 if run < 0.0 else -1.0
            else:
                run = 0.0
            state[3], state[4], state[5], one = strength(rsi, 1.0 / rsi, state[3], state[4], state[5], change)
            alpha = 1.0 / streak
            state[6], state[7], state[8], two = strength(streak, alpha, state[6], state[7], state[8], run - state[2])
            state[2] = run
            move = known(change / state[1]) if state[1] != 0.0 else math.nan
        state[0] = 1.0
        state[1] = x
        if move == move and int(state[16]) == rank:
            out[i] = known((one + two + up_to(state, 17 + rank, rank, move) / rank * 100.0) / 3.0)
        push_ranked(state, 14, rank, move)


@kernel
def push_cycle(state: Column, at: int, n: int, factor: float, value: float) -> float:
    """The smoothed place of a value in its range, held where there is none (2 * `max_slots` + 4)."""
    lows = at + max_slots(n)
    last = lows + max_slots(n)
    top = push_max(state, at, n, value)
    bottom = -push_max(state, lows, n, -value)
    if top > bottom:
        state[last] = 1.0
        state[last + 1] = 100.0 * ((value - bottom) / (top - bottom))
    if state[last] == 0.0 or top != top or bottom != bottom:
        return math.nan
    return push_smooth(state, last + 2, 1, factor, state[last + 1])


@indicator(
    name="stc",
    aliases=("schaff",),
    title="Schaff trend cycle",
    family="momentum",
    parameters=(
        length(10, low=2),
        length(23, "fast"),
        length(50, "slow"),
        Parameter("factor", False, 0.5, 0.01, 1.0, "weight of the newest value when smoothing"),
    ),
    outputs=(Output("stc", "index", 0.0, 100.0),),
    state=lambda p: 2 * EMA + 2 * (2 * max_slots(p["length"]) + 4),
    first=lambda p: (max(p["fast"], p["slow"]) + 2 * p["length"] - 3,),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + 2 * p["length"] + 2 * fade(1.0 - p["factor"]) + 100,
    convention="TradingView's built-in Schaff Trend Cycle",
    formula="smoothed place of the smoothed place of ema(x, fast) - ema(x, slow) in their ranges of n candles",
    source=built_in("Schaff Trend Cycle"),
)
def stc(
    source: Column, out: Column, n: int, fast: int, slow: int, factor: float, state: Column, lo: int, hi: int
) -> None:
    second = 2 * EMA + 2 * max_slots(n) + 4
    for i in range(lo, hi):
        apart = push_ema(state, 0, fast, source[i]) - push_ema(state, EMA, slow, source[i])
        place = push_cycle(state, second, n, factor, push_cycle(state, 2 * EMA, n, factor, apart))
        out[i] = 100.0 if place > 100.0 else 0.0 if place < 0.0 else known(place)


@indicator(
    name="fisher",
    title="Fisher transform",
    family="momentum",
    inputs=(Input("source", InputKind.SERIES, "hl2"),),
    parameters=(length(9, low=2),),
    outputs=(Output("fisher", "index"), Output("trigger", "index")),
    state=lambda p: 4 + 2 * max_slots(p["length"]),
    first=lambda p: (p["length"] - 1, p["length"]),
    settle=lambda p: p["length"] + 120,
    convention="TradingView's built-in Fisher Transform; a candle whose window has no range is unknown and left out",
    formula="f = ln((1 + v) / (1 - v)) / 2 + f[1] / 2, v = 0.66 * (place in the range - 0.5) + 0.67 * v[1], "
    "held inside -0.999 and 0.999; trigger = f[1]",
    source=built_in("Fisher Transform"),
)
def fisher(source: Column, out: Column, trigger: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        top = push_max(state, 4, n, source[i])
        bottom = -push_max(state, 4 + max_slots(n), n, -source[i])
        out[i] = math.nan
        trigger[i] = math.nan
        if not top > bottom:
            continue
        value = 0.66 * ((source[i] - bottom) / (top - bottom) - 0.5) + 0.67 * state[1]
        value = 0.999 if value > 0.99 else -0.999 if value < -0.99 else value
        if state[0] > 0.0:
            trigger[i] = state[2]
        state[0] = 1.0
        state[1] = value
        state[2] = 0.5 * math.log((1.0 + value) / (1.0 - value)) + 0.5 * state[2]
        out[i] = state[2]
