"""How closely two symbols' closes move together: their one-candle changes over the last candles both have."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .guard import Moves
from .limit_rules import LimitRules


@kernel
def note_close(moves: Moves, window: int, symbol: int, time: int, close: float) -> None:
    """Note a symbol's closed candle."""
    last = moves.closes[symbol]
    if last > 0.0:
        seen = moves.changed[symbol]
        moves.changes[symbol, seen % window] = close / last - 1.0
        moves.change_times[symbol, seen % window] = time
        moves.changed[symbol] = seen + 1
    moves.closes[symbol] = close


@kernel
def correlation(moves: Moves, window: int, a: int, b: int) -> float:
    """Pearson's correlation of the changes of two symbols; unknown with fewer than half of the window in common."""
    i, j = moves.changed[a] - 1, moves.changed[b] - 1
    first_a, first_b = max(0, i + 1 - window), max(0, j + 1 - window)
    common = 0
    mean_a, mean_b, square_a, square_b, product = 0.0, 0.0, 0.0, 0.0, 0.0
    while i >= first_a and j >= first_b:
        when_a, when_b = moves.change_times[a, i % window], moves.change_times[b, j % window]
        if when_a == when_b:
            x, y = moves.changes[a, i % window], moves.changes[b, j % window]
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


@kernel
def alike(
    limits: LimitRules, moves: Moves, places: Column, row: int, positions: Column, orders: Column, s: int, side: int
) -> int:  # fmt: skip
    """How many other symbols of the strategy move together with an order of symbol `s`; `row` of `places` has their
    numbers in `moves`. Unknown counts as moving together."""
    count = 0
    for other in range(len(positions)):
        position = positions[other]
        held = position.quantity if orders[other].side == 0 else orders[other].side * 1.0
        if other == s or held == 0.0:
            continue
        found = correlation(moves, limits.correlation_window, places[row, s], places[row, other])
        if not found * (side if held > 0.0 else -side) <= limits.correlation:
            count += 1
    return count


@kernel
def alike_beside(limits: LimitRules, moves: Moves, sides: Column, place: int, side: int) -> int:
    """How many positions and orders of others move together with an order of the symbol at `place`; their own of it
    do where they are on its side."""
    count = 0
    for other in range(len(moves.closes)):
        if sides[0, other] + sides[1, other] == 0.0:
            continue
        found = side * (correlation(moves, limits.correlation_window, place, other) if other != place else 1.0)
        if not found <= limits.correlation:
            count += int(sides[0, other])
        if not -found <= limits.correlation:
            count += int(sides[1, other])
    return count
