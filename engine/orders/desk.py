"""The order path as a session uses it: one account at one venue, on one event loop.

Wanted orders in, rows of the ledger out; everything in between is recorded before it takes effect, and what is not
known is said to be unknown (docs/explanation/orders.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from ..brokers.clock import Clock
from ..brokers.protocol import Broker
from ..brokers.words import Quote
from ..ledger.events import Entry, Event
from ..ledger.events_account import Filled, Reconciled
from ..ledger.events_orders import OrderAmended
from ..ledger.exact import ZERO
from ..ledger.rows import OrderRow, PlanRow
from ..ledger.values import OrderState, Role, Side
from ..ledger.writer import Writer
from .commands import Commands
from .conditions import room
from .guard import Declared
from .invariants import check
from .journal import Decide, Journal, Subscriber
from .outbox import Notify, Outbox
from .parts import Parts
from .plans import Plans
from .protection import Guards, Protection
from .reconcile import Reconciler
from .recovery import Recoverer
from .reports import Reports
from .resolver import Resolver
from .sending import Sending
from .settings import Settings
from .state import State
from .tasks import Tasks
from .wanted import REDUCING, Alert, Denial, Gate, Recovery, Wanted

_TOO_SMALL = ("QUANTITY_MIN", "COST_MIN")

T = TypeVar("T")


def no_gate(wanted: Wanted, state: State) -> Denial | None:
    """Denies nothing: the order path's own conditions still hold."""
    return None


