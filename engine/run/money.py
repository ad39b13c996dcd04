"""The ledger's fills and payments in, what the sessions' account should be worth out: reckoned without the Book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from ..ledger.events import Event
from ..ledger.events_account import Filled, FundingPaid, PositionAdjusted, Transferred
from ..ledger.values import Side
from ..market.symbol import parse_symbol


class Money:
    """Cash flows of `strategies`, in quote units, and what they hold of each symbol: an exact sum.

    A spot's cost leaves the cash and comes back; a contract's profit is the same sum. A fee in any other currency than
    the two of the symbol has no price here, as in the Book.
    """

    def __init__(self, capital: float, currency: str, strategies: Collection[str]) -> None:
        self.cash = Decimal(repr(capital))
        self.held: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.moved = 0.0
        """Quote units that were traded."""
        self.inexact = False
        """A contract's position was adjusted: what that is worth follows from the Book alone."""
        self._currency, self._strategies = currency, strategies

    def take(self, event: Event, strategy: str) -> None:
        """The next event; `strategy` is whose order it belongs to, or what the event itself says."""
        if isinstance(event, Transferred) and event.currency == self._currency:
            self.cash += event.amount
        if strategy not in self._strategies:
            return
        match event:
            case Filled():
                self._fill(event, strategy)
            case FundingPaid():
                self.cash += event.amount
            case PositionAdjusted():
                self.held[strategy, event.symbol] += event.quantity
                self.cash -= event.quantity * event.price
                self.inexact |= parse_symbol(event.symbol)[2] is not None
            case _:
                pass

    def _fill(self, event: Filled, strategy: str) -> None:
        base, quote, _ = parse_symbol(event.symbol)
        sign = 1 if event.side is Side.BUY else -1
        self.moved += float(event.quantity * event.price)
        self.cash -= sign * event.quantity * event.price
        self.held[strategy, event.symbol] += sign * event.quantity
        if event.fee_currency in (quote, self._currency):
            self.cash -= event.fee
        elif event.fee_currency == base and sign > 0:
            self.held[strategy, event.symbol] -= event.fee
        elif event.fee_currency == base:
            self.cash -= event.fee * event.price
