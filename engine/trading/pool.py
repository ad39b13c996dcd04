"""What the strategies of one account know of each other: measured at a close, read by the gate.

`Book.pool` holds one number under each of these names; it stays zero where a strategy has the account to itself.
"""

from __future__ import annotations

from ..kernel import Column, kernel
from .book import Book
from .exposure import gross_of, heat_of, net_of
from .rules import Rules
from .sizing import free_funds

SHARED, EQUITY, GROSS, NET, HEAT, OPEN, MOST_OPEN, STATE, DAY_LOST, FALLEN = range(10)
"""Whether there are others; the account's equity; what the others hold or have ordered: cost, longs less shorts, loss
at the stops, count; the account's most positions, its State, the day's loss and the fall from its highest equity."""
FREE = DAY_LOST
"""In what `measure` writes: funds that nothing holds."""


@kernel
def measure(rules: Rules, book: Book, found: Column, costs: Column, lo: int, hi: int) -> None:
    """Write a strategy's own figures by those names, and the cost of each symbol `lo..hi`: long, short."""
    positions, orders = book.positions, book.orders
    symbols = len(positions)
    found[EQUITY] = book.wallets[0].equity
    # No order is meant: -1 is no symbol, so that everything counts.
    found[GROSS] = gross_of(positions, orders, -1, 0)
    found[NET] = net_of(positions, orders, -1, 0)
    found[HEAT] = heat_of(positions, orders, -1, 0)
    found[FREE] = free_funds(rules.policies[0], rules.instruments[0], book.wallets[0], positions, -1, symbols, 0)
    count = 0
    for s in range(lo, hi):
        position, order = positions[s], orders[s]
        count += 1 if position.quantity != 0.0 or order.side != 0 else 0
        held = position.quantity * position.mark if position.quantity != 0.0 else 0.0
        ordered = order.side * order.quantity * position.mark if order.side != 0 else 0.0
        costs[0, s] = (held if held > 0.0 else 0.0) + (ordered if ordered > 0.0 else 0.0)
        costs[1, s] = (-held if held < 0.0 else 0.0) + (-ordered if ordered < 0.0 else 0.0)
    found[OPEN] = count


@kernel
def transfer(book: Book, amounts: Column, lo: int, hi: int) -> None:
    """Pay `amounts[0]` into a strategy's part of the account (below zero: out of it); losses do not count it."""
    wallet, guard = book.wallets[0], book.guards.rows[0]
    wallet.cash += amounts[0]
    wallet.equity += amounts[0]
    guard.high += amounts[0]
    guard.day_equity += amounts[0]
