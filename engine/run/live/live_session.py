"""The live session of one deployment: its orders go to a venue through the order path."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...brokers.words import PositionReport, Quote
from ...language.deployment import Deployment, Shutdown
from ...ledger.events import Entry
from ...ledger.events_session import SessionClosed
from ...ledger.values import LIVE, Mode, Role
from ...ledger.writer import Writer
from ...orders.desk import Desk
from ...orders.settings import Settings
from ...orders.wanted import Recovery
from ...trading.account import Account
from ...trading.live_portfolio import LivePortfolio
from .align import Alignment
from .controls_live import LiveActs
from .gate import LiveGate, Surroundings
from .hand_limits import HandLimits
from .jobs import live_jobs
from .live_book import LiveBook
from .opening import Base, amount, as_portfolio, capital_of
from .session import Hooks, Session
from .timers import Job
from .work import Work


class LiveSession(Session):
    """`mode` is live or a rehearsal. Nothing is sent before `around.confirmed`."""

    book: LiveBook

    def __init__(
        self,
        deployment: Deployment,
        mode: Mode,
        writer: Writer,
        broker: Broker,
        clock: Clock,
        settings: Settings | None = None,
        hooks: Hooks | None = None,
        version: str = "",
    ) -> None:
        simulated = settings is not None and settings.inline
        super().__init__(deployment, mode, deployment.account, writer, broker, clock, hooks, version, simulated)
        self.around = Surroundings(
            broker.now, self.hooks.halted,
            candle_ms={run.name: run.strategy.timeframe.ms for run in self.runs},
            valid_for={run.name: run.valid_for for run in self.runs}, newest=self.newest,
            begun=self.begun,
            sizes=HandLimits(lambda: self.book if self.made else None, lambda symbol: self._acts.price(symbol)),
        )  # fmt: skip
        gate = LiveGate(deployment.venue, deployment.orders, deployment.data.stale, self.around)
        settings = settings or Settings(mode=mode.value, max_naked=deployment.orders.max_naked / 1_000)
        self.desk = Desk(writer, broker, clock, deployment.account, settings, gate, self.hooks.notify)
        self.work = Work(clock, self._look, lambda name, error: self.hooks.noticed(name, f"{error}"))
        self.leverage = Decimal(repr(deployment.leverage or 1.0))
        self._alignment = Alignment(self.desk, lambda: self.book, self.sessions, self.work, self.leverage)
        self._acts = LiveActs(self)

    @property
    def ledger(self) -> Desk:
        return self.desk

    @property
    def acts(self) -> LiveActs:
        return self._acts

    async def quote(self, symbol: str) -> Quote:
        """The venue's prices now; guards and gate see them, too. Raises ReadError."""
        quote = self.around.quotes[symbol] = await self._broker.quote(symbol)
        self.desk.see(quote)
        return quote

    async def sync(self) -> int:
        """The venue's clock less ours, ms. Raises ReadError."""
        return await self._broker.sync()

    async def venue_positions(self) -> Sequence[PositionReport]:
        """Raises ReadError."""
        return await self._broker.positions(self.deployment.symbols)

    def _take(self, deployment: Deployment) -> None:
        super()._take(deployment)
        for run in self.runs:
            self.around.candle_ms[run.name] = run.strategy.timeframe.ms
            self.around.valid_for[run.name] = run.valid_for

    def jobs(self) -> list[Job]:
        return [*super().jobs(), *live_jobs(self)]

    async def start(self) -> Recovery:
        """Everything before the first close. Raises BrokerError, LedgerError."""
        self._bind()
        await self._broker.open(self.symbols)
        recovery = await self.desk.start()
        await self._begin()
        self._look_again()
        return recovery

    async def stop(self, policy: Shutdown | None = None, patience: float = 30.0) -> None:
        self._stopping.set()
        policy = self._policy or policy or self.deployment.shutdown
        await self.work.close(patience)
        if policy is not Shutdown.KEEP:
            adding = [row for row in self.desk.state.live() if row.ours and row.role in (Role.ENTRY, Role.ADJUST)]
            ended = await asyncio.gather(*(self.desk.cancel(row.order_id, "the session ends") for row in adding))
            self.undone += [f"{row.side} {row.symbol} waits still" for row in ended if row.state in LIVE]
        if policy is Shutdown.FLATTEN and not await self.desk.flatten(None, "the session ends", patience):
            held = [f"{row.quantity:f} {row.symbol}" for row in self.desk.state.positions()]
            self.undone.append(f"not flat: {', '.join(held) or 'orders are left'}")
        if policy is not Shutdown.KEEP and not self.desk.state.positions() and not self.desk.state.live():
            await self.desk.record(*(SessionClosed(one, f"ended: {policy.value}") for one in self.sessions))
        await self.checkpoint()
        await self.desk.stop()
        await self._broker.close()

    def liquidation(self, symbol: str) -> Decimal | None:
        return self.around.liquidation.get(symbol)

    def _moved(self, entry: Entry) -> None:
        change = self.automatic.after(entry)
        if change is not None:
            self.hooks.noticed(change.name, f"{change.state.value}: {change.why}")
            self.work.errand(f"{change.code} of {change.name}", lambda: self.desk.record(change))
        order = self.desk.state.order(getattr(entry.event, "order_id", None) or "")
        name = order.strategy if order is not None else getattr(entry.event, "strategy", None)
        for m, run in enumerate(self.runs):
            if name in (None, "", run.name):
                asyncio.get_running_loop().call_soon(self._look, m)

    def _look(self, m: int) -> None:
        if self.made and not self._stopping.is_set():
            self._alignment.look(m)

    def new_book(self, base: Base) -> LiveBook:
        portfolio = LivePortfolio(as_portfolio(self.deployment), base.instruments, Account(base.capital))
        return LiveBook(portfolio, [run.name for run in self.runs], self.account, self.deployment.currency)

    async def _base(self) -> Base:
        total = amount((await self._broker.balances()).balances, self.deployment.currency)
        symbols = self.deployment.symbols
        return Base(capital_of(self.deployment, total), {one: self._broker.instrument(one) for one in symbols})
