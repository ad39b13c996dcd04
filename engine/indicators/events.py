"""Series functions with a memory: of when a condition was true, and of everything since the first candle."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import ANCHORED, SOURCE, Input, InputKind, Output, Parameter, indicator, length, pine
from .window import push_sum, sum_slots

CONDITION = Input("condition", InputKind.CONDITION)


@indicator(
    name="count",
    title="How often a condition was true",
    family="series",
    inputs=(CONDITION,),
    parameters=(length(20),),
    outputs=(Output("count", "count", 0.0),),
    state=lambda p: sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="the current candle included; unknown while the condition was unknown on any of the n candles",
    formula="candles of the last n on which the condition was true",
    source=pine("math.sum"),
)
def count(condition: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = push_sum(state, 0, n, float(condition[i]) if condition[i] < 2 else math.nan)
        out[i] = value if state[2] >= n and value == value else math.nan


@indicator(
    name="since",
    aliases=("barssince",),
    title="Candles since a condition was true",
    family="series",
    inputs=(CONDITION,),
    parameters=(),
    outputs=(Output("since", "count", 0.0),),
    state=lambda p: 1,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.barssince: 0 on a candle where it is true, unknown before it ever was; a candle on "
    "which the condition is unknown is unknown, and counts as a candle",
    formula="candles since the condition was last known to be true",
    source=pine("ta.barssince"),
)
def since(condition: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    # State: 0 = never, else candles since plus one.
    age = state[0]
    for i in range(lo, hi):
        if condition[i] == 1:
            age = 1.0
        elif age > 0.0:
            age += 1.0
        out[i] = age - 1.0 if age > 0.0 and condition[i] < 2 else math.nan
    state[0] = age


@indicator(
    name="valuewhen",
    title="A value when a condition was true",
    family="series",
    inputs=(CONDITION, Input("source", InputKind.SERIES)),
    parameters=(Parameter("occurrence", True, 0, 0, 5000, "0 = the last time, 1 = the time before"),),
    outputs=(Output("valuewhen", "same"),),
    state=lambda p: 2 + p["occurrence"] + 1,
    first=lambda p: (p["occurrence"],),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.valuewhen; unknown on a candle where the condition or the value is unknown",
    formula="the value on the candle where the condition was true, `occurrence` times ago",
    source=pine("ta.valuewhen"),
)
def valuewhen(condition: Column, source: Column, out: Column, occurrence: int, state: Column, lo: int, hi: int) -> None:
    turn = int(state[0])
    seen = state[1]
    kept = occurrence + 1
    for i in range(lo, hi):
        if condition[i] == 1 and source[i] == source[i]:
            state[2 + turn] = source[i]
            turn = turn + 1 if turn + 1 < kept else 0
            if seen < kept:
                seen += 1.0
        known = seen >= kept and condition[i] < 2 and source[i] == source[i]
        out[i] = state[2 + turn] if known else math.nan
    state[0] = turn
    state[1] = seen


@indicator(
    name="cum",
    aliases=("cumsum",),
    title="Running total",
    family="series",
    inputs=(SOURCE,),
    parameters=(),
    outputs=(Output("cum", "same"),),
    state=lambda p: 2,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.cum, with Kahan's compensation",
    formula="sum of every value so far",
    source=pine("ta.cum"),
)
def cum(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    value = state[0]
    lost = state[1]
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x:
            part = x - lost
            joined = value + part
            lost = (joined - value) - part
            value = joined
            out[i] = value
    state[0] = value
    state[1] = lost


@indicator(
    name="running_max",
    title="Highest value so far",
    family="series",
    inputs=(SOURCE,),
    parameters=(),
    outputs=(Output("running_max", "same"),),
    state=lambda p: 2,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.max",
    formula="largest value since the first candle",
    source=pine("ta.max"),
)
def running_max(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x:
            if state[0] == 0.0 or x > state[1]:
                state[0] = 1.0
                state[1] = x
            out[i] = state[1]


@indicator(
    name="running_min",
    title="Lowest value so far",
    family="series",
    inputs=(SOURCE,),
    parameters=(),
    outputs=(Output("running_min", "same"),),
    state=lambda p: 2,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.min",
    formula="smallest value since the first candle",
    source=pine("ta.min"),
)
def running_min(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x:
            if state[0] == 0.0 or x < state[1]:
                state[0] = 1.0
                state[1] = x
            out[i] = state[1]
