"""What every part of one desk works with: venue, clock, ledger, background tasks and the way to tell an operator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from ..brokers.clock import Clock
from ..brokers.outcome import ReadError
from ..brokers.protocol import Broker
from ..brokers.words import Reference
from ..ledger.rows import OrderRow
from ..ledger.values import OrderType
from .journal import Journal
from .outbox import Outbox
from .settings import Settings
from .state import State
from .tasks import Tasks
from .wanted import Alert

T = TypeVar("T")
STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


@dataclass(slots=True)
class Parts:
    """`compared`: the venue was compared with the ledger since the start, so that entries may be thought of."""

    broker: Broker
    clock: Clock
    account: str
    settings: Settings
    journal: Journal
    tasks: Tasks
    outbox: Outbox
    compared: bool = False

    async def ask(self, question: Awaitable[T], patience: float | None = None) -> T:
        """The venue's answer. Raises ReadError, also where there is none, or it cannot be understood."""
        try:
            async with asyncio.timeout(patience or self.settings.answer):
                return await question
        except ReadError:
            raise
        except Exception as error:  # a broker's or library's own fault: a read that failed, like any other
            raise ReadError(f"{type(error).__name__}: {error}"[:1_000]) from error

    @property
    def state(self) -> State:
        return self.journal.state

    def alert(self, code: str, subject: str, words: str) -> None:
        self.outbox.put(Alert(self.clock.now(), code, subject, words))

    def blocked(self, symbol: str) -> str | None:
        """Why nothing may add exposure in a symbol; None where it may."""
        if self.journal.broken is not None:
            return "LEDGER"
        if not self.compared:
            return "UNRECONCILED"
        if unsure := self.state.unsure(symbol):
            return f"ORDER_UNKNOWN: {unsure[0].order_id} is {unsure[0].state}"
        if drift := self.state.drift(symbol):
            return f"DRIFT: {drift[0].words}"
        return None


def reference(row: OrderRow) -> Reference:
    """How the venue knows an order; somebody else's is named by the venue's id alone."""
    return Reference(row.symbol, row.order_id if row.ours else None, row.venue_id, row.type in STOPS)
