"""Whose a funding payment is: of everybody who held the contract then, each by what it held.

The venue pays for the net of all. The parts are events of their own, called `id`, `id#2`, ... and come to the payment
to the last digit; opposite sides have opposite signs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..brokers.words import FundingReport
from ..ledger.events_account import FundingPaid
from ..ledger.exact import ZERO, add, share, subtract
from ..ledger.values import Side
from .state import State


def funding(it: FundingReport, state: State) -> Iterator[FundingPaid]:
    """The payment, in its parts."""
    held = held_at(state, it.symbol, it.time)
    net = add(*held.values())
    if not net:  # nobody is known to have held it
        held, net = {state.owner(it.symbol): Decimal(1)}, Decimal(1)
    left = it.amount
    for number, (strategy, quantity) in enumerate(held.items(), 1):
        amount = share(it.amount, quantity, net) if number < len(held) else left
        left = subtract(left, amount)
        name = it.funding_id if number == 1 else f"{it.funding_id}#{number}"
        yield FundingPaid(state.account, name, it.symbol, strategy, amount, it.currency, it.time)


def held_at(state: State, symbol: str, time: int) -> Mapping[str, Decimal]:
    """Signed base units by strategy, the oldest position first: as they are now, without what was filled since `time`
    (ms UTC)."""
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in sorted(state.positions(symbol), key=lambda row: row.trade_id or 0):
        held[row.strategy] = row.quantity
    for fill in state.fills_since(symbol, time):
        moved = fill.quantity if fill.side is Side.BUY else -fill.quantity
        held[fill.strategy] = subtract(held[fill.strategy], moved)
    return {strategy: quantity for strategy, quantity in held.items() if quantity != ZERO}
