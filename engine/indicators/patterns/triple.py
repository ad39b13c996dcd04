"""Candlestick patterns of three candles."""

from __future__ import annotations

from ...kernel import Column, kernel
from .candlestick import candlestick, penetration
from .tape import (
    body,
    bottom,
    close_at,
    colour,
    gaps_down,
    gaps_up,
    is_doji,
    is_long,
    jumps_down,
    jumps_up,
    mean_body,
    near,
    open_at,
    push,
    top,
)  # fmt: skip


@kernel
def rises(tape: Column, penetration: float) -> bool:
    """A long black body, one below it, a white body that is not short and closes well inside the first."""
    return (
        colour(tape, 2) < 0 and colour(tape, 0) > 0 and gaps_down(tape, 1)
        and close_at(tape, 0) > close_at(tape, 2) + penetration * body(tape, 2)
        and is_long(tape, 2) and is_long(tape, 0)
    )  # fmt: skip


@kernel
def sets(tape: Column, penetration: float) -> bool:
    """A long white body, one above it, a black body that is not short and closes well inside the first."""
    return (
        colour(tape, 2) > 0 and colour(tape, 0) < 0 and gaps_up(tape, 1)
        and close_at(tape, 0) < close_at(tape, 2) - penetration * body(tape, 2)
        and is_long(tape, 2) and is_long(tape, 0)
    )  # fmt: skip


@candlestick(
    "three_inside",
    "Three inside up and down",
    13,
    "a long body, a short one inside it, then a close beyond the long one's open; bull: the long one is black",
    talib="CDL3INSIDE",
    sides=True,
)
def three_inside(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        if colour(state, 2) > 0:
            beyond = colour(state, 0) < 0 and close_at(state, 0) < open_at(state, 2)
        else:
            beyond = colour(state, 0) > 0 and close_at(state, 0) > open_at(state, 2)
        found = (
            known >= 13 and is_long(state, 2) and body(state, 1) <= mean_body(state, 1)
            and top(state, 1) < top(state, 2) and bottom(state, 1) > bottom(state, 2)
        )  # fmt: skip
        side = -colour(state, 2) if found and beyond else 0
        bull[i] = 2 if known < 13 else int(side > 0)
        bear[i] = 2 if known < 13 else int(side < 0)


@candlestick(
    "three_outside",
    "Three outside up and down",
    3,
    "an engulfing body, then a close further its way; bull: white engulfs black",
    talib="CDL3OUTSIDE",
    sides=True,
)
def three_outside(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        further = (close_at(state, 0) - close_at(state, 1)) * colour(state, 1) > 0.0
        found = (
            known >= 3 and colour(state, 1) != colour(state, 2) and further
            and top(state, 1) > top(state, 2) and bottom(state, 1) < bottom(state, 2)
        )  # fmt: skip
        side = colour(state, 1) if found else 0
        bull[i] = 2 if known < 3 else int(side > 0)
        bear[i] = 2 if known < 3 else int(side < 0)


@candlestick(
    "morning_star",
    "Morning star",
    13,
    "a long black body, a short one below it, then a white one that closes well inside the first",
    talib="CDLMORNINGSTAR",
    parameters=(penetration(0.3),),
)
def morning_star(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, penetration: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(body(state, 1) <= mean_body(state, 1) and rises(state, penetration))


@candlestick(
    "evening_star",
    "Evening star",
    13,
    "a long white body, a short one above it, then a black one that closes well inside the first",
    talib="CDLEVENINGSTAR",
    parameters=(penetration(0.3),),
)
def evening_star(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, penetration: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(body(state, 1) <= mean_body(state, 1) and sets(state, penetration))


@candlestick(
    "morning_doji_star",
    "Morning doji star",
    13,
    "a morning star whose middle is a doji",
    talib="CDLMORNINGDOJISTAR",
    parameters=(penetration(0.3),),
)
def morning_doji_star(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, penetration: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(is_doji(state, 1) and rises(state, penetration))


@candlestick(
    "evening_doji_star",
    "Evening doji star",
    13,
    "an evening star whose middle is a doji",
    talib="CDLEVENINGDOJISTAR",
    parameters=(penetration(0.3),),
)
def evening_doji_star(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, penetration: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(is_doji(state, 1) and sets(state, penetration))


@candlestick(
    "abandoned_baby",
    "Abandoned baby",
    13,
    "a doji star with gaps of whole candles on both sides; bull: below, bear: above",
    talib="CDLABANDONEDBABY",
    sides=True,
    parameters=(penetration(0.3),),
)
def abandoned_baby(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    penetration: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        inner = penetration * body(state, 2)
        above = (
            jumps_up(state, 1) and jumps_down(state, 0) and close_at(state, 0) < close_at(state, 2) - inner
        )  # fmt: skip
        below = (
            jumps_down(state, 1) and jumps_up(state, 0) and close_at(state, 0) > close_at(state, 2) + inner
        )  # fmt: skip
        found = (
            known >= 13 and colour(state, 0) != colour(state, 2) and is_long(state, 2) and is_doji(state, 1)
            and body(state, 0) > mean_body(state, 0)
        )  # fmt: skip
        side = colour(state, 0) if found and (below if colour(state, 0) > 0 else above) else 0
        bull[i] = 2 if known < 13 else int(side > 0)
        bear[i] = 2 if known < 13 else int(side < 0)


@candlestick(
    "tasuki_gap",
    "Tasuki gap",
    8,
    "a gap between bodies, then a candle of the other colour that opens in the last body and closes in the gap",
    talib="CDLTASUKIGAP",
    sides=True,
)
def tasuki_gap(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        if colour(state, 1) > 0:
            inside = bottom(state, 0) < bottom(state, 1) and close_at(state, 0) > top(state, 2) and gaps_up(state, 1)
        else:
            inside = top(state, 0) > top(state, 1) and close_at(state, 0) < bottom(state, 2) and gaps_down(state, 1)
        found = (
            known >= 8 and inside and colour(state, 0) != colour(state, 1)
            and open_at(state, 0) < top(state, 1) and open_at(state, 0) > bottom(state, 1)
            and abs(body(state, 1) - body(state, 0)) < near(state, 1)
        )  # fmt: skip
        side = colour(state, 1) if found else 0
        bull[i] = 2 if known < 8 else int(side > 0)
        bear[i] = 2 if known < 8 else int(side < 0)
