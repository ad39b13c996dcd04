"""What live and paper sessions share: candles in, decisions recorded, the Book made from the ledger.

1. start: connect; go on with the ledger's open sessions or begin new ones; make the Book from the ledger; load the
   candles since.
2. each close: candles, decisions and, on paper, fills are recorded in one append; what follows is the kind's own.
3. stop: nothing new is begun, what runs is waited for, the sessions are closed or kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...brokers.words import CandleReport
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Shutdown
from ...language.identity import meaning_hash
from ...ledger.events import Entry, Event
from ...ledger.events_control import StateChanged
from ...ledger.events_session import CandlesSeen, SessionClosed
from ...ledger.reader import Reader
from ...ledger.refusal import LedgerError, UnreachableError
from ...ledger.rows import SessionRow
from ...ledger.values import Mode, Scope
from ...ledger.writer import Writer
from ...orders.state import State
from ..beside import Beside
from .acts import Acts
from .automatic import Automatic, failed
from .beginning import Beginning
from .book import EvaluationError, SessionBook
from .checkpoint import Stand
from .checkpoints import Checkpoints
from .decided import decision_events, seen_events
from .feed import Closed, Feed, Key
from .history import first_seq, load, symbols_of, windows
from .hooks import Hooks as Hooks
from .jobs import shared_jobs
from .kept import bound, keep
from .ledgered import Ledgered as Ledgered
from .opening import Base, base_of
from .reload import Reloading
from .series import Series
from .timers import Job, Timers


class Session:
    """`writer` and `broker` are the caller's; the broker is opened and closed here."""

    book: SessionBook[Any]
    feed: Feed

    def __init__(
        self,
        deployment: Deployment,
        mode: Mode,
        account: str,
        writer: Writer,
        broker: Broker,
        clock: Clock,
        hooks: Hooks | None,
        version: str,
        simulated: bool = False,
    ) -> None:
        """`simulated`: the clock's time is, and the session's jobs follow it."""
        self.deployment, self.mode, self.account, self.version = deployment, mode, account, version
        self.runs = tuple(deployment.runs())
        self.hooks = hooks or Hooks()
        self.sessions: list[str] = []
        """The strategies' sessions in the ledger."""
        self._writer, self._broker, self.clock = writer, broker, clock
        beside = Beside.of(deployment.ledger, deployment.path)
        self._checkpoints = Checkpoints(self, writer, None if beside is None else beside.checkpoint)
        self._kept = None if beside is None else beside.strategies
        self._beginning = Beginning(self, writer, lambda: self._base())
        self.reloading = Reloading(self)
        self.automatic = Automatic(self)
        self.simulated = simulated
        self._made = False
        """The Book is that of the ledger and the present strategies: every entry moves it from now on."""
        self.ready = False
        """It has begun; a Book that fell behind the ledger since is made again with the next close."""
        self._policy: Shutdown | None = None
        self.undone: list[str] = []
        """What `stop` was to do and is not known to have done, in words."""
        self._stopping = asyncio.Event()

    @property
    def ledger(self) -> Ledgered:
        raise NotImplementedError

    @property
    def acts(self) -> Acts:
        """What an operator can do with its orders."""
        raise NotImplementedError

    def now(self) -> int:
        """The venue's time, ms UTC."""
        return self._broker.now()

    def workers(self) -> dict[str, object]:
        """What evaluates each strategy, by its name."""
        return dict(zip(self.book.names, self.book.portfolio.members, strict=True))

    def begun(self) -> int:
        """When the oldest of the sessions was opened, ms UTC: the Book knows what happened since."""
        rows = [self.ledger.state.get(SessionRow, one) for one in self.sessions]
        return min((row.opened for row in rows if row is not None), default=0)

    def notes(self) -> tuple[str, ...]:
        """What an operator should know of the session besides, in words."""
        return ()

    def stand(self, reader: Reader) -> Stand:
        """Whose Book this is, wherever it stands."""
        hashes = tuple(meaning_hash(run.strategy) for run in self.runs)
        return Stand(reader.identity(), self.version, self.account, tuple(self.sessions), hashes)

    @property
    def made(self) -> bool:
        """Whether the Book is that of the ledger, up to its last entry."""
        return self._made and self.ready

    async def checkpoint(self) -> None:
        """Save the Book, so that the next start is fast."""
        await self._checkpoints.save()

    async def fold(self) -> None:
        """Keep the ledger's log short, so that no append has to. What fails is told: appends go on."""
        try:
            if self.simulated:  # nothing is waited for in simulated time
                self._writer.fold()
            else:
                await asyncio.to_thread(self._writer.fold)
        except LedgerError as error:
            self.hooks.noticed("ledger", f"{error}")

    async def reload(self) -> str:
        """Read changed files anew; what came of it, in words. Raises LedgerError."""
        return await self.reloading.read()

    async def run(self) -> None:
        """Trade until `ask_to_stop`. Raises LedgerError when nothing can be recorded any more."""
        self.feed.start()
        timers = Timers(self.jobs(), self.clock, self.simulated, self._job_failed)
        timers.start()
        watcher = asyncio.create_task(self._stopping.wait())
        try:
            while not self._stopping.is_set():
                await self._follow_closes(watcher)
                if self.reloading.waiting is not None and not self._stopping.is_set():
                    await self._change(self.reloading.waiting)
        finally:
            watcher.cancel()
            await timers.stop()
            await self.feed.stop()

    async def _follow_closes(self, watcher: asyncio.Task[bool]) -> None:
        """Until an end is asked for, or other strategies can begin."""
        closes = self.feed.closes()
        while not self._stopping.is_set() and not (self.reloading.waiting is not None and self.flat):
            following = asyncio.ensure_future(anext(closes))
            try:
                await asyncio.wait({following, watcher}, return_when=asyncio.FIRST_COMPLETED)
                came = following.done()
            finally:
                following.cancel()
            if not came:
                return
            try:
                await self.close(following.result())
            except StopAsyncIteration:
                self._stopping.set()

    @property
    def flat(self) -> bool:
        """Whether nothing is held, ordered or wanted here; what is somebody else's does not count."""
        wanted, state = [member.wants() for member in self.book.portfolio.members], self.ledger.state
        if any(row.strategy for row in state.positions()) or any(row.ours for row in state.live()):
            return False
        return not any(one.entries or one.exits or one.levels for one in wanted)

    async def _change(self, deployment: Deployment) -> None:
        """Let other strategies begin: the sessions end in the ledger, and new ones are opened."""
        self._made, self.ready, self.reloading.waiting = False, False, None
        await self.feed.stop()
        await self.ledger.record(*(SessionClosed(one, "its strategy changed") for one in self.sessions))
        self._take(deployment)
        if self._kept is not None:
            self._keep(self._kept)
        self.sessions[:] = await self._beginning.open_sessions()
        await self._rebuild()
        await self._catch_up()
        self.ready = True
        self._look_again()
        self.feed.start()
        self.hooks.noticed("reload", "the changed strategies trade now")

    def _take(self, deployment: Deployment) -> None:
        """Run these strategies."""
        self.deployment, self.runs = deployment, tuple(deployment.runs())

    def _bind(self) -> None:
        """What holds something stays with the strategy that began it. Raises LedgerError."""
        if self._kept is None:
            return
        self._keep(self._kept)
        given = (self._writer.read, self.mode, self.account, self._kept, self.hooks.noticed)
        chosen = bound(self.deployment, *given)
        if chosen is not self.deployment:
            self.reloading.waiting = self.deployment
            self._take(chosen)

    @property
    def symbols(self) -> Sequence[str]:
        """What is traded here, and what those will trade that wait to begin."""
        waiting = self.reloading.waiting or self.deployment
        return tuple(dict.fromkeys((*self.deployment.symbols, *waiting.symbols)))

    def _keep(self, folder: Path) -> None:
        try:
            keep(folder, self.deployment)
        except InputError as error:
            self.hooks.noticed("reload", f"{error}")

    def jobs(self) -> list[Job]:
        """What is done by the clock."""
        return shared_jobs(self)

    def _job_failed(self, name: str, error: Exception) -> None:
        self.hooks.noticed(name, f"{type(error).__name__}: {error}")

    def ask_to_stop(self, policy: Shutdown | None = None) -> None:
        """Let `run` return after what it is doing; `policy` overrules what `stop` is told."""
        self._policy = policy or self._policy
        self._stopping.set()

    async def stop(self, policy: Shutdown | None = None, patience: float = 30.0) -> None:
        """End in order, as the policy says; the ledger stays whole whenever this is cut short."""
        raise NotImplementedError

    async def close(self, closed: Closed) -> None:
        """One close of the feed: seen, decided and recorded in one append, then acted upon. Raises LedgerError."""
        events = seen_events(closed, self.book, self.runs, self.sessions)
        if not events:
            return
        await self._record(events)
        if closed.late:
            return
        self.hooks.decided(closed.time, self.book.portfolio.equity)
        self._look_again()

    def _look_again(self) -> None:
        for m in range(len(self.runs)):
            self._look(m)

    def _look(self, m: int) -> None:
        """Strategy `m` may want something at the venue."""

    async def check_data(self) -> None:
        """Hold back symbols whose candles have stopped to come. Raises LedgerError."""
        found: list[StateChanged] = []

        def make(state: State) -> Sequence[Event]:
            found[:] = self.automatic.stale()
            return found

        await self.ledger.decide(make)
        for event in found:
            self.hooks.noticed(event.name, event.why)

    def _moved(self, entry: Entry) -> None:
        """An entry moved the Book."""

    def new_book(self, base: Base) -> SessionBook[Any]:
        raise NotImplementedError

    async def _base(self) -> Base:
        """What new sessions start from. Raises ReadError."""
        raise NotImplementedError

    async def _begin(self) -> None:
        """Sessions, Book and candles up to now. Raises BrokerError, LedgerError."""
        self.ledger.subscribe(self._follow)
        self.sessions[:] = await self._beginning.open_sessions()
        await self._rebuild()
        await self._catch_up()
        self.ready = True
        there = self.reloading.waiting or self.deployment
        await self.ledger.record(*self.automatic.removed(there))
        for name in sorted(self.automatic.left(there)):  # its entries that rest would fill all the same
            self.acts.cancel_entries(Scope.STRATEGY, name, "it left the deployment")

    async def _record(self, events: Sequence[Event]) -> None:
        """Move the Book by candles and record them with what was decided, both or neither.

        Where the disk is full or locked the Book is made from the ledger again, and the close is tried again.
        """
        while True:
            if not self._made:
                await self._rebuild()
            try:
                await self.ledger.decide(partial(self._made_of, events))
                return
            except UnreachableError:
                raise
            except LedgerError as error:
                self._made = False  # it is ahead of the ledger: nothing may follow from it
                self.hooks.noticed("ledger", f"{error}")
                await self.clock.sleep(1.0)
            except EvaluationError as error:
                name = self.runs[error.member].name
                self.hooks.noticed(name, f"halted, its evaluation failed: {error}")
                await self._rebuild()
                await self.ledger.record(failed(name, f"{error}"))
            except Exception as error:  # a fault of ours, of no strategy alone: this close is seen and decides nothing
                seen = [replace(event, late=True) for event in events if isinstance(event, CandlesSeen)]
                if seen == events:
                    raise
                self.hooks.noticed("decisions", f"a close was not decided: {type(error).__name__}: {error}")
                events = seen
                await self._rebuild()

    def _made_of(self, events: Sequence[Event], state: State) -> Sequence[Event]:
        """Move the Book, in the ledger's turn so that no entry comes in between, and say what it decided."""
        now, events = self._broker.now(), [*self.automatic.fresh(events), *events]
        for k, event in enumerate(events):
            self.book.apply(Entry(k, now, event))
        self.book.flush()
        made: list[Event] = []
        while self.book.decided:
            decided = self.book.decided.popleft()
            made += [*decision_events(decided, self.runs, self.sessions), *decided.events]
        return [*events, *made, *self.automatic.standings()]

    def _follow(self, entry: Entry) -> None:
        """An entry is durable: move the Book; candles moved it before they were recorded."""
        if not self._made or isinstance(entry.event, CandlesSeen):
            return
        try:
            self.book.apply(entry)
        except Exception as error:  # it is in the ledger: the next close makes the Book anew, nothing follows till then
            self._made = False
            self.hooks.noticed("book", f"entry {entry.seq} was not understood: {type(error).__name__}: {error}")
            return
        self._moved(entry)

    async def _rebuild(self) -> None:
        """Make the Book from the ledger, in its turn so that no entry comes in between."""

        def make(state: State) -> Sequence[Event]:
            reader = self._writer.read
            before = first_seq(state, self.sessions) - 1
            base = base_of(reader.entries(before, kinds={"session_opened"}), self.sessions)
            self.book, after = self._checkpoints.restored(base, reader) or (self.new_book(base), before)
            for entry in reader.entries(after):
                self.book.apply(entry)
            self.book.flush()
            self.book.decided.clear()
            self._made = True
            return ()

        self._made = False
        await self.ledger.decide(make)

    async def _catch_up(self) -> None:
        """Candles between the newest that the ledger has and now: seen, not decided; signals among them are spent."""
        series: dict[Key, Series] = {}
        for m, run in enumerate(self.runs):
            for symbol in symbols_of(run):
                key = (symbol, run.strategy.timeframe.name)
                last = self.book.last(m, symbol)
                if key not in series or last < series[key].last:
                    series[key] = Series(symbol, run.strategy.timeframe, last)
        found: dict[Key, tuple[CandleReport, ...]] = {key: await load(self._broker, one) for key, one in series.items()}
        for part in windows(found):
            closed = Closed(self._broker.now(), part, late=True)
            events = seen_events(closed, self.book, self.runs, self.sessions)
            if events:
                await self._record(events)
        alarm = partial(self.hooks.noticed, "candles")
        self.feed = Feed(self._broker, self.clock, series.values(), self.deployment.data, alarm)

    def liquidation(self, symbol: str) -> Decimal | None:
        """The price at which the venue would close a contract's position; None where it is not known."""
        return None

    def newest(self, symbol: str) -> int | None:
        """When the symbol's last candle closed, ms UTC; None before the first."""
        feed: Feed | None = getattr(self, "feed", None)
        return None if feed is None else feed.newest(symbol)
