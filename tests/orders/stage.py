"""A desk before a simulated exchange in simulated time, and what must be true of both when a scenario is over.

`play(scenario, …)` runs `async scenario(stage)` on a ledger in a folder of its own, then holds ledger and exchange to
each other. Faults are a schedule of the exchange; a kill is `Stage.kill` or a `Mortal` writer, after which
`Stage.again` starts another desk on the same ledger, as another process would.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from stratrun.engine.brokers.words import Status
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Call, Faults, Schedule, Written, parse
from stratrun.engine.exchange.orders import Order
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.rows import FillRow, OrderRow
from stratrun.engine.ledger.tables import ROWS
from stratrun.engine.ledger.values import LIVE, Mode, OrderState, OrderType, Role, Side
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import Posted, Writer
from stratrun.engine.market.venue import Kind
from stratrun.engine.orders.client_id import is_ours
from stratrun.engine.orders.desk import Desk, no_gate
from stratrun.engine.orders.settings import Settings
from stratrun.engine.orders.wanted import Gate, Wanted

D = Decimal
NOW = 1_800_000_000_000
SPOT, PERP = "BTC/USDT", "BTC/USDT:USDT"
ACCOUNT, STRATEGY, SESSION = "main", "dip", "s1"
SETTINGS = Settings(mode="rehearsal", inline=True)
FUNDS = {"USDT": D(100_000)}


class Killed(BaseException):
    """The process ended here."""


class Mortal:
    """A writer whose process dies at its `nth` append: before it (`late` False), or as soon as it is durable."""

    def __init__(self, writer: Writer, nth: int, late: bool) -> None:
        self._writer, self._left, self._late = writer, nth, late
        self.dead = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def disarm(self) -> None:
        self._left = 0

    def post(self, events: Any) -> Posted:
        self._left -= 1
        if self.dead.is_set() or (self._left == 0 and not self._late):
            self.dead.set()
            raise Killed
        posted = self._writer.post(events)
        if self._left == 0:
            self.dead.set()
            raise Killed
        return posted


@dataclass
class Stage:
    """One scenario's world. `symbol` is the one market that is listed."""

    exchange: Exchange
    clock: Any
    folder: Path
    symbol: str
    faults: Faults
    settings: Settings
    gate: Gate
    price: Decimal
    broker: DirectBroker = field(init=False)
    writer: Writer = field(init=False)
    desk: Desk = field(init=False)
    mortal: Mortal | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return Kind.PERP if ":" in self.symbol else Kind.SPOT

    async def start(self, nth: int = 0, late: bool = False) -> None:
        """A process begins: ledger, broker, desk. `nth`: the append at which it dies."""
        self.writer = open_writer(self.folder / "ledger.db", self.clock.now)
        mortal = Mortal(self.writer, nth, late) if nth else None
        self.mortal = mortal
        self.broker = DirectBroker(self.exchange, ACCOUNT, self.kind, self.faults, validity=5_000)
        opened = SessionOpened(
            SESSION, Mode.REHEARSAL, ACCOUNT, STRATEGY, "hash", "desk", (self.symbol,), "1m", NOW, "1"
        )
        self.writer.append(opened)
        while True:
            try:
                await self.broker.open([self.symbol])
                break
            except Exception:
                await self.clock.sleep(1)
        self.desk = Desk(mortal or self.writer, self.broker, self.clock, ACCOUNT, self.settings, self.gate)  # type: ignore[arg-type]
        await self.desk.start()

    async def end(self) -> None:
        """The process ends in good order."""
        await self.desk.stop()
        await self.broker.close()
        self.writer.close()

    async def kill(self) -> None:
        """The process is gone: no more of it runs, and nothing more is recorded."""
        if self.mortal is None:
            self.desk._parts.journal.writer = self.mortal = Mortal(self.writer, 1, late=False)  # type: ignore[assignment]
        self.mortal.dead.set()
        self.broker.abandon()
        await self.desk.stop()
        self.writer.close()

    async def again(self, nth: int = 0, late: bool = False) -> None:
        """Another process, after a kill."""
        await self.kill()
        try:
            await self.start(nth, late)
        except Killed:
            await self.again()

    def wanted(self, role: Role = Role.ENTRY, quantity: str = "1", side: Side | None = None, **more: Any) -> Wanted:
        """An order of the strategy; a market order of 1 unless said otherwise."""
        side = side or (Side.BUY if role is Role.ENTRY else Side.SELL)
        closing = role not in (Role.ENTRY, Role.ADJUST)
        told: dict[str, Any] = {"reduce_only": closing, "reference": self.price, "reason": "test"} | more
        return Wanted(STRATEGY, self.symbol, role, side, D(quantity), **told)

    async def enter(self, quantity: str = "1", **more: Any) -> OrderRow:
        return await self.desk.place(self.wanted(Role.ENTRY, quantity, **more))

    async def leave(self, quantity: str = "1", **more: Any) -> OrderRow:
        return await self.desk.place(self.wanted(Role.EXIT, quantity, **more))

    async def buy_limit(self, price: str, quantity: str = "1") -> OrderRow:
        return await self.enter(quantity, type=OrderType.LIMIT, price=D(price))

    async def until(self, true: Callable[[], bool], seconds: float = 300) -> bool:
        return await self.desk._parts.journal.until(true, seconds)

    async def wait(self, seconds: float) -> None:
        await self.clock.sleep(seconds)

    def print(self, price: str) -> None:
        self.exchange.print(self.symbol, D(price))

    @property
    def position(self) -> Decimal:
        return self.desk.state.position(self.symbol, STRATEGY)

    def order(self, order_id: str) -> OrderRow:
        row = self.desk.state.order(order_id)
        assert row is not None
        return row

    def orders(self, role: Role) -> list[OrderRow]:
        return [row for row in self.writer.read.orders(tuple(OrderState)) if row.role is role]

    def mine(self) -> list[Order]:
        """The venue's orders that bear our prefix."""
        prefixes = self.desk.state.prefixes()
        return [order for order in self.truth().orders if is_ours(order.client_id, prefixes)]

    def truth(self) -> Any:
        return self.exchange.truth(ACCOUNT)

    async def quiet(self, seconds: float = 900) -> None:
        """Let every question be answered, faults apart, and compare a last time."""
        self.faults.schedule = Written()
        desk, loop = self.desk, asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await self.wait(5)
            await desk.reconcile("the end")
            busy = [row.order_id for row in desk.state.live() if desk._resolver.pending(row.order_id)]
            if not busy and not self.differences():
                return

    def differences(self) -> list[str]:
        """What the ledger and the exchange do not agree on."""
        truth, found = self.truth(), []
        reader = self.writer.read
        rows = {row.order_id: row for row in reader.orders(tuple(OrderState))}
        mine = self.mine()
        for name, count in Counter(order.client_id for order in mine).items():
            if count > 1:
                found.append(f"{count} orders at the venue have the client id {name}")
        for order in mine:
            row = rows.get(order.client_id)
            if row is None:
                found.append(f"orphan: the ledger does not know order {order.client_id}")
            elif row.filled != order.filled:
                found.append(f"order {row.order_id}: filled {row.filled} in the ledger, {order.filled} at the venue")
            elif (row.state in LIVE) != (order.status is Status.OPEN):
                found.append(f"order {row.order_id} is {row.state} in the ledger, {order.status} at the venue")
        there = {order.client_id for order in mine}
        for row in rows.values():
            if row.ours and row.order_id not in there and row.state in _AT_VENUE:
                found.append(f"order {row.order_id} is {row.state} and the venue never had it")
        theirs = {str(fill.fill_id): fill.quantity for fill in truth.fills}
        ours: Counter[str] = Counter()
        for row in rows.values():
            for fill in reader.fills(row.order_id):
                ours[fill.fill_id.partition("#")[0]] += fill.quantity  # type: ignore[assignment]
        for stray in reader.rows(FillRow, ROWS[FillRow].c.order_id.is_(None)):
            ours[stray.fill_id.partition("#")[0]] += stray.quantity  # type: ignore[assignment]
        if dict(ours) != theirs:
            found.append(f"fills: {dict(ours)} in the ledger, {theirs} at the venue")
        return found + self._money(truth)

    def _money(self, truth: Any) -> list[str]:
        state, found = self.desk.state, []
        if self.kind is Kind.PERP:
            holding = truth.holdings.get(self.symbol)
            theirs = holding.quantity if holding is not None else D(0)
            if state.held(self.symbol) != theirs:
                found.append(f"position: {state.held(self.symbol)} in the ledger, {theirs} at the venue")
            return found
        for row in self.writer.read.balances(ACCOUNT):
            wallet = truth.wallets.get(row.currency)
            total = wallet.total if wallet is not None else D(0)
            if abs(row.booked - total) > D("1e-8"):
                found.append(f"{row.currency}: {row.booked} in the ledger, {total} at the venue")
        return found

    def check(self, drift: bool = False) -> None:
        """Everything fits. `drift`: the scenario ends with a difference that an operator must look at."""
        found = self.differences()
        assert not found, found
        found = self.desk.violations()
        assert not found, found
        if not drift:
            assert self.desk.state.drift() == []
            assert self.desk.state.unsure() == []
        verdict = verify(self.writer.read)
        assert verdict.findings == ()
        failed = [alert for alert in self.desk.alerts if alert.code in ("FAILED", "REPORT", "FILL_REFUSED")]
        assert not failed, failed


