"""Candlestick patterns of how a fall goes on, or ends."""

from __future__ import annotations

from ...kernel import Column
from .candlestick import candlestick
from .tape import (
    body,
    close_at,
    colour,
    equal,
    hair,
    high_at,
    is_long,
    is_short,
    low_at,
    open_at,
    push,
    upper,
)  # fmt: skip


@candlestick(
    "on_neck",
    "On-neck",
    12,
    "a long black body, then a white one from below its low up to its low",
    talib="CDLONNECK",
)
def on_neck(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) < 0 and is_long(state, 1) and colour(state, 0) > 0 and open_at(state, 0) < low_at(state, 1)
            and close_at(state, 0) <= low_at(state, 1) + equal(state, 1)
            and close_at(state, 0) >= low_at(state, 1) - equal(state, 1)
        )  # fmt: skip


@candlestick(
    "in_neck",
    "In-neck",
    12,
    "a long black body, then a white one from below its low up to its close",
    talib="CDLINNECK",
)
def in_neck(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) < 0 and is_long(state, 1) and colour(state, 0) > 0 and open_at(state, 0) < low_at(state, 1)
            and close_at(state, 0) <= close_at(state, 1) + equal(state, 1)
            and close_at(state, 0) >= close_at(state, 1)
        )  # fmt: skip


@candlestick(
    "thrusting",
    "Thrusting",
    12,
    "a long black body, then a white one from below its low into its lower half",
    talib="CDLTHRUSTING",
)
def thrusting(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) < 0 and is_long(state, 1) and colour(state, 0) > 0 and open_at(state, 0) < low_at(state, 1)
            and close_at(state, 0) > close_at(state, 1) + equal(state, 1)
            and close_at(state, 0) <= close_at(state, 1) + 0.5 * body(state, 1)
        )  # fmt: skip


@candlestick(
    "stick_sandwich",
    "Stick sandwich",
    8,
    "a black candle, a white one above its close, a black one back to that close",
    talib="CDLSTICKSANDWICH",
)
def stick_sandwich(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 8 else int(
            colour(state, 2) < 0 and colour(state, 1) > 0 and colour(state, 0) < 0
            and low_at(state, 1) > close_at(state, 2)
            and close_at(state, 0) <= close_at(state, 2) + equal(state, 2)
            and close_at(state, 0) >= close_at(state, 2) - equal(state, 2)
        )  # fmt: skip


@candlestick(
    "unique_three_river",
    "Unique three river",
    13,
    "a long black body, a black one inside it with a lower low, a short white one above that low",
    talib="CDLUNIQUE3RIVER",
)
def unique_three_river(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(
            colour(state, 2) < 0 and is_long(state, 2) and colour(state, 1) < 0
            and close_at(state, 1) > close_at(state, 2)
            and open_at(state, 1) <= open_at(state, 2) and low_at(state, 1) < low_at(state, 2)
            and is_short(state, 0) and colour(state, 0) > 0 and open_at(state, 0) > low_at(state, 1)
        )  # fmt: skip


@candlestick(
    "ladder_bottom",
    "Ladder bottom",
    12,
    "three black candles down, a fourth with an upper shadow, then a white one that closes above it",
    talib="CDLLADDERBOTTOM",
)
def ladder_bottom(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 4) < 0 and colour(state, 3) < 0 and colour(state, 2) < 0 and colour(state, 1) < 0
            and open_at(state, 4) > open_at(state, 3) and open_at(state, 3) > open_at(state, 2)
            and close_at(state, 4) > close_at(state, 3) and close_at(state, 3) > close_at(state, 2)
            and upper(state, 1) > hair(state, 1) and colour(state, 0) > 0
            and open_at(state, 0) > open_at(state, 1) and close_at(state, 0) > high_at(state, 1)
        )  # fmt: skip
