"""Sliding windows without drift: sums over the last n rows by blocks.

A window of n rows is a suffix of the last full block of n rows and a prefix of the one being filled. Both are
built by additions only (nothing is ever subtracted), so an outlier leaves without a trace, an unknown row makes
exactly the windows that hold it unknown, and the result depends on absolute rows, never on how they were chunked.

State of a window at `at`: [0] rows in the current block, [1] its sum, [2] rows seen up to n, then n raw values of
the current block and n + 1 suffix sums of the last one.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel


@kernel
def sum_slots(n: int) -> int:
    """Slots of state a window sum of n rows takes."""
    return 3 + n + n + 1


@kernel
def push_sum(state: Column, at: int, n: int, value: float) -> float:
    """Add one row; the sum of the last n rows, or of the rows so far while there are fewer than n."""
    filled = int(state[at])
    raw = at + 3
    suffix = raw + n
    state[raw + filled] = value
    prefix = state[at + 1] + value
    filled += 1
    total = state[suffix + n - filled] + prefix
    if state[at + 2] < n:
        state[at + 2] += 1.0
    if filled == n:
        running = 0.0
        for back in range(1, n + 1):
            running += state[raw + n - back]
            state[suffix + back] = running
        filled = 0
        prefix = 0.0
    state[at] = filled
    state[at + 1] = prefix
    return total


@kernel
def lag_slots(n: int) -> int:
    """Slots of state that remember a value for n rows."""
    return 2 + n


@kernel
def push_lag(state: Column, at: int, n: int, value: float) -> float:
    """Add one row; the value n rows ago (n >= 1), unknown before there is one."""
    turn = int(state[at])
    slot = at + 2 + turn
    old = state[slot]
    if state[at + 1] < n:
        state[at + 1] += 1.0
        old = math.nan
    state[slot] = value
    state[at] = turn + 1 if turn + 1 < n else 0
    return old


@kernel
def weighted_slots(n: int) -> int:
    """Slots of state a linearly weighted window of n rows takes."""
    return 4 + n + 2 * (n + 1)


@kernel
def push_weighted(state: Column, at: int, n: int, value: float) -> tuple[float, float]:
    """Add one row; (sum of weight x value with weights 1, 2 ... n, newest last, plain sum), unknown until full.

    Both halves keep a plain sum beside the weighted one: a row more behind the suffix, or k rows before the
    prefix, adds the plain sum once or k times to the weighted one.
    """
    filled = int(state[at])
    raw = at + 4
    sums = raw + n
    weights = sums + n + 1
    state[raw + filled] = value
    filled += 1
    prefix = state[at + 1] + value
    weighted = state[at + 2] + filled * value
    before = n - filled
    total = state[sums + before] + prefix
    combined = state[weights + before] + weighted + before * prefix
    if state[at + 3] < n:
        state[at + 3] += 1.0
        if state[at + 3] < n:
            total = math.nan
            combined = math.nan
    if filled == n:
        running = 0.0
        heavy = 0.0
        for back in range(1, n + 1):
            running += state[raw + n - back]
            heavy += running
            state[sums + back] = running
            state[weights + back] = heavy
        filled = 0
        prefix = 0.0
        weighted = 0.0
    state[at] = filled
    state[at + 1] = prefix
    state[at + 2] = weighted
    return combined, total
