"""Whose a fill is that no decision of ours explains: it closes what strategies hold, and what is left is nobody's.

The fills of a batch in, in their order; events out. A fill that closes positions of several strategies is divided over
them, the oldest first, into parts called `id`, `id#2`, ... and `id#rest`; quantities and fees of the parts come to the
fill's own to the last digit, and no part makes a position larger or turns it over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ..brokers.words import FillReport
from ..ledger.events import Event
from ..ledger.events_account import Filled
from ..ledger.exact import ZERO, add, share, subtract
from ..ledger.rows import BalanceRow
from ..ledger.values import Side
from .evidence import corrected, filled
from .state import State

Part = tuple[FillReport, str]
"""A part of a fill and the strategy it is of; empty: nobody's."""
_NOBODY = ""


class Dividing:
    """One batch. What a fill moves counts for those behind it: the rows tell of it only once all are recorded."""

    def __init__(self, state: State) -> None:
        self._state = state
        rows = sorted(state.positions(), key=lambda row: row.trade_id or 0)
        self._held = {(row.symbol, row.strategy): row.quantity for row in rows}
        self._strange: defaultdict[str, Decimal] = defaultdict(Decimal)
        """Coins that came or went without a strategy, by currency."""
        self._seen: set[tuple[str, str]] = set()

    def events(self, it: FillReport, order_id: str | None) -> Sequence[Event]:
        """What follows from a fill of an order of ours (None: of somebody else's)."""
        known = self._state.parts(it.symbol, it.fill_id, order_id)
        if known or (it.symbol, it.fill_id) in self._seen:
            return tuple(corrected(it, known))
        self._seen.add((it.symbol, it.fill_id))
        row = self._state.order(order_id) if order_id is not None else None
        if order_id is None or (row is not None and row.intent_id is None and not row.strategy):
            parts = list(self._parts(it, spare_first=order_id is None))
        else:
            parts = [(it, row.strategy if row is not None else _NOBODY)]
        events = [filled(part, self._state.account, order_id, strategy) for part, strategy in parts]
        for event in events:
            self._follow(event)
        return events

    def _parts(self, it: FillReport, spare_first: bool) -> Iterator[Part]:
        """`spare_first`: on spot, coins that belong to no strategy are sold before theirs."""
        shares = self._shares(it, self._spare(it) if spare_first else ZERO)
        fee_left = it.fee or ZERO
        for number, (strategy, quantity) in enumerate(shares, 1):
            fee = share(it.fee or ZERO, quantity, it.quantity) if number < len(shares) else fee_left
            fee_left = subtract(fee_left, fee)
            name = it.fill_id if number == 1 else f"{it.fill_id}#{number if strategy else 'rest'}"
            yield replace(it, fill_id=name, quantity=quantity, fee=None if it.fee is None else fee), strategy

    def _shares(self, it: FillReport, spare: Decimal) -> list[tuple[str, Decimal]]:
        """(strategy, quantity); they come to the fill's quantity, and nobody's share is the last."""
        left, found = max(subtract(it.quantity, spare), ZERO), list[tuple[str, Decimal]]()
        for (symbol, strategy), held in self._held.items():
            if symbol == it.symbol and strategy and held and (held > 0) == (it.side is Side.SELL) and left:
                found.append((strategy, min(left, abs(held))))
                left = subtract(left, found[-1][1])
        rest = subtract(it.quantity, add(*(quantity for _, quantity in found)))
        return [*found, (_NOBODY, rest)] if rest else found

    def _spare(self, it: FillReport) -> Decimal:
        """Base units in the wallet that no strategy holds."""
        base = it.symbol.partition("/")[0]
        balance = self._state.get(BalanceRow, self._state.account, base)
        if ":" in it.symbol or balance is None or not balance.seen:
            return ZERO
        rows = [row for row in self._state.positions() if row.strategy and ":" not in row.symbol]
        held = add(*(row.quantity for row in rows if row.symbol.partition("/")[0] == base))
        return max(add(balance.booked, self._strange[base], -held), ZERO)

    def _follow(self, it: Filled) -> None:
        moved = it.quantity if it.side is Side.BUY else -it.quantity
        base = it.symbol.partition("/")[0]
        if ":" not in it.symbol and it.fee_currency == base:
            moved = subtract(moved, it.fee)
        if not it.strategy and ":" not in it.symbol:
            self._strange[base] = add(self._strange[base], moved)
        key = (it.symbol, it.strategy)
        self._held[key] = add(self._held.get(key, ZERO), moved)
