"""What the decision core reads of candles and graph, and what it writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import table, unpacked
from .book import RUNGS

# Rows of Signals.numbers; a part with two rows is (long, short).
OPEN, HIGH, LOW, CLOSE = 0, 1, 2, 3
STOP, TARGET, TRAIL_BY, TRAIL_AFTER, BREAKEVEN = 4, 6, 8, 10, 12
PRIORITY, MEASURE, DAY = 14, 15, 16
VOLUME = 17
OFFSET, LIMIT = 18, 19
FUNDING_AT_OPEN, FUNDING_INSIDE = 20, 21
"""Rates due at a candle's open, and the sum of those due inside it."""
LADDER = 22
"""Two rows for each target of a ladder, then two for each addition's distance."""
ADD = LADDER + 2 * RUNGS
PROGRAM_SERIES = ADD + 2 * RUNGS
# Rows of Signals.conditions.
ENTER, EXIT = 0, 2
ALLOWED, HOURS = 4, 5
ADD_WHEN = 6
PROGRAM_CONDITIONS = ADD_WHEN + 2 * RUNGS


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


# Columns of Tape.trades, Tape.decisions, Tape.fills and Tape.changes.
TRADE_FIELDS = (
    "symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price", "quantity", "fees", "profit",
    "profit_pct", "risk", "candles", "reason", "funding",
)  # fmt: skip
FILL_FIELDS = ("time", "symbol", "side", "quantity", "price", "fee", "reason", "maker", "position")
WHOLE_FIELDS = {
    "symbol", "side", "entry_time", "exit_time", "candles", "reason", "time", "code", "state", "maker",
}  # fmt: skip
DECISION_FIELDS = ("time", "symbol", "side", "code", "quantity", "price", "limit", "actual")
CHANGE_FIELDS = ("time", "state", "code", "limit", "actual")


@dataclass(slots=True)
class Tally:
    """How many rows of the tape are filled."""

    closed: int = 0
    decided: int = 0
    stepped: int = 0
    filled: int = 0
    changed: int = 0


class Tape(NamedTuple):
    """What happened; the caller makes room. Trades and decisions are emptied after each call, equity is kept."""

    tallies: Any
    """Table of one Tally."""
    trades: Any
    """(rows, TRADE_FIELDS)"""
    decisions: Any
    """(rows, DECISION_FIELDS)"""
    fills: Any
    """(rows, FILL_FIELDS): a row is written at once, into one or two lines of the processor's cache"""
    changes: Any
    """(rows, CHANGE_FIELDS): of the account's state"""
    equity: Any
    """(steps,): quote units, marked at each close"""


DECISIONS_A_CANDLE = 4
"""At the fill, when an order ends, at the close, and an addition."""
FILLS_A_CANDLE = RUNGS + 4
"""An exit and an entry at the open, the targets, an entry and a stop inside the candle."""


def new_tape(events: int, steps: int, machine_code: bool) -> Tape:
    """Room for what a call with `events` candles can cause, and for the equity of `steps` times in all.

    A candle can close two trades (an exit at the open, then the fresh entry's stop); a time can change the account's
    state four times (a new day, the day's loss, then both levels of the drawdown).
    """
    return Tape(
        tallies=table([Tally()], machine_code),
        **_rows(events),
        equity=np.zeros(steps),
    )


def _rows(events: int) -> dict[str, Any]:
    """Nothing is read before it was written, so that nothing has to be cleared."""
    return {
        "trades": np.empty((2 * events, len(TRADE_FIELDS))),
        "decisions": np.empty((DECISIONS_A_CANDLE * events, len(DECISION_FIELDS))),
        "changes": np.empty((4 * events, len(CHANGE_FIELDS))),
        "fills": np.empty((FILLS_A_CANDLE * events, len(FILL_FIELDS))),
    }


def with_more_events(tape: Tape, events: int) -> Tape:
    """The same (rewound) tape with room for calls of `events` candles."""
    return tape._replace(**_rows(events))


def roomier_tape(tape: Tape) -> Tape:
    """The same tape with twice the room for what happens between two closes, and all that is on it."""
    rows = {name: getattr(tape, name) for name in ("trades", "decisions", "changes", "fills")}
    return tape._replace(**{name: np.concatenate([held, np.empty_like(held)]) for name, held in rows.items()})


def with_more_steps(tape: Tape, steps: int) -> Tape:
    """The same tape with room for the equity of `steps` times."""
    filled = unpacked(tape.tallies, Tally)[0].stepped
    equity = np.zeros(steps)
    equity[:filled] = tape.equity[:filled]
    return tape._replace(equity=equity)


def rewind(tape: Tape, tally: Tally) -> None:
    """Count the tape's trades, decisions, fills and changes as empty again."""
    tally.closed = tally.decided = tally.filled = tally.changed = 0
    if not isinstance(tape.tallies, list):
        tape.tallies[0] = (0, 0, tally.stepped, 0, 0)
