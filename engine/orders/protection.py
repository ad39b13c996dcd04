"""Keeps the stop and the target that a position declares, from the first partial fill until it is flat.

The stop rests at the venue where the venue keeps stops: it must hold while we are dead. The target is the engine's: on
spot the same coins cannot lie in two orders, and a missed target is a chance lost, a missed stop is money lost. What is
declared is a row in the ledger, so that a restart arms again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from decimal import Decimal

from ..brokers.outcome import ReadError
from ..brokers.words import Quote
from ..ledger.events import Event
from ..ledger.events_account import PlanStepped
from ..ledger.refusal import UnreachableError
from ..ledger.rows import PlanRow
from ..ledger.values import Command, Role
from .aside import Aside
from .commands import Commands
from .guard import Declared, Guard, covered, exiting
from .naked import LATE, Naked
from .parts import Parts
from .plans import Plans
from .prices import Prices
from .rounding import exact, quantity_down
from .sending import Sending
from .state import State
from .stops import Stops
from .watching import Targets, Watching


@dataclass(frozen=True, slots=True)
class Protection:
    """How a position is protected now. `at_venue`: a stop rests there; `naked`: seconds without it, an exit on its way
    and a price to watch."""

    strategy: str
    symbol: str
    stop: Decimal | None
    target: Decimal | None
    at_venue: bool
    naked: float


class Guards:
    """One background task for each strategy and symbol with a declared stop or target."""

    def __init__(self, parts: Parts, sending: Sending, commands: Commands, plans: Plans) -> None:
        self._parts, self._commands, self._plans = parts, commands, plans
        self._guards: dict[str, Guard] = {}
        self._aside = Aside(parts, commands, self._guards)
        self._stops = Stops(parts, sending, commands, plans)
        self._prices = Prices(parts, self._note)
        self._naked = Naked(parts, plans, self._prices)
        self._watching = Watching(parts, plans, self._prices, self._naked, Targets(parts, sending, plans, self._aside))

    @property
    def broken(self) -> Sequence[str]:
        """Positions that were naked for longer than may be, in words; none, ever."""
        return self._naked.broken

    def resume(self) -> tuple[str, ...]:
        """Arm again what an earlier process declared."""
        rows = [row for row in self._parts.state.all(PlanRow) if row.plan_id.startswith("guard ")]
        for row in rows:
            self._begin(Declared.of(row))
        return tuple(row.plan_id for row in rows)

    async def declare(self, it: Declared) -> None:
        """From now on these levels hold for what the strategy holds of the symbol. A target that leaves something is
        taken once, whatever happens between."""
        step = PlanStepped(it.name, self._parts.account, it.symbol, Role.STOP, "declared", False, it.details)

        def make(state: State) -> Sequence[Event]:
            row = state.get(PlanRow, it.name)
            return () if row is not None and row.details == it.details else (step,)

        await self._parts.journal.insist(make)
        self._begin(it)
        self._guards[it.name].refused = None

    def see(self, quote: Quote) -> None:
        """A price from outside; one that is no price is not seen."""
        if self._prices.see(quote) is not None:
            self.changed(quote.symbol)

    def protections(self, symbol: str) -> tuple[Protection, ...]:
        found, state = [], self._parts.state
        for row in state.all(PlanRow):
            if row.plan_id in self._guards and row.symbol == symbol:
                it, guard = Declared.of(row), self._guards[row.plan_id]
                naked, at_venue = self._naked.seconds(it, guard), covered(state, symbol, it.strategy)
                found.append(Protection(it.strategy, symbol, it.stop, it.target, at_venue, naked))
        return tuple(found)

    def aside(self, strategy: str, symbol: str) -> AbstractAsyncContextManager[None]:
        """Within it, stop and target are out of the way of an exit."""
        return self._aside.stand(strategy, symbol)

    def changed(self, symbol: str) -> None:
        """Something of the symbol changed: look now."""
        self._note(symbol)
        for guard in self._guards.values():
            if guard.symbol == symbol:
                guard.wake.set()

    def _note(self, symbol: str) -> None:
        """Take down what is naked up to now."""
        for name, guard in self._guards.items():
            row = self._parts.state.get(PlanRow, name) if guard.symbol == symbol else None
            if row is not None:
                self._naked.seconds(Declared.of(row), guard)

    def _begin(self, it: Declared) -> None:
        self._guards.setdefault(it.name, Guard(it.symbol)).wake.set()
        self._parts.tasks.once(it.name, lambda: self._watch(it.name))

    async def _watch(self, name: str) -> None:
        guard = self._guards[name]
        while (row := self._parts.state.get(PlanRow, name)) is not None:
            guard.wake.clear()
            it = Declared.of(row)
            try:
                await self._look(row, it, guard)
            except ReadError as error:
                self._parts.alert("UNREADABLE", row.symbol, error.words)
            except UnreachableError:
                raise
            except Exception as error:  # whatever it is, the position goes on being watched
                self._parts.alert("FAILED", name, f"{type(error).__name__}: {error}")
                guard.wake.clear()
            try:
                left, usual = self._naked.patience(it, guard), self._parts.settings.watch
                async with asyncio.timeout(min(left, usual) if left > LATE else usual):
                    await guard.wake.wait()
            except TimeoutError:
                continue
        self._guards.pop(name, None)

    async def _look(self, row: PlanRow, it: Declared, guard: Guard) -> None:
        state = self._parts.state
        if self._plans.closing(it.symbol, it.strategy):
            return
        if not state.position(it.symbol, it.strategy):
            await self._flat(row, it, guard)
            return
        guard.held = True
        if guard.paused:  # an exit is on its way: nothing is placed, and the price is watched until it is sent
            if it.stop is not None and not exiting(state, it.symbol, it.strategy):
                await self._watching.look(it, guard, stop_only=True)
            return
        if self._is_dust(it):
            words = "what is left is less than the venue trades"
            await self._plans.close(it.symbol, it.strategy, Role.EXIT, words)
            return
        if guard.refused is not None and asyncio.get_running_loop().time() >= guard.again:
            guard.refused = None  # what was wrong may be over
        if it.stop is not None:  # beside the watch, which must not wait for a venue that is slow to answer
            self._parts.tasks.once(f"arm {it.name}", lambda: self._stops.arm(it, guard), guard.wake.set)
        if it.stop is not None or it.target is not None:
            await self._watching.look(it, guard)

    def _is_dust(self, it: Declared) -> bool:
        """Whether nothing that is held could be sold, and nothing is on its way that would make it more."""
        state = self._parts.state
        if state.live(it.symbol, it.strategy):
            return False
        instrument = self._parts.broker.instrument(it.symbol)
        quantity = quantity_down(abs(state.position(it.symbol, it.strategy)), instrument)
        return quantity <= 0 or quantity < exact(instrument.min_quantity)

    async def _flat(self, row: PlanRow, it: Declared, guard: Guard) -> None:
        """No position: nothing that would close one may be left standing."""
        orders = [order for order in self._parts.state.live(it.symbol, it.strategy) if order.ours]
        entering = any(order.role in (Role.ENTRY, Role.ADJUST) for order in orders)
        rest = [one for one in orders if one.role in (Role.STOP, Role.TARGET) and one.command is Command.NONE]
        await asyncio.gather(*(self._commands.cancel(one.order_id, "the position is closed") for one in rest))
        guard.beyond = guard.reached = None
        if guard.held and not entering and not rest:
            done = PlanStepped(row.plan_id, row.account, row.symbol, row.purpose, "flat", True, row.details)

            def make(state: State) -> Sequence[Event]:
                now = state.get(PlanRow, row.plan_id)
                same = now is not None and now.details == row.details
                return (done,) if same and not state.position(it.symbol, it.strategy) else ()

            await self._parts.journal.insist(make)
