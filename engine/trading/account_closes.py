"""How the symbols of an account move together, where several strategies share it: their closes in, one memory out.

Strategies on unlike timeframes are compared at the closes of the slowest, which all of them have.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..language.portfolio import Portfolio
from ..market.candles import Candles
from ..market.timeline import Chunk
from .correlation import note_close
from .guard import Moves, open_moves

Row = tuple[int, int, float]
"""A close (ms UTC), a symbol's number, its price."""


class AccountCloses:
    """`symbols` are those of all members; `moves` is what their gates read. Nothing is noted without a limit."""

    def __init__(self, portfolio: Portfolio) -> None:
        limit, members = portfolio.risk.max_correlated, portfolio.members
        self.limited = limit is not None
        self.symbols = tuple(dict.fromkeys(s for member in members for s in member.strategy.symbols))
        self._window = limit.window if limit else 1
        self.moves: Moves = open_moves(len(self.symbols) if limit else 1, self._window)
        self._pace = portfolio.timeframes[-1]
        paced = sorted(enumerate(members), key=lambda pair: -pair[1].strategy.timeframe.ms)
        fastest = {s: (m, k) for m, member in paced for k, s in enumerate(member.strategy.symbols)}
        self._sources = [fastest[symbol] for symbol in self.symbols]
        self._waiting: deque[Row] = deque()

    def see(self, candles: Sequence[Sequence[Candles]]) -> None:
        """Candles from before the first that may trade: each member's, in the order of its symbols."""
        if self.limited:
            self._note(sorted(row for rows in self._rows(candles) for row in rows[-self._window - 1 :]))

    def load(self, chunks: Sequence[Chunk]) -> None:
        """The next candles, a chunk for each member; nothing is noted yet."""
        if self.limited:
            self._waiting.extend(sorted(row for rows in self._rows([c.own for c in chunks]) for row in rows))

    def note_until(self, time: float = math.inf) -> None:
        """Note what closed by then."""
        while self._waiting and self._waiting[0][0] <= time:
            self._note([self._waiting.popleft()])

    def saved(self) -> Mapping[str, Any]:
        """What the next close depends on."""
        return {name: column.tolist() for name, column in self.moves._asdict().items()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Continue from what `saved` gave. Raises KeyError, ValueError."""
        for name, column in self.moves._asdict().items():
            column[:] = np.array(kept[name], column.dtype)

    def _note(self, rows: Iterable[Row]) -> None:
        for time, symbol, close in rows:
            note_close(self.moves, self._window, symbol, time, close)

    def _rows(self, candles: Sequence[Sequence[Candles]]) -> Iterable[list[Row]]:
        """Each symbol's closes that are closes of the slowest timeframe, too."""
        for symbol, (m, k) in enumerate(self._sources):
            held = candles[m][k]
            closes = held.time + held.timeframe.ms
            kept = (closes - self._pace.anchor) % self._pace.ms == 0
            pairs = zip(closes[kept].tolist(), held.close[kept].tolist(), strict=True)
            yield [(time, symbol, price) for time, price in pairs]
