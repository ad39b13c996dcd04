"""Kernels that bring one clock's columns to the strategy's clock, by close time.

`visible[i]` counts the other clock's rows closed in this call as of own row i; `visible[hi]` counts all of them: rows
beyond the last own row are kept in the state for the next call. `fresh[i]` is 0 while the other clock's candle for
that time is missing (only a feed can be stale: a symbol's own slower candles hold).
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .operators import either


@kernel
def follow(
    own_time: Column, feed_time: Column, visible: Column, fresh: Column, feed_rows: int, lo: int, hi: int
) -> None:
    """A feed on the strategy's timeframe: fresh where it has a candle with the same open time."""
    k = 0
    for i in range(lo, hi):
        while k < feed_rows and feed_time[k] <= own_time[i]:
            k += 1
        visible[i] = k
        fresh[i] = 1 if k > 0 and feed_time[k - 1] == own_time[i] else 0
    visible[hi] = feed_rows


@kernel
def follow_slower(
    own_time: Column,
    base_visible: Column,
    slow_visible: Column,
    slow_time: Column,
    visible: Column,
    fresh: Column,
    ms: int,
    anchor: int,
    base_ms: int,
    state: Column,
    lo: int,
    hi: int,
) -> None:
    """A feed's slower candles: fresh while the last closed one is the one due. State: [0] its time, [1] has one."""
    for i in range(lo, hi):
        seen = slow_visible[base_visible[i] - 1] if base_visible[i] > 0 else 0
        visible[i] = seen
        if seen > 0:
            state[0] = slow_time[seen - 1]
            state[1] = 1.0
        close = own_time[i] + base_ms
        due = close - (close - anchor) % ms - ms
        fresh[i] = 1 if state[1] > 0.0 and state[0] == due else 0
    visible[hi] = slow_visible[base_visible[hi] - 1] if base_visible[hi] > 0 else 0
    if visible[hi] > 0:
        state[0] = slow_time[visible[hi] - 1]
        state[1] = 1.0


@kernel
def lift(a: Column, visible: Column, fresh: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """The last closed value. State: [0] it, [1] whether there is one."""
    for i in range(lo, hi):
        if visible[i] > 0:
            state[0] = a[visible[i] - 1]
            state[1] = 1.0
        out[i] = state[0] if state[1] > 0.0 and fresh[i] == 1 else math.nan
    if visible[hi] > 0:
        state[0] = a[visible[hi] - 1]
        state[1] = 1.0


@kernel
def lift_condition(a: Column, visible: Column, fresh: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """The last closed condition. State as in `lift`."""
    for i in range(lo, hi):
        if visible[i] > 0:
            state[0] = a[visible[i] - 1]
            state[1] = 1.0
        out[i] = int(state[0]) if state[1] > 0.0 and fresh[i] == 1 else 2
    if visible[hi] > 0:
        state[0] = a[visible[hi] - 1]
        state[1] = 1.0


@kernel
def lift_event(a: Column, visible: Column, fresh: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """A crossing: true only on the first own row at or after its candle's close. State: [0] what closed since the last
    own row, [1] whether any row closed."""
    shown = 0
    now = int(state[0])
    for i in range(lo, hi):
        for k in range(shown, visible[i]):
            now = either(now, a[k])
            state[1] = 1.0
        shown = visible[i]
        out[i] = now if state[1] > 0.0 and fresh[i] == 1 else 2
        now = 0
    for k in range(shown, visible[hi]):
        now = either(now, a[k])
        state[1] = 1.0
    state[0] = now
