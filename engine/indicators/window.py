"""Sliding windows without drift: sums over the last n rows by blocks.

A window of n rows is a suffix of the last full block of n rows and a prefix of the one being filled. Both are
built by additions only (nothing is ever subtracted), so an outlier leaves without a trace, an unknown row makes
exactly the windows that hold it unknown, and the result depends on absolute rows, never on how they were chunked.

State of a window at `at`: [0] rows in the current block, [1] its sum, [2] rows seen up to n, then n raw values of
the current block and n + 1 suffix sums of the last one.
"""

from __future__ import annotations

from ..kernel import Column, kernel


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
    return total  # type: ignore[no-any-return]
