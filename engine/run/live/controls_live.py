"""An operator's orders on a session at a venue: cancels, closes, orders by hand, through the one order path."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ...brokers.outcome import BrokerError
from ...ledger.events import Entry
from ...ledger.events_orders import OrderDenied
from ...ledger.rows import OrderRow
from ...ledger.values import LIVE, OrderState, OrderType, Role, Scope, Side
from ...orders.wanted import Wanted
from ...trading.codes import EXPLANATIONS, Decision
from ..control.commands import Cancel, Close, PlaceManual
from ..control.controlled import Ordered, Outcome
from ..control.shown import order_view
from ..control.views import OrderView

if TYPE_CHECKING:
    from .live_session import LiveSession

BY_HAND = "by hand"
"""The strategy of an order that names none."""
_ADDING = (Role.ENTRY, Role.ADJUST)
_PATIENCE = 5.0
"""Seconds an operator waits for the end of what was begun; it goes on without."""
_REFUSED = frozenset({OrderState.DENIED, OrderState.REJECTED, OrderState.NEVER_PLACED})


class LiveActs:
    note = ""

    def __init__(self, session: LiveSession) -> None:
        self._session, self._desk = session, session.desk
        self._denied: OrderDenied | None = None
        self._desk.subscribe(self._follow)

    def orders(self) -> Sequence[OrderView]:
        return [order_view(row) for row in self._desk.state.live()]

    def price(self, symbol: str) -> Decimal | None:
        quote = self._session.around.quotes.get(symbol)
        return None if quote is None else quote.last or quote.bid or quote.ask

    def stop(self, strategy: str, symbol: str) -> Decimal | None:
        return next((one.stop for one in self._desk.protection(symbol) if one.strategy == strategy), None)

    def cancel_entries(self, scope: Scope, name: str, why: str) -> int:
        rows = [row for row in self._mine(scope, name) if row.role in _ADDING]
        for row in rows:
            self._cancel(row, why)
        return len(rows)

    async def flatten(self, scope: Scope, name: str, why: str) -> Outcome:
        strategy = name if scope is Scope.STRATEGY else None
        positions = [row.symbol for row in self._desk.state.positions() if strategy in (None, row.strategy)]
        orders = [row.symbol for row in self._mine(scope, name)]
        wanted = {name} if scope is Scope.SYMBOL else {*positions, *orders}
        for symbol in sorted(wanted):
            await self._desk.close(symbol, strategy, why)
        words = f"{', '.join(sorted(wanted))} {'is' if len(wanted) == 1 else 'are'} being closed" if wanted else "flat"
        return Outcome(True, "OK", f"{name}: {words}; entries stay paused until it is resumed")

    async def cancel(self, action: Cancel, why: str) -> Outcome:
        if not action.order_id:
            scope = Scope.SYMBOL if action.symbol else Scope.ACCOUNT
            count = self.cancel_entries(scope, action.symbol, why)
            return Outcome(True, "OK", f"{count} entry {'order is' if count == 1 else 'orders are'} being canceled")
        row = self._desk.state.order(action.order_id)
        if row is None or row.state not in LIVE:
            return Outcome(False, "NO_ORDER", f"no order {action.order_id} is open")
        if not row.ours:
            return Outcome(False, "NOT_OURS", f"order {row.order_id} was placed elsewhere; cancel it there")
        await self._soon(self._cancel(row, why))
        row = self._desk.state.order(action.order_id) or row
        words = f"order {row.order_id} is {row.state.value}"
        if row.state in LIVE:
            words += ": the venue was asked to cancel it, and has not said yet that it did"
        return Outcome(True, "OK", words, (("order_id", row.order_id), ("state", row.state.value)))

    async def close(self, action: Close, why: str) -> Outcome:
        rows = [row for row in self._desk.state.positions(action.symbol) if action.strategy in ("", row.strategy)]
        if not rows:
            return Outcome(False, "NO_POSITION", f"nothing is held of {action.symbol}")
        plan = await self._desk.close(action.symbol, action.strategy or None, why)
        told = ", ".join(f"{row.quantity:f} ({row.strategy or 'nobody'})" for row in rows)
        return Outcome(True, "OK", f"{action.symbol} is being closed: {told}", (("plan", plan),))

    async def place(self, action: PlaceManual, ordered: Ordered) -> Outcome:
        strategy = action.strategy or self._owner(action)
        if strategy is None:
            holders = ", ".join(row.strategy for row in self._desk.state.positions(action.symbol))
            return Outcome(False, "UNKNOWN", f"whose position is to be reduced? {action.symbol}: {holders or 'nobody'}")
        if unknown := self._unknown(action.symbol, strategy):
            return Outcome(False, "UNKNOWN", unknown)
        wanted = Wanted(
            strategy, action.symbol, _role(action), action.side, action.quantity, action.type, action.price,
            action.trigger, action.reduce_only, action.post_only, reason=f"{ordered.who}: {ordered.why}"[:200],
            key=ordered.command_id, reference=await self._reference(action), leverage=self._session.leverage,
        )  # fmt: skip
        row = await self._desk.place(wanted)
        words = f"order {row.order_id} is {row.state.value}"
        words += f": {_meaning(row.evidence)}{self._compared(row)}" if row.evidence else ""
        told = (("order_id", row.order_id), ("state", row.state.value))
        if row.state in _REFUSED:
            return Outcome(False, row.evidence or row.state.value.upper(), words, told)
        return Outcome(True, "OK", words, told)

    def _unknown(self, symbol: str, strategy: str) -> str | None:
        """Why there is no such position to change."""
        traded = {run.name: run.strategy.symbols for run in self._session.runs}
        holders = {row.strategy for row in self._desk.state.positions(symbol)}
        if symbol not in self._session.deployment.symbols:
            return f"{symbol} is not traded here; there are {', '.join(self._session.deployment.symbols)}"
        if strategy not in {BY_HAND, *traded, *holders}:
            return f"there is no strategy {strategy!r} here; there are {', '.join(traded)}"
        if symbol not in traded.get(strategy, (symbol,)):
            return f"{strategy} does not trade {symbol}, but {', '.join(traded[strategy])}; name no strategy"
        return None

    def _follow(self, entry: Entry) -> None:
        if isinstance(entry.event, OrderDenied):
            self._denied = entry.event

    def _compared(self, row: OrderRow) -> str:
        """The numbers that a denial compared."""
        denied = self._denied
        if denied is None or denied.order_id != row.order_id or not denied.numbers:
            return ""
        return f" ({', '.join(f'{name} {number:f}' for name, number in denied.numbers)})"

    def _owner(self, action: PlaceManual) -> str | None:
        """Whose position an order by hand is of: a new one is nobody's, a smaller one must be somebody's."""
        if not action.reduce_only:
            return BY_HAND
        holders = [row.strategy for row in self._desk.state.positions(action.symbol)]
        return holders[0] if len(holders) == 1 else None

    async def _reference(self, action: PlaceManual) -> Decimal | None:
        """What it will cost about; the gate denies an order that nothing is known of."""
        try:
            quote = await asyncio.wait_for(self._session.quote(action.symbol), _PATIENCE)
        except (BrokerError, TimeoutError):
            return action.price or action.trigger
        side = quote.ask if action.side is Side.BUY else quote.bid
        return quote.last or side or action.price or action.trigger

    def _mine(self, scope: Scope, name: str) -> list[OrderRow]:
        symbol = name if scope is Scope.SYMBOL else None
        strategy = name if scope is Scope.STRATEGY else None
        return [row for row in self._desk.state.live(symbol, strategy) if row.ours]

    def _cancel(self, row: OrderRow, why: str) -> asyncio.Task[None] | None:
        return self._session.work.errand(
            f"cancel of {row.order_id}", lambda: self._desk.cancel(row.order_id, f"an operator: {why}")
        )

    @staticmethod
    async def _soon(task: asyncio.Task[None] | None) -> None:
        if task is not None:
            await asyncio.wait({task}, timeout=_PATIENCE)


def _role(action: PlaceManual) -> Role:
    """What rests and only reduces is a target or a stop, so that an exit takes it out of its way."""
    if not action.reduce_only:
        return Role.ADJUST
    if action.type is OrderType.MARKET:
        return Role.EXIT
    return Role.TARGET if action.type is OrderType.LIMIT else Role.STOP


def _meaning(evidence: str) -> str:
    """What a code says, in words; the venue's own words as they are."""
    return EXPLANATIONS[Decision[evidence]] if evidence in Decision.__members__ else evidence
