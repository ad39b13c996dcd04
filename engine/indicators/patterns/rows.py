"""Candlestick patterns of three candles in a row that go one way, and of four and five."""

from __future__ import annotations

from ...kernel import Column, kernel
from .candlestick import candlestick
from .tape import (
    body,
    bottom,
    close_at,
    colour,
    equal,
    far,
    hair,
    high_at,
    is_long,
    is_short,
    low_at,
    lower,
    mean_body,
    near,
    open_at,
    push,
    top,
    upper,
)  # fmt: skip


@kernel
def soldier(tape: Column, k: int) -> bool:
    """A white candle without an upper shadow."""
    return colour(tape, k) > 0 and upper(tape, k) < hair(tape, k)


@kernel
def marches(tape: Column, k: int) -> bool:
    """Opens above the open before, in its body or near, closes higher, and is not far shorter."""
    return (
        close_at(tape, k) > close_at(tape, k + 1) and open_at(tape, k) > open_at(tape, k + 1)
        and open_at(tape, k) <= close_at(tape, k + 1) + near(tape, k + 1)
        and body(tape, k) > body(tape, k + 1) - far(tape, k + 1)
    )  # fmt: skip


@kernel
def crow(tape: Column, k: int) -> bool:
    """A black candle without a lower shadow."""
    return colour(tape, k) < 0 and lower(tape, k) < hair(tape, k)


@kernel
def falls(tape: Column, k: int) -> bool:
    """Opens in the body before and closes lower."""
    return (
        open_at(tape, k) < open_at(tape, k + 1) and open_at(tape, k) > close_at(tape, k + 1)
        and close_at(tape, k) < close_at(tape, k + 1)
    )  # fmt: skip


@kernel
def continues(tape: Column, k: int) -> bool:
    """Opens where the candle before closed, and closes lower."""
    return (
        open_at(tape, k) <= close_at(tape, k + 1) + equal(tape, k + 1)
        and open_at(tape, k) >= close_at(tape, k + 1) - equal(tape, k + 1)
        and close_at(tape, k) < close_at(tape, k + 1)
    )  # fmt: skip


@kernel
def opens_near(tape: Column, k: int) -> bool:
    """Opens in the body before, or near it."""
    return (
        open_at(tape, k) >= bottom(tape, k + 1) - near(tape, k + 1)
        and open_at(tape, k) <= top(tape, k + 1) + near(tape, k + 1)
    )  # fmt: skip


@kernel
def rests(tape: Column, k: int) -> bool:
    """A short body that touches the range of the candle four back."""
    return is_short(tape, k) and bottom(tape, k) < high_at(tape, 4) and top(tape, k) > low_at(tape, 4)


@candlestick(
    "three_white_soldiers",
    "Three white soldiers",
    13,
    "three white candles without upper shadows, each opening in or near the body before and closing higher",
    talib="CDL3WHITESOLDIERS",
)
def three_white_soldiers(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(
            soldier(state, 2) and soldier(state, 1) and soldier(state, 0)
            and marches(state, 1) and marches(state, 0) and body(state, 0) > mean_body(state, 0)
        )  # fmt: skip


@candlestick(
    "three_black_crows",
    "Three black crows",
    14,
    "after a white candle three black ones without lower shadows, each opening in the body before and closing lower",
    talib="CDL3BLACKCROWS",
)
def three_black_crows(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 14 else int(
            colour(state, 3) > 0 and high_at(state, 3) > close_at(state, 2)
            and crow(state, 2) and crow(state, 1) and crow(state, 0) and falls(state, 1) and falls(state, 0)
        )  # fmt: skip


@candlestick(
    "identical_three_crows",
    "Identical three crows",
    13,
    "three black candles without lower shadows, each opening at the close before and closing lower",
    talib="CDLIDENTICAL3CROWS",
)
def identical_three_crows(
    opens: Column, highs: Column, lows: Column, closes: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        out[i] = 2 if known < 13 else int(
            crow(state, 2) and crow(state, 1) and crow(state, 0) and continues(state, 1) and continues(state, 0)
        )  # fmt: skip


@candlestick(
    "three_line_strike",
    "Three-line strike",
    9,
    "three candles of one colour, then one of the other back beyond the first's open; bull: the three are white",
    talib="CDL3LINESTRIKE",
    sides=True,
)
def three_line_strike(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        way = colour(state, 1)
        found = (
            known >= 9 and colour(state, 3) == way and colour(state, 2) == way and colour(state, 0) == -way
            and opens_near(state, 2) and opens_near(state, 1)
            and way * (close_at(state, 1) - close_at(state, 2)) > 0.0
            and way * (close_at(state, 2) - close_at(state, 3)) > 0.0
            and way * (open_at(state, 0) - close_at(state, 1)) > 0.0
            and way * (close_at(state, 0) - open_at(state, 3)) < 0.0
        )  # fmt: skip
        side = colour(state, 1) if found else 0
        bull[i] = 2 if known < 9 else int(side > 0)
        bear[i] = 2 if known < 9 else int(side < 0)


@candlestick(
    "three_methods",
    "Rising and falling three methods",
    15,
    "a long body, three short ones back inside its range, a long one beyond its close; bull: the long ones are white",
    talib="CDLRISEFALL3METHODS",
    sides=True,
)
def three_methods(
    opens: Column, highs: Column, lows: Column, closes: Column, bull: Column, bear: Column,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        known = push(state, opens[i], highs[i], lows[i], closes[i])
        way = colour(state, 4)
        found = (
            known >= 15 and colour(state, 3) == -way and colour(state, 2) == -way and colour(state, 1) == -way
            and colour(state, 0) == way and rests(state, 3) and rests(state, 2) and rests(state, 1)
            and way * (close_at(state, 2) - close_at(state, 3)) < 0.0
            and way * (close_at(state, 1) - close_at(state, 2)) < 0.0
            and way * (open_at(state, 0) - close_at(state, 1)) > 0.0
            and way * (close_at(state, 0) - close_at(state, 4)) > 0.0
            and is_long(state, 4) and is_long(state, 0)
        )  # fmt: skip
        side = colour(state, 4) if found else 0
        bull[i] = 2 if known < 15 else int(side > 0)
        bear[i] = 2 if known < 15 else int(side < 0)
