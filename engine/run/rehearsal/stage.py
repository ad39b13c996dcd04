"""A session's processes on one ledger, one after the other: begun, watched, killed, started again, ended in order.

1. A life is everything that one process does: its tasks, its broker, its pen. 2. Whatever dies or cannot start is
started again, as a supervisor would. 3. Every entry of the ledger is a step: states are looked at, invariants checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ...brokers.clock import Clock
from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...diagnostics.diagnostic import InputError
from ...exchange.accounts import Truth
from ...exchange.exchange import Exchange
from ...exchange.faults import Faults, Written
from ...exchange.virtual_loop import VirtualLoop
from ...language.portfolio import Portfolio
from ...language.strategy import Strategy
from ...ledger.copying import backup, restore
from ...ledger.events import Entry
from ...ledger.opening import open_writer
from ...ledger.place import Place
from ...ledger.refusal import LedgerError
from ...ledger.values import Mode
from ...ledger.writer import Writer
from ...orders.settings import Settings
from ...orders.wanted import Alert
from ..live.live_session import LiveSession
from ..live.session import Hooks
from .agreement import disagreements
from .ground import Rehearsal
from .pen import Pen
from .tasks import Lives
from .watch import Watch

ATTEMPTS = 1_000
"""How often a process is started that dies before it trades."""
KEPT = 200
"""Ended orders that a rehearsed desk remembers: few, so that what it forgot is recalled, too."""
KEPT_CANDLES = 1_000
"""Closed candles of a symbol that a venue which forgets still knows: as many as one answer holds."""


class Client(Protocol):
    """What connects a life to the venue."""

    def broker(self, clock: Clock) -> Broker:
        """A broker that is not open yet."""

    def abandon(self, broker: Broker) -> None:
        """The process that held it is gone."""


@dataclass
class Stage:
    """`faults` are those of the venue's calls; `noted` are the operator's alerts with their time."""

    rehearsal: Rehearsal
    clock: Clock
    exchange: Exchange
    faults: Faults
    folder: Path
    client: Client
    lives: Lives
    watch: Watch = field(default_factory=Watch)
    noted: list[Alert] = field(default_factory=list)
    said: list[tuple[int, str, str]] = field(default_factory=list)
    """What the session noticed: time, subject, words."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called after each entry of the ledger."""
    restarts: int = 0
    session: LiveSession = field(init=False)
    pen: Pen = field(init=False)
    broker: Broker = field(init=False)
    halted: str | None = None
    muted: bool = False
    forgotten: int = 0
    """Before this time (ms UTC) the venue has forgotten what ended."""
    _damaged: bool = False
    dying: asyncio.Event = field(default_factory=asyncio.Event)
    change: Callable[[LiveSession], None] = lambda session: None
    """What is done to each session before it starts."""

    def __post_init__(self) -> None:
        self.faults.on_crash = self.die
        self.original = self.rehearsal
        self._main: asyncio.Task[None]
        self._ending: asyncio.Task[None] | None = None
        self._writer: Writer
        self._backup = self.folder / "backup.db"

    @property
    def account(self) -> str:
        return self.rehearsal.deployment.account

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def simulated(self) -> bool:
        """Whether time is simulated: a thread would not hold it up."""
        return isinstance(asyncio.get_running_loop(), VirtualLoop)

    def truth(self) -> Truth:
        return self.exchange.truth(self.account)

    def symbol(self) -> str:
        """The symbol that is held, or the first that is traded."""
        held = [row.symbol for row in self.session.desk.state.positions()]
        return (held or list(self.rehearsal.deployment.symbols))[0]

    def die(self) -> None:
        """The process is gone at this very moment; what notices is `alive`."""
        self.pen.dead = True
        self.client.abandon(self.broker)
        self.dying.set()

    def hold_up(self, length: float) -> None:
        """Nothing in the process runs for so many seconds."""
        loop = asyncio.get_running_loop()
        if isinstance(loop, VirtualLoop):
            loop.skip(length)
        else:
            time.sleep(length)

    def edit(self) -> None:
        """From the next process on the strategies are other ones, with smaller entries."""
        deployment = self.rehearsal.deployment
        edited = tuple(replace(one, subject=smaller(one.subject)) for one in deployment.strategies)
        self.rehearsal = replace(self.rehearsal, deployment=replace(deployment, strategies=edited))

    async def begin(self) -> None:
        """Start a process and wait until it trades; one that cannot start is started again.

        Raises InputError when it never does.
        """
        attempts = 0
        while True:
            self._new()
            self._main = self.lives.begin(self._live())
            ready = asyncio.ensure_future(self._ready.wait())
            dying = asyncio.ensure_future(self.dying.wait())
            await asyncio.wait({self._main, ready, dying}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            dying.cancel()
            if self._ready.is_set() and not self.dying.is_set():
                return
            attempts += 1
            await self._again()
            if attempts == ATTEMPTS:
                raise InputError(f"the session cannot be started: {self.said[-1][2] if self.said else 'it dies'}")

    async def alive(self) -> None:
        """Keep a process alive until canceled."""
        while True:
            dying = asyncio.ensure_future(self.dying.wait())
            try:
                await asyncio.wait({self._main, dying}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                dying.cancel()
            if self._ending is not None:
                await asyncio.wait({self._ending})
                self._ending = None
            await self._again()
            await self.begin()

    async def end(self) -> None:
        """The process ends in order; what of it goes on is a leak."""
        await self._stop()
        self.watch.leaks += [f"{task.get_coro()}" for task in self.lives.left()]
        self.watch.leaks += await self.lives.end()
        self._writer.close()

    async def stop_and_start(self) -> None:
        """The process is asked to end, and another one begins."""
        self._ending = asyncio.create_task(self._stop())
        with contextlib.suppress(LedgerError):
            await self._ending

    async def hand(self, work: Coroutine[Any, Any, object]) -> None:
        """Something an operator asks of the process; it dies with it."""
        task = self.lives.within(work)
        await asyncio.wait({task})

    async def _stop(self) -> None:
        await self.hand(self.session.stop())
        await asyncio.wait({self._main}, timeout=60)

    def back_up(self) -> None:
        """Copy the ledger as it is now."""
        self._backup.unlink(missing_ok=True)
        backup(self.pen.read, self._backup)

    def damage(self) -> None:
        """Bytes of the ledger's file are not what was written, once its process is dead."""
        self._damaged = True

    def try_second(self) -> None:
        """Another process wants to write the ledger: it must not get it."""
        try:
            open_writer(self.ledger, self.clock.now).close()
        except LedgerError as error:
            self.said.append((self.clock.now(), "second", f"{error}"))
            return
        self.watch.broke(self.clock.now(), "a second process opened the ledger for writing")

    async def kill(self) -> None:
        """End the process with nothing in order."""
        self.die()
        self.client.abandon(self.broker)
        self.watch.leaks += await self.lives.end()
        with contextlib.closing(sqlite3.connect(f"{self.ledger.absolute().as_uri()}?mode=ro", uri=True)) as reader:
            reader.execute("SELECT 1 FROM ledger").fetchone()  # while one reads, closing folds nothing: the log stays
            self._writer.close()

    async def _again(self) -> None:
        error = self._main.exception() if self._main.done() and not self._main.cancelled() else None
        if error is not None:
            self.said.append((self.clock.now(), "session", f"{type(error).__name__}: {error}"))
        if error is not None and not isinstance(error, (BrokerError, InputError)) and not self.pen.dead:
            self.watch.broke(self.clock.now(), f"the session ended with {type(error).__name__}: {error}")
        if isinstance(error, InputError) and not isinstance(error, LedgerError):
            self.rehearsal = self.original  # as an operator would who is told so
        await self.kill()
        self.restarts += 1
        await self.clock.sleep(self.rehearsal.restart)

    def _new(self) -> None:
        now = self.clock.now
        self._ready, self.dying = asyncio.Event(), asyncio.Event()
        self._writer = self._opened()
        die_at, late = (self.pen.die_at, self.pen.late) if hasattr(self, "pen") and not self.pen.dead else (0, False)
        self.pen = Pen(self._writer, now)
        self.pen.die_at, self.pen.late, self.pen.on_death = die_at, late, self.dying.set
        self.broker = self.client.broker(self.clock)
        hooks = Hooks(
            noticed=lambda subject, words: self.said.append((now(), subject, words)),
            decided=lambda close, equity: self.watch.closed(close, equity), halted=lambda: self.halted,
            notify=self._notify,
        )  # fmt: skip
        naked = self.rehearsal.deployment.orders.max_naked / 1_000
        settings = Settings(mode="rehearsal", inline=self.simulated, kept=KEPT, max_naked=naked)
        deployment = replace(self.rehearsal.deployment, ledger=str(self.ledger))
        self.session = LiveSession(
            deployment, Mode.REHEARSAL,
            self.pen,  # type: ignore[arg-type]  # a Writer in all but its class
            self.broker, self.clock, settings, hooks,
        )  # fmt: skip
        self.session.around.confirmed = True
        self.change(self.session)

    def _opened(self) -> Writer:
        """The ledger; one that cannot be opened is replaced by its backup, as an operator would."""
        if self._damaged:
            self._damaged = False
            with self.ledger.open("r+b") as file:
                file.write(b"\0" * 64)
        try:
            return open_writer(self.ledger, self.clock.now, self.rehearsal.identity)
        except LedgerError as error:
            if not self._backup.exists():
                raise
            self.said.append((self.clock.now(), "ledger", f"{error}"))
            for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
                (self.folder / name).unlink(missing_ok=True)
            restore(self._backup, Place(path=self.ledger))
            return open_writer(self.ledger, self.clock.now)

    async def _live(self) -> None:
        await self.session.start()
        self.session.desk.subscribe(self._entered)
        self._ready.set()
        await self.session.run()

    async def _notify(self, alert: Alert) -> None:
        if self.muted:
            await asyncio.Event().wait()
        self.noted.append(alert)

    def _entered(self, entry: Entry) -> None:
        self.watch.step(self.clock.now(), self.session.desk, self.session.book)
        for listener in tuple(self.listeners):
            listener()

    def forget(self, before: int) -> None:
        """Let the venue, and what is kept of the rehearsal itself, forget what is older: a long one stays small."""
        self.forgotten = before
        for account in self.exchange.accounts.values():
            account.forget(before)
        for market in self.exchange.markets.values():
            market.shorten(KEPT_CANDLES)
        for kept in (self.noted, self.said, self.watch.equity, self.faults.struck):
            del kept[:-100]

    async def settle(self, seconds: float = 900.0) -> None:
        """Without faults, until every question is answered and nothing differs, or so long."""
        self.faults.schedule = Written()
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end and not self.at_rest():
            await self.clock.sleep(5)

    def at_rest(self) -> bool:
        """Whether the session has begun, no question is open, no plan unfinished, and ledger and venue agree."""
        desk = self.session.desk
        if not self.session.ready:
            return False
        if any(desk.pending(row.order_id) for row in desk.state.live()) or desk.state.drift():
            return False
        return not disagreements(self.truth(), desk.state, self.pen.read, self.forgotten)


def smaller(subject: Strategy | Portfolio) -> Strategy | Portfolio:
    """The same with entries of a quarter of the equity at most: another strategy, as far as its hash tells."""
    if isinstance(subject, Portfolio):
        return replace(subject, members=tuple(replace(m, strategy=_smaller(m.strategy)) for m in subject.members))
    return _smaller(subject)


def _smaller(strategy: Strategy) -> Strategy:
    return replace(strategy, size=replace(strategy.size, max=0.25))
