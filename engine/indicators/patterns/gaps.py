"""Candlestick patterns of three candles around a gap."""

from __future__ import annotations

from ...kernel import Column
from .candlestick import candlestick
from .tape import (
    body,
    bottom,
    close_at,
    colour,
    equal,
    gaps_down,
    gaps_up,
    is_long,
    mean_body,
    mean_range,
    near,
    open_at,
    push,
    top,
)  # fmt: skip


@candlestick(
    "two_crows",
    "Two crows",
    13,
    "a long white body, a black one above it, a black one from that one's body back into the first",
    talib="CDL2CROWS",
)
def two_crows(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(
            colour(state, 2) > 0 and is_long(state, 2) and colour(state, 1) < 0 and gaps_up(state, 1)
            and colour(state, 0) < 0 and open_at(state, 0) < open_at(state, 1)
            and open_at(state, 0) > close_at(state, 1) and close_at(state, 0) > open_at(state, 2)
            and close_at(state, 0) < close_at(state, 2)
        )  # fmt: skip


@candlestick(
    "upside_gap_two_crows",
    "Upside gap two crows",
    13,
    "a long white body, a short black one above it, a black one around that one and still above the first",
    talib="CDLUPSIDEGAP2CROWS",
)
def upside_gap_two_crows(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(
            colour(state, 2) > 0 and is_long(state, 2) and colour(state, 1) < 0
            and body(state, 1) <= mean_body(state, 1)
            and gaps_up(state, 1) and colour(state, 0) < 0 and open_at(state, 0) > open_at(state, 1)
            and close_at(state, 0) < close_at(state, 1) and close_at(state, 0) > close_at(state, 2)
        )  # fmt: skip


@candlestick(
    "gap_three_methods",
    "Gap three methods",
    3,
    "two candles of one colour with a gap between, then one of the other from body to body; bull: the two are white",
    talib="CDLXSIDEGAP3METHODS",
    sides=True,
)
def gap_three_methods(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        gap = gaps_up(state, 1) if colour(state, 2) > 0 else gaps_down(state, 1)
        found = (
            known >= 3 and gap and colour(state, 2) == colour(state, 1) and colour(state, 0) != colour(state, 1)
            and open_at(state, 0) < top(state, 1) and open_at(state, 0) > bottom(state, 1)
            and close_at(state, 0) < top(state, 2) and close_at(state, 0) > bottom(state, 2)
        )  # fmt: skip
        side = colour(state, 2) if found else 0
        bull[i] = 2 if known < 3 else int(side > 0)
        bear[i] = 2 if known < 3 else int(side < 0)


@candlestick(
    "side_by_side_white",
    "Side-by-side white lines",
    8,
    "two like white candles beyond a gap; bull: above it, bear: below it",
    talib="CDLGAPSIDESIDEWHITE",
    sides=True,
)
def side_by_side_white(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        above = bottom(state, 1) > top(state, 2) and bottom(state, 0) > top(state, 2)
        below = top(state, 1) < bottom(state, 2) and top(state, 0) < bottom(state, 2)
        found = (
            known >= 8 and (above or below) and colour(state, 1) > 0 and colour(state, 0) > 0
            and body(state, 0) >= body(state, 1) - near(state, 1) and body(state, 0) <= body(state, 1) + near(state, 1)
            and open_at(state, 0) >= open_at(state, 1) - equal(state, 1)
            and open_at(state, 0) <= open_at(state, 1) + equal(state, 1)
        )  # fmt: skip
        side = (1 if above else -1) if found else 0
        bull[i] = 2 if known < 8 else int(side > 0)
        bear[i] = 2 if known < 8 else int(side < 0)


@candlestick(
    "tristar",
    "Tristar",
    13,
    "three doji, the middle one beyond a gap; bull: below, bear: above",
    talib="CDLTRISTAR",
    sides=True,
)
def tristar(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        limit = 0.1 * mean_range(state, 2, 10)
        above = gaps_up(state, 1) and top(state, 0) < top(state, 1)
        below = gaps_down(state, 1) and bottom(state, 0) > bottom(state, 1)
        found = known >= 13 and body(state, 2) <= limit and body(state, 1) <= limit and body(state, 0) <= limit
        side = (1 if below else -1 if above else 0) if found else 0
        bull[i] = 2 if known < 13 else int(side > 0)
        bear[i] = 2 if known < 13 else int(side < 0)
