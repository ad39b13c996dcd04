"""One strategy at many parameter points over the same candles, each as `research.backtest` would run it.

1. Points whose graphs need the same history run together; a batch's plans are merged, so equal nodes are one.
2. Chunk by chunk, the merged graph is extended once (already for the next chunk while this one is traded).
3. On each chunk every trial trades in turn, on the desks of a few threads; kernels leave Python's lock alone.
Only what was asked for is kept, so that memory grows with days and trials and not with candles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..graph.bank import Bank, Memory
from ..graph.plan import Kind
from ..graph.together import extend_all
from ..language.strategy import Strategy
from ..market.candles import Candles, Times
from ..market.timeline import Chunk, union_times
from ..report.curve import DAY, Curve
from ..research.again import cores
from ..research.backtest import (
    INTERPRETED_CHUNK,
    chunks,
    history_start,
    prefers_machine_code,
    require_rows,
    select,
)
from ..research.inputs import Inputs
from ..trading.simulation import Simulation
from ..trading.wiring import Wiring, spans_of, wire
from .desk import Desk
from .merge import Merged, merge
from .prune import WINDOWS, Judge, Pruning
from .seat import Keep, Ran, Seat

COLUMNS = 160 << 20
"""Bytes that the columns of a batch may take."""
ROWS = 65_536
"""Most rows of a chunk: more than of one back-test's, for Python between the many calls costs more than the cache."""
BATCH = 256
"""Most trials that run together."""
KEPT = 128 << 20
"""Bytes that kept equity may take; trades are counted as a tenth of the candles."""
FEWEST_ROWS = 4_096

Told = Callable[[int], None]
"""Called with the number of trials that are done, from any thread."""


