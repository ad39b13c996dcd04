"""How closely two symbols' closes move together: their one-candle changes over the last candles both have."""

from __future__ import annotations

import math

from ..kernel import kernel
from .guard import Guards


@kernel
def note_close(guards: Guards, window: int, symbol: int, time: int, close: float) -> None:
    """Note a symbol's closed candle."""
    last = guards.closes[symbol]
    if last > 0.0:
        seen = guards.changed[symbol]
        guards.changes[symbol, seen % window] = close / last - 1.0
        guards.change_times[symbol, seen % window] = time
        guards.changed[symbol] = seen + 1
    guards.closes[symbol] = close


@kernel
def correlation(guards: Guards, window: int, a: int, b: int) -> float:
    """Pearson's correlation of the changes of two symbols; unknown with fewer than half of the window in common."""
    i, j = guards.changed[a] - 1, guards.changed[b] - 1
    first_a, first_b = max(0, i + 1 - window), max(0, j + 1 - window)
    common = 0
    mean_a, mean_b, square_a, square_b, product = 0.0, 0.0, 0.0, 0.0, 0.0
    while i >= first_a and j >= first_b:
        when_a, when_b = guards.change_times[a, i % window], guards.change_times[b, j % window]
        if when_a == when_b:
            x, y = guards.changes[a, i % window], guards.changes[b, j % window]
            common += 1
            off_a, off_b = x - mean_a, y - mean_b
            mean_a += off_a / common
            mean_b += off_b / common
            square_a += off_a * (x - mean_a)
            square_b += off_b * (y - mean_b)
            product += off_a * (y - mean_b)
        i -= 1 if when_a >= when_b else 0
        j -= 1 if when_b >= when_a else 0
    if 2 * common < window or not square_a > 0.0 or not square_b > 0.0:
        return math.nan
    return product / (math.sqrt(square_a) * math.sqrt(square_b))
