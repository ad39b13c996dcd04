"""Websocket loops: calls that wait for news in, reports out, each loop with one pending await in a task of its own.

A broken stream is told at once and awaited anew with a growing pause; once it stands again that is told, too, for what
happened meanwhile is not replayed. Every report is passed on once, whether a stream or a poll brought it first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .outcome import ReadError
from .secret import Redactor
from .words import FillReport, OrderReport, PositionReport, Report, StreamReport

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SETTLED = 0.5
"""Seconds a call waits unbroken on an open connection before its stream counts as up."""
_REMEMBERED = 20_000
_TAIL = 50
_AFTER_NEWS = 0.05
"""Seconds after news when its cache is looked at once more."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`call` waits for news; `read` turns its answer into reports at once, for ccxt changes it later."""

    name: str
    call: Callable[[], Awaitable[Any]]
    read: Callable[[Any], list[Report]]
    missed: Callable[[], list[Report]] = list
    """News that came while nobody waited: ccxt keeps it, and would tell it at the next news only."""


class Tail:
    """The end of a cache of ccxt's: what changed there without having been read."""

    def __init__(self, cache: Callable[[], Any], read: Callable[[Any], list[Report]]) -> None:
        self._cache, self._read = cache, read
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    def read(self, rows: Any) -> list[Report]:
        """What news says."""
        self._fresh(rows if isinstance(rows, list) else [])
        return self._read(rows)

    def missed(self) -> list[Report]:
        """What the last rows say that were not read as they are now."""
        return self._read(self._fresh(list(self._cache() or ())[-_TAIL:]))

    def _fresh(self, rows: list[Any]) -> list[Any]:
        """Those whose raw answer is another than before; ccxt replaces it in the row that it keeps."""
        found = []
        for row in rows:
            key = row.get("id")
            if self._known.get(key) is not row.get("info"):
                found.append(row)
                self._known[key] = row.get("info")
                self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found


class Flow:
    """One consumer's reports. `poll` asks for everything anew every `pause()` seconds, streams or not."""

    def __init__(
        self,
        watches: Sequence[Watch],
        poll: Callable[[], Awaitable[list[Report]]],
        pause: Callable[[], float],
        connected: Callable[[], bool],
        redact: Redactor,
    ) -> None:
        self._watches, self._poll, self._pause = watches, poll, pause
        self._connected, self._redact = connected, redact
        self._queue: asyncio.Queue[Report | None] = asyncio.Queue()
        self._waiting = {watch.name for watch in watches} or {"poll"}
        self._up: bool | None = None
        self._seen = _Seen()
        self._closing = False
        self._tasks: list[asyncio.Task[None]] = []

    async def reports(self) -> AsyncIterator[Report]:
        """Ends only with `close`."""
        self._tasks = [asyncio.create_task(self._watch(watch), name=watch.name) for watch in self._watches]
        self._tasks.append(asyncio.create_task(self._polling(), name="poll"))
        try:
            while not self._closing and (report := await self._queue.get()) is not None:
                yield report
        finally:
            await self.close()

    async def close(self) -> None:
        """The flag first, so that no loop opens anew what is being closed."""
        self._closing = True
        self._queue.put_nowait(None)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, watch: Watch) -> None:
        pause, heard = FIRST_PAUSE, False
        while not self._closing:
            pending = asyncio.ensure_future(watch.call())
            try:
                if watch.name in self._waiting:
                    await self._settle(pending)
                    self._stands(watch.name)
                if heard:
                    await asyncio.wait({pending}, timeout=_AFTER_NEWS)
                    self._pass([] if pending.done() else watch.missed())
                self._pass(watch.read(await pending))
                pause, heard = FIRST_PAUSE, True
            except asyncio.CancelledError:
                pending.cancel()
                task = asyncio.current_task()
                if self._closing or task is None or task.cancelling():
                    raise
                self._broke(watch.name, "the connection was closed")
            except Exception as error:  # it broke, or ccxt or we cannot read it: told, and begun again
                self._broke(watch.name, self._redact.words(error))
            else:
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _settle(self, pending: asyncio.Future[Any]) -> None:
        """Return when there is news, or when the connection has stood for a while without any."""
        while not pending.done():
            await asyncio.wait({pending}, timeout=SETTLED)
            if self._connected():
                return

    async def _polling(self) -> None:
        while not self._closing:
            try:
                self._pass(await self._poll())
                self._stands("poll")
            except Exception as error:  # a poll is the safety net: none that fails may end those that follow
                if not self._watches:
                    self._broke("poll", self._redact.words(error))
            await asyncio.sleep(self._pause())

    def _pass(self, reports: Sequence[Report]) -> None:
        for report in reports:
            if self._seen.is_new(report):
                self._queue.put_nowait(report)

    def _stands(self, name: str) -> None:
        self._waiting.discard(name)
        if not self._waiting and self._up is not True:
            self._up = True
            self._queue.put_nowait(StreamReport(True))

    def _broke(self, name: str, words: str) -> None:
        self._waiting.add(name)
        if self._up is not False:
            self._up = False
            self._queue.put_nowait(StreamReport(False, f"{name}: {words}"))


class _Seen:
    """What was passed on: the state of orders and positions, and the ids of fills."""

    def __init__(self) -> None:
        self._states: OrderedDict[Hashable, Hashable] = OrderedDict()

    def is_new(self, report: Report) -> bool:
        key, state = _state(report)
        if key is None:
            return True
        if self._states.get(key) == state:
            return False
        self._states[key] = state
        self._states.move_to_end(key)
        while len(self._states) > _REMEMBERED:
            self._states.popitem(last=False)
        return True


def _state(report: Report) -> tuple[Hashable | None, Hashable]:
    match report:
        case OrderReport():
            state = (report.status, report.filled, report.quantity, report.price, report.trigger)
            return ("order", report.symbol, report.venue_id), state
        case FillReport():
            return ("fill", report.symbol, report.fill_id), report.quantity
        case PositionReport():
            return ("position", report.symbol), (report.quantity, report.entry_price, report.leverage)
    return None, None


async def each_candle(
    rows: Callable[[], Awaitable[list[Any]]], pause: Callable[[], float], closing: Callable[[], bool]
) -> AsyncIterator[list[Any]]:
    """Answers of a candle stream (or of polls with `pause` seconds between), for ever; breaks are waited out."""
    wait = FIRST_PAUSE
    while not closing():
        try:
            answer = await rows()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if closing() or task is None or task.cancelling():
                raise
        except Exception:  # a broken or unreadable stream of candles is waited out and listened to again
            if closing():
                return
        else:
            wait = FIRST_PAUSE
            yield answer
            with suppress(ReadError):
                await asyncio.sleep(pause())
            continue
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_PAUSE)
