"""What a strategy holds and has ordered: counts, costs, and what is lost at the stops."""

from __future__ import annotations

from ..kernel import Column, kernel
from .book import Position


@kernel
def others_open(positions: Column, orders: Column, s: int, symbols: int, rotates: int) -> int:
    """How many symbols besides `s` hold a position (where it `rotates`: one that stays) or an entry order."""
    count = 0
    for other in range(symbols):
        held = positions[other].quantity != 0.0 and not (rotates == 1 and positions[other].exit_order != 0)
        if other != s and (held or orders[other].side != 0):
            count += 1
    return count


@kernel
def at_stop(position: Position) -> float:
    """What the position loses from its last close to its stop; unknown without one."""
    side = 1 if position.quantity > 0.0 else -1
    lost = side * (position.mark - position.stop)
    return abs(position.quantity) * (0.0 if lost < 0.0 else lost)


@kernel
def gross_of(positions: Column, orders: Column, s: int, side: int) -> float:
    """Cost at the last closes of all that is held or ordered beside an order of symbol `s`."""
    total = 0.0
    for other in range(len(positions)):
        position, order = positions[other], orders[other]
        if other != s or side * position.quantity > 0.0:
            total += abs(position.quantity) * position.mark if position.quantity != 0.0 else 0.0
        total += order.quantity * position.mark if order.side != 0 else 0.0
    return total


@kernel
def net_of(positions: Column, orders: Column, s: int, side: int) -> float:
    """The same, longs less shorts."""
    total = 0.0
    for other in range(len(positions)):
        position, order = positions[other], orders[other]
        if other != s or side * position.quantity > 0.0:
            total += position.quantity * position.mark if position.quantity != 0.0 else 0.0
        total += order.side * order.quantity * position.mark if order.side != 0 else 0.0
    return total


@kernel
def heat_of(positions: Column, orders: Column, s: int, side: int) -> float:
    """What all that is held or ordered would lose at its stops; unknown where one has none."""
    total = 0.0
    for other in range(len(positions)):
        position, order = positions[other], orders[other]
        if position.quantity != 0.0 and (other != s or side * position.quantity > 0.0):
            total += at_stop(position)
        total += order.quantity * order.distance if order.side != 0 else 0.0
    return total
