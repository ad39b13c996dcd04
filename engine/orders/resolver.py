"""Finds out what became of an order, for as long as it takes: one task for each order that leaves a question open.

1. ask by name; if the venue says there is none, look through its open and ended orders and its fills;
2. found: record what it says, with all of its fills;
3. absent: gather proof (`absence.py`); proven, it was never placed, or ended without a word;
4. no answer by the deadline: quarantined, an operator is told, and it is asked for on and on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..brokers.outcome import ReadError
from ..brokers.words import FillReport, OrderReport, Reference, Status
from ..ledger.events import Event
from ..ledger.events_orders import CommandSettled, OrderCanceled, OrderNeverPlaced, OrderQuarantined
from ..ledger.refusal import UnreachableError
from ..ledger.rows import OrderRow
from ..ledger.values import ENDED, IN_DOUBT, Command, OrderState
from .absence import Absence, at_rest
from .intake import Intake
from .parts import Parts, reference
from .state import State


@dataclass(frozen=True, slots=True)
class _Look:
    """What one round saw; `readable` False: it could not see everything."""

    report: OrderReport | None = None
    fills: tuple[FillReport, ...] = ()
    readable: bool = True


class Resolver:
    """`chase` begins the work, `settled` waits for it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.intake = Intake(parts, self.chase)
        self._claims: dict[str, str] = {}
        self._urgent: set[str] = set()

    def chase(self, order_id: str, why: str) -> None:
        """Find out everything about an order, in the background; one that is looked into already at once."""
        self._claims[order_id] = why
        if self._parts.tasks.running(f"resolve {order_id}"):
            self._urgent.add(order_id)
            self._parts.journal.nudge()
        self._parts.tasks.once(f"resolve {order_id}", lambda: self._resolve(order_id))

    def pending(self, order_id: str) -> bool:
        """Whether a question about the order is open."""
        row = self._parts.state.order(order_id)
        if row is None:
            return False
        return order_id in self._claims or row.state in IN_DOUBT or row.command is not Command.NONE

    async def settled(self, order_id: str, seconds: float) -> bool:
        """Wait until no question about the order is open."""
        return await self._parts.journal.until(lambda: not self.pending(order_id), seconds)

    async def _resolve(self, order_id: str) -> None:
        parts, loop = self._parts, asyncio.get_running_loop()
        begun, absence = loop.time(), Absence(parts.settings, parts.broker.abilities)
        row = parts.state.order(order_id)
        waits = deque(parts.settings.asks)
        if row is not None and row.state not in IN_DOUBT:
            waits.appendleft(0.0)
        while self.pending(order_id) and not parts.tasks.closed:
            elapsed = loop.time() - begun
            due = waits.popleft() if waits else elapsed + parts.settings.probe
            await parts.journal.until(lambda: order_id in self._urgent or not self.pending(order_id), due - elapsed)
            if order_id in self._urgent:
                self._urgent.discard(order_id)
                waits = deque(loop.time() - begun + wait for wait in parts.settings.asks)
            if self.pending(order_id):
                await self._round(order_id, absence, loop.time() - begun)
            if not waits:
                await self._deadline(order_id, absence)
        self._drop(order_id)

    def _drop(self, order_id: str) -> None:
        """Nothing is left to find out of what was claimed."""
        if self._claims.pop(order_id, None) is not None:
            self._parts.journal.nudge()

    async def _deadline(self, order_id: str, absence: Absence) -> None:
        row = self._parts.state.order(order_id)
        if row is not None and row.state is OrderState.UNKNOWN:
            await self._quarantine(row, absence)
        elif row is not None and order_id in self._claims:
            self._parts.alert("ORDER_UNCLEAR", row.symbol, f"order {order_id}: {self._claims[order_id]}")

    async def _round(self, order_id: str, absence: Absence, elapsed: float) -> None:
        try:
            await self._asked(order_id, absence, elapsed)
        except UnreachableError:
            raise
        except Exception as error:  # an order in doubt is asked for until it is not, whatever goes wrong
            absence.unreadable(f"{type(error).__name__}: {error}"[:1_000])
            self._parts.alert("FAILED", f"order {order_id}", f"{type(error).__name__}: {error}")

    async def _asked(self, order_id: str, absence: Absence, elapsed: float) -> None:
        row = self._parts.state.order(order_id)
        if row is None:
            return
        claim = self._claims.get(order_id)
        try:
            look = await self._look(row)
        except ReadError as error:
            absence.unreadable(error.words)
            return
        if look.report is not None or look.fills:
            complete = await self.intake.settle(order_id, look.report, look.fills, whole=True)
            if look.report is not None:
                await self._still_open(order_id, look.report, absence, elapsed)
            if complete and self._claims.get(order_id) == claim:
                self._drop(order_id)
            return
        if look.readable:
            absence.negative(elapsed)
        if absence.enough and await at_rest(self._parts, row, absence):
            await self._absent(order_id, absence)

    async def _look(self, row: OrderRow) -> _Look:
        """Raises ReadError. Each question has its own patience: a slow venue answers several slowly."""
        broker, name, ask, long = self._parts.broker, reference(row), self._parts.ask, self._parts.settings.history
        since = row.created + broker.now() - self._parts.clock.now() - self._parts.settings.overlap
        report = None
        if row.venue_id is not None or broker.abilities.find_by_client_id:
            report = await ask(broker.find(name))
        if report is None:
            lists = await ask(broker.open_orders(row.symbol))
            lists = [*lists, *await ask(broker.ended_orders(row.symbol, since), long)]
            report = next((it for it in lists if _is(row, it)), None)
        if report is not None:
            there = Reference(row.symbol, name.client_id, report.venue_id, name.trigger)
            return _Look(report, tuple(await ask(broker.order_fills(there), long)))
        found = await ask(broker.fills(row.symbol, since), long)
        return _Look(None, tuple(it for it in found if _is(row, it)))

    async def _still_open(self, order_id: str, report: OrderReport, absence: Absence, elapsed: float) -> None:
        """An unanswered cancel of an order that goes on standing there changed nothing."""
        if report.status is not Status.OPEN:
            return
        absence.standing(elapsed)
        if not absence.stands:
            return
        words = f"still open at the venue {elapsed:.1f} s later"
        await self._parts.journal.insist(lambda state: _settled(state, order_id, words))

    async def _absent(self, order_id: str, absence: Absence) -> None:
        words = absence.words()
        self._drop(order_id)
        await self._parts.journal.insist(lambda state: _gone(state, order_id, words))
        row = self._parts.state.order(order_id)
        if row is not None and row.state is not OrderState.NEVER_PLACED:
            self._parts.alert("ORDER_GONE", row.symbol, f"order {order_id} is {row.state}: {words}")

    async def _quarantine(self, row: OrderRow, absence: Absence) -> None:
        words = absence.words()

        def make(state: State) -> Sequence[Event]:
            now = state.order(row.order_id)
            unsure = now is not None and now.state is OrderState.UNKNOWN
            return (OrderQuarantined(row.order_id, words),) if unsure else ()

        if (await self._parts.journal.insist(make)).changes:
            self._parts.alert("QUARANTINED", row.symbol, f"order {row.order_id}: {words}")


def _is(row: OrderRow, it: OrderReport | FillReport) -> bool:
    if row.venue_id is not None and it.venue_id == row.venue_id:
        return True
    return row.ours and it.client_id == row.order_id


def _settled(state: State, order_id: str, words: str) -> Sequence[Event]:
    row = state.order(order_id)
    pending = row is not None and row.state not in ENDED and row.command is not Command.NONE
    return (CommandSettled(order_id, words),) if pending else ()


def _gone(state: State, order_id: str, words: str) -> Sequence[Event]:
    row = state.order(order_id)
    if row is None or row.state in ENDED:
        return ()
    if row.venue_id is None and row.state in IN_DOUBT and not row.filled:
        return (OrderNeverPlaced(order_id, words),)
    return (OrderCanceled(order_id, row.filled, f"the venue knows it no more: {words}"),)
