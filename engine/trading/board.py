"""The columns the decision core reads, symbol after symbol, filled in place by each symbol's graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.bank import Bank
from ..graph.runtime import Runtime
from ..graph.together import Spans, extend_all
from ..market.candles import Candles
from ..market.timeline import Chunk
from .columns import FUNDING_AT_OPEN, FUNDING_INSIDE, Events, Signals
from .venue import Funding
from .wiring import Wiring

Array = NDArray[Any]


class Board:
    """`signals` and `events` of one chunk; `capacity` is the most candles of a symbol a chunk may hold."""

    def __init__(
        self,
        wiring: Wiring,
        runtimes: Sequence[Runtime],
        capacity: int,
        funding: Sequence[Funding | None] = (),
        symbols: int | None = None,
        members: Sequence[Spans | None] = (),
    ) -> None:
        """Without runtimes, columns of `symbols` are put in `part` by whoever computes them (see `enter`)."""
        self.capacity = capacity
        self._wiring = wiring
        self._stride = capacity + 2
        self.symbols = symbols = len(runtimes) if symbols is None else symbols
        width, count = symbols * self._stride, symbols * capacity
        self.signals = Signals(np.zeros((wiring.numbers, width)), np.zeros((wiring.conditions, width), np.int8))
        self.events = Events(np.zeros(count, np.int64), np.zeros(count, np.int64), np.arange(count, dtype=np.int64))
        self._filled = 0
        self._funding = funding
        self._copies: list[list[tuple[int, Array]]] = []
        self._banks = [self._bank(s, runtime) for s, runtime in enumerate(runtimes)]
        self._members = members

    def part(self, place: tuple[str, int], s: int) -> Array:
        """The row of a matrix of `signals` that belongs to symbol s; writable."""
        matrix, row = place
        part: Array = getattr(self.signals, matrix)[row, s * self._stride : (s + 1) * self._stride]
        return part

    def _bank(self, s: int, runtime: Runtime) -> Bank:
        """A bank that writes its wanted columns straight into `signals`; one that plays two parts is copied."""
        plan = self._wiring.plan
        targets: dict[int, list[Array]] = {}
        for root, place in self._wiring.parts.items():
            targets.setdefault(plan.roots[root], []).append(self.part(place, s))
        constant = {column for column in targets if plan.columns[column].constant is not None}
        self._copies.append([
            (column, part) for column, parts in targets.items() for part in (parts if column in constant else parts[1:])
        ])  # fmt: skip
        return runtime.bank(self.capacity, lambda column: targets[column][0] if column in targets else None)

    def fill(self, chunk: Chunk) -> int:
        """Extend every symbol's graph by the chunk; returns the number of events."""
        extend_all(self._banks, chunk.own, chunk.feeds, self._members)
        for bank, copies, candles in zip(self._banks, self._copies, chunk.own, strict=True):
            for column, part in copies:
                part[: len(candles)] = bank.columns[column][: len(candles)]
        return self.enter(chunk)

    def enter(self, chunk: Chunk) -> int:
        """Write the chunk's funding and events beside columns that are there already; returns the number of events."""
        for s, (rates, candles) in enumerate(zip(self._funding, chunk.own, strict=False)):
            if rates is not None and len(candles):
                self._fill_funding(s, rates, candles)
        return self._order([c.time for c in chunk.own])

    def _fill_funding(self, s: int, rates: Funding, candles: Candles) -> None:
        """Rates due at each candle's open, and those due inside it, summed."""
        opens = np.searchsorted(rates.time, candles.time)
        inside = np.searchsorted(rates.time, candles.time, side="right")
        ends = np.searchsorted(rates.time, candles.time + candles.timeframe.ms)
        for row, lo, hi in ((FUNDING_AT_OPEN, opens, inside), (FUNDING_INSIDE, inside, ends)):
            part = self.part(("numbers", row), s)
            part[: len(candles)] = [rates.rate[a:b].sum() for a, b in zip(lo.tolist(), hi.tolist(), strict=True)]

    def times(self) -> Array:
        """The times of the last chunk, each once."""
        found: Array = self.events.time[: self._filled]
        return found if self.symbols == 1 else found[np.diff(found, prepend=-1) != 0]

    def _order(self, times: Sequence[Array]) -> int:
        """Write the chunk's events: by time, then by the symbols' order."""
        total = self._filled = sum(len(t) for t in times)
        time, symbol, at = (column[:total] for column in self.events)
        if len(times) == 1:  # `symbol` and `at` are as they were made
            time[:] = times[0]
            return total
        symbols = np.repeat(np.arange(len(times)), [len(t) for t in times])
        places = np.concatenate([s * self._stride + np.arange(len(t)) for s, t in enumerate(times)])
        joined = np.concatenate(times)
        order = np.argsort(joined, kind="stable")
        time[:], symbol[:], at[:] = joined[order], symbols[order], places[order]
        return total
