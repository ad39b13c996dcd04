"""What takes several calls: to replace an order, and to close positions. Each is a row in the ledger until it is done.

Every leg can be made again: a cancel of an ended order asks nothing, and an order has the plan's name and the leg's
number, so that the same leg is the same order. So a plan is resumed by running it again from its beginning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ..brokers.outcome import ReadError
from ..ledger.events import Event
from ..ledger.events_account import PlanStepped, PositionAdjusted
from ..ledger.exact import ZERO
from ..ledger.refusal import UnreachableError
from ..ledger.rows import IntentRow, OrderRow, PlanRow, PositionRow
from ..ledger.values import ENDED, IN_DOUBT, LIVE, OrderState, OrderType, Role, Side, Texts
from .commands import Commands
from .conditions import remaining
from .parts import Parts
from .reconcile import Reconciler
from .resolver import Resolver
from .rounding import exact, quantity_down
from .sending import Sending
from .state import State
from .urgent import Urgent
from .wanted import REDUCING, Wanted

_EXITS = frozenset({Role.EXIT, Role.EMERGENCY})
_LONGEST_PAUSE = 30.0
_PAUSE = 1.0


class Plans:
    def __init__(
        self, parts: Parts, sending: Sending, commands: Commands, resolver: Resolver, reconciler: Reconciler
    ) -> None:
        self._parts, self._sending, self._commands = parts, sending, commands
        self._resolver, self._reconciler = resolver, reconciler
        self._urgent = Urgent(parts, commands, resolver)

    def resume(self) -> tuple[str, ...]:
        """Take up what an earlier process left; returns the plans' names."""
        rows = [row for row in self._parts.state.all(PlanRow) if row.plan_id.split(" ")[0] in ("close", "replace")]
        for row in rows:
            self._begin(row)
        return tuple(row.plan_id for row in rows)

    def closing(self, symbol: str, strategy: str) -> bool:
        """Whether a plan is about to close what a strategy holds of a symbol."""
        return self.closed_for(symbol, strategy) is not None

    def closed_for(self, symbol: str, strategy: str) -> Role | None:
        """What for a plan is about to close what a strategy holds of a symbol; None where none is."""
        rows = [row for row in self._parts.state.all(PlanRow) if row.plan_id.startswith("close ")]
        mine = (it for it in rows if it.symbol == symbol and dict(it.details).get("strategy", strategy) == strategy)
        return next((row.purpose for row in mine), None)

    async def close(self, symbol: str, strategy: str | None, role: Role, reason: str) -> str:
        """Begin to close a symbol (of one strategy, or of all); returns the plan's name."""
        parts = self._parts
        details = (("reason", reason),) if strategy is None else (("reason", reason), ("strategy", strategy))
        name = f"close {symbol} {parts.journal.writer.head.seq}"

        def make(state: State) -> Sequence[Event]:
            same = [row for row in state.all(PlanRow) if row.plan_id.startswith("close ") and row.symbol == symbol]
            if any(dict(row.details).get("strategy") in (None, strategy) for row in same):
                return ()
            return (PlanStepped(name, parts.account, symbol, role, "begun", False, details),)

        await parts.journal.decide(make)
        for row in parts.state.all(PlanRow):
            if row.plan_id.startswith("close ") and row.symbol == symbol:
                self._begin(row)
                name = row.plan_id
        return name

    async def replace(self, row: OrderRow, wanted: Wanted) -> OrderRow:
        """Put another order in an order's place; if the venue refuses it, one like the old is placed again.

        Returns the order that stands there now: the new one, the old one's twin, or the old one if it filled or its
        end is not known.
        """
        parts, name = self._parts, f"replace {row.order_id}"
        step = PlanStepped(name, parts.account, row.symbol, row.role, "begun", False, _told(wanted))
        await parts.journal.decide(lambda state: () if state.get(PlanRow, name) else (step,))
        plan = parts.state.get(PlanRow, name)
        return await self._replace(plan) if plan is not None else row

    def _begin(self, row: PlanRow) -> None:
        closing = row.plan_id.startswith("close ")

        async def work() -> None:
            while True:
                try:
                    await (self._close(row) if closing else self._replace(row))
                    return
                except UnreachableError:
                    raise
                except Exception as error:  # it can be run again from its beginning, and must not be given up
                    self._parts.alert("FAILED", row.plan_id, f"{type(error).__name__}: {error}")
                    await self._parts.clock.sleep(_PAUSE)

        self._parts.tasks.once(f"plan {row.plan_id}", work)

    async def _finish(self, plan: PlanRow, step: str) -> None:
        done = PlanStepped(plan.plan_id, plan.account, plan.symbol, plan.purpose, step, True, plan.details)
        await self._parts.journal.insist(lambda state: (done,) if state.get(PlanRow, plan.plan_id) else ())

    async def _replace(self, plan: PlanRow) -> OrderRow:
        parts = self._parts
        old = await self._commands.cancel(plan.plan_id.split(" ")[1], "to be replaced")
        if old.state in LIVE:
            await self._resolver.settled(old.order_id, parts.settings.asks[-1])
            old = parts.state.order(old.order_id) or old
        if old.state in LIVE or old.state is OrderState.FILLED:
            await self._finish(plan, f"the old order is {old.state}")
            return old
        wanted = _wanted(dict(plan.details))
        left = max(wanted.quantity - old.filled, ZERO) if wanted.role not in REDUCING else wanted.quantity
        if not left:
            await self._finish(plan, "nothing is left to place")
            return old
        new = await self._sending.place(replace(wanted, quantity=left, key=f"{plan.plan_id} new"))
        if new.state in (OrderState.REJECTED, OrderState.DENIED, OrderState.NEVER_PLACED) and remaining(old):
            parts.alert("NOT_REPLACED", old.symbol, f"order {new.order_id} was {new.state}: {new.evidence}")
            new = await self._sending.place(_again(parts.state, old, f"{plan.plan_id} old"))
        await self._finish(plan, f"order {new.order_id} is {new.state}")
        return new

    async def _close(self, plan: PlanRow) -> None:
        """Round by round, until nothing of it is held and nothing of it rests at the venue.

        An order in doubt holds nothing up: it is canceled in a later round, when it was found.
        """
        parts, rounds = self._parts, 0
        strategy = dict(plan.details).get("strategy")
        while not await self._closed(plan, strategy, rounds):
            rounds += 1
            if rounds == parts.settings.dust_rounds:
                parts.alert("NOT_CLOSED", plan.symbol, f"{plan.plan_id}: {rounds} attempts, and it goes on")
            await parts.clock.sleep(min(0.5 * 2 ** min(rounds, 10), _LONGEST_PAUSE))
        await self._finish(plan, "closed")

    async def _closed(self, plan: PlanRow, strategy: str | None, rounds: int) -> bool:
        state = self._parts.state
        rows = [row for row in state.live(plan.symbol, strategy) if row.ours and row.state not in IN_DOUBT]
        if plan.purpose is Role.EMERGENCY:
            held = [row for row in state.positions(plan.symbol) if strategy in (None, row.strategy)]
            await self._urgent.clear(rows, held, plan.plan_id, first=not rounds)
        else:
            await asyncio.gather(*(self._commands.cancel(row.order_id, plan.plan_id) for row in rows))
        held = [row for row in state.positions(plan.symbol) if strategy in (None, row.strategy)]
        held = [row for row in held if row.strategy or ":" in row.symbol]
        for row in [one for one in held if not self._leaving(one)]:
            await self._exit(plan, row, rounds)
        left = [row for row in state.positions(plan.symbol) if row.strategy in {one.strategy for one in held}]
        return not left and not [row for row in state.live(plan.symbol, strategy) if row.ours]

    def _leaving(self, row: PositionRow) -> bool:
        """Whether an exit is being sent: its answer, or its silence, comes first."""
        orders = self._parts.state.live(row.symbol, row.strategy)
        return any(it.role in _EXITS and it.state is OrderState.SUBMITTING for it in orders)

    async def _exit(self, plan: PlanRow, row: PositionRow, rounds: int) -> None:
        parts = self._parts
        side = Side.SELL if row.quantity > 0 else Side.BUY
        quantity, price = abs(row.quantity), None
        try:
            quote = await parts.ask(parts.broker.quote(row.symbol))
            price = quote.last or quote.bid or quote.ask
            if ":" not in row.symbol and side is Side.SELL:
                quantity = min(quantity, await self._free(row.symbol))
        except ReadError as error:
            parts.alert("UNREADABLE", row.symbol, error.words)
        instrument = parts.broker.instrument(row.symbol)
        rounded = quantity_down(quantity, instrument)
        small = rounded < exact(instrument.min_quantity) or rounded <= 0
        small = small or (price is not None and rounded * price < exact(instrument.min_cost) and ":" not in row.symbol)
        if small and price is not None and not self._in_doubt(row):
            await self._book_dust(row)
            return
        beside = parts.state.live(row.symbol, row.strategy)
        order = await self._sending.place(
            Wanted(
                row.strategy, row.symbol, plan.purpose, side, quantity, reduce_only=True, reference=price,
                reason=dict(plan.details).get("reason", ""), key=f"{plan.plan_id} {row.strategy} {rounds}",
            )
        )  # fmt: skip
        await parts.journal.until(lambda: _ended(parts.state, order.order_id), parts.settings.answer)
        explained = beside and not rounds  # some venues take no second order for the same; its end is waited for next
        if order.state is OrderState.REJECTED and not explained:  # what we hold for a position may be gone
            await self._reconciler.within(parts.settings.answer, "an exit was rejected")

    async def _free(self, symbol: str) -> Decimal:
        base = symbol.partition("/")[0]
        report = await self._parts.ask(self._parts.broker.balances())
        if base not in report.balances and not report.whole:
            raise ReadError(f"the venue tells nothing of {base}")
        return report.balances[base].free if base in report.balances else ZERO

    def _in_doubt(self, row: PositionRow) -> bool:
        """Whether an order may still explain why little is free."""
        orders = self._parts.state.live(row.symbol, row.strategy)
        return any(self._resolver.pending(order.order_id) for order in orders) or bool(orders)

    async def _book_dust(self, row: PositionRow) -> None:
        """What cannot be sold is no position any more, and brought nothing."""
        words = "less than the venue trades, or no longer in the wallet"

        def make(state: State) -> Sequence[Event]:
            quantity = state.position(row.symbol, row.strategy)
            if quantity != row.quantity:
                return ()
            return (PositionAdjusted(row.account, row.symbol, row.strategy, -quantity, ZERO, words),)

        await self._parts.journal.insist(make)
        self._parts.alert("DUST", row.symbol, f"{row.quantity} of {row.strategy} was booked out: {words}")


