"""What the decision core reads of candles and graph, and what it writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import table

# Rows of Signals.numbers; a part with two rows is (long, short).
OPEN, HIGH, LOW, CLOSE = 0, 1, 2, 3
STOP, TARGET, TRAIL_BY, TRAIL_AFTER, BREAKEVEN = 4, 6, 8, 10, 12
PRIORITY = 14
PROGRAM_SERIES = 15
# Rows of Signals.conditions.
ENTER, EXIT = 0, 2
ALLOWED = 4
PROGRAM_CONDITIONS = 5


class Events(NamedTuple):
    """One row per candle of any symbol, by open time, then by the symbols' order; int64."""

    time: Any
    symbol: Any
    at: Any
    """Column of the candle in `Signals`."""


class Signals(NamedTuple):
    """Candles and the graph's columns, symbol after symbol. A row that nobody declared stays zero: false."""

    numbers: Any
    """(parts, candles) float64: prices and price distances in quote units, priorities."""
    conditions: Any
    """(parts, candles) int8: 0 false, 1 true, 2 unknown."""


# Columns of Tape.trades, Tape.decisions and Tape.equity.
TRADE_FIELDS = (
    "symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price", "quantity", "fees", "profit",
    "profit_pct", "risk", "candles", "reason",
)  # fmt: skip
WHOLE_FIELDS = {"symbol", "side", "entry_time", "exit_time", "candles", "reason", "time", "code"}
DECISION_FIELDS = ("time", "symbol", "side", "code", "quantity", "price")
EQUITY_FIELDS = ("time", "equity", "exposure")


@dataclass(slots=True)
class Tally:
    """How many rows of the tape are filled."""

    closed: int = 0
    decided: int = 0
    stepped: int = 0


class Tape(NamedTuple):
    """What happened in one call; the caller makes room (`new_tape`) and empties it."""

    tallies: Any
    """Table of one Tally."""
    trades: Any
    decisions: Any
    equity: Any


def new_tape(events: int, machine_code: bool) -> Tape:
    """Room for what `events` candles can cause: two closes each (an exit at the open, then the fresh entry's stop), and
    a decision at the close beside one at the fill."""
    return Tape(
        tallies=table([Tally()], machine_code),
        trades=np.zeros((2 * events, len(TRADE_FIELDS))),
        decisions=np.zeros((2 * events, len(DECISION_FIELDS))),
        equity=np.zeros((events, len(EQUITY_FIELDS))),
    )


def rewind(tape: Tape) -> None:
    """Count the tape's rows as empty again."""
    tally = Tally()
    tape.tallies[0] = tally if isinstance(tape.tallies, list) else (tally.closed, tally.decided, tally.stepped)