class Desk:
    """`writer` and `broker` are the caller's, open already, and the caller's to close after `stop`."""

    def __init__(
        self,
        writer: Writer,
        broker: Broker,
        clock: Clock,
        account: str,
        settings: Settings | None = None,
        gate: Gate = no_gate,
        notify: Notify | None = None,
    ) -> None:
        settings = settings or Settings()
        state = State(account, settings.kept)
        journal = Journal(writer, clock, state, settings.inline)
        tasks = Tasks(self._failed)
        self._parts = parts = Parts(broker, clock, account, settings, journal, tasks, Outbox(notify))
        self._resolver = Resolver(parts)
        self._reconciler = Reconciler(parts, self._resolver)
        self._sending = Sending(parts, self._resolver, gate, self._reconciler.refresh)
        self._commands = Commands(parts, self._resolver)
        self._plans = Plans(parts, self._sending, self._commands, self._resolver, self._reconciler)
        self._guards = Guards(parts, self._sending, self._commands, self._plans)
        self._reports = Reports(parts, self._resolver, self._reconciler)
        journal.subscribe(self._follow)

    @property
    def state(self) -> State:
        """The rows as they are."""
        return self._parts.state

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The last of what an operator was told."""
        return tuple(self._parts.outbox.recent)

    async def start(self) -> Recovery:
        """Recover, compare with the venue, and take up what was left. Raises LedgerError."""
        self._parts.tasks.once("outbox", self._parts.outbox.run)
        recoverer = Recoverer(
            self._parts, self._resolver, self._reconciler, self._reports, self._plans, self._guards
        )  # fmt: skip
        return await recoverer.run()

    async def stop(self) -> None:
        """End the work in the background; what is recorded stands, and the next start takes it up."""
        await self._parts.tasks.close()
        await self._parts.journal.close()

    async def place(self, wanted: Wanted) -> OrderRow:
        """Send an order, once; returns when its outcome is known, or known to be unknown.

        An exit first takes the position's stop out of its way; what is left afterwards is guarded again.
        Raises LedgerError when it cannot be recorded: nothing was sent then.
        """
        if wanted.role not in (Role.EXIT, Role.EMERGENCY):
            return await self._sending.place(wanted)
        async with self._guards.aside(wanted.strategy, wanted.symbol):
            row = await self._sending.place(self._at_most(wanted))
        if row.state is OrderState.DENIED and row.evidence in _TOO_SMALL:  # only a plan knows how to end dust
            await self._plans.close(wanted.symbol, wanted.strategy, wanted.role, wanted.reason)
        return row

    def _at_most(self, wanted: Wanted) -> Wanted:
        """An exit for what is left: its stop may have filled in part while it was taken out of the way."""
        left = room(self.state, wanted)
        return replace(wanted, quantity=left) if 0 < left < wanted.quantity else wanted

    async def cancel(self, order_id: str, reason: str) -> OrderRow:
        """Ask for an order's end; returns it when the last fill is known, or after a while. Raises LookupError."""
        return await self._commands.cancel(order_id, reason)

    async def replace(self, order_id: str, wanted: Wanted) -> OrderRow:
        """Put another order in its place, for what the old one did not fill; returns the one that stands there now.

        Raises LookupError for an order that the ledger does not have.
        """
        row = await self._parts.journal.recall(order_id)
        if row is None:
            raise LookupError(f"there is no order {order_id}")
        return await self._plans.replace(row, wanted)

    async def flatten(self, symbol: str | None, reason: str, patience: float = 30.0) -> bool:
        """Cancel our orders and close what is held, of one symbol or of all; whether it is done after `patience` s.

        It goes on in the background, and after a restart, until it is.
        """
        state = self.state
        held = {row.symbol for row in state.positions()} | {row.symbol for row in state.live() if row.ours}
        symbols = held if symbol is None else {symbol}
        names = [await self._plans.close(one, None, Role.EXIT, reason) for one in sorted(symbols)]
        return await self._parts.journal.until(lambda: not any(state.get(PlanRow, name) for name in names), patience)

    async def close(self, symbol: str, strategy: str | None, reason: str) -> str:
        """Begin to close what is held of a symbol (by one strategy, or by all), its orders canceled first; returns the
        plan's name. It goes on in the background, and after a restart, until it is done."""
        return await self._plans.close(symbol, strategy, Role.EXIT, reason)

    async def protect(
        self, strategy: str, symbol: str, stop: Decimal | None, target: Decimal | None = None, keep: Decimal = ZERO
    ) -> None:  # fmt: skip
        """From now on these levels hold for what the strategy holds of the symbol: the stop for all of it, the target
        for what is above `keep` base units."""
        await self._guards.declare(Declared(strategy, symbol, stop, target, keep))

    def protection(self, symbol: str) -> tuple[Protection, ...]:
        """How each strategy's position in the symbol is protected now."""
        return self._guards.protections(symbol)

    def see(self, quote: Quote) -> None:
        """A price that the session knows of anyway."""
        self._guards.see(quote)

    async def reconcile(self, reason: str) -> Reconciled:
        """Compare with the venue now. Raises ReadError."""
        return await self._reconciler.run(reason)

    async def record(self, *events: Event) -> None:
        """Record what is the session's own to say, waiting while the disk is full or locked. Raises UnreachableError,
        RefusedError."""
        await self._parts.journal.insist(lambda state: events)

    async def decide(self, make: Decide) -> None:
        """Record what `make` answers, given the rows as they are; nothing comes in between. Raises LedgerError,
        RefusedError, and what `make` raises."""
        await self._parts.journal.decide(make)

    async def wait_for(self, call: Callable[[], T]) -> T:
        """Call something that waits for the disk, between two appends."""
        return await self._parts.journal.run(call)

    def pending(self, order_id: str) -> bool:
        """Whether a question about the order is open."""
        return self._resolver.pending(order_id)

    async def settled(self, order_id: str, seconds: float) -> bool:
        """Wait until no question about an order is open."""
        return await self._resolver.settled(order_id, seconds)

    def blocked(self, symbol: str) -> str | None:
        """Why nothing may add exposure in the symbol; None where it may."""
        return self._parts.blocked(symbol)

    def violations(self) -> list[str]:
        """Invariants that do not hold; none, ever."""
        return [*check(self.state), *self._guards.broken]

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell every entry from now on, in order, once it is durable; it must be quick and must not fail."""
        self._parts.journal.subscribe(subscriber)

    def _follow(self, entry: Entry) -> None:
        event = entry.event
        symbol = getattr(event, "symbol", None)
        order_id = getattr(event, "order_id", None)
        if symbol is None and order_id is not None and (row := self.state.order(order_id)) is not None:
            symbol = row.symbol
        if symbol is not None:
            self._guards.changed(symbol)
        if isinstance(event, Filled):
            self._look_at(event)
        elif isinstance(event, OrderAmended):
            words = f"somebody changed order {order_id} to {event.quantity} at {event.trigger or event.price}"
            self._parts.alert("AMENDED", symbol or "", words)

    def _look_at(self, event: Filled) -> None:
        """An order that was to make a position smaller may fill late and turn it over: give that back at once."""
        row = self.state.order(event.order_id or "")
        if row is None and event.strategy:
            words = f"{event.side} {event.quantity} at {event.price} was not ordered here: {event.strategy} follows it"
            self._parts.alert("EXTERNAL", event.symbol, words)
        if row is not None and row.overfilled:
            words = f"order {row.order_id} filled {row.filled} of {row.quantity}: the position follows"
            self._parts.alert("OVERFILL", event.symbol, words)
        if row is None or row.role not in REDUCING:
            return
        held = self.state.position(row.symbol, row.strategy)
        if held and (held > 0) == (event.side is Side.BUY):
            words = f"order {row.order_id} filled when nothing was left to close: {held} is given back"
            self._parts.alert("FLIPPED", row.symbol, words)
            self._parts.tasks.once(f"unflip {row.symbol} {row.strategy}", lambda: self._give_back(row, words))

    async def _give_back(self, row: OrderRow, words: str) -> None:
        await self._plans.close(row.symbol, row.strategy, Role.EMERGENCY, words[:200])

    def _failed(self, name: str, error: Exception) -> None:
        """Work in the background ended with an error: say so; the next comparison finds what it left."""
        self._parts.alert("FAILED", name, f"{type(error).__name__}: {error}")
        if self._parts.journal.broken is None:
            self._reconciler.soon(f"{name} failed")
