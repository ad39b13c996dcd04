"""Pivot points: levels for this session from the high, low and close of the whole session before."""

from __future__ import annotations

import math

from ..kernel import Column, rare
from .catalogue import CLOSE, HIGH, LOW, Output, built_in, indicator
from .volume import HOUR, SESSION, TIME

SLOTS = 9
NAMES = ("pivot", "r1", "r2", "r3", "s1", "s2", "s3")
LEVELS = tuple(Output(name, "price", sparse=True) for name in NAMES)
SESSIONS = (
    ", by default of the day before in UTC (`hours` 168, `offset` 96: of the week from Monday before); a session that "
    "began before the first candle does not count, a day without candles is left out"
)


@rare
def push_session(state: Column, hours: int, offset: int, time: int, high: float, low: float, close: float) -> bool:
    """Add a candle; whether it and a session before it are known.

    State: [0] 0 nothing yet, 1 this session was met on its way, 2 it is whole; [1] its number; [2] has it candles;
    [3] to [5] its high, low and close so far; [6] to [8] those of the session before (NaN: none).
    """
    span = hours * HOUR
    since = time - offset * HOUR
    number = since // span
    if state[0] == 0.0 or state[1] != number:
        whole = state[0] == 2.0 and state[2] > 0.0
        for k in range(3):
            state[6 + k] = state[3 + k] if whole else math.nan
        state[0] = 2.0 if state[0] > 0.0 or since == number * span else 1.0
        state[1] = number
        state[2] = 0.0
    if high != high or low != low or close != close:
        return False
    if state[2] == 0.0 or high > state[3]:
        state[3] = high
    if state[2] == 0.0 or low < state[4]:
        state[4] = low
    state[5] = close
    state[2] = 1.0
    return state[6] == state[6]


@indicator(
    name="pivot_points",
    title="Pivot points of the session before",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE, TIME),
    parameters=SESSION,
    outputs=LEVELS,
    state=lambda p: SLOTS,
    first=lambda p: (1,) * 7,
    settle=lambda p: p["hours"] * 120,
    convention=built_in("Pivot Points Standard (Traditional)") + SESSIONS,
    formula="p = (h + l + c) / 3; r1, s1 = 2p - l, 2p - h; r2, s2 = p +- (h - l); r3, s3 = h + 2(p - l), l - 2(h - p)",
    source=built_in("Pivot Points Standard"),
)
def pivot_points(
    high: Column, low: Column, close: Column, time: Column, pivot: Column, r1: Column, r2: Column, r3: Column,
    s1: Column, s2: Column, s3: Column, hours: int, offset: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        pivot[i] = r1[i] = r2[i] = r3[i] = s1[i] = s2[i] = s3[i] = math.nan
        if push_session(state, hours, offset, time[i], high[i], low[i], close[i]):
            top = state[6]
            bottom = state[7]
            middle = (top + bottom + state[8]) / 3.0
            pivot[i] = middle
            r1[i] = 2.0 * middle - bottom
            r2[i] = middle + (top - bottom)
            r3[i] = top + 2.0 * (middle - bottom)
            s1[i] = 2.0 * middle - top
            s2[i] = middle - (top - bottom)
            s3[i] = bottom - 2.0 * (top - middle)


@indicator(
    name="pivot_points_fibonacci",
    title="Fibonacci pivot points of the session before",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE, TIME),
    parameters=SESSION,
    outputs=LEVELS,
    state=lambda p: SLOTS,
    first=lambda p: (1,) * 7,
    settle=lambda p: p["hours"] * 120,
    convention=built_in("Pivot Points Standard (Fibonacci)") + SESSIONS,
    formula="p = (h + l + c) / 3; r, s = p +- 0.382, 0.618 and 1 times (h - l)",
    source=built_in("Pivot Points Standard"),
)
def pivot_points_fibonacci(
    high: Column, low: Column, close: Column, time: Column, pivot: Column, r1: Column, r2: Column, r3: Column,
    s1: Column, s2: Column, s3: Column, hours: int, offset: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        pivot[i] = r1[i] = r2[i] = r3[i] = s1[i] = s2[i] = s3[i] = math.nan
        if push_session(state, hours, offset, time[i], high[i], low[i], close[i]):
            middle = (state[6] + state[7] + state[8]) / 3.0
            span = state[6] - state[7]
            pivot[i] = middle
            r1[i] = middle + 0.382 * span
            r2[i] = middle + 0.618 * span
            r3[i] = middle + span
            s1[i] = middle - 0.382 * span
            s2[i] = middle - 0.618 * span
            s3[i] = middle - span


@indicator(
    name="pivot_points_camarilla",
    title="Camarilla pivot points of the session before",
    family="pivots",
    inputs=(HIGH, LOW, CLOSE, TIME),
    parameters=SESSION,
    outputs=(*LEVELS, *(Output(name, "price", sparse=True) for name in ("r4", "s4"))),
    state=lambda p: SLOTS,
    first=lambda p: (1,) * 9,
    settle=lambda p: p["hours"] * 120,
    convention=built_in("Pivot Points Standard (Camarilla)") + SESSIONS,
    formula="p = (h + l + c) / 3; r1 to r4, s1 to s4 = c +- 1.1 * (h - l) / 12, 6, 4 and 2",
    source=built_in("Pivot Points Standard"),
)
def pivot_points_camarilla(
    high: Column, low: Column, close: Column, time: Column, pivot: Column, r1: Column, r2: Column, r3: Column,
    s1: Column, s2: Column, s3: Column, r4: Column, s4: Column, hours: int, offset: int, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        pivot[i] = r1[i] = r2[i] = r3[i] = r4[i] = s1[i] = s2[i] = s3[i] = s4[i] = math.nan
        if push_session(state, hours, offset, time[i], high[i], low[i], close[i]):
            last = state[8]
            span = 1.1 * (state[6] - state[7])
            pivot[i] = (state[6] + state[7] + last) / 3.0
            r1[i] = last + span / 12.0
            r2[i] = last + span / 6.0
            r3[i] = last + span / 4.0
            r4[i] = last + span / 2.0
            s1[i] = last - span / 12.0
            s2[i] = last - span / 6.0
            s3[i] = last - span / 4.0
            s4[i] = last - span / 2.0
