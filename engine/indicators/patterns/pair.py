"""Candlestick patterns of two candles."""

from __future__ import annotations

from ...kernel import Column, kernel
from .candlestick import candlestick, penetration
from .tape import (
    body,
    bottom,
    close_at,
    colour,
    equal,
    gaps_down,
    gaps_up,
    hair,
    high_at,
    is_doji,
    is_long,
    jumps_down,
    jumps_up,
    low_at,
    lower,
    mean_body,
    open_at,
    push,
    top,
    upper,
)  # fmt: skip


@kernel
def within(tape: Column) -> bool:
    """Whether the newest body lies inside the one before (ends may be equal)."""
    return top(tape, 0) <= top(tape, 1) and bottom(tape, 0) >= bottom(tape, 1)


@kernel
def bald(tape: Column, k: int) -> bool:
    """Whether candle k is a marubozu."""
    return is_long(tape, k) and upper(tape, k) < hair(tape, k) and lower(tape, k) < hair(tape, k)


@candlestick(
    "engulfing",
    "Engulfing",
    2,
    "a body around the body before, of the other colour (one end may be equal)",
    talib="CDLENGULFING",
    sides=True,
)
def engulfing(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        around = (
            known >= 2 and colour(state, 0) != colour(state, 1) and top(state, 0) >= top(state, 1)
            and bottom(state, 0) <= bottom(state, 1) and body(state, 0) > body(state, 1)
        )  # fmt: skip
        side = colour(state, 0) if around else 0
        bull[i] = 2 if known < 2 else int(side > 0)
        bear[i] = 2 if known < 2 else int(side < 0)


@candlestick(
    "harami",
    "Harami",
    12,
    "a short body inside a long one; bull: the long one is black",
    talib="CDLHARAMI",
    sides=True,
)
def harami(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        inside = known >= 12 and is_long(state, 1) and body(state, 0) <= mean_body(state, 0) and within(state)
        side = -colour(state, 1) if inside else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "harami_cross",
    "Harami cross",
    12,
    "a doji inside a long body; bull: the long body is black",
    talib="CDLHARAMICROSS",
    sides=True,
)
def harami_cross(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        inside = known >= 12 and is_long(state, 1) and is_doji(state, 0) and within(state)
        side = -colour(state, 1) if inside else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "piercing",
    "Piercing line",
    12,
    "a long black body, then a long white one that opens below its low and closes in its upper half",
    talib="CDLPIERCING",
    aliases=("piercing_line",),
)
def piercing(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) < 0 and is_long(state, 1) and colour(state, 0) > 0 and is_long(state, 0)
            and open_at(state, 0) < low_at(state, 1) and close_at(state, 0) < open_at(state, 1)
            and close_at(state, 0) > close_at(state, 1) + 0.5 * body(state, 1)
        )  # fmt: skip


@candlestick(
    "dark_cloud_cover",
    "Dark cloud cover",
    12,
    "a long white body, then a black one that opens above its high and closes well inside it",
    talib="CDLDARKCLOUDCOVER",
    parameters=(penetration(0.5),),
)
def dark_cloud_cover(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, penetration: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) > 0 and is_long(state, 1) and colour(state, 0) < 0
            and open_at(state, 0) > high_at(state, 1) and close_at(state, 0) > open_at(state, 1)
            and close_at(state, 0) < close_at(state, 1) - penetration * body(state, 1)
        )  # fmt: skip


@candlestick(
    "doji_star",
    "Doji star",
    12,
    "a long body, then a doji beyond its close; bull: below a black one, bear: above a white one",
    talib="CDLDOJISTAR",
    sides=True,
)
def doji_star(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        beyond = gaps_up(state, 0) if colour(state, 1) > 0 else gaps_down(state, 0)
        star = known >= 12 and is_long(state, 1) and is_doji(state, 0) and beyond
        side = -colour(state, 1) if star else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "counterattack",
    "Counterattack",
    12,
    "two long bodies of unlike colour with the same close; bull: the last one is white",
    talib="CDLCOUNTERATTACK",
    sides=True,
)
def counterattack(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        met = (
            known >= 12 and colour(state, 0) != colour(state, 1) and is_long(state, 1) and is_long(state, 0)
            and close_at(state, 0) <= close_at(state, 1) + equal(state, 1)
            and close_at(state, 0) >= close_at(state, 1) - equal(state, 1)
        )  # fmt: skip
        side = colour(state, 0) if met else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "separating_lines",
    "Separating lines",
    12,
    "a long body that opens where one of the other colour opened, without a shadow there; bull: white",
    talib="CDLSEPARATINGLINES",
    sides=True,
)
def separating_lines(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        shadow = lower(state, 0) if colour(state, 0) > 0 else upper(state, 0)
        apart = (
            known >= 12 and colour(state, 0) != colour(state, 1)
            and open_at(state, 0) <= open_at(state, 1) + equal(state, 1)
            and open_at(state, 0) >= open_at(state, 1) - equal(state, 1)
            and is_long(state, 0) and shadow < hair(state, 0)
        )  # fmt: skip
        side = colour(state, 0) if apart else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "kicking",
    "Kicking",
    12,
    "a marubozu, then one of the other colour a gap away; bull: black, then white above it",
    talib="CDLKICKING",
    sides=True,
)
def kicking(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        away = jumps_up(state, 0) if colour(state, 0) > 0 else jumps_down(state, 0)
        kicks = known >= 12 and colour(state, 0) != colour(state, 1) and away and bald(state, 1) and bald(state, 0)
        side = colour(state, 0) if kicks else 0
        bull[i] = 2 if known < 12 else int(side > 0)
        bear[i] = 2 if known < 12 else int(side < 0)


@candlestick(
    "homing_pigeon",
    "Homing pigeon",
    12,
    "a short black body inside a long black one",
    talib="CDLHOMINGPIGEON",
)
def homing_pigeon(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 12 else int(
            colour(state, 1) < 0 and colour(state, 0) < 0 and is_long(state, 1)
            and body(state, 0) <= mean_body(state, 0) and open_at(state, 0) < open_at(state, 1)
            and close_at(state, 0) > close_at(state, 1)
        )  # fmt: skip


@candlestick(
    "matching_low",
    "Matching low",
    7,
    "two black candles with the same close",
    talib="CDLMATCHINGLOW",
)
def matching_low(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 7 else int(
            colour(state, 1) < 0 and colour(state, 0) < 0
            and close_at(state, 0) <= close_at(state, 1) + equal(state, 1)
            and close_at(state, 0) >= close_at(state, 1) - equal(state, 1)
        )  # fmt: skip
