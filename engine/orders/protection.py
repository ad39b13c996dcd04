"""Keeps the stop and the target that a position declares, from the first partial fill until it is flat.

The stop rests at the venue where the venue keeps stops: it must hold while we are dead. The target is the engine's: on
spot the same coins cannot lie in two orders, and a missed target is a chance lost, a missed stop is money lost. The
engine also watches the stop: alone where the venue keeps none, and as a watchdog where one should have filled.
What is declared is a row in the ledger, so that a restart arms again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..brokers.outcome import ReadError
from ..brokers.words import Quote
from ..ledger.events import Event
from ..ledger.events_account import PlanStepped
from ..ledger.exact import ZERO, subtract
from ..ledger.refusal import UnreachableError
from ..ledger.rows import OrderRow, PlanRow
from ..ledger.values import Command, OrderState, OrderType, Role, Side
from .commands import Commands
from .conditions import remaining
from .invariants import bare
from .parts import Parts
from .plans import Plans
from .rounding import exact, quantity_down, rounded
from .sending import Sending
from .state import State
from .wanted import Wanted

_AT_VENUE = frozenset({OrderState.OPEN, OrderState.PARTIAL})
_LATE = 0.01
"""Seconds that a look may be late."""
_REFUSED = frozenset({OrderState.REJECTED, OrderState.DENIED})


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


@dataclass(slots=True)
class _Guard:
    """What is remembered about one guarded position between two looks; times are the loop's."""

    paused: int = 0
    held: bool = False
    beyond: float | None = None
    reached: float | None = None
    bare: float | None = None
    """Since when it has neither a stop at the venue nor an exit on its way."""
    late: bool = False
    """Whether that has lasted for longer than may be."""
    refused: tuple[Decimal, Decimal] | None = None
    """Trigger and quantity of a stop that the venue would not take, until `again`."""
    again: float = 0.0
    good: Decimal | None = None
    """The trigger of the last stop that it took."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Guards:
    """One background task for each strategy and symbol with a declared stop or target."""

    def __init__(self, parts: Parts, sending: Sending, commands: Commands, plans: Plans) -> None:
        self._parts, self._sending, self._commands, self._plans = parts, sending, commands, plans
        self._guards: dict[str, _Guard] = {}
        self._prices: dict[str, tuple[float, Decimal]] = {}
        self.broken: deque[str] = deque(maxlen=100)
        """Positions that were naked for longer than may be, in words; none, ever."""

    def resume(self) -> tuple[str, ...]:
        """Arm again what an earlier process declared."""
        names = [row.plan_id for row in self._parts.state.all(PlanRow) if row.plan_id.startswith("guard ")]
        for name in names:
            self._begin(name)
        return tuple(names)

    async def declare(
        self, strategy: str, symbol: str, stop: Decimal | None, target: Decimal | None, keep: Decimal
    ) -> None:  # fmt: skip
        """From now on these levels hold for what the strategy holds of the symbol; None: no such level. The target
        sells down to `keep` base units: said so, it is taken once, whatever happens between."""
        part = keep if target is not None and keep > 0 else None
        levels = {"keep": part, "stop": stop, "strategy": strategy, "target": target}
        details = tuple(sorted((name, str(value)) for name, value in levels.items() if value is not None))
        name = f"guard {strategy} {symbol}"
        step = PlanStepped(name, self._parts.account, symbol, Role.STOP, "declared", False, details)

        def make(state: State) -> Sequence[Event]:
            row = state.get(PlanRow, name)
            return () if row is not None and row.details == details else (step,)

        await self._parts.journal.insist(make)
        self._begin(name)
        self._guards[name].refused = None

    def see(self, quote: Quote) -> None:
        """A price from outside; one that is no price is not seen."""
        price = quote.last if quote.last is not None else quote.bid
        if price is not None and price.is_finite() and price > 0:
            self._seen(quote.symbol, price)
            self.changed(quote.symbol)

    def protections(self, symbol: str) -> tuple[Protection, ...]:
        found = []
        for row in self._parts.state.all(PlanRow):
            if row.plan_id in self._guards and row.symbol == symbol:
                told, naked = dict(row.details), self._naked(row, self._guards[row.plan_id])
                at_venue = _covered(self._parts.state, symbol, told["strategy"])
                found.append(
                    Protection(told["strategy"], symbol, _of(told, "stop"), _of(told, "target"), at_venue, naked)
                )
        return tuple(found)

    async def stand_down(self, strategy: str, symbol: str) -> None:
        """Take stop and target out of the way of an exit, and wait until their end is known, however slowly the venue
        answers; `resume_for` lets the guard look again."""
        parts, guard = self._parts, self._guards.get(f"guard {strategy} {symbol}")
        if guard is not None:
            guard.paused += 1
        await parts.tasks.ended(f"arm guard {strategy} {symbol}", parts.settings.asks[-1])
        rows = _in_the_way(parts.state, symbol, strategy)
        await asyncio.gather(*(self._commands.cancel(row.order_id, "in the way of an exit") for row in rows))
        await parts.journal.until(lambda: not _in_the_way(parts.state, symbol, strategy), parts.settings.asks[-1])

    def resume_for(self, strategy: str, symbol: str) -> None:
        guard = self._guards.get(f"guard {strategy} {symbol}")
        if guard is not None:
            guard.paused = max(guard.paused - 1, 0)
            guard.wake.set()

    def changed(self, symbol: str) -> None:
        """Something of the symbol changed: look now."""
        for guard in self._noted(symbol):
            guard.wake.set()

    def _noted(self, symbol: str) -> list[_Guard]:
        """The symbol's guards, with what is naked up to now taken down."""
        found = [(name, guard) for name, guard in self._guards.items() if name.endswith(f" {symbol}")]
        for name, guard in found:
            if (row := self._parts.state.get(PlanRow, name)) is not None:
                self._naked(row, guard)
        return [guard for _, guard in found]

    def _seen(self, symbol: str, price: Decimal) -> None:
        self._noted(symbol)
        self._prices[symbol] = (asyncio.get_running_loop().time(), price)

    def _naked(self, row: PlanRow, guard: _Guard) -> float:
        """Seconds for which nothing has protected the position; more than may be is a broken promise."""
        parts, told, now = self._parts, dict(row.details), asyncio.get_running_loop().time()
        naked = 0.0
        if guard.bare is not None:
            naked = now - max(guard.bare, self._prices.get(row.symbol, (0.0, ZERO))[0])
            if naked > parts.settings.max_naked + _LATE and not guard.late:
                guard.late = True
                self.broken.append(f"11: {row.symbol} of {told['strategy']} was unprotected for {naked:.1f} s")
        strategy = told["strategy"]
        unprotected = "stop" in told and not guard.paused and bare(parts.state, row.symbol, strategy)
        if not unprotected or self._plans.closing(row.symbol, strategy):
            guard.bare, guard.late = None, False
            return 0.0
        guard.bare = now if guard.bare is None else guard.bare
        return naked

    def _begin(self, name: str) -> None:
        self._guards.setdefault(name, _Guard()).wake.set()
        self._parts.tasks.once(name, lambda: self._watch(name))

    async def _watch(self, name: str) -> None:
        guard = self._guards[name]
        while (row := self._parts.state.get(PlanRow, name)) is not None:
            guard.wake.clear()
            try:
                await self._look(row, guard)
            except ReadError as error:
                self._parts.alert("UNREADABLE", row.symbol, error.words)
            except UnreachableError:
                raise
            except Exception as error:  # whatever it is, the position goes on being watched
                self._parts.alert("FAILED", name, f"{type(error).__name__}: {error}")
                guard.wake.clear()
            try:
                left, usual = self._patience(row, guard), self._parts.settings.watch
                async with asyncio.timeout(min(left, usual) if left > _LATE else usual):
                    await guard.wake.wait()
            except TimeoutError:
                continue
        self._guards.pop(name, None)

    def _patience(self, row: PlanRow, guard: _Guard) -> float:
        """Seconds until the position has been naked for as long as may be."""
        return max(self._parts.settings.max_naked - self._naked(row, guard), _LATE)

    async def _look(self, row: PlanRow, guard: _Guard) -> None:
        state, told = self._parts.state, dict(row.details)
        strategy = told["strategy"]
        position = state.position(row.symbol, strategy)
        if self._plans.closing(row.symbol, strategy):
            return
        if not position:
            await self._flat(row, strategy, guard)
            return
        guard.held = True
        side = Side.SELL if position > 0 else Side.BUY
        stop, target = _of(told, "stop"), _of(told, "target")
        if guard.paused:  # an exit is on its way: nothing is placed, and the price is watched until it is sent
            if stop is not None and not _exiting(state, row.symbol, strategy):
                await self._watch_price(row, strategy, side, stop, None, guard)
            return
        if self._is_dust(row.symbol, strategy, position):
            await self._plans.close(row.symbol, strategy, Role.EXIT, "what is left is less than the venue trades")
            return
        if guard.refused is not None and asyncio.get_running_loop().time() >= guard.again:
            guard.refused = None  # what was wrong may be over
        if stop is not None:
            level = stop  # beside the watch, which must not wait for a venue that is slow to answer
            self._parts.tasks.once(f"arm {row.plan_id}", lambda: self._arm(row, strategy, side, level, guard))
        if stop is not None or target is not None:
            await self._watch_price(row, strategy, side, stop, target, guard)

    def _is_dust(self, symbol: str, strategy: str, position: Decimal) -> bool:
        """Whether nothing that is held could be sold, and nothing is on its way that would make it more."""
        if self._parts.state.live(symbol, strategy):
            return False
        instrument = self._parts.broker.instrument(symbol)
        quantity = quantity_down(abs(position), instrument)
        return quantity <= 0 or quantity < exact(instrument.min_quantity)

    async def _flat(self, row: PlanRow, strategy: str, guard: _Guard) -> None:
        """No position: nothing that would close one may be left standing."""
        orders = [it for it in self._parts.state.live(row.symbol, strategy) if it.ours]
        entering = any(it.role in (Role.ENTRY, Role.ADJUST) for it in orders)
        rest = [it for it in orders if it.role in (Role.STOP, Role.TARGET) and it.command is Command.NONE]
        await asyncio.gather(*(self._commands.cancel(it.order_id, "the position is closed") for it in rest))
        guard.beyond = guard.reached = None
        if guard.held and not entering and not rest:
            done = PlanStepped(row.plan_id, row.account, row.symbol, row.purpose, "flat", True, row.details)

            def make(state: State) -> Sequence[Event]:
                now = state.get(PlanRow, row.plan_id)
                same = now is not None and now.details == row.details
                return (done,) if same and not state.position(row.symbol, strategy) else ()

            await self._parts.journal.insist(make)

    async def _arm(self, row: PlanRow, strategy: str, side: Side, stop: Decimal, guard: _Guard) -> None:
        """See that one stop of the right size and level rests at the venue."""
        parts = self._parts
        if OrderType.STOP not in parts.broker.abilities.stops:
            return
        state, instrument = parts.state, parts.broker.instrument(row.symbol)
        left = subtract(abs(state.position(row.symbol, strategy)), state.reducing(row.symbol, strategy, Role.STOP))
        # a stop and a target of one pair count once: what a resting target takes is the stop's as well
        left = max(left, min(abs(state.position(row.symbol, strategy)), _targets(state, row.symbol, strategy)))
        wanted = rounded(
            Wanted(strategy, row.symbol, Role.STOP, side, max(left, ZERO), OrderType.STOP, trigger=stop,
                   reduce_only=True, reason="stop"), instrument,
        )  # fmt: skip
        orders = [it for it in state.live(row.symbol, strategy) if it.role is Role.STOP and it.ours]
        if any(it.state not in _AT_VENUE or it.command is not Command.NONE for it in orders):
            return
        fitting = [it for it in orders if it.trigger == wanted.trigger and remaining(it) == wanted.quantity]
        for it in [it for it in orders if it not in fitting[:1]]:
            if guard.refused != (wanted.trigger, wanted.quantity) or remaining(it) > wanted.quantity:
                await self._commands.cancel(it.order_id, "another stop takes its place")
                guard.wake.set()
                return
        if orders or wanted.quantity <= 0 or wanted.trigger is None:
            return
        refused = guard.refused == (wanted.trigger, wanted.quantity)
        if refused and guard.good is None:
            return
        await self._place_stop(wanted, refused, guard)

    async def _place_stop(self, wanted: Wanted, refused: bool, guard: _Guard) -> None:
        """Place it; if the venue refused this one before, the level that it took last."""
        trigger, quantity = wanted.trigger, wanted.quantity
        order = await self._sending.place(replace(wanted, trigger=guard.good if refused else trigger))
        if order.state in _REFUSED:
            if refused:
                guard.good = None
            elif trigger is not None:
                guard.refused = (trigger, quantity)
                guard.again = asyncio.get_running_loop().time() + self._parts.settings.probe
            self._parts.alert("STOP_REFUSED", wanted.symbol, f"order {order.order_id}: {order.evidence}")
            guard.wake.set()
        elif not refused:
            guard.good, guard.refused = trigger, None

    async def _watch_price(
        self, row: PlanRow, strategy: str, side: Side, stop: Decimal | None, target: Decimal | None, guard: _Guard
    ) -> None:  # fmt: skip
        parts = self._parts
        covered = _covered(parts.state, row.symbol, strategy)
        price = await self._price(row.symbol, self._patience(row, guard))
        falling, now = side is Side.SELL, asyncio.get_running_loop().time()
        if price is None:
            guard.beyond = None
            if self._naked(row, guard) >= parts.settings.max_naked:
                await self._emergency(row, strategy, "no stop at the venue, and no price to watch")
            return
        crossed = stop is not None and (price <= stop if falling else price >= stop)
        guard.beyond = (guard.beyond if guard.beyond is not None else now) if crossed else None
        sure = covered or parts.state.unsure(row.symbol) or _in_the_way(parts.state, row.symbol, strategy)
        patience = parts.settings.patience if sure else min(parts.settings.patience, parts.settings.watch)
        if guard.beyond is not None and now - guard.beyond >= patience:
            await self._emergency(row, strategy, f"the price {price} stands beyond the stop {stop}")
            return
        hit = target is not None and (price >= target if falling else price <= target)
        guard.reached = (guard.reached if guard.reached is not None else now) if hit else None
        if guard.reached is not None and now - guard.reached >= min(parts.settings.watch, parts.settings.patience):
            guard.reached = None
            await self._take_target(row, strategy, side, price)

    async def _take_target(self, row: PlanRow, strategy: str, side: Side, price: Decimal) -> None:
        parts, keep = self._parts, _of(dict(row.details), "keep") or ZERO
        instrument = parts.broker.instrument(row.symbol)

        def left() -> Decimal:
            return quantity_down(max(subtract(abs(parts.state.position(row.symbol, strategy)), keep), ZERO), instrument)

        if _targets(parts.state, row.symbol, strategy) or (keep and not left()):
            return  # one that the session placed rests at the venue and is filling; or its part is sold
        try:
            await self.stand_down(strategy, row.symbol)
            if not (quantity := left()):
                return
            wanted = Wanted(strategy, row.symbol, Role.TARGET, side, quantity, reduce_only=True,
                            reason="target", reference=price)  # fmt: skip
            order = await self._sending.place(wanted)
            await parts.journal.until(lambda: _over(parts.state, order.order_id), parts.settings.answer)
        finally:
            self.resume_for(strategy, row.symbol)

    async def _emergency(self, row: PlanRow, strategy: str, reason: str) -> None:
        self._parts.alert("EMERGENCY", row.symbol, f"{strategy}: {reason}")
        await self._plans.close(row.symbol, strategy, Role.EMERGENCY, reason)

    async def _price(self, symbol: str, patience: float) -> Decimal | None:
        """A price not older than a look ago; None where there is none, or none within so many seconds."""
        now = asyncio.get_running_loop().time()
        seen = self._prices.get(symbol)
        if seen is None or now - seen[0] >= self._parts.settings.watch:
            try:
                async with asyncio.timeout(patience):
                    quote = await self._parts.ask(self._parts.broker.quote(symbol))
            except (ReadError, TimeoutError):
                return None
            price = quote.last if quote.last is not None else quote.bid
            if price is None or not price.is_finite() or price <= 0:
                return None
            self._seen(symbol, price)
            return price
        return seen[1]


