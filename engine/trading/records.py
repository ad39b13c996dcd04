"""What a run has written so far, as columns: trades and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import unpacked
from .book import Book, Position
from .columns import DECISION_FIELDS, TRADE_FIELDS, WHOLE_FIELDS, Tally, Tape, rewind
from .matching import write_trade
from .trades import ExitReason, Trades


@dataclass(frozen=True, slots=True)
class Decisions:
    """Every entry signal and what became of it: `code` holds Decision values, `time` is the close it was decided at."""

    time: NDArray[np.int64]
    symbol: NDArray[np.int64]
    side: NDArray[np.int64]
    code: NDArray[np.int64]
    quantity: NDArray[np.float64]
    price: NDArray[np.float64]


def _columns(matrix: NDArray[np.float64], fields: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """A tape's rows as named columns, whole numbers as int64."""
    return {
        name: matrix[:, k].astype(np.int64) if name in WHOLE_FIELDS else matrix[:, k].copy()
        for k, name in enumerate(fields)
    }


class Records:
    """Collects the trades and decisions that each call left on the tape."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self._symbols = symbols
        self._trades: list[NDArray[np.float64]] = []
        self._decisions: list[NDArray[np.float64]] = []

    def take(self, tape: Tape) -> NDArray[np.float64]:
        """Move trades and decisions here and rewind the tape; returns the rows of trades that were on it."""
        tally = unpacked(tape.tallies, Tally)[0]
        closed = tape.trades[: tally.closed].copy()
        if tally.closed:
            self._trades.append(closed)
        if tally.decided:
            self._decisions.append(tape.decisions[: tally.decided].copy())
        rewind(tape)
        return closed  # type: ignore[no-any-return]

    def as_trades(self, rows: NDArray[np.float64]) -> Trades:
        return Trades(self._symbols, **_columns(rows, TRADE_FIELDS))

    def trades(self, book: Book) -> Trades:
        """Every trade so far; open positions come last, at their last close and without exit costs."""
        positions = unpacked(book.positions, Position)
        last, tally = np.zeros((len(positions), len(TRADE_FIELDS))), Tally()
        for s, position in enumerate(positions):
            if position.quantity != 0.0:
                write_trade(tally, last, s, position, position.mark, 0.0, position.time, int(ExitReason.OPEN))
        rows = np.concatenate([*self._trades, last[: tally.closed]])
        return self.as_trades(rows)

    def decisions(self) -> Decisions:
        rows = np.concatenate([np.zeros((0, len(DECISION_FIELDS))), *self._decisions])
        return Decisions(**_columns(rows, DECISION_FIELDS))
