"""What the ledger and the venue do not agree on, when both were left alone for a while: nothing, ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ...brokers.words import Status
from ...exchange.accounts import Truth
from ...exchange.orders import Order
from ...ledger.exact import ZERO, add
from ...ledger.reader import Reader
from ...ledger.rows import FillRow, OrderRow
from ...ledger.tables import ROWS
from ...ledger.values import LIVE, OrderState
from ...orders.client_id import is_ours
from ...orders.state import State

_AT_VENUE = frozenset({OrderState.OPEN, OrderState.PARTIAL, OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED})
_DUST = Decimal("1e-8")


def duplicates(truth: Truth, state: State) -> list[str]:
    """Client ids of ours that more than one order of the venue has."""
    counted = Counter(order.client_id for order in _mine(truth, state))
    return [name for name, count in counted.items() if count > 1]


def orphans(truth: Truth, state: State, reader: Reader) -> list[str]:
    """Orders of ours at the venue that the ledger does not know."""
    known = {row.order_id for row in reader.orders(tuple(OrderState))}
    return [order.client_id for order in _mine(truth, state) if order.client_id not in known]


def disagreements(truth: Truth, state: State, reader: Reader, since: int = 0) -> list[str]:
    """Everything that differs, in words: orders, fills, money, contract positions.

    `since`: ms UTC, from which on the venue still knows orders that ended.
    """
    rows = {
        row.order_id: row for row in reader.orders(tuple(OrderState))
        if row.account == state.account and (row.created >= since or row.state in LIVE)
    }  # fmt: skip
    mine = [order for order in _mine(truth, state) if order.created >= since]
    return [
        *(f"several orders at the venue are called {name}" for name in duplicates(truth, state)),
        *(f"the ledger does not know order {name}" for name in orphans(truth, state, reader)),
        *_orders(mine, rows),
        *_fills(truth, state.account, reader, since),
        *_money(truth, state, reader),
        *_positions(truth, state),
    ]


def _mine(truth: Truth, state: State) -> list[Order]:
    prefixes = state.prefixes()
    return [order for order in truth.orders if is_ours(order.client_id, prefixes)]


def _orders(mine: list[Order], rows: Mapping[str, OrderRow]) -> Iterator[str]:
    for order in mine:
        row = rows.get(order.client_id)
        if row is None:
            continue
        if row.filled != order.filled:
            yield f"order {row.order_id}: filled {row.filled} in the ledger, {order.filled} at the venue"
        elif (row.state in LIVE) != (order.status is Status.OPEN):
            yield f"order {row.order_id} is {row.state} in the ledger, {order.status} at the venue"
    there = {order.client_id for order in mine}
    for row in rows.values():
        if row.ours and row.order_id not in there and row.state in _AT_VENUE:
            yield f"order {row.order_id} is {row.state}, and the venue never had it"


def _fills(truth: Truth, account: str, reader: Reader, since: int) -> Iterator[str]:
    theirs = {(fill.symbol, str(fill.fill_id)): fill.quantity for fill in truth.fills if fill.time >= since}
    ours: dict[tuple[str, str], Decimal] = {}
    columns = ROWS[FillRow].c
    for fill in reader.rows(FillRow, columns.account == account, columns.venue_time >= since):
        name = (fill.symbol, fill.fill_id.partition("#")[0])  # a venue counts the fills of each market by itself
        ours[name] = add(ours.get(name, ZERO), fill.quantity)
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            words = " ".join(name)
            yield f"fill {words}: {ours.get(name)} in the ledger, {theirs.get(name)} at the venue"


def _money(truth: Truth, state: State, reader: Reader) -> Iterator[str]:
    if truth.holdings:
        return  # a contract's margin moves between the totals while it is held
    for row in reader.balances(state.account):
        wallet = truth.wallets.get(row.currency)
        total = wallet.total if wallet is not None else ZERO
        if abs(row.booked - total) > _DUST:
            yield f"{row.currency}: {row.booked} in the ledger, {total} at the venue"


def _positions(truth: Truth, state: State) -> Iterator[str]:
    held = {row.symbol for row in state.positions() if ":" in row.symbol}
    for symbol in sorted(held | truth.holdings.keys()):
        holding = truth.holdings.get(symbol)
        theirs = holding.quantity if holding is not None else ZERO
        if state.held(symbol) != theirs:
            yield f"position in {symbol}: {state.held(symbol)} in the ledger, {theirs} at the venue"
