"""Prices weighted by their volume: rolling, since a week or month began, since the first candle, and by price level."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import (
    ANCHORED,
    HIGH,
    LOW,
    VOLUME,
    Cost,
    Input,
    InputKind,
    Output,
    Parameter,
    after,
    at_once,
    indicator,
    length,
    pine,
)
from .steps import known
from .volume import HOUR, TIME, anchored, weighed

TYPICAL = Input("source", InputKind.SERIES, "hlc3")
BANDS = (Output("basis", "same"), Output("upper", "same"), Output("lower", "same"))
MULTIPLIER = Parameter("mult", False, 1.0, 0.0, 100.0, "standard deviations to a band")


@indicator(
    name="vwap_rolling",
    aliases=("rvwap",),
    title="Rolling volume-weighted average price, with bands",
    family="volume",
    inputs=(TYPICAL, VOLUME),
    parameters=(length(20), MULTIPLIER),
    outputs=BANDS,
    state=lambda p: 2 + 2 * p["length"],
    first=after(-1, 3),
    cost=Cost.WINDOW,
    convention="unknown while the window has no volume",
    formula="basis = sum(x*volume, n) / sum(volume, n); upper, lower = basis +- mult * the volume-weighted deviation",
    source=pine("ta.vwap"),
)
def vwap_rolling(
    source: Column, volume: Column, basis: Column, upper: Column, lower: Column, n: int, mult: float, state: Column,
    lo: int, hi: int,
) -> None:  # fmt: skip
    turn = int(state[0])
    for i in range(lo, hi):
        state[2 + turn] = source[i]
        state[2 + n + turn] = volume[i]
        turn = turn + 1 if turn + 1 < n else 0
        if state[1] < n:
            state[1] += 1.0
        basis[i] = math.nan
        upper[i] = math.nan
        lower[i] = math.nan
        if state[1] < n:
            continue
        traded = 0.0
        mean = 0.0
        spread = 0.0
        blank = 0.0
        for k in range(2, 2 + n):
            blank += 0.0 * (state[k] + state[k + n])
            traded, mean, spread = weighed(traded, mean, spread, state[k], state[k + n])
        if traded > 0.0 and blank == 0.0:
            reach = mult * math.sqrt(spread / traded) if spread > 0.0 else 0.0
            basis[i] = mean
            upper[i] = known(mean + reach)
            lower[i] = known(mean - reach)
    state[0] = turn


@kernel
def month(time: int) -> int:
    """The number of the calendar month (UTC) of a time in ms: Howard Hinnant's days to civil date."""
    days = time // (24 * HOUR) + 719468
    era = days // 146097
    of_era = days - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    return (year + era * 400) * 12 + shifted


@kernel
def week(time: int) -> int:
    """The number of the week (UTC, from Monday) of a time in ms."""
    return (time + 72 * HOUR) // (168 * HOUR)


@indicator(
    name="vwap_week",
    title="Volume-weighted average price of the week, with bands",
    family="volume",
    inputs=(TYPICAL, VOLUME, TIME),
    parameters=(MULTIPLIER,),
    outputs=BANDS,
    state=lambda p: 5,
    first=at_once(3),
    settle=lambda p: 168 * 60,
    convention="TradingView ta.vwap anchored at the week, from Monday in UTC; unknown before any volume",
    formula="sum(x*volume) / sum(volume) since the week began, +- mult * the volume-weighted deviation",
    source=pine("ta.vwap"),
)
def vwap_week(
    source: Column, volume: Column, time: Column, basis: Column, upper: Column, lower: Column, mult: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        anchored(source, volume, basis, upper, lower, mult, state, i, float(week(time[i])))


@indicator(
    name="vwap_month",
    title="Volume-weighted average price of the month, with bands",
    family="volume",
    inputs=(TYPICAL, VOLUME, TIME),
    parameters=(MULTIPLIER,),
    outputs=BANDS,
    state=lambda p: 5,
    first=at_once(3),
    settle=lambda p: 31 * 24 * 60,
    convention="TradingView ta.vwap anchored at the month in UTC; unknown before any volume",
    formula="sum(x*volume) / sum(volume) since the month began, +- mult * the volume-weighted deviation",
    source=pine("ta.vwap"),
)
def vwap_month(
    source: Column, volume: Column, time: Column, basis: Column, upper: Column, lower: Column, mult: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        anchored(source, volume, basis, upper, lower, mult, state, i, float(month(time[i])))


@indicator(
    name="vwap_total",
    title="Volume-weighted average price since the first candle",
    family="volume",
    inputs=(TYPICAL, VOLUME),
    outputs=(Output("vwap_total", "same"),),
    state=lambda p: 2,
    first=at_once(),
    settle=lambda p: ANCHORED,
    convention="as TA-Lib VWAP: never begins anew",
    formula="sum(x*volume) / sum(volume) since the first candle",
    source="TA-Lib VWAP",
)
def vwap_total(source: Column, volume: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = math.nan
        if source[i] == source[i] and volume[i] == volume[i]:
            state[0], state[1], _ = weighed(state[0], state[1], 0.0, source[i], volume[i])
            if state[0] > 0.0:
                out[i] = state[1]


@indicator(
    name="poc",
    aliases=("volume_profile",),
    title="Point of control of a rolling volume profile",
    family="volume",
    inputs=(HIGH, LOW, VOLUME),
    parameters=(
        length(100),
        Parameter("bins", True, 24, 2, 500, "equal steps from the lowest to the highest price"),
    ),
    outputs=(Output("poc", "price"),),
    state=lambda p: 2 + 3 * p["length"] + p["bins"],
    first=after(-1),
    cost=Cost.WINDOW,
    convention="a candle's volume counts at the middle of its range; of equal bins the lowest; unknown without volume",
    formula="middle of the bin that holds the most volume of the last n candles",
    source="volume profile, Peter Steidlmayer",
)
def poc(
    high: Column, low: Column, volume: Column, out: Column, n: int, bins: int, state: Column, lo: int, hi: int
) -> None:
    at = 2 + 3 * n
    turn = int(state[0])
    for i in range(lo, hi):
        state[2 + turn] = high[i]
        state[2 + n + turn] = low[i]
        state[2 + 2 * n + turn] = volume[i]
        turn = turn + 1 if turn + 1 < n else 0
        if state[1] < n:
            state[1] += 1.0
        out[i] = math.nan
        if state[1] < n:
            continue
        top = high[i]
        bottom = low[i]
        traded = 0.0
        blank = 0.0
        for k in range(2, 2 + n):
            top = state[k] if state[k] > top else top
            bottom = state[k + n] if state[k + n] < bottom else bottom
            traded += state[k + 2 * n]
            blank += 0.0 * (state[k] + state[k + n])
        if not traded > 0.0 or blank != 0.0:
            continue
        for k in range(at, at + bins):
            state[k] = 0.0
        step = (top - bottom) / bins
        for k in range(2, 2 + n):
            place = ((state[k] + state[k + n]) / 2.0 - bottom) / step if step > 0.0 else 0.0
            chosen = int(place) if place < bins else bins - 1
            state[at + chosen] += state[k + 2 * n]
        best = 0
        for k in range(1, bins):
            best = k if state[at + k] > state[at + best] else best
        out[i] = known(bottom + step * (best + 0.5))
    state[0] = turn