def _of_the_desk(task: asyncio.Task[Any]) -> bool:
    """What the exchange never answers goes on waiting there."""
    coroutine = task.get_coro()
    return "orders" in Path(coroutine.cr_code.co_filename).parts  # type: ignore[union-attr]


_AT_VENUE = frozenset({OrderState.OPEN, OrderState.PARTIAL, OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED})
Scenario = Callable[[Stage], Awaitable[Any]]


def play(
    scenario: Scenario,
    faults: str | Schedule = "",
    symbol: str = SPOT,
    price: str = "100",
    drift: bool = False,
    settings: Settings = SETTINGS,
    gate: Gate = no_gate,
    spec: Spec | None = None,
    check: bool = True,
    **changes: Any,
) -> Any:
    """Run a scenario to its end, let everything settle, and hold ledger and exchange to each other.

    Returns what the scenario returned.
    """
    schedule = parse(faults) if isinstance(faults, str) else faults

    async def main(clock: Any) -> Any:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            exchange = Exchange(clock)
            exchange.open_account(ACCOUNT, FUNDS)
            exchange.list(spec or Spec(symbol))
            exchange.print(symbol, D(price))
            world = Faults(schedule)
            stage = Stage(exchange, clock, Path(folder), symbol, world, replace(settings, **changes), gate, D(price))
            before = asyncio.all_tasks()
            await stage.start()
            result = await scenario(stage)
            if check:
                await stage.quiet()
                stage.check(drift)
            await stage.end()
            left = [task for task in asyncio.all_tasks() - before if _of_the_desk(task)]
            assert not left, f"tasks were left: {left}"
            return result

    return run_virtual(main, NOW)


__all__ = ["PERP", "SPOT", "Call", "D", "Killed", "Stage", "play"]
