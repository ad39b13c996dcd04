"""Prices as they come: seeded walks and tapes of candles in, one print after another out; candles out of prints."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..market.candles import Candles
from ..market.timeframe import Timeframe
from .spec import ZERO


@dataclass(frozen=True, slots=True)
class Print:
    """A price at a time, ms. `jump` False: the price went there through everything between."""

    time: int
    price: Decimal
    volume: Decimal = ZERO
    jump: bool = True


@dataclass(frozen=True, slots=True)
class Candle:
    """`time` is its open; prices and volume as text-exact floats."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float

    def with_print(self, price: float, volume: float) -> Candle:
        return Candle(
            self.time, self.open, max(self.high, price), min(self.low, price), price, self.volume + volume
        )  # fmt: skip


def walk(
    seed: int, start: int, price: Decimal, tick: Decimal = Decimal("0.01"), every: int = 15_000, sigma: float = 0.0005
) -> Iterator[Print]:
    """An endless random walk from `start` (ms), a print each `every` ms; equal seeds give equal prints."""
    draw = random.Random(seed)
    time, level = start, float(price)
    while True:
        level *= 1.0 + draw.gauss(0.0, sigma)
        on_tick = max((Decimal(level) / tick).to_integral_value() * tick, tick)
        yield Print(time, on_tick, Decimal(draw.randint(1, 1000)) / 100)
        time += every


def tape(candles: Candles | Sequence[Candle], timeframe: Timeframe | None = None) -> Iterator[Print]:
    """Closed candles played along time: the open at once, then the extreme against the candle's direction, the other
    extreme, and the close with its last millisecond. Within a candle the price jumps nowhere."""
    if isinstance(candles, Candles):
        timeframe = candles.timeframe
    if timeframe is None:
        raise ValueError("a plain sequence of candles needs its timeframe")
    step = timeframe.ms // 3
    for row in _rows(candles):
        half = exact(row.volume) / 2  # exact in binary, too: candles of these prints have the very volume
        first, second = (row.low, row.high) if row.close >= row.open else (row.high, row.low)
        yield Print(row.time, exact(row.open), half)
        yield Print(row.time + step, exact(first), jump=False)
        yield Print(row.time + 2 * step, exact(second), jump=False)
        yield Print(row.time + timeframe.ms - 1, exact(row.close), half, jump=False)


def _rows(candles: Candles | Sequence[Candle]) -> Iterator[Candle]:
    if not isinstance(candles, Candles):
        yield from candles
        return
    columns = (candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume)
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield Candle(*row)


UNTRADED = -1.0
"""The volume of a period that no price has reached yet; nobody is shown it."""


def exact(number: float) -> Decimal:
    return Decimal(repr(number))


CandleListener = Callable[[Candle, bool], None]


class CandleBook:
    """Candles of one symbol in one timeframe: closed ones (the last `keep`) and the open one. A period without prints
    is flat, or is left out where `gaps`."""

    def __init__(self, timeframe: Timeframe, keep: int = 5_000, gaps: bool = False) -> None:
        self.timeframe = timeframe
        self.closed: deque[Candle] = deque(maxlen=keep)
        self.open: Candle | None = None
        self.listeners: list[CandleListener] = []
        self._gaps = gaps

    def add(self, time: int, price: float, volume: float) -> None:
        self.roll(time)
        slot = self.timeframe.floor(time)
        if self.open is None or self.open.time != slot or self.open.volume < 0:
            self.open = Candle(slot, price, price, price, price, volume)
        else:
            self.open = self.open.with_print(price, volume)
        self._tell(self.open, False)

    def roll(self, time: int) -> None:
        """Close what has ended by `time`."""
        while self.open is not None and self.open.time + self.timeframe.ms <= time:
            done = _shown(self.open)
            missing = self._missing()
            after = done.time + self.timeframe.ms
            self.open = Candle(after, done.close, done.close, done.close, done.close, UNTRADED)
            if not missing:
                self.closed.append(done)
                self._tell(done, True)

    def _missing(self) -> bool:
        """Whether the open candle is one that this venue would not show."""
        return self._gaps and self.open is not None and self.open.volume < 0

    def next_close(self) -> int | None:
        return None if self.open is None else self.open.time + self.timeframe.ms

    def rows(self, since: int | None = None, limit: int = 1_000, until: int | None = None) -> list[Candle]:
        """Candles that open in `since..until`, the open one last: the first `limit`, or the last without `since`."""
        rows = [*self.closed, *([_shown(self.open)] if self.open is not None and not self._missing() else [])]
        rows = [row for row in rows if (since is None or row.time >= since) and (until is None or row.time <= until)]
        return rows[:limit] if since is not None else rows[-limit:]

    def derive(self, timeframe: Timeframe) -> CandleBook:
        """A longer timeframe's book out of this one's candles."""
        book = CandleBook(timeframe, self.closed.maxlen or 5_000, self._gaps)
        for row in self.rows(limit=1 << 30):
            book.merge(row)
        return book

    def merge(self, row: Candle) -> None:
        self.roll(row.time)
        slot = self.timeframe.floor(row.time)
        if self.open is None or self.open.time != slot or self.open.volume < 0:
            self.open = Candle(slot, row.open, row.high, row.low, row.close, row.volume)
            return
        mine = self.open
        self.open = Candle(
            slot, mine.open, max(mine.high, row.high), min(mine.low, row.low), row.close, mine.volume + row.volume
        )  # fmt: skip

    def _tell(self, candle: Candle, closed: bool) -> None:
        for listener in tuple(self.listeners):
            listener(candle, closed)


def _shown(candle: Candle) -> Candle:
    if candle.volume >= 0:
        return candle
    return Candle(candle.time, candle.open, candle.high, candle.low, candle.close, 0.0)
