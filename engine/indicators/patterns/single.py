"""Candlestick patterns of one candle, judged against the ones before it."""

from __future__ import annotations

from ...kernel import Column
from .candlestick import candlestick
from .tape import (
    body,
    bottom,
    colour,
    gaps_down,
    gaps_up,
    hair,
    high_at,
    is_doji,
    is_long,
    is_short,
    low_at,
    lower,
    near,
    push,
    upper,
)  # fmt: skip


@candlestick(
    "doji",
    "Doji",
    11,
    "body <= 0.1 * mean range",
    talib="CDLDOJI",
)
def doji(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(is_doji(state, 0))


@candlestick(
    "dragonfly_doji",
    "Dragonfly doji",
    11,
    "a doji with a lower shadow and no upper one",
    talib="CDLDRAGONFLYDOJI",
)
def dragonfly_doji(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(
            is_doji(state, 0) and upper(state, 0) < hair(state, 0) and lower(state, 0) > hair(state, 0)
        )  # fmt: skip


@candlestick(
    "gravestone_doji",
    "Gravestone doji",
    11,
    "a doji with an upper shadow and no lower one",
    talib="CDLGRAVESTONEDOJI",
)
def gravestone_doji(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(
            is_doji(state, 0) and lower(state, 0) < hair(state, 0) and upper(state, 0) > hair(state, 0)
        )  # fmt: skip


@candlestick(
    "long_legged_doji",
    "Long-legged doji",
    11,
    "a doji with a shadow longer than its body",
    talib="CDLLONGLEGGEDDOJI",
)
def long_legged_doji(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(
            is_doji(state, 0) and (lower(state, 0) > body(state, 0) or upper(state, 0) > body(state, 0))
        )  # fmt: skip


@candlestick(
    "takuri",
    "Takuri line",
    11,
    "a doji without an upper shadow, its lower shadow longer than two bodies",
    talib="CDLTAKURI",
)
def takuri(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 11 else int(
            is_doji(state, 0) and upper(state, 0) < hair(state, 0) and lower(state, 0) > 2.0 * body(state, 0)
        )  # fmt: skip


@candlestick(
    "marubozu",
    "Marubozu",
    11,
    "a long body without shadows; bull: white, bear: black",
    talib="CDLMARUBOZU",
    sides=True,
)
def marubozu(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        whole = (
            known >= 11 and is_long(state, 0) and upper(state, 0) < hair(state, 0) and lower(state, 0) < hair(state, 0)
        )
        side = colour(state, 0) if whole else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "closing_marubozu",
    "Closing marubozu",
    11,
    "a long body without a shadow where it closes; bull: white, bear: black",
    talib="CDLCLOSINGMARUBOZU",
    sides=True,
)
def closing_marubozu(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        shadow = upper(state, 0) if colour(state, 0) > 0 else lower(state, 0)
        side = colour(state, 0) if known >= 11 and is_long(state, 0) and shadow < hair(state, 0) else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "belt_hold",
    "Belt hold",
    11,
    "a long body without a shadow where it opens; bull: white, bear: black",
    talib="CDLBELTHOLD",
    sides=True,
)
def belt_hold(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        shadow = lower(state, 0) if colour(state, 0) > 0 else upper(state, 0)
        side = colour(state, 0) if known >= 11 and is_long(state, 0) and shadow < hair(state, 0) else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "spinning_top",
    "Spinning top",
    11,
    "a short body, both shadows longer than it; bull: white, bear: black",
    talib="CDLSPINNINGTOP",
    sides=True,
)
def spinning_top(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        small = known >= 11 and is_short(state, 0)
        side = (
            colour(state, 0) if small and upper(state, 0) > body(state, 0) and lower(state, 0) > body(state, 0) else 0
        )
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "high_wave",
    "High wave",
    11,
    "a short body, both shadows longer than two bodies; bull: white, bear: black",
    talib="CDLHIGHWAVE",
    sides=True,
)
def high_wave(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        small = known >= 11 and is_short(state, 0)
        reach = 2.0 * body(state, 0)
        side = colour(state, 0) if small and upper(state, 0) > reach and lower(state, 0) > reach else 0
        bull[i] = 2 if known < 11 else int(side > 0)
        bear[i] = 2 if known < 11 else int(side < 0)


@candlestick(
    "hammer",
    "Hammer",
    12,
    "a short body near or below the low before, a lower shadow longer than it, no upper shadow",
    talib="CDLHAMMER",
)
def hammer(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            is_short(state, 0) and lower(state, 0) > body(state, 0) and upper(state, 0) < hair(state, 0)
            and bottom(state, 0) <= low_at(state, 1) + near(state, 1)
        )  # fmt: skip


@candlestick(
    "hanging_man",
    "Hanging man",
    12,
    "a short body near or above the high before, a lower shadow longer than it, no upper shadow",
    talib="CDLHANGINGMAN",
)
def hanging_man(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            is_short(state, 0) and lower(state, 0) > body(state, 0) and upper(state, 0) < hair(state, 0)
            and bottom(state, 0) >= high_at(state, 1) - near(state, 1)
        )  # fmt: skip


@candlestick(
    "inverted_hammer",
    "Inverted hammer",
    12,
    "a short body below the body before, an upper shadow longer than it, no lower shadow",
    talib="CDLINVERTEDHAMMER",
)
def inverted_hammer(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            is_short(state, 0) and upper(state, 0) > body(state, 0) and lower(state, 0) < hair(state, 0)
            and gaps_down(state, 0)
        )  # fmt: skip


@candlestick(
    "shooting_star",
    "Shooting star",
    12,
    "a short body above the body before, an upper shadow longer than it, no lower shadow",
    talib="CDLSHOOTINGSTAR",
)
def shooting_star(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            is_short(state, 0) and upper(state, 0) > body(state, 0) and lower(state, 0) < hair(state, 0)
            and gaps_up(state, 0)
        )  # fmt: skip
