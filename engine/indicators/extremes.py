"""The largest of the last n rows, and its age, by the block scheme of `window` (van Herk, Gil and Werman).

The smallest is the largest of the negated values. An unknown row makes exactly the windows that hold it unknown.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel


@kernel
def max_slots(n: int) -> int:
    """Slots of state a window maximum of n rows takes."""
    return 3 + n + n + 1


@kernel
def push_max(state: Column, at: int, n: int, value: float) -> float:
    """Add one row; the largest of the last n rows, unknown until there are n."""
    filled = int(state[at])
    raw = at + 3
    suffix = raw + n
    state[raw + filled] = value
    best = value
    if filled > 0:
        prefix = state[at + 1]
        if prefix != prefix or prefix > best:
            best = prefix
    filled += 1
    found = best
    if state[at + 2] < n:
        state[at + 2] += 1.0
    if state[at + 2] < n:
        found = math.nan
    elif filled < n:
        older = state[suffix + n - filled]
        if older != older or older > best:
            found = older
    if filled == n:
        running = value
        for back in range(1, n + 1):
            x = state[raw + n - back]
            if x != x or x > running:
                running = x
            state[suffix + back] = running
        filled = 0
    state[at] = filled
    state[at + 1] = best
    return found


@kernel
def age_slots(n: int) -> int:
    """Slots of state the age of a window maximum takes."""
    return 4 + n + 2 * (n + 1)


@kernel
def push_max_age(state: Column, at: int, n: int, value: float) -> float:
    """Add one row; how many rows ago the largest of the last n was (of equal ones the oldest), unknown until full."""
    filled = int(state[at])
    raw = at + 4
    suffix = raw + n
    places = suffix + n + 1
    state[raw + filled] = value
    best = state[at + 1]
    place = state[at + 2]
    if filled == 0 or (best == best and (value != value or value > best)):
        best = value
        place = float(filled)
    age = filled - place
    filled += 1
    known = best
    if state[at + 3] < n:
        state[at + 3] += 1.0
    if state[at + 3] < n:
        known = math.nan
    elif filled < n:
        older = state[suffix + n - filled]
        if older != older or older >= best:
            known = older
            age = n + filled - 1 - state[places + n - filled]
    if filled == n:
        _rebuild(state, raw, suffix, places, n)
        filled = 0
    state[at] = filled
    state[at + 1] = best
    state[at + 2] = place
    return age if known == known and best == best else math.nan


@kernel
def _rebuild(state: Column, raw: int, suffix: int, places: int, n: int) -> None:
    running = state[raw + n - 1]
    place = n - 1
    for back in range(1, n + 1):
        x = state[raw + n - back]
        if running == running and (x != x or x >= running):
            running = x
            place = n - back
        state[suffix + back] = running
        state[places + back] = place
