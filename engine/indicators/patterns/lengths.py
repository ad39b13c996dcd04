"""Candlestick patterns of one candle by its lengths alone."""

from __future__ import annotations

from ...kernel import Column
from .candlestick import candlestick
from .tape import (
    body,
    bottom,
    colour,
    high_at,
    is_doji,
    is_long,
    is_short,
    low_at,
    lower,
    near,
    push,
    short_shadow,
    top,
    upper,
)  # fmt: skip


@candlestick(
    "long_line",
    "Long line",
    11,
    "a long body with short shadows; bull: white, bear: black",
    talib="CDLLONGLINE",
    sides=True,
)
def long_line(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        limit = short_shadow(state, 0)
        found = known >= 11 and is_long(state, 0) and upper(state, 0) < limit and lower(state, 0) < limit
        side = colour(state, 0) if found else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "short_line",
    "Short line",
    11,
    "a short body with short shadows; bull: white, bear: black",
    talib="CDLSHORTLINE",
    sides=True,
)
def short_line(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        limit = short_shadow(state, 0)
        found = known >= 11 and is_short(state, 0) and upper(state, 0) < limit and lower(state, 0) < limit
        side = colour(state, 0) if found else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "rickshaw_man",
    "Rickshaw man",
    11,
    "a doji between two shadows longer than its body, near the middle of the candle",
    talib="CDLRICKSHAWMAN",
)
def rickshaw_man(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(
            is_doji(state, 0) and lower(state, 0) > body(state, 0) and upper(state, 0) > body(state, 0)
            and bottom(state, 0) <= low_at(state, 0) + (high_at(state, 0) - low_at(state, 0)) / 2.0 + near(state, 0)
            and top(state, 0) >= low_at(state, 0) + (high_at(state, 0) - low_at(state, 0)) / 2.0 - near(state, 0)
        )  # fmt: skip
