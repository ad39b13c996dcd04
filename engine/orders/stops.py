"""Arms stops: sees that one of the right size and level rests at the venue, where the venue keeps stops."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ..ledger.exact import ZERO, subtract
from ..ledger.rows import OrderRow
from ..ledger.values import Command, OrderState, OrderType, Role, Side
from .commands import Commands
from .conditions import remaining
from .guard import AT_VENUE, Declared, Guard, targeted
from .parts import Parts
from .plans import Plans
from .rounding import rounded
from .sending import Sending
from .wanted import Wanted

_REFUSED = frozenset({OrderState.REJECTED, OrderState.DENIED})


class Stops:
    def __init__(self, parts: Parts, sending: Sending, commands: Commands, plans: Plans) -> None:
        self._parts, self._sending, self._commands, self._plans = parts, sending, commands, plans

    async def arm(self, it: Declared, guard: Guard) -> None:
        """One step towards it: cancel what does not fit, or place what is missing. A second look sees to the rest."""
        state, wanted = self._parts.state, self._wanted(it)
        if wanted is None:
            return
        orders = [row for row in state.live(it.symbol, it.strategy) if row.role is Role.STOP and row.ours]
        if any(row.state not in AT_VENUE or row.command is not Command.NONE for row in orders):
            return
        fitting = [row for row in orders if row.trigger == wanted.trigger and remaining(row) == wanted.quantity]
        for row in [row for row in orders if row not in fitting[:1]]:
            if guard.refused != (wanted.trigger, wanted.quantity) or remaining(row) > wanted.quantity:
                await self._commands.cancel(row.order_id, "another stop takes its place")
                guard.wake.set()
                return
        if orders or wanted.quantity <= 0 or wanted.trigger is None:
            return
        refused = guard.refused == (wanted.trigger, wanted.quantity)
        if refused and guard.good is None:
            return
        await self._place(wanted, refused, guard)

    def _wanted(self, it: Declared) -> Wanted | None:
        """The stop that should rest there; None where the venue keeps none."""
        parts, state = self._parts, self._parts.state
        held = state.position(it.symbol, it.strategy)
        if OrderType.STOP not in parts.broker.abilities.stops:
            return None
        left = subtract(abs(held), state.reducing(it.symbol, it.strategy, Role.STOP))
        # a stop and a target of one pair count once: what a resting target takes is the stop's as well
        left = max(left, min(abs(held), targeted(state, it.symbol, it.strategy)), ZERO)
        side = Side.SELL if held > 0 else Side.BUY
        stop = Wanted(
            it.strategy, it.symbol, Role.STOP, side, left, OrderType.STOP, trigger=it.stop, reduce_only=True,
            reason="stop",
        )  # fmt: skip
        return rounded(stop, parts.broker.instrument(it.symbol))

    async def _place(self, wanted: Wanted, refused: bool, guard: Guard) -> None:
        """Place it; if the venue refused this one before, the level that it took last."""
        trigger, quantity = wanted.trigger, wanted.quantity
        order = await self._sending.place(replace(wanted, trigger=guard.good if refused else trigger))
        if order.state in _REFUSED:
            if refused:
                guard.good = None
            elif trigger is not None:
                guard.refused = (trigger, quantity)
                guard.again = asyncio.get_running_loop().time() + self._parts.settings.probe
            self._parts.tasks.once(f"refused {order.order_id}", lambda: self._tell(order))
            guard.wake.set()
        elif not refused:
            guard.good, guard.refused = trigger, None

    async def _tell(self, order: OrderRow) -> None:
        """A refusal matters only while there is something to protect: what was closed by hand or by the kill switch is
        refused a stop before we hear that it is closed."""
        state = self._parts.state

        def over() -> bool:
            left = state.position(order.symbol, order.strategy)
            return not left or self._plans.closed_for(order.symbol, order.strategy) is Role.EXIT

        def urgent() -> bool:
            return self._plans.closed_for(order.symbol, order.strategy) is Role.EMERGENCY

        await self._parts.journal.until(lambda: over() or urgent(), self._parts.settings.max_naked)
        if not over():
            self._parts.alert("STOP_REFUSED", order.symbol, f"order {order.order_id}: {order.evidence}")
