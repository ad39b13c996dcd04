"""What the decision core reads of candles and graph, and what it writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import table, unpacked

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


# Rows of Tape.trades and Tape.decisions.
TRADE_FIELDS = (
    "symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price", "quantity", "fees", "profit",
    "profit_pct", "risk", "candles", "reason",
)  # fmt: skip
WHOLE_FIELDS = {"symbol", "side", "entry_time", "exit_time", "candles", "reason", "time", "code"}
DECISION_FIELDS = ("time", "symbol", "side", "code", "quantity", "price")


@dataclass(slots=True)
class Tally:
    """How many rows of the tape are filled."""

    closed: int = 0
    decided: int = 0
    stepped: int = 0


class Tape(NamedTuple):
    """What happened; the caller makes room. Trades and decisions are emptied after each call, equity is kept."""

    tallies: Any
    """Table of one Tally."""
    trades: Any
    """(TRADE_FIELDS, rows)"""
    decisions: Any
    """(DECISION_FIELDS, rows)"""
    equity: Any
    """(steps,): quote units, marked at each close"""


def new_tape(events: int, steps: int, machine_code: bool) -> Tape:
    """Room for what a call with `events` candles can cause, and for the equity of `steps` times in all.

    A candle can close two trades (an exit at the open, then the fresh entry's stop) and bring two decisions (at the
    fill and at the close).
    """
    return Tape(
        tallies=table([Tally()], machine_code),
        trades=np.zeros((len(TRADE_FIELDS), 2 * events)),
        decisions=np.zeros((len(DECISION_FIELDS), 2 * events)),
        equity=np.zeros(steps),
    )


def with_more_events(tape: Tape, events: int) -> Tape:
    """The same (rewound) tape with room for calls of `events` candles."""
    return tape._replace(
        trades=np.zeros((len(TRADE_FIELDS), 2 * events)), decisions=np.zeros((len(DECISION_FIELDS), 2 * events))
    )


def with_more_steps(tape: Tape, steps: int) -> Tape:
    """The same tape with room for the equity of `steps` times."""
    filled = unpacked(tape.tallies, Tally)[0].stepped
    equity = np.zeros(steps)
    equity[:filled] = tape.equity[:filled]
    return tape._replace(equity=equity)


def rewind(tape: Tape, tally: Tally) -> None:
    """Count the tape's trades and decisions as empty again."""
    tally.closed = tally.decided = 0
    if not isinstance(tape.tallies, list):
        tape.tallies[0] = (0, 0, tally.stepped)
