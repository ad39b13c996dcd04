"""The last n rows kept whole: in order of size, or looked through for their mean absolute deviation."""

from __future__ import annotations

import math

from ..kernel import Column, kernel


@kernel
def ranked_slots(n: int) -> int:
    """Slots of state a sorted window of n rows takes."""
    return 3 + n + n


@kernel
def push_ranked(state: Column, at: int, n: int, value: float) -> int:
    """Add one row; how many known values the last n rows hold (n = all), sorted from `at + 3 + n` on."""
    turn = int(state[at])
    count = int(state[at + 2])
    ordered = at + 3 + n
    if state[at + 1] < n:
        state[at + 1] += 1.0
    else:
        old = state[at + 3 + turn]
        if old == old:
            count -= 1
            for place in range(up_to(state, ordered, count + 1, old) - 1, count):
                state[ordered + place] = state[ordered + place + 1]
    state[at + 3 + turn] = value
    state[at] = turn + 1 if turn + 1 < n else 0
    if value == value:
        place = count
        while place > 0 and state[ordered + place - 1] > value:
            state[ordered + place] = state[ordered + place - 1]
            place -= 1
        state[ordered + place] = value
        count += 1
    state[at + 2] = count
    return count


@kernel
def up_to(state: Column, ordered: int, count: int, value: float) -> int:
    """How many of `count` sorted values are at most `value`."""
    low = 0
    high = count
    while low < high:
        middle = (low + high) // 2
        if state[ordered + middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def push_absolute(state: Column, n: int, value: float) -> tuple[float, float]:
    """Add one row; (mean less this value, mean absolute deviation) of the last n, unknown until full (2 + n slots).

    Measured from the newest value, so that a flat window has exactly no deviation.
    """
    turn = int(state[0])
    state[2 + turn] = value
    state[0] = turn + 1 if turn + 1 < n else 0
    if state[1] < n:
        state[1] += 1.0
    if state[1] < n or value != value:
        return math.nan, math.nan
    away = 0.0
    for k in range(2, 2 + n):
        away += state[k] - value
    mean = away / n
    deviation = 0.0
    for k in range(2, 2 + n):
        deviation += abs(state[k] - value - mean)
    return mean, deviation / n if deviation == deviation else math.nan
