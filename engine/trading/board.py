"""The columns the decision core reads, symbol after symbol, filled in place by each symbol's graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.runtime import Runtime
from ..market.timeline import Chunk
from .columns import Events, Signals
from .wiring import Wiring

Array = NDArray[Any]


class Board:
    """`signals` and `events` of one chunk; `capacity` is the most candles of a symbol a chunk may hold."""

    def __init__(self, wiring: Wiring, symbols: int, capacity: int, machine_code: bool) -> None:
        self._wiring = wiring
        self.runtimes = [Runtime(wiring.plan, 1, machine_code) for _ in range(symbols)]
        self.reserve(capacity)

    def reserve(self, capacity: int) -> None:
        """Make room for chunks of `capacity` candles a symbol; `signals` and `events` are new arrays then."""
        self.capacity = capacity
        self._stride = capacity + 2
        symbols, wiring = len(self.runtimes), self._wiring
        width = symbols * self._stride
        self.signals = Signals(np.zeros((wiring.numbers, width)), np.zeros((wiring.conditions, width), np.int8))
        count = symbols * capacity
        self.events = Events(np.zeros(count, np.int64), np.zeros(count, np.int64), np.arange(count, dtype=np.int64))
        self._events = 0
        self._copies = [self._connect(s) for s in range(symbols)]

    def _part(self, place: tuple[str, int], s: int) -> Array:
        matrix, row = place
        part: Array = getattr(self.signals, matrix)[row, s * self._stride : (s + 1) * self._stride]
        return part

    def _connect(self, s: int) -> list[tuple[int, Array]]:
        """Let a graph write its wanted columns straight into `signals`; returns those that play two parts, to copy."""
        plan = self._wiring.plan
        targets: dict[int, list[Array]] = {}
        for root, place in self._wiring.parts.items():
            targets.setdefault(plan.roots[root], []).append(self._part(place, s))

        def allocate(column: int, _dtype: str, _capacity: int) -> Array | None:
            return targets[column][0] if column in targets else None

        self.runtimes[s].reserve(self.capacity, allocate)
        constant = {column for column in targets if plan.columns[column].constant is not None}
        return [
            (column, part) for column, parts in targets.items() for part in (parts if column in constant else parts[1:])
        ]

    def fill(self, chunk: Chunk) -> int:
        """Extend every symbol's graph by the chunk; returns the number of events."""
        for s, (runtime, candles) in enumerate(zip(self.runtimes, chunk.own, strict=True)):
            rows = runtime.extend(candles, chunk.feeds)
            for column, part in self._copies[s]:
                part[:rows] = runtime.columns[column][:rows]
        return self._order([c.time for c in chunk.own])

    def times(self) -> Array:
        """The times of the last chunk, each once."""
        found: Array = self.events.time[: self._events]
        return found if len(self.runtimes) == 1 else found[np.diff(found, prepend=-1) != 0]

    def _order(self, times: Sequence[Array]) -> int:
        """Write the chunk's events: by time, then by the symbols' order."""
        total = self._events = sum(len(t) for t in times)
        time, symbol, at = (column[:total] for column in self.events)
        if len(times) == 1:  # `symbol` and `at` are as `reserve` left them
            time[:] = times[0]
            return total
        symbols = np.repeat(np.arange(len(times)), [len(t) for t in times])
        places = np.concatenate([s * self._stride + np.arange(len(t)) for s, t in enumerate(times)])
        joined = np.concatenate(times)
        order = np.argsort(joined, kind="stable")
        time[:], symbol[:], at[:] = joined[order], symbols[order], places[order]
        return total