def _ended(state: State, order_id: str) -> bool:
    row = state.order(order_id)
    return row is None or row.state in ENDED


def _told(wanted: Wanted) -> Texts:
    """An order wanted, as words that a plan can keep."""
    told = {
        "strategy": wanted.strategy, "symbol": wanted.symbol, "role": wanted.role.value, "side": wanted.side.value,
        "quantity": str(wanted.quantity), "type": wanted.type.value, "price": wanted.price, "trigger": wanted.trigger,
        "reduce_only": wanted.reduce_only or None, "post_only": wanted.post_only or None,
        "reason": wanted.reason, "session": wanted.session_id, "reference": wanted.reference,
        "leverage": wanted.leverage, "decision": wanted.decision_id,
    }  # fmt: skip
    return tuple(sorted((name, str(value)) for name, value in told.items() if value not in (None, "")))


def _wanted(told: dict[str, str]) -> Wanted:
    def number(name: str) -> Decimal | None:
        return Decimal(told[name]) if name in told else None

    return Wanted(
        told["strategy"], told["symbol"], Role(told["role"]), Side(told["side"]), Decimal(told["quantity"]),
        OrderType(told["type"]), number("price"), number("trigger"), "reduce_only" in told, "post_only" in told,
        told.get("reason", ""), told.get("session"), decision_id=told.get("decision"), reference=number("reference"),
        leverage=Decimal(told["leverage"]),
    )  # fmt: skip


def _again(state: State, row: OrderRow, key: str) -> Wanted:
    """An order like one that was canceled, for what of it had not filled."""
    intent = state.get(IntentRow, row.intent_id)
    reason = intent.reason if intent is not None else ""
    return Wanted(
        row.strategy, row.symbol, row.role, row.side, remaining(row), row.type, row.price, row.trigger,
        row.reduce_only, reason=reason, session_id=row.session_id, key=key, reference=row.price or row.trigger,
    )  # fmt: skip
