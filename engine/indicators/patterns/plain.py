"""Patterns of two candles that TA-Lib has not: inside and outside candles, tweezers."""

from __future__ import annotations

from ...kernel import Column
from .candlestick import candlestick
from .tape import (
    colour,
    equal,
    high_at,
    low_at,
    push,
)  # fmt: skip


@candlestick(
    "inside_candle",
    "Inside candle",
    2,
    "high < high before and low > low before",
    aliases=("inside_bar",),
)
def inside_candle(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 2 else int(
            high_at(state, 0) < high_at(state, 1) and low_at(state, 0) > low_at(state, 1)
        )  # fmt: skip


@candlestick(
    "outside_candle",
    "Outside candle",
    2,
    "high > high before and low < low before; bull: white, bear: black",
    sides=True,
    aliases=("outside_bar",),
)
def outside_candle(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        outside = known >= 2 and high_at(state, 0) > high_at(state, 1) and low_at(state, 0) < low_at(state, 1)
        side = colour(state, 0) if outside else 0
        bull[i] = 2 if known < 2 else int(side > 0)
        bear[i] = 2 if known < 2 else int(side < 0)


@candlestick(
    "tweezers",
    "Tweezers",
    7,
    "bull: black, then white with the same low; bear: white, then black, the same high (to 0.05 mean ranges)",
    sides=True,
)
def tweezers(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        apart = low_at(state, 0) - low_at(state, 1) if colour(state, 0) > 0 else high_at(state, 0) - high_at(state, 1)
        apart = abs(apart)
        side = (
            colour(state, 0) if known >= 7 and colour(state, 0) != colour(state, 1) and apart <= equal(state, 1) else 0
        )
        bull[i] = 2 if known < 7 else int(side > 0)
        bear[i] = 2 if known < 7 else int(side < 0)
