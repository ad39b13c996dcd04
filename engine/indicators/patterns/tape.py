"""The last 16 candles, and what TA-Lib's candle settings call long, short, a doji, near or far.

State: [0] known candles in a row, [1] the newest one's place, then 16 places of open, high, low, close. `k` counts
candles back from the newest. A mean looks at the candles before `k`, always added from the oldest on.
"""

from __future__ import annotations

from ...kernel import Column, kernel, rare

SLOTS = 2 + 16 * 4


@rare
def push(tape: Column, opened: float, high: float, low: float, close: float) -> int:
    """Add a candle; how many known ones in a row the tape ends with."""
    if opened != opened or high != high or low != low or close != close:
        tape[0] = 0.0
        return 0
    place = (int(tape[1]) + 1) & 15
    slot = 2 + 4 * place
    tape[1] = place
    tape[slot] = opened
    tape[slot + 1] = high
    tape[slot + 2] = low
    tape[slot + 3] = close
    known = int(tape[0]) + 1
    tape[0] = known
    return known


@kernel
def open_at(tape: Column, k: int) -> float:
    return tape[2 + 4 * ((int(tape[1]) - k) & 15)]


@kernel
def high_at(tape: Column, k: int) -> float:
    return tape[3 + 4 * ((int(tape[1]) - k) & 15)]


@kernel
def low_at(tape: Column, k: int) -> float:
    return tape[4 + 4 * ((int(tape[1]) - k) & 15)]


@kernel
def close_at(tape: Column, k: int) -> float:
    return tape[5 + 4 * ((int(tape[1]) - k) & 15)]


@kernel
def colour(tape: Column, k: int) -> int:
    """1 for a white candle (it closed where it opened, or higher), -1 for a black one."""
    slot = 2 + 4 * ((int(tape[1]) - k) & 15)
    return 1 if tape[slot + 3] >= tape[slot] else -1


@kernel
def body(tape: Column, k: int) -> float:
    slot = 2 + 4 * ((int(tape[1]) - k) & 15)
    return abs(tape[slot + 3] - tape[slot])


@kernel
def top(tape: Column, k: int) -> float:
    """The upper end of the body."""
    slot = 2 + 4 * ((int(tape[1]) - k) & 15)
    return tape[slot + 3] if tape[slot + 3] >= tape[slot] else tape[slot]


@kernel
def bottom(tape: Column, k: int) -> float:
    """The lower end of the body."""
    slot = 2 + 4 * ((int(tape[1]) - k) & 15)
    return tape[slot] if tape[slot + 3] >= tape[slot] else tape[slot + 3]


@kernel
def upper(tape: Column, k: int) -> float:
    """The upper shadow."""
    return high_at(tape, k) - top(tape, k)


@kernel
def lower(tape: Column, k: int) -> float:
    """The lower shadow."""
    return bottom(tape, k) - low_at(tape, k)


@rare
def mean_body(tape: Column, k: int) -> float:
    """Of the 10 candles before k."""
    place = int(tape[1]) - k
    total = 0.0
    for back in range(10, 0, -1):
        slot = 2 + 4 * ((place - back) & 15)
        total += abs(tape[slot + 3] - tape[slot])
    return total / 10


@rare
def mean_range(tape: Column, k: int, n: int) -> float:
    """Of the n candles before k."""
    place = int(tape[1]) - k
    total = 0.0
    for back in range(n, 0, -1):
        slot = 2 + 4 * ((place - back) & 15)
        total += tape[slot + 1] - tape[slot + 2]
    return total / n


@rare
def mean_shadows(tape: Column, k: int) -> float:
    """Both shadows of the 10 candles before k."""
    place = int(tape[1]) - k
    total = 0.0
    for back in range(10, 0, -1):
        slot = 2 + 4 * ((place - back) & 15)
        total += tape[slot + 1] - tape[slot + 2] - abs(tape[slot + 3] - tape[slot])
    return total / 10


@kernel
def is_long(tape: Column, k: int) -> bool:
    return body(tape, k) > mean_body(tape, k)


@kernel
def is_short(tape: Column, k: int) -> bool:
    return body(tape, k) < mean_body(tape, k)


@kernel
def is_doji(tape: Column, k: int) -> bool:
    return body(tape, k) <= 0.1 * mean_range(tape, k, 10)


@kernel
def hair(tape: Column, k: int) -> float:
    """A shadow below this is as good as none (TA-Lib: ShadowVeryShort)."""
    return 0.1 * mean_range(tape, k, 10)


@kernel
def short_shadow(tape: Column, k: int) -> float:
    """A shadow below this is short (TA-Lib: ShadowShort)."""
    return mean_shadows(tape, k) / 2.0


@kernel
def near(tape: Column, k: int) -> float:
    """A distance up to this is small."""
    return 0.2 * mean_range(tape, k, 5)


@kernel
def far(tape: Column, k: int) -> float:
    """A distance above this is large."""
    return 0.6 * mean_range(tape, k, 5)


@kernel
def equal(tape: Column, k: int) -> float:
    """Prices up to this far apart are the same."""
    return 0.05 * mean_range(tape, k, 5)


@kernel
def gaps_up(tape: Column, k: int) -> bool:
    """Whether the body of k lies above the one before."""
    return bottom(tape, k) > top(tape, k + 1)


@kernel
def gaps_down(tape: Column, k: int) -> bool:
    """Whether the body of k lies below the one before."""
    return top(tape, k) < bottom(tape, k + 1)


@kernel
def jumps_up(tape: Column, k: int) -> bool:
    """Whether the whole of candle k lies above the one before."""
    return low_at(tape, k) > high_at(tape, k + 1)


@kernel
def jumps_down(tape: Column, k: int) -> bool:
    """Whether the whole of candle k lies below the one before."""
    return high_at(tape, k) < low_at(tape, k + 1)
