"""What a run has written so far, as columns: trades, decisions and fills."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import unpacked
from .book import Book, Position
from .columns import CHANGE_FIELDS, DECISION_FIELDS, FILL_FIELDS, TRADE_FIELDS, WHOLE_FIELDS, Tally, Tape, rewind
from .fills import write_trade
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
    limit: NDArray[np.float64]
    """What a refusal compared: the limit, and what stood against it; NaN where it compared nothing."""
    actual: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Changes:
    """Every change of the account's state: `state` holds State values, `code` the Decision of the limit that was
    reached (or that ended), `time` the close at which it was seen."""

    time: NDArray[np.int64]
    state: NDArray[np.int64]
    code: NDArray[np.int64]
    limit: NDArray[np.float64]
    actual: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fills:
    """Every fill: `time` is the open of its candle (ms UTC), `side` 1 bought, -1 sold; quantity in base, price, fee in
    quote units; `reason` -1 for an entry, -2 for an addition, else an ExitReason; `maker` 1 where it paid that fee;
    `position`: signed base units held after it."""

    time: NDArray[np.int64]
    symbol: NDArray[np.int64]
    side: NDArray[np.int64]
    quantity: NDArray[np.float64]
    price: NDArray[np.float64]
    fee: NDArray[np.float64]
    reason: NDArray[np.int64]
    maker: NDArray[np.int64]
    position: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time)


def _columns(matrix: NDArray[np.float64], fields: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """A tape's rows as named columns, whole numbers as int64."""
    return {
        name: column.astype(np.int64) if name in WHOLE_FIELDS else column
        for name, column in zip(fields, np.ascontiguousarray(matrix.T), strict=True)
    }


@dataclass(frozen=True)
class Written:
    """What calls left on the tape, one after the other; made columns when it is read."""

    _decisions: tuple[NDArray[np.float64], ...]
    _fills: tuple[NDArray[np.float64], ...]
    _changes: tuple[NDArray[np.float64], ...]

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(**_joined(self._decisions, DECISION_FIELDS))

    @cached_property
    def fills(self) -> Fills:
        return Fills(**_joined(self._fills, FILL_FIELDS))

    @cached_property
    def changes(self) -> Changes:
        return Changes(**_joined(self._changes, CHANGE_FIELDS))


def _joined(pieces: tuple[NDArray[np.float64], ...], fields: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return _columns(np.concatenate([np.zeros((0, len(fields))), *pieces]), fields)


def decisions_of(tape: Tape) -> Decisions:
    """The decisions that are on the tape now."""
    count = unpacked(tape.tallies, Tally)[0].decided
    return Decisions(**_columns(tape.decisions[:count].copy(), DECISION_FIELDS))


class Records:
    """Collects the trades, decisions and fills that each call left on the tape."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self._symbols = symbols
        self._trades: list[NDArray[np.float64]] = []
        self._decisions: list[NDArray[np.float64]] = []
        self._fills: list[NDArray[np.float64]] = []
        self._changes: list[NDArray[np.float64]] = []
        self._last_fills = np.zeros((0, len(FILL_FIELDS)))
        self._last_decisions = np.zeros((0, len(DECISION_FIELDS)))
        self.last_count = 0
        """How many trades the last `take` found."""

    def take(self, tape: Tape) -> int:
        """Move them here and rewind the tape; returns how many trades were on it."""
        tally: Tally = unpacked(tape.tallies, Tally)[0]
        closed = self.last_count = tally.closed
        if closed:
            self._trades.append(tape.trades[:closed].copy())
        self._last_decisions = tape.decisions[: tally.decided].copy()
        if tally.decided:
            self._decisions.append(self._last_decisions)
        self._last_fills = tape.fills[: tally.filled].copy()
        if tally.filled:
            self._fills.append(self._last_fills)
        if tally.changed:
            self._changes.append(tape.changes[: tally.changed].copy())
        rewind(tape, tally)
        return closed

    def take_trades(self, tape: Tape) -> None:
        """Copy the trades alone; the tape stays as it is."""
        closed = unpacked(tape.tallies, Tally)[0].closed
        if closed:
            self._trades.append(tape.trades[:closed].copy())

    def last_fills(self) -> Fills:
        """The fills that the last `take` found, if any."""
        return Fills(**_columns(self._last_fills, FILL_FIELDS))

    def last_decisions(self) -> Decisions:
        """The decisions that the last `take` found, if any."""
        return Decisions(**_columns(self._last_decisions, DECISION_FIELDS))

    def last_trades(self) -> Trades:
        """The trades that the last `take` found (which must have found some)."""
        return Trades(self._symbols, **_columns(self._trades[-1], TRADE_FIELDS))

    def trades(self, book: Book) -> Trades:
        """Every trade so far; open positions come last, at their last close and without exit costs."""
        positions = unpacked(book.positions, Position)
        tally = Tally()
        last = np.zeros((len(positions), len(TRADE_FIELDS)))
        tape = Tape([tally], last, None, None, None, None)
        for s, position in enumerate(positions):
            if position.quantity != 0.0:
                write_trade(tape, s, position, position.mark, 0.0, position.time, int(ExitReason.OPEN))
        rows = np.concatenate([*self._trades, last[: tally.closed]])
        return Trades(self._symbols, **_columns(rows, TRADE_FIELDS))

    def written(self) -> Written:
        """All of it but the trades, as far as it goes now."""
        return Written(tuple(self._decisions), tuple(self._fills), tuple(self._changes))
