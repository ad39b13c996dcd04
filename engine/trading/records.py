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
        name: row.astype(np.int64) if name in WHOLE_FIELDS else row for name, row in zip(fields, matrix, strict=True)
    }


class Records:
    """Collects the trades and decisions that each call left on the tape."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self._symbols = symbols
        self._trades: list[NDArray[np.float64]] = []
        self._decisions: list[NDArray[np.float64]] = []

    def take(self, tape: Tape) -> int:
        """Move trades and decisions here and rewind the tape; returns how many trades were on it."""
        tally: Tally = unpacked(tape.tallies, Tally)[0]
        closed = tally.closed
        if closed:
            self._trades.append(tape.trades[:, :closed].copy())
        if tally.decided:
            self._decisions.append(tape.decisions[:, : tally.decided].copy())
        rewind(tape, tally)
        return closed

    def last_trades(self) -> Trades:
        """The trades that the last `take` found (which must have found some)."""
        return Trades(self._symbols, **_columns(self._trades[-1], TRADE_FIELDS))

    def trades(self, book: Book) -> Trades:
        """Every trade so far; open positions come last, at their last close and without exit costs."""
        positions = unpacked(book.positions, Position)
        last, tally = np.zeros((len(TRADE_FIELDS), len(positions))), Tally()
        for s, position in enumerate(positions):
            if position.quantity != 0.0:
                write_trade(tally, last, s, position, position.mark, 0.0, position.time, int(ExitReason.OPEN))
        rows = np.concatenate([*self._trades, last[:, : tally.closed]], axis=1)
        return Trades(self._symbols, **_columns(rows, TRADE_FIELDS))

    def decisions(self) -> Decisions:
        rows = np.concatenate([np.zeros((len(DECISION_FIELDS), 0)), *self._decisions], axis=1)
        return Decisions(**_columns(rows, DECISION_FIELDS))
