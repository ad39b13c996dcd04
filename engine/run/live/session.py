"""The live session of one deployment: candles in, decisions recorded, orders out, what happened back into the Book.

1. start: connect; recover the order path; go on with the ledger's open sessions or begin new ones; make the Book from
   the ledger; load the candles since.
2. each close: candles and decisions are recorded in one append, then what is wanted is brought to the venue.
3. each entry of the ledger moves the Book; what that changes is brought to the venue at once.
4. stop: nothing new is begun, what runs is waited for, the policy is carried out, the sessions are closed or kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...brokers.words import CandleReport
from ...language.deployment import Deployment, Shutdown
from ...ledger.events import Entry, Event
from ...ledger.events_session import CandlesSeen, SessionClosed
from ...ledger.refusal import LedgerError, UnreachableError
from ...ledger.rows import SessionRow
from ...ledger.values import Mode, Role
from ...ledger.writer import Writer
from ...orders.desk import Desk
from ...orders.outbox import Notify
from ...orders.settings import Settings
from ...orders.state import State
from ...orders.wanted import Recovery
from .align import Alignment
from .book import LiveBook
from .decided import decision_events
from .feed import Closed, Feed, Key
from .gate import LiveGate, Surroundings
from .history import first_seq, history_of, load, symbols_of
from .opening import Base, base_of, candle_of, capital_of, fits, new_account, opened
from .series import Series
from .work import Work

_ROWS = 2_000
"""Candles of one event, and events of one append while history is recorded."""
_EVENTS = 50


@dataclass(slots=True)
class Hooks:
    """What a session tells others, none of which may fail or take long."""

    noticed: Callable[[str, str], None] = lambda subject, words: None
    decided: Callable[[int, float], None] = lambda close, equity: None
    """A close (ms UTC) was decided; with the equity of the Book."""
    halted: Callable[[], str | None] = lambda: None
    notify: Notify | None = None


class LiveSession:
    """`writer` and `broker` are the caller's; the broker is opened and closed here. `mode` is live or a rehearsal."""

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
        self.deployment, self.mode, self.version = deployment, mode, version
        self.runs = tuple(deployment.runs())
        self.hooks = hooks or Hooks()
        self._writer, self._broker, self._clock = writer, broker, clock
        self.around = Surroundings(
            broker.now, self.hooks.halted,
            candle_ms={run.name: run.strategy.timeframe.ms for run in self.runs},
            valid_for={run.name: run.valid_for for run in self.runs}, newest=self._newest,
        )  # fmt: skip
        gate = LiveGate(deployment.venue, deployment.orders, deployment.data.stale, self.around)
        settings = settings or Settings(mode=mode.value, max_naked=deployment.orders.max_naked / 1_000)
        self.desk = Desk(writer, broker, clock, deployment.account, settings, gate, self.hooks.notify)
        self.work = Work(clock, self._look, lambda name, error: self.hooks.noticed(name, f"{error}"))
        self.book: LiveBook
        self.feed: Feed
        self._sessions: list[str] = []
        self._alignment: Alignment
        self._ready = False
        self._stopping = asyncio.Event()

    async def start(self) -> Recovery:
        """Everything before the first close. Raises BrokerError, LedgerError."""
        await self._broker.open(self.deployment.symbols)
        self.desk.subscribe(self._follow)
        recovery = await self.desk.start()
        await self._open_sessions()
        await self._rebuild()
        self._alignment = Alignment(
            self.desk, lambda: self.book, self._sessions, self.work, Decimal(repr(self.deployment.leverage or 1.0))
        )
        await self._catch_up()
        self._ready = True
        for m in range(len(self.runs)):
            self._look(m)
        return recovery

    async def run(self) -> None:
        """Trade until `stop` is asked for. Raises LedgerError when nothing can be recorded any more."""
        self.feed.start()
        watcher = asyncio.create_task(self._stopping.wait())
        try:
            closes = self.feed.closes()
            while not self._stopping.is_set():
                following = asyncio.ensure_future(anext(closes))
                await asyncio.wait({following, watcher}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    following.cancel()
                    break
                await self.close(following.result())
        except StopAsyncIteration:
            pass
        finally:
            watcher.cancel()
            await self.feed.stop()

    def ask_to_stop(self) -> None:
        """Let `run` return after what it is doing."""
        self._stopping.set()

    async def stop(self, policy: Shutdown | None = None, patience: float = 30.0) -> None:
        """End in order, as the policy says; the ledger stays whole whenever this is cut short."""
        self._stopping.set()
        policy = policy or self.deployment.shutdown
        await self.work.close(patience)
        if policy is not Shutdown.KEEP:
            for row in self.desk.state.live():
                if row.ours and row.role is Role.ENTRY:
                    await self.desk.cancel(row.order_id, "the session ends")
        if policy is Shutdown.FLATTEN:
            await self.desk.flatten(None, "the session ends", patience)
        if policy is not Shutdown.KEEP and not self.desk.state.positions() and not self.desk.state.live():
            await self.desk.record(*(SessionClosed(one, f"ended: {policy.value}") for one in self._sessions))
        await self.desk.stop()
        await self._broker.close()

    async def close(self, closed: Closed) -> None:
        """One close of the feed: seen, decided and recorded in one append, then acted upon. Raises LedgerError."""
        events = self._seen(closed)
        if not events:
            return
        await self._record(events)
        if closed.late:
            return
        self.hooks.decided(closed.time, self.book.portfolio.equity)
        for m in range(len(self.runs)):
            self._look(m)

    async def _record(self, events: Sequence[Event]) -> None:
        """Move the Book by candles and record them with what was decided, both or neither.

        Where the disk is full or locked the Book is made from the ledger again, and the close is tried again.
        """
        while True:
            try:
                await self.desk.decide(lambda state: self._decide(events))
                return
            except UnreachableError:
                raise
            except LedgerError as error:
                self.hooks.noticed("ledger", f"{error}")
                await self._clock.sleep(1.0)
                await self._rebuild()

    def _decide(self, events: Sequence[Event]) -> Sequence[Event]:
        """Move the Book, in the ledger's turn so that no entry comes in between, and say what it decided."""
        now = self._broker.now()
        for k, event in enumerate(events):
            self.book.apply(Entry(k, now, event))
        self.book.flush()
        made: list[Event] = []
        while self.book.decided:
            made += decision_events(self.book.decided.popleft(), self.runs, self._sessions)
        return [*events, *made]

    def _seen(self, closed: Closed) -> list[Event]:
        events: list[Event] = []
        for m, run in enumerate(self.runs):
            name = run.strategy.timeframe.name
            for symbol in symbols_of(run):
                last = self.book.last(m, symbol)
                candles = [one for one in closed.candles.get((symbol, name), ()) if one.time > last]
                for first in range(0, len(candles), _ROWS):
                    part = tuple(candle_of(one) for one in candles[first : first + _ROWS])
                    events.append(CandlesSeen(self._sessions[m], symbol, name, part, closed.late))
        return events

    def _follow(self, entry: Entry) -> None:
        """An entry is durable: move the Book; candles moved it before they were recorded."""
        if not self._ready or isinstance(entry.event, CandlesSeen):
            return
        self.book.apply(entry)
        strategy = getattr(entry.event, "strategy", None)
        order = self.desk.state.order(getattr(entry.event, "order_id", None) or "")
        name = order.strategy if order is not None else strategy
        for m, run in enumerate(self.runs):
            if name in (None, "", run.name):
                asyncio.get_running_loop().call_soon(self._look, m)

    def _look(self, m: int) -> None:
        if self._ready and not self._stopping.is_set():
            self._alignment.look(m)

    def _newest(self, symbol: str) -> int | None:
        try:
            return self.feed.newest(symbol)
        except (AttributeError, ValueError):
            return None

    async def _open_sessions(self) -> None:
        """Go on with what the ledger has open of these strategies, or begin."""
        rows = list(self.desk.state.all(SessionRow))
        base: Base | None = None
        for run in self.runs:
            mine = [row for row in rows if fits(row, run, self.mode, self.deployment.account)]
            if mine:
                self._sessions.append(max(mine, key=lambda row: row.opened_seq).session_id)
                continue
            base = base or await self._base()
            now, timeframe = self._broker.now(), run.strategy.timeframe
            first = timeframe.floor(now) - history_of(run) * timeframe.ms
            event = opened(self.deployment, run, self.mode, now, first, base, self.version)
            await self.desk.record(event)
            self._sessions.append(event.session_id)

    async def _base(self) -> Base:
        balances = (await self._broker.balances()).balances
        money = balances.get(self.deployment.currency)
        total = Decimal(0) if money is None else money.total
        symbols = self.deployment.symbols
        return Base(capital_of(self.deployment, total), {one: self._broker.instrument(one) for one in symbols})

    async def _rebuild(self) -> None:
        """Make the Book from the ledger, in its turn so that no entry comes in between."""

        def make(state: State) -> Sequence[Event]:
            before = first_seq(state, self._sessions) - 1
            reader = self._writer.read
            base = base_of(reader.entries(before, kinds={"session_opened"}), self._sessions)
            account = new_account(self.deployment, base)
            self.book = LiveBook(account, [run.name for run in self.runs], self.deployment.currency)
            for entry in reader.entries(before):
                if getattr(entry.event, "account", self.deployment.account) == self.deployment.account:
                    self.book.apply(entry)
            self.book.flush()
            self.book.decided.clear()
            return ()

        await self.desk.decide(make)

    async def _catch_up(self) -> None:
        """Candles between the newest that the ledger has and now: seen, not decided; signals among them are spent."""
        series: dict[Key, Series] = {}
        found: dict[Key, tuple[CandleReport, ...]] = {}
        for m, run in enumerate(self.runs):
            for symbol in symbols_of(run):
                key = (symbol, run.strategy.timeframe.name)
                last = self.book.last(m, symbol)
                if key not in series or last < series[key].last:
                    series[key] = Series(symbol, run.strategy.timeframe, last)
        for key, one in series.items():
            found[key] = await load(self._broker, one)
        events = self._seen(Closed(self._broker.now(), found, late=True))
        for first in range(0, len(events), _EVENTS):
            await self._record(events[first : first + _EVENTS])
        self.feed = Feed(
            self._broker, self._clock, series.values(), self.deployment.data,
            lambda words: self.hooks.noticed("candles", words),
        )  # fmt: skip
