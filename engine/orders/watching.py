"""Watches the price of a position: closes it where the price stands beyond its stop, takes its target where reached.

The engine watches the stop alone where the venue keeps none, and as a watchdog where one should have filled. A position
that can have neither a stop nor a price is closed, too.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

from ..ledger.exact import ZERO, subtract
from ..ledger.values import Role, Side
from .aside import Aside
from .guard import AT_VENUE, Declared, Guard, covered, in_the_way, targeted
from .naked import Naked
from .parts import Parts
from .plans import Plans
from .prices import Prices
from .rounding import quantity_down
from .sending import Sending
from .state import State
from .wanted import Wanted


class Targets:
    """Sells a position down to what its target leaves."""

    def __init__(self, parts: Parts, sending: Sending, plans: Plans, aside: Aside) -> None:
        self._parts, self._sending, self._plans, self._aside = parts, sending, plans, aside

    async def take(self, it: Declared, side: Side, price: Decimal) -> None:
        parts = self._parts
        if targeted(parts.state, it.symbol, it.strategy) or (it.keep and not self._left(it)):
            return  # one that the session placed rests at the venue and is filling; or its part is sold
        async with self._aside.stand(it.strategy, it.symbol):
            if not (quantity := self._left(it)) or self._plans.closing(it.symbol, it.strategy):
                return
            wanted = Wanted(it.strategy, it.symbol, Role.TARGET, side, quantity, reduce_only=True, reason="target",
                            reference=price)  # fmt: skip
            order = await self._sending.place(wanted)
            await parts.journal.until(lambda: _over(parts.state, order.order_id), parts.settings.answer)

    def _left(self, it: Declared) -> Decimal:
        held = abs(self._parts.state.position(it.symbol, it.strategy))
        return quantity_down(max(subtract(held, it.keep), ZERO), self._parts.broker.instrument(it.symbol))


class Watching:
    def __init__(self, parts: Parts, plans: Plans, prices: Prices, naked: Naked, targets: Targets) -> None:
        self._parts, self._plans, self._prices = parts, plans, prices
        self._naked, self._targets = naked, targets

    async def look(self, it: Declared, guard: Guard, stop_only: bool = False) -> None:
        """At the price, once, and do what follows from it."""
        parts = self._parts
        side = Side.SELL if parts.state.position(it.symbol, it.strategy) > 0 else Side.BUY
        armed = covered(parts.state, it.symbol, it.strategy)
        price = await self._prices.now(it.symbol, self._naked.patience(it, guard))
        if price is None:
            guard.beyond = None
            if self._naked.seconds(it, guard) >= parts.settings.max_naked:
                await self._emergency(it, "no stop at the venue, and no price to watch")
            return
        guard.beyond = _since(guard.beyond, _reached(price, it.stop, side is Side.BUY))
        sure = armed or parts.state.unsure(it.symbol) or in_the_way(parts.state, it.symbol, it.strategy)
        soon = min(parts.settings.patience, parts.settings.watch)
        if _lasts(guard.beyond, parts.settings.patience if sure else soon):
            await self._emergency(it, f"the price {price} stands beyond the stop {it.stop}")
            return
        target = None if stop_only else it.target
        guard.reached = _since(guard.reached, _reached(price, target, side is Side.SELL))
        if _lasts(guard.reached, soon):
            guard.reached = None  # beside the watch: until its stop is gone, the price may come back to it
            parts.tasks.once(f"target {it.name}", lambda: self._targets.take(it, side, price))

    async def _emergency(self, it: Declared, reason: str) -> None:
        self._parts.alert("EMERGENCY", it.symbol, f"{it.strategy}: {reason}")
        await self._plans.close(it.symbol, it.strategy, Role.EMERGENCY, reason)


def _reached(price: Decimal, level: Decimal | None, rising: bool) -> bool:
    """Whether a price that is `rising` towards the level has come to it."""
    return level is not None and (price >= level if rising else price <= level)


def _since(before: float | None, so: bool) -> float | None:
    """Since when it is so, given since when it was; None where it is not."""
    now = asyncio.get_running_loop().time()
    return (now if before is None else before) if so else None


def _lasts(since: float | None, seconds: float) -> bool:
    return since is not None and asyncio.get_running_loop().time() - since >= seconds


def _over(state: State, order_id: str) -> bool:
    row = state.order(order_id)
    return row is None or row.state not in AT_VENUE
