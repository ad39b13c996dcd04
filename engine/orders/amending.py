"""What somebody changed of an order of ours at the venue: what it is now, and what it holds back from now on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ..brokers.words import OrderReport, Status
from ..ledger.events import Event
from ..ledger.events_orders import CommandSent, OrderAmended
from ..ledger.exact import ZERO, multiply, share, subtract
from ..ledger.rows import BalanceRow, OrderRow
from ..ledger.values import Amounts, Command, OrderState, OrderType
from .state import State

_STANDING = frozenset({OrderState.OPEN, OrderState.PARTIAL})


def amended(row: OrderRow, report: OrderReport) -> Iterable[Event]:
    """What an open order is now, where somebody changed it at the venue: we never do. What is not told is as it was."""
    quantity = report.quantity if report.quantity > 0 else row.quantity
    price = row.price if row.type is not OrderType.LIMIT or report.price is None else report.price
    trigger = row.trigger if row.trigger is None or report.trigger is None else report.trigger
    same = (quantity, price, trigger) == (row.quantity, row.price, row.trigger)
    if row.type is OrderType.MARKET:  # there is nothing of it to change; some venues tell its quantity in money
        return
    if same or row.state not in _STANDING or row.command is not Command.NONE or report.status is not Status.OPEN:
        return
    yield CommandSent(row.order_id, Command.AMEND_SENT, f"{report.source}: somebody changed it at the venue")
    reserved = _scaled(row, quantity, price or trigger)
    yield OrderAmended(row.order_id, row.venue_id or report.venue_id, quantity, price, trigger, reserved)


def affordable(state: State, event: Event) -> Event:
    """The event as the ledger can take it: a change that the venue made is a fact, and must not be refused because our
    own sums know of less money than it asks for. What they do not cover is not held back."""
    row = state.order(event.order_id) if isinstance(event, OrderAmended) else None
    if row is None or not isinstance(event, OrderAmended) or event.reserved is None:
        return event
    before, held = dict(row.reserved), []
    for currency, amount in event.reserved:
        balance = state.get(BalanceRow, row.account, currency)
        if balance is not None and balance.seen is not None:
            others = subtract(balance.reserved, before.get(currency, ZERO))
            amount = min(amount, subtract(balance.booked, others))
        if amount > 0:
            held.append((currency, amount))
    return replace(event, reserved=tuple(held))


def _scaled(row: OrderRow, quantity: Decimal, at: Decimal | None) -> Amounts | None:
    """What it reserves, in proportion to what of it may still fill and at which price: leverage and fee stay in it."""
    at, was = at or Decimal(1), row.price or row.trigger or Decimal(1)
    old, new = multiply(subtract(row.quantity, row.filled), was), multiply(subtract(quantity, row.filled), at)
    if not row.reserved or old <= 0 or new <= 0:
        return None
    least = ZERO if ":" in row.symbol else new  # what it held may be less than its cost: all that there was
    return tuple((currency, max(share(amount, new, old), least)) for currency, amount in row.reserved)
