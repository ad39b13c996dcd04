"""A session that does nothing but remember, and one that is reachable while a block runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stratrun.engine.ledger.events_control import OperatorCommanded
from stratrun.engine.ledger.values import Direction, OrderState, OrderType, Role, Scope, Side, TradingState
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.control.commands import Action
from stratrun.engine.run.control.controlled import Ordered, Outcome
from stratrun.engine.run.control.server import ControlServer, Patience
from stratrun.engine.run.control.views import OrderView, PositionView, SessionView, StateView, StatusView

NOW = 1_800_000_000_000
D = Decimal


@dataclass
class FakeSession:
    """Answers as a session would; `log` holds what was recorded and done, in order."""

    outcome: Outcome = field(default_factory=lambda: Outcome(True, "OK", "done", (("order_id", "abc1"),)))
    log: list[tuple[str, Any]] = field(default_factory=list)
    record_fails: bool = False
    fails: bool = False
    gate: asyncio.Event | None = None

    async def record(self, event: OperatorCommanded) -> None:
        if self.record_fails:
            raise OSError("the disk is full")
        self.log.append(("recorded", event))

    async def status(self) -> StatusView:
        if self.fails:
            raise KeyError("broken")
        state = StateView(Scope.SYMBOL, "ETH/USDT", TradingState.REDUCING, "PAUSE", "ann", "news", NOW)
        session = SessionView("s1", "dip", "live", "main", ("BTC/USDT",), "1h", NOW, NOW)
        return StatusView("session", "desk", NOW, (session,), (state,), 1, 0, 1, notes=("paper money",))

    async def orders(self) -> Sequence[OrderView]:
        return [OrderView("x1", "dip", "BTC/USDT", Role.ENTRY, Side.BUY, OrderType.LIMIT, D("0.010"), D(0), D(58000),
                          None, OrderState.OPEN, NOW)]  # fmt: skip

    async def positions(self) -> Sequence[PositionView]:
        return [PositionView("main", "dip", "BTC/USDT", Direction.LONG, D("0.5"), D(57000), profit=D("-1.5"))]

    async def act(self, ordered: Ordered) -> Outcome:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise KeyError("broken")
        self.log.append(("done", ordered))
        return self.outcome

    @property
    def actions(self) -> list[Action]:
        return [what.action for kind, what in self.log if kind == "done"]


@contextmanager
def running(
    beside: Beside, session: FakeSession, patience: Patience | None = None, tcp: bool = False
) -> Iterator[ControlServer]:
    """The session's event loop in a thread of its own, as if in another process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def call(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    server = ControlServer(beside, session, session.record, patience or Patience(), tcp)
    try:
        call(server.__aenter__())
        yield server
    finally:
        call(asyncio.sleep(0.01))  # what came in while the loop was held is accepted, so that it is closed
        call(server.close())
        call(asyncio.sleep(0.01))  # what was closed gets a turn to end
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