def _in_the_way(state: State, symbol: str, strategy: str) -> list[OrderRow]:
    """Stops and targets that stand for what an exit would take; those in doubt hold nothing up."""
    rows = [it for it in state.live(symbol, strategy) if it.ours and it.role in (Role.STOP, Role.TARGET)]
    return [it for it in rows if it.state in _AT_VENUE or it.state is OrderState.SUBMITTING]


def _covered(state: State, symbol: str, strategy: str) -> bool:
    """Whether stops at the venue, and exits on their way, take all that is held but its dust."""
    sizes = [remaining(it) for it in state.live(symbol, strategy) if it.role is Role.STOP and it.state in _AT_VENUE]
    return bool(sizes)


def _exiting(state: State, symbol: str, strategy: str) -> bool:
    return any(it.role in (Role.EXIT, Role.EMERGENCY) for it in state.live(symbol, strategy))


def _targets(state: State, symbol: str, strategy: str) -> Decimal:
    rows: list[OrderRow] = [it for it in state.live(symbol, strategy) if it.role is Role.TARGET]
    return max((remaining(it) for it in rows), default=ZERO)


def _over(state: State, order_id: str) -> bool:
    row = state.order(order_id)
    return row is None or row.state not in _AT_VENUE


def _of(told: dict[str, str], name: str) -> Decimal | None:
    return Decimal(told[name]) if name in told else None
