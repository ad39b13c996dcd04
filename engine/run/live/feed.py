"""Closed candles of everything that is traded, close time by close time, from a venue's streams and answers.

1. Each series has one task that awaits its stream; a candle is closed when the venue says so, or a newer one appears.
2. When a close time has passed, every series that has a candle then is waited for, `wait` at most; meanwhile the venue
   is asked for those that did not come. What is complete is given out at once.
3. What comes later is given out as late: it extends the graph and decides nothing.
4. After a break of a stream the gap is asked for, page by page, before anything newer is given out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from ...brokers.clock import Clock
from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...brokers.words import CandleReport
from ...language.deployment import DataRules
from .series import Series

Key = tuple[str, str]
"""Symbol and timeframe."""
_PAGE = 500
_FIRST_ASK = 0.25
"""Seconds after a close when the venue is first asked for what its stream did not bring, and again twice as long."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Candles that closed at `time` (ms UTC) by series, older ones of a gap first; `missing` had none. `late`: they
    belong to closes that were given out without them."""

    time: int
    candles: dict[Key, tuple[CandleReport, ...]]
    missing: tuple[Key, ...] = ()
    late: bool = False


class Feed:
    """`alarm` hears what an operator should know, in words."""

    def __init__(
        self, broker: Broker, clock: Clock, series: Iterable[Series], rules: DataRules, alarm: Callable[[str], None]
    ) -> None:
        self._broker, self._clock, self._rules, self._alarm = broker, clock, rules, alarm
        self.series: dict[Key, Series] = {(one.symbol, one.timeframe.name): one for one in series}
        self._waiting: dict[Key, list[CandleReport]] = {key: [] for key in self.series}
        self._news = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._questions: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to listen; `closes` gives out what comes."""
        listed = self.series.values()
        self._tasks = [asyncio.create_task(self._watch(one), name=f"candles {one.symbol}") for one in listed]

    async def stop(self) -> None:
        self._stopping = True
        self._news.set()
        tasks = [*self._tasks, *self._questions]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def newest(self, symbol: str) -> int:
        """When the symbol's newest candle closed, ms UTC."""
        return max(one.last + one.timeframe.ms for one in self.series.values() if one.symbol == symbol)

    async def closes(self) -> AsyncIterator[Closed]:
        """Every close time from now on, in order, until `stop`."""
        due = min(self._next_close(one) for one in self.series.values())
        while not self._stopping:
            wanted = [key for key, one in self.series.items() if one.timeframe.floor(due) == due]
            await self._until(due, wanted)
            if self._stopping:
                return
            for closed in self._collect(due, wanted):
                yield closed
            due = min(one.timeframe.floor(due) + one.timeframe.ms for one in self.series.values())

    def _next_close(self, one: Series) -> int:
        """The first close whose candle was not given out yet and that is not past for ever."""
        return max(one.last + 2 * one.timeframe.ms, one.timeframe.floor(self._broker.now()))

    async def _until(self, due: int, wanted: list[Key]) -> None:
        """Wait until `due` has passed and its candles are there, or `wait` is over; ask for them meanwhile."""
        ask = _FIRST_ASK
        while not self._stopping:
            now = self._broker.now()
            if now >= due and all(self._has(key, due) for key in wanted):
                return
            if now >= due + self._rules.wait:
                return
            until = due if now < due else min(due + self._rules.wait, now + int(ask * 1_000))
            if not await self._heard(max(until - now, 1) / 1_000) and now >= due:
                ask *= 2
                absent = [key for key in wanted if not self._has(key, due)]
                left = (due + self._rules.wait - self._broker.now()) / 1_000
                if absent and left > 0:
                    await asyncio.wait({self._asking(key) for key in absent}, timeout=left)

    def _asking(self, key: Key) -> asyncio.Task[None]:
        """A question that may outlast the wait for it, and ends with the feed."""
        task = asyncio.create_task(self._ask(key))
        self._questions.add(task)
        task.add_done_callback(self._questions.discard)
        return task

    async def _heard(self, seconds: float) -> bool:
        """Whether a stream brought something within so long."""
        self._news.clear()
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        hearing = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait({sleeping, hearing}, return_when=asyncio.FIRST_COMPLETED)
            return hearing.done()
        finally:
            sleeping.cancel()
            hearing.cancel()

    def _has(self, key: Key, due: int) -> bool:
        return self.series[key].last + self.series[key].timeframe.ms >= due

    def _collect(self, due: int, wanted: list[Key]) -> list[Closed]:
        """What was given to the waiting lists: late ones first, then those of this close."""
        late: dict[Key, tuple[CandleReport, ...]] = {}
        now: dict[Key, tuple[CandleReport, ...]] = {}
        for key, waiting in self._waiting.items():
            ms = self.series[key].timeframe.ms
            older = tuple(one for one in waiting if one.time + ms < due)
            present = tuple(one for one in waiting if one.time + ms == due)
            self._waiting[key] = [one for one in waiting if one.time + ms > due]
            if older:
                late[key] = older
            if present:
                now[key] = present
        found = [Closed(due, late, late=True)] if late else []
        return [*found, Closed(due, now, tuple(key for key in wanted if key not in now))]

    async def _watch(self, one: Series) -> None:
        """Listen to one stream for ever, filling gaps before what follows them."""
        key = (one.symbol, one.timeframe.name)
        while not self._stopping:
            try:
                async for report in self._broker.watch_candles(one.symbol, one.timeframe.name):
                    if one.doubtful(report):
                        continue  # the venue is asked for it at its close
                    if report.time > one.last + 2 * one.timeframe.ms:
                        await self._ask(key)
                    self._give(key, one.take(report))
            except BrokerError as error:
                self._alarm(f"candles of {one.symbol}: {error.words}")
            except Exception as error:  # a stream that cannot be understood is listened to again
                self._alarm(f"candles of {one.symbol}: {type(error).__name__}: {error}")
            if not self._stopping:
                await self._clock.sleep(1.0)

    async def _ask(self, key: Key) -> None:
        """Ask the venue for everything since the newest candle."""
        one = self.series[key]
        try:
            while True:
                since = one.last + one.timeframe.ms
                page = await self._broker.candles(one.symbol, one.timeframe.name, since, _PAGE)
                found = one.confirm(page, self._broker.now())
                self._give(key, found)
                if len(page) < _PAGE or not found:
                    return
        except BrokerError as error:
            self._alarm(f"candles of {one.symbol}: {error.words}")
        except Exception as error:  # an answer that cannot be understood is none: it is asked again
            self._alarm(f"candles of {one.symbol}: {type(error).__name__}: {error}")

    def _give(self, key: Key, candles: list[CandleReport]) -> None:
        if candles:
            self._waiting[key] += candles
            self._news.set()
