"""Kernels of the language's operators: arithmetic, comparisons, Kleene logic, time shifts.

Numbers are float64 with NaN = unknown; conditions are int8: 0 false, 1 true, 2 unknown.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel, unsigned

FALSE, TRUE, UNKNOWN = 0, 1, 2


@kernel
def finite(value: float) -> float:
    """The value, or unknown where it overflowed."""
    return value if value - value == 0.0 else math.nan


@kernel
def add(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = finite(a[i] + b[i])


@kernel
def sub(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = finite(a[i] - b[i])


@kernel
def mul(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = finite(a[i] * b[i])


@kernel
def div(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        divisor = b[i]
        out[i] = math.nan if divisor == 0.0 else finite(a[i] / divisor)


@kernel
def neg(a: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = -a[i]


@kernel
def hl2(high: Column, low: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (high[i] + low[i]) / 2.0


@kernel
def hlc3(high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (high[i] + low[i] + close[i]) / 3.0


@kernel
def ohlc4(
    first: Column, high: Column, low: Column, close: Column, out: Column, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        out[i] = (first[i] + high[i] + low[i] + close[i]) / 4.0


@kernel
def known(a: float, b: float) -> bool:
    return a == a and b == b


@kernel
def lt(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] < b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def le(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] <= b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def gt(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] > b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def ge(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] >= b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def eq(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] == b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def ne(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (1 if a[i] != b[i] else 0) if known(a[i], b[i]) else 2


@kernel
def both(a: int, b: int) -> int:
    """Kleene's and."""
    if a == 0 or b == 0:
        return 0
    return 1 if a == 1 and b == 1 else 2


@kernel
def either(a: int, b: int) -> int:
    """Kleene's or."""
    if a == 1 or b == 1:
        return 1
    return 0 if a == 0 and b == 0 else 2


@kernel
def and_(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = both(a[i], b[i])


@kernel
def or_(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = either(a[i], b[i])


@kernel
def not_(a: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = 2 if a[i] == 2 else 1 - a[i]


@kernel
def cross_above(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """a > b now and a <= b one row ago. State: [0] the last row's a <= b, plus one (0 = no row yet)."""
    before = int(state[0]) - 1 if state[0] > 0.0 else 2
    for i in range(lo, hi):
        above, below = 2, 2
        if known(a[i], b[i]):
            above = 1 if a[i] > b[i] else 0
            below = 1 - above
        out[i] = both(above, before)
        before = below
    state[0] = before + 1.0


@kernel
def cross_below(a: Column, b: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """a < b now and a >= b one row ago. State as in `cross_above`."""
    before = int(state[0]) - 1 if state[0] > 0.0 else 2
    for i in range(lo, hi):
        above, below = 2, 2
        if known(a[i], b[i]):
            below = 1 if a[i] < b[i] else 0
            above = 1 - below
        out[i] = both(below, before)
        before = above
    state[0] = before + 1.0


@kernel
def rising(a: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """a > a[1]. State: [0] whether a row came before, [1] its value."""
    for i in range(lo, hi):
        before = state[1] if state[0] > 0.0 else math.nan
        out[i] = (1 if a[i] > before else 0) if known(a[i], before) else 2
        state[0] = 1.0
        state[1] = a[i]


@kernel
def falling(a: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """a < a[1]. State as in `rising`."""
    for i in range(lo, hi):
        before = state[1] if state[0] > 0.0 else math.nan
        out[i] = (1 if a[i] < before else 0) if known(a[i], before) else 2
        state[0] = 1.0
        state[1] = a[i]


@kernel
def lag(a: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    """The value n rows ago. State: [0] rows seen, up to n, [1] the ring's next slot, then the last n values."""
    seen, slot = int(state[0]), int(state[1])
    for i in range(lo, hi):
        value = a[i]
        out[i] = value if n == 0 else (state[2 + slot] if seen >= n else math.nan)
        if n > 0:
            state[2 + slot] = value
        seen += 1 if seen < n else 0
        slot = slot + 1 if slot + 1 < n else 0
    state[0], state[1] = seen, slot


@kernel
def lag_condition(a: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    """As `lag`, of a condition."""
    seen, slot = int(state[0]), int(state[1])
    for i in range(lo, hi):
        value = a[i]
        out[i] = value if n == 0 else (int(state[2 + slot]) if seen >= n else 2)
        if n > 0:
            state[2 + slot] = value
        seen += 1 if seen < n else 0
        slot = slot + 1 if slot + 1 < n else 0
    state[0], state[1] = seen, slot


@kernel
def for_(a: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    """True on each of the last n rows. State: [0] rows seen, [1] last false row, [2] last unknown row (from 1)."""
    for i in range(lo, hi):
        state[0] += 1.0
        if a[i] == 0:
            state[1] = state[0]
        elif a[i] == 2:
            state[2] = state[0]
        oldest = state[0] - n
        if state[1] > 0.0 and state[1] > oldest:
            out[i] = 0
        else:
            out[i] = 2 if oldest < 0.0 or (state[2] > 0.0 and state[2] > oldest) else 1


@kernel
def within(a: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    """True on any of the last n rows. State: [0] rows seen, [1] last true row, [2] last unknown row (from 1)."""
    for i in range(lo, hi):
        state[0] += 1.0
        if a[i] == 1:
            state[1] = state[0]
        elif a[i] == 2:
            state[2] = state[0]
        oldest = state[0] - n
        if state[1] > 0.0 and state[1] > oldest:
            out[i] = 1
        else:
            out[i] = 2 if oldest < 0.0 or (state[2] > 0.0 and state[2] > oldest) else 0


@kernel
def edge(a: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    """Turning true: true now, and last known false (or never known). State: [0] the last known value."""
    last = int(state[0])
    if lo < hi and all_known(a, lo, hi):
        out[lo] = a[lo] & (1 - last)
        for i in range(lo + unsigned(1), hi):
            out[i] = a[i] & (1 - a[i - unsigned(1)])
        last = a[hi - unsigned(1)]
    else:
        for i in range(lo, hi):
            now = a[i]
            out[i] = 2 if now == 2 else now & (1 - last)
            last = last if now == 2 else now
    state[0] = last


@kernel
def all_known(a: Column, lo: int, hi: int) -> bool:
    """Whether no row is unknown; without a branch, so that it becomes vector instructions."""
    known = True
    for i in range(lo, hi):
        known &= a[i] != 2
    return known
