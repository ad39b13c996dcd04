"""The way into the ledger: events are decided on the newest rows, recorded, and told on, one batch at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import select

from ..brokers.clock import Clock
from ..ledger.events import Entry, Event
from ..ledger.events_account import FundingPaid
from ..ledger.refusal import LedgerError, UnreachableError
from ..ledger.rows import FillRow, OrderRow, Row
from ..ledger.tables import ROWS
from ..ledger.writer import Change, Posted, Writer
from .state import State, told_of

T = TypeVar("T")
Decide = Callable[[State], Sequence[Event]]
"""What to record, given the rows as they are. Called in the batch's turn, so that nothing comes in between."""
Subscriber = Callable[[Entry], None]
_RETRY = 1.0
_PAYMENTS = 2_000
"""The newest payments that are looked through for one that is told again."""


class Journal:
    """One account's ledger. What was begun is recorded even if the one who asked is canceled."""

    def __init__(self, writer: Writer, clock: Clock, state: State, inline: bool) -> None:
        self.writer, self.state = writer, state
        self.broken: LedgerError | None = None
        """Set when the ledger has to be opened again: nothing can be recorded any more."""
        self._clock = clock
        self._turn = asyncio.Lock()
        self._thread = None if inline else ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._running: set[asyncio.Task[Posted]] = set()
        self._subscribers: list[Subscriber] = []
        self._pulse = asyncio.Event()

    async def run(self, call: Callable[[], T]) -> T:
        """Call something that waits for the disk."""
        if self._thread is None:
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def _read(self, call: Callable[[], T]) -> T:
        """`run`, but in the loop's own thread for a file: it answers sooner than another thread would wake up."""
        return call() if self.writer.place.path is not None else await self.run(call)

    async def load(self, overlap: int) -> None:
        """Raises LedgerError."""
        await self.run(lambda: self.state.load(self.writer.read, overlap))

    async def recall(self, order_id: str | None, at_venue: tuple[str, str] | None = None) -> OrderRow | None:
        """An order by our name, or by its symbol and the venue's name, from the ledger if it is no longer in memory."""
        found = self.state.order(order_id) if order_id else None
        if found is not None:
            return found

        def look() -> list[Row]:
            reader, c = self.writer.read, ROWS[OrderRow].c
            if order_id is not None:
                rows = [reader.order(order_id)]
            else:  # a venue may number the orders of each symbol by itself
                symbol, venue_id = at_venue or ("", "")
                rows = [*reader.rows(OrderRow, c.venue_id == venue_id, c.symbol == symbol)]
            mine = [row for row in rows if row is not None and row.account == self.state.account]
            return told_of(reader, mine[-1]) if mine else []

        rows = await self._read(look)
        row = next((row for row in rows if isinstance(row, OrderRow)), None)
        if row is None or (newer := self.state.order(row.order_id)) is None:
            self.state.take(rows)
            return row
        return newer

    async def recall_fill(self, symbol: str, fill_id: str) -> None:
        """Remember how a fill was booked, in all of its parts, if it was and is no longer in memory."""
        if self.state.parts(symbol, fill_id, None):
            return

        def look() -> list[FillRow]:
            reader, c, account = self.writer.read, ROWS[FillRow].c, self.state.account
            first = reader.row(FillRow, account, symbol, fill_id)
            if first is None:
                return []
            of_it = c.fill_id.startswith(f"{fill_id}#", autoescape=True)
            return [first, *reader.rows(FillRow, c.account == account, c.market == symbol, of_it)]

        self.state.recall(await self._read(look))

    async def recall_fills(self, symbol: str, since: int) -> None:
        """Remember the fills of a symbol after a time (ms UTC), of orders that are no longer in memory, too."""

        def look() -> list[FillRow]:
            c = ROWS[FillRow].c
            mine = (c.account == self.state.account, c.symbol == symbol, c.venue_time > since)
            return self.writer.read.rows(FillRow, *mine)

        self.state.recall(await self._read(look))

    async def funded(self, symbol: str, since: int) -> set[str]:
        """Payments of the ledger from a time on (ms UTC), by their id."""

        def look() -> set[str]:
            paid = [entry.event for entry in self.writer.read.entries(kinds={"funding_paid"}, last=_PAYMENTS)]
            mine = [it for it in paid if isinstance(it, FundingPaid) and it.account == self.state.account]
            return {it.funding_id for it in mine if it.symbol == symbol and it.venue_time >= since}

        return await self.run(look)

    async def booked(self, symbol: str, since: int) -> dict[str, bool]:
        """Fills of the ledger from a time on (ms UTC), by their id: whether the fee is known."""

        def look() -> dict[str, bool]:
            c = ROWS[FillRow].c
            query = select(c.fill_id, c.fee).where(
                c.account == self.state.account, c.symbol == symbol, c.venue_time >= since
            )  # fmt: skip
            with self.writer.read.connected() as connection:
                return {row.fill_id: row.fee != "0" for row in connection.execute(query)}

        return await self.run(look)

    async def write(self, *events: Event) -> Posted:
        """Record events together. Raises RefusedError, LedgerError."""
        return await self.decide(lambda state: events)

    async def decide(self, make: Decide) -> Posted:
        """Record what `make` answers. Raises RefusedError, LedgerError, and what `make` raises."""
        task = asyncio.get_running_loop().create_task(self._commit(make))
        self._running.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def insist(self, make: Decide) -> Posted:
        """`decide`, again and again while the disk is full or locked: for what has happened and must not be lost."""
        while True:
            try:
                return await self.decide(make)
            except UnreachableError:
                raise
            except LedgerError:
                await self._clock.sleep(_RETRY)

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, looking after each commit; False when the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not true():
            left = end - loop.time()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):
                    await self._pulse.wait()
            except TimeoutError:
                return true()
        return True

    def nudge(self) -> None:
        """Let those who wait look again."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell every entry from now on, in order, once it is durable."""
        self._subscribers.append(subscriber)

    async def close(self) -> None:
        """Wait for what was begun."""
        while self._running:
            await asyncio.wait(self._running)
        if self._thread is not None:
            self._thread.shutdown(wait=False)

    async def _commit(self, make: Decide) -> Posted:
        async with self._turn:
            if self.broken is not None:
                raise self.broken
            events = make(self.state)
            if not events:
                return Posted((), ())
            try:
                posted = await self.run(partial(self.writer.post, events))
            except UnreachableError as error:
                self.broken = error
                raise
            for change in posted.changes:
                self.state.take(change.rows)
            self._tell(posted.changes)
            return posted

    def _tell(self, changes: Sequence[Change]) -> None:
        self.nudge()
        for change in changes:
            for subscriber in self._subscribers:
                try:
                    subscriber(change.entry)
                except Exception as error:  # it is durable: one that cannot follow must not undo that
                    asyncio.get_running_loop().call_exception_handler(
                        {"message": f"a subscriber failed at event {change.entry.seq}", "exception": error}
                    )

    def _done(self, task: asyncio.Task[Posted]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()
