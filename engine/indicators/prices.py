"""Prices of a candle, Heikin-Ashi candles, and the middles of ranges."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import CLOSE, HIGH, LOW, OPEN, Output, after, at_once, indicator, length
from .extremes import max_slots, push_max
from .recursion import fade
from .steps import RANGE, known, push_before


@indicator(
    name="avgprice",
    title="Average price of a candle",
    family="series",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    outputs=(Output("avgprice", "price"),),
    first=at_once(),
    convention="the same as the candle field `ohlc4`; as TA-Lib AVGPRICE",
    formula="(open + high + low + close) / 4",
    source="TA-Lib AVGPRICE",
)
def avgprice(
    opened: Column, high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        out[i] = known((opened[i] + high[i] + low[i] + close[i]) / 4.0)


@indicator(
    name="medprice",
    title="Middle of a candle",
    family="series",
    inputs=(HIGH, LOW),
    outputs=(Output("medprice", "price"),),
    first=at_once(),
    convention="the same as the candle field `hl2`; as TA-Lib MEDPRICE",
    formula="(high + low) / 2",
    source="TA-Lib MEDPRICE",
)
def medprice(high: Column, low: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known((high[i] + low[i]) / 2.0)


@indicator(
    name="typprice",
    title="Typical price of a candle",
    family="series",
    inputs=(HIGH, LOW, CLOSE),
    outputs=(Output("typprice", "price"),),
    first=at_once(),
    convention="the same as the candle field `hlc3`; as TA-Lib TYPPRICE",
    formula="(high + low + close) / 3",
    source="TA-Lib TYPPRICE",
)
def typprice(high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known((high[i] + low[i] + close[i]) / 3.0)


@indicator(
    name="wclprice",
    aliases=("hlcc4",),
    title="Weighted close of a candle",
    family="series",
    inputs=(HIGH, LOW, CLOSE),
    outputs=(Output("wclprice", "price"),),
    first=at_once(),
    convention="TradingView hlcc4; as TA-Lib WCLPRICE",
    formula="(high + low + 2*close) / 4",
    source="TA-Lib WCLPRICE",
)
def wclprice(high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known((high[i] + low[i] + 2.0 * close[i]) / 4.0)


@indicator(
    name="heikin_ashi",
    aliases=("ha", "heikinashi"),
    title="Heikin-Ashi candles",
    family="series",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    outputs=(Output("open", "price"), Output("high", "price"), Output("low", "price"), Output("close", "price")),
    state=lambda p: 3,
    first=at_once(4),
    settle=lambda p: fade(0.5) + 1,
    convention="as TradingView's Heikin-Ashi chart: the first opens in the middle of its candle's body; an order is "
    "never filled at these prices",
    formula="close = ohlc4; open = (open[1] + close[1]) / 2; high, low = the outermost of the candle's and these two",
    source="Dan Valcu, Using the Heikin-Ashi Technique, TASC 2004",
)
def heikin_ashi(
    opened: Column, high: Column, low: Column, close: Column, ha_open: Column, ha_high: Column, ha_low: Column,
    ha_close: Column, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        end = known((opened[i] + high[i] + low[i] + close[i]) / 4.0)
        ha_open[i] = math.nan
        ha_high[i] = math.nan
        ha_low[i] = math.nan
        ha_close[i] = end
        if end != end:
            continue
        begin = (state[1] + state[2]) / 2.0 if state[0] > 0.0 else (opened[i] + close[i]) / 2.0
        top = begin if begin > end else end
        bottom = end if begin > end else begin
        ha_open[i] = begin
        ha_high[i] = high[i] if high[i] > top else top
        ha_low[i] = low[i] if low[i] < bottom else bottom
        state[0] = 1.0
        state[1] = begin
        state[2] = end


@indicator(
    name="midpoint",
    title="Middle of a series' range",
    family="averages",
    parameters=(length(14),),
    outputs=(Output("midpoint", "same"),),
    state=lambda p: 2 * max_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib MIDPOINT",
    formula="(highest(x, n) + lowest(x, n)) / 2",
    source="TA-Lib MIDPOINT",
)
def midpoint(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        top = push_max(state, 0, n, source[i])
        out[i] = known((top - push_max(state, max_slots(n), n, -source[i])) / 2.0)


@indicator(
    name="midprice",
    title="Middle of the price range",
    family="averages",
    inputs=(HIGH, LOW),
    parameters=(length(14),),
    outputs=(Output("midprice", "price"),),
    state=lambda p: 2 * max_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib MIDPRICE; the basis of `donchian`",
    formula="(highest(high, n) + lowest(low, n)) / 2",
    source="TA-Lib MIDPRICE",
)
def midprice(high: Column, low: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        top = push_max(state, 0, n, high[i])
        out[i] = known((top - push_max(state, max_slots(n), n, -low[i])) / 2.0)


@indicator(
    name="gap",
    title="Gap from the close before, as a ratio",
    family="series",
    inputs=(OPEN, CLOSE),
    outputs=(Output("gap", "ratio"),),
    state=lambda p: RANGE,
    first=lambda p: (1,),
    convention="positive when the candle opens higher",
    formula="(open - close[1]) / close[1]",
    source="the candle's open against the last close",
)
def gap(opened: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        before = push_before(state, 0, close[i])
        out[i] = known((opened[i] - before) / before) if before != 0.0 else math.nan