@dataclass(frozen=True)
class _Range:
    """The part of the timeline: `begin` of the history, `first` that trades, `last` (exclusive)."""

    own: list[Candles]
    feeds: dict[str, Candles]
    times: Times
    first: int
    last: int

    @property
    def closes(self) -> Times:
        return self.times[self.first : self.last] + self.own[0].timeframe.ms

    def daily(self) -> Times:
        """Rows of the last close at or before each midnight, and the last row."""
        closes = self.closes
        if not len(closes):
            return np.zeros(0, np.int64)
        start = int(closes[0]) - self.own[0].timeframe.ms
        midnights = np.arange(start // DAY + 1, int(closes[-1]) // DAY + 1, dtype=np.int64) * DAY
        rows = np.searchsorted(closes, midnights, side="right") - 1
        return np.unique(np.append(rows[rows >= 0], len(closes) - 1))


def run_trials(
    inputs: Inputs,
    strategies: Sequence[Strategy],
    keep: Keep,
    *,
    threads: int | None = None,
    machine_code: bool | None = None,
    told: Told | None = None,
    pruning: Pruning | None = None,
) -> list[Ran]:
    """Run each of `strategies` (one strategy, many points) as `inputs` would; results in their order.

    With `pruning` a trial that is behind its bars is stopped; it changes no other. `threads` and `machine_code` change
    speed only. Raises InputError when candles are missing; a point whose warm-up the candles do not cover is `refused`
    alone.
    """
    if not strategies:
        return []
    own, feeds = select(strategies[0], inputs.candles)
    times = union_times(own)
    first = 0 if inputs.start is None else int(np.searchsorted(times, inputs.start))
    last = len(times) if inputs.end is None else int(np.searchsorted(times, inputs.end))
    part = _Range(own, feeds, times, first, last)
    found: dict[int, Ran] = {}
    groups: dict[int, list[tuple[int, Wiring]]] = {}
    for number, strategy in enumerate(strategies):
        wiring = wire(strategy, inputs.account.reads_volume)
        begin = history_start(wiring.plan, own, times, first)
        try:
            require_rows(wiring.plan, own, times[begin:last], times[first:last], strategy)
            groups.setdefault(begin, []).append((number, wiring))
        except InputError as error:
            if last <= first:
                raise
            found[number] = Ran(Curve(times[:0], np.zeros(0), inputs.account.capital, 0), 0, refused=error.message)
    done = len(found)
    for begin, members in groups.items():
        for batch in _batches(members, part, keep):
            chosen = [strategies[number] for number, _ in batch]
            runner = _Batch(inputs, part, begin, chosen, [w for _, w in batch], keep, machine_code, pruning)
            ran = runner.run(threads or cores())
            found |= {number: one for (number, _), one in zip(batch, ran, strict=True)}
            done += len(batch)
            if told is not None:
                told(done)
    return [found[number] for number in range(len(strategies))]


def _batches(members: list[tuple[int, Wiring]], part: _Range, keep: Keep) -> Iterator[list[tuple[int, Wiring]]]:
    """As many trials at once as memory allows."""
    rows = part.last - part.first
    each = (16 * rows if keep.equity else 0) + (12 * rows * len(part.own) if keep.trades else 0) + 1
    size = max(1, min(BATCH, KEPT // each))
    for at in range(0, len(members), size):
        yield members[at : at + size]


class _Batch:
    """Trials that run together from one first candle."""

    def __init__(
        self, inputs: Inputs, part: _Range, begin: int, strategies: list[Strategy], wirings: list[Wiring],
        keep: Keep, machine_code: bool | None, pruning: Pruning | None = None,
    ) -> None:  # fmt: skip
        self._pruning, self._keep = pruning, keep
        self._inputs, self._strategies, self._wirings = inputs, strategies, wirings
        self._merged, self._members = merge([w.plan for w in wirings]), spans_of(strategies[0])
        plan = self._merged.plan
        rows = (part.last - begin) * len(part.own) * len(strategies)
        self._machine_code = prefers_machine_code(plan, rows) if machine_code is None else machine_code
        size = _chunk_rows(self._merged, len(part.own), self._machine_code)
        if pruning is not None:
            size = min(size, -(-(part.last - part.first) // WINDOWS))
        self._warm, self._traded = chunks(part.own, part.feeds, part.times, (begin, part.first, part.last), size)
        self._size = size
        self._capacity = max((c.rows for c in (*self._warm, *self._traded)), default=1)
        self._closes, self._daily = part.closes, part.daily()
        self._start = int(self._closes[0]) - part.own[0].timeframe.ms if len(self._closes) else 0
        self._wide = Wiring(plan, {}, (), max(w.numbers for w in wirings), max(w.conditions for w in wirings))
        memories = [Memory.of(plan) for _ in part.own]
        self._banks = [
            [Bank(plan, memory, self._capacity, self._machine_code) for memory in memories]
            for _ in range(2 if len(self._traded) > 1 else 1)
        ]

    def run(self, threads: int) -> list[Ran]:
        threads = min(threads, len(self._strategies)) if self._machine_code else 1
        with ThreadPoolExecutor(threads) as pool:
            ahead = pool.submit(self._begin)  # while the seats are made
            seats = [
                self._seat(strategy, wiring, place)
                for strategy, wiring, place in zip(self._strategies, self._wirings, self._merged.places, strict=True)
            ]
            ahead.result()
            if self._traded:
                self._trade(seats, [self._desk() for _ in range(threads)], pool)
        return [seat.leave(self._closes, self._start) for seat in seats]

    def _begin(self) -> None:
        """Compute the columns of the candles before the first that trades, and of the first chunk that does."""
        for chunk in (*self._warm, *self._traded[:1]):
            self._extend(chunk, 0)

    def _seat(self, strategy: Strategy, wiring: Wiring, place: tuple[int, ...]) -> Seat:
        inputs = self._inputs
        simulation = Simulation(
            strategy, inputs.instruments, inputs.account, 0, self._machine_code, wiring, inputs.venue, seated=False
        )
        columns = {where: place[wiring.plan.roots[root]] for root, where in wiring.parts.items()}
        capital = inputs.account.capital
        pruning = self._pruning
        judge = None if pruning is None else Judge(pruning, self._closes, self._daily, self._start, capital)
        for chunk in self._warm:
            simulation.see(chunk)
        return Seat(simulation, columns, self._keep, capital, judge)

    def _extend(self, chunk: Chunk, side: int) -> None:
        extend_all(self._banks[side], chunk.own, chunk.feeds, self._members)

    def _desk(self) -> Desk:
        symbols, venue = self._strategies[0].symbols, self._inputs.venue
        funding = [venue.funding.get(symbol) for symbol in symbols] if venue.funding else []
        return Desk(self._wide, len(symbols), self._capacity, funding, self._machine_code)

    def _trade(self, seats: list[Seat], desks: list[Desk], pool: ThreadPoolExecutor) -> None:
        """Trade chunk by chunk; the columns of the next are computed meanwhile."""
        daily, sides = self._daily, len(self._banks)
        for k, chunk in enumerate(self._traded):
            first = k * self._size
            low, high = np.searchsorted(daily, [first, first + self._size])
            turns = iter([seat for seat in seats if not seat.stopped])
            jobs = []
            if k + 1 < len(self._traded):
                jobs.append(pool.submit(self._extend, self._traded[k + 1], (k + 1) % sides))
            rows, banks = daily[low:high] - first, self._banks[k % sides]
            jobs += [pool.submit(_take_turns, turns, desk, chunk, banks, first, rows) for desk in desks]
            for job in jobs:
                job.result()


def _take_turns(turns: Iterator[Seat], desk: Desk, chunk: Chunk, banks: list[Bank], first: int, daily: Times) -> None:
    """Trade the chunk with one seat after the other; several threads draw from the same `turns`."""
    desk.lay(chunk, banks)
    for seat in turns:
        seat.trade(desk, first, daily)


def _chunk_rows(merged: Merged, symbols: int, machine_code: bool) -> int:
    """Rows of a chunk whose columns, for two banks, fit into memory."""
    if not machine_code:
        return INTERPRETED_CHUNK
    each = sum(1 if c.kind is Kind.CONDITION else 8 for c in merged.plan.columns) * symbols * 2
    return max(FEWEST_ROWS, min(ROWS, COLUMNS // each))
