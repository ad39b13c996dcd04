"""Series functions: small operations on any series or condition."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import SOURCE, Input, InputKind, Output, Parameter, indicator, length, pine
from .extremes import age_slots, max_slots, push_max, push_max_age
from .window import lag_slots, push_lag, push_sum, sum_slots

PLAIN = Input("source", InputKind.SERIES)
A = Input("a", InputKind.SERIES)
B = Input("b", InputKind.SERIES)
OF_HIGHS = Input("source", InputKind.SERIES, "high")
OF_LOWS = Input("source", InputKind.SERIES, "low")


@indicator(
    name="abs",
    title="Absolute value",
    family="series",
    inputs=(PLAIN,),
    parameters=(),
    outputs=(Output("abs", "same", 0.0),),
    state=lambda p: 0,
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView math.abs",
    formula="|x|",
    source=pine("math.abs"),
)
def absolute(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = abs(x) if x == x else math.nan


@indicator(
    name="min",
    title="The smaller of two",
    family="series",
    inputs=(A, B),
    parameters=(),
    outputs=(Output("min", "same"),),
    state=lambda p: 0,
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView math.min of two; unknown while either is",
    formula="a if a < b else b",
    source=pine("math.min"),
)
def smaller(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        if a[i] != a[i] or b[i] != b[i]:
            out[i] = math.nan
        else:
            out[i] = b[i] if b[i] < a[i] else a[i]


@indicator(
    name="max",
    title="The larger of two",
    family="series",
    inputs=(A, B),
    parameters=(),
    outputs=(Output("max", "same"),),
    state=lambda p: 0,
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView math.max of two; unknown while either is",
    formula="a if a > b else b",
    source=pine("math.max"),
)
def larger(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        if a[i] != a[i] or b[i] != b[i]:
            out[i] = math.nan
        else:
            out[i] = b[i] if b[i] > a[i] else a[i]


@indicator(
    name="nz",
    title="A number in place of unknown",
    family="series",
    inputs=(PLAIN,),
    parameters=(Parameter("replacement", False, 0.0, -1e300, 1e300, "what stands for unknown"),),
    outputs=(Output("nz", "same"),),
    state=lambda p: 0,
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView nz",
    formula="x where known, else the replacement",
    source=pine("nz"),
)
def nz(source: Column, out: Column, replacement: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = x if x == x else replacement


@indicator(
    name="change",
    title="Change",
    family="series",
    inputs=(SOURCE,),
    parameters=(length(1),),
    outputs=(Output("change", "same"),),
    state=lambda p: lag_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView ta.change",
    formula="x - x[n]",
    source=pine("ta.change"),
)
def change(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = source[i] - push_lag(state, 0, n, source[i])
        out[i] = value if value == value else math.nan


@indicator(
    name="sum",
    title="Sum",
    family="series",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("sum", "same"),),
    state=lambda p: sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView math.sum",
    formula="sum of the last n values",
    source=pine("math.sum"),
)
def total(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = push_sum(state, 0, n, source[i])
        out[i] = value if state[2] >= n and value == value else math.nan


@indicator(
    name="highest",
    aliases=("hhv",),
    title="Highest value",
    family="series",
    inputs=(OF_HIGHS,),
    parameters=(length(20),),
    outputs=(Output("highest", "same"),),
    state=lambda p: max_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.highest: of the highs where no series is given; the current candle included",
    formula="largest of the last n values",
    source=pine("ta.highest"),
)
def highest(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = push_max(state, 0, n, source[i])
        out[i] = value if value == value else math.nan


@indicator(
    name="lowest",
    aliases=("llv",),
    title="Lowest value",
    family="series",
    inputs=(OF_LOWS,),
    parameters=(length(20),),
    outputs=(Output("lowest", "same"),),
    state=lambda p: max_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.lowest: of the lows where no series is given; the current candle included",
    formula="smallest of the last n values",
    source=pine("ta.lowest"),
)
def lowest(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        value = -push_max(state, 0, n, -source[i])
        out[i] = value if value == value else math.nan


@indicator(
    name="highestbars",
    title="Candles since the highest value",
    family="series",
    inputs=(OF_HIGHS,),
    parameters=(length(20),),
    outputs=(Output("highestbars", "count", None, 0.0),),
    state=lambda p: age_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.highestbars: 0 or negative; of equal values the oldest",
    formula="-(candles since the largest of the last n values)",
    source=pine("ta.highestbars"),
)
def highestbars(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        age = push_max_age(state, 0, n, source[i])
        out[i] = 0.0 - age if age == age else math.nan


@indicator(
    name="lowestbars",
    title="Candles since the lowest value",
    family="series",
    inputs=(OF_LOWS,),
    parameters=(length(20),),
    outputs=(Output("lowestbars", "count", None, 0.0),),
    state=lambda p: age_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.lowestbars: 0 or negative; of equal values the oldest",
    formula="-(candles since the smallest of the last n values)",
    source=pine("ta.lowestbars"),
)
def lowestbars(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        age = push_max_age(state, 0, n, -source[i])
        out[i] = 0.0 - age if age == age else math.nan
