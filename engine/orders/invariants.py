"""What must hold of the rows at any moment: checked when a ledger is loaded, in tests and after each rehearsal's step.

Invariants 1, 2 and 9 are the ledger's and the sender's; 4 and 10 a replay proves (`ledger verify`). 11 needs the time
and the prices that are watched besides the rows: `bare` is what the rows say of it, the guards hold it to the clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ..ledger.exact import add, subtract
from ..ledger.rows import BalanceRow, DoubtRow, OrderRow
from ..ledger.values import ENDED, IN_DOUBT, Command, OrderState, Role
from .state import State

_AT_VENUE = frozenset({OrderState.OPEN, OrderState.PARTIAL})
_EXITS = frozenset({Role.EXIT, Role.EMERGENCY})


def check(state: State) -> list[str]:
    """The violations, in words; none when all is well."""
    return [
        *_fills(state.all(OrderRow), state),
        *_reservations(state),
        *_doubts(state),
        *_reducing(state),
        *_ends(state.all(OrderRow)),
    ]


def bare(state: State, symbol: str, strategy: str) -> bool:
    """11: whether something is held with no stop at the venue and no exit on its way."""
    orders = [row for row in state.live(symbol, strategy) if row.ours]
    stops = any(row.role is Role.STOP and row.state in _AT_VENUE for row in orders)
    return bool(state.position(symbol, strategy)) and not stops and not any(row.role in _EXITS for row in orders)


def _fills(rows: Iterator[OrderRow], state: State) -> Iterator[str]:
    """3: what an order filled is the sum of its fills."""
    for row in rows:
        total = add(*(fill.quantity for fill in state.fills(row.order_id).values()))
        if total != row.filled:
            yield f"3: order {row.order_id} filled {row.filled}, its fills come to {total}"
        if row.filled > row.quantity and not row.overfilled:
            yield f"3: order {row.order_id} filled {row.filled} of {row.quantity} and is not marked"


def _reservations(state: State) -> Iterator[str]:
    """5: what live orders reserve is what balances hold back, and ended orders reserve nothing."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in state.all(OrderRow):
        if row.state in ENDED and row.reserved:
            yield f"5: order {row.order_id} is {row.state} and reserves {dict(row.reserved)}"
        for currency, amount in row.reserved:
            sums[currency] = add(sums[currency], amount)
    for balance in state.all(BalanceRow):
        if balance.reserved != sums[balance.currency]:
            yield f"5: {balance.reserved} {balance.currency} is held back, orders reserve {sums[balance.currency]}"


def _doubts(state: State) -> Iterator[str]:
    """7: one order in doubt for each symbol and role."""
    counted = Counter((row.symbol, row.role) for row in state.live() if row.state in IN_DOUBT)
    for (symbol, role), count in counted.items():
        if count > 1:
            yield f"7: {count} orders of {symbol} and role {role} are in doubt"
    for doubt in state.all(DoubtRow):
        row = state.order(doubt.order_id) if doubt.order_id else None
        if row is not None and row.state not in IN_DOUBT:
            yield f"7: order {row.order_id} counts as in doubt and is {row.state}"


def _reducing(state: State) -> Iterator[str]:
    """6: open orders that close never take more than there is. While an emergency exit of a contract is on its way,
    which does not wait for the end of a stop, the venue keeps that: both only reduce (`urgent.py`)."""
    for row in state.positions():
        live = state.live(row.symbol, row.strategy)
        if ":" in row.symbol and any(one.role is Role.EMERGENCY and one.reduce_only for one in live):
            continue
        closing = state.reducing(row.symbol, row.strategy)
        if closing > abs(row.quantity):
            over = subtract(closing, abs(row.quantity))
            yield f"6: orders of {row.strategy} would take {over} {row.symbol} more than it holds"


def _ends(rows: Iterator[OrderRow]) -> Iterator[str]:
    """9: an end has its evidence; and nothing is asked of what has ended."""
    for row in rows:
        if row.state in ENDED - {OrderState.FILLED} and not row.evidence:
            yield f"9: order {row.order_id} is {row.state} without evidence"
        if row.state in ENDED and row.command is not Command.NONE:
            yield f"9: order {row.order_id} is {row.state} and waits for {row.command}"
