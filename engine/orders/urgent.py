"""Orders in the way of an emergency exit: canceled at once, waited for no longer than for a usual answer if may be.

That moment tells whether the stop has filled already, and spares an exit that the venue would refuse. After it the exit
waits for the end of an order only where both could take the same:
- spot: stop and target hold the coins, so that there is nothing else to sell; and where the wallet has other coins,
  selling those while the stop still stands would sell twice;
- a contract where the venue does not bound the exit by what this strategy holds: it knows no reduce-only orders, or
  others hold the symbol as well, whose position a second fill would take;
- after a first exit did not close it: some venues refuse one beside a stop of the same size.
For nothing else: an entry locks no coins, and what it may still fill is closed by the next round.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ledger.rows import OrderRow, PositionRow
from ..ledger.values import Side
from .commands import Commands
from .guard import AT_VENUE
from .parts import Parts
from .resolver import Resolver

_MOMENT = 0.5
"""Seconds in which a cancel is usually answered; from then on the order itself is asked for."""


class Urgent:
    def __init__(self, parts: Parts, commands: Commands, resolver: Resolver) -> None:
        self._parts, self._commands, self._resolver = parts, commands, resolver
        self._asking: set[str] = set()
        """Orders whose cancel is on its way, or was not understood yet."""

    async def clear(self, rows: Sequence[OrderRow], held: Sequence[PositionRow], reason: str, first: bool) -> None:
        """Have the orders canceled, and return once none is left that an exit of what is held must wait for, or no
        answer is waited for any more. `first`: no exit has been tried yet."""
        parts = self._parts
        for row in rows:
            self._cancel(row.order_id, reason)
        beside = [(row, one) for row in rows for one in held if _takes(row, one)]
        if await self._gone({row.order_id for row, _ in beside}, _MOMENT):
            return
        names = {row.order_id for row, one in beside if not (first and row.reduce_only and self._bounded(one))}
        for name in names:
            self._resolver.chase(name, "an emergency exit waits for its end")
        await self._gone(names, 2 * parts.settings.answer)

    def _cancel(self, order_id: str, reason: str) -> None:
        async def work() -> None:
            try:
                await self._commands.cancel(order_id, reason)
            finally:
                self._asking.discard(order_id)
                self._parts.journal.nudge()

        if order_id not in self._asking:
            self._asking.add(order_id)
            self._parts.tasks.once(f"cancel {order_id}", work)

    async def _gone(self, names: set[str], seconds: float) -> bool:
        state = self._parts.state

        def gone() -> bool:
            asked = (state.order(name) for name in names & self._asking)
            return not any(row is not None and row.state in AT_VENUE for row in asked)

        return await self._parts.journal.until(gone, seconds)

    def _bounded(self, held: PositionRow) -> bool:
        """Whether the venue lets orders that only reduce take no more than this position."""
        contract = ":" in held.symbol and self._parts.broker.abilities.reduce_only
        return contract and abs(self._parts.state.held(held.symbol)) <= abs(held.quantity)


def _takes(row: OrderRow, held: PositionRow) -> bool:
    """Whether the order takes what an exit of the position takes."""
    return row.strategy == held.strategy and (row.side is Side.SELL) == (held.quantity > 0)
