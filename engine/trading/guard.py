"""What the risk gate remembers from candle to candle, as part of the Book.

Rings that grow with the trades or the candles are made roomier outside the loop (`roomier`); machine code writes where
it is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import kernel, table, unpacked
from .limit_rules import LimitRules, ProtectionRules, stop_slots


@dataclass(slots=True)
class Guard:
    """`state` is a State; `until_day`: 1 where it ends with the day; `day`: the day's number in its month."""

    high: float
    """Highest equity so far."""
    state: int = 0
    until_day: int = 0
    day: float = math.nan
    day_time: int = 0
    day_equity: float = math.nan
    limit: float = math.nan
    """What the last refusal compared: its limit, and what stood against it."""
    actual: float = math.nan
    results: int = 0
    """How many trades' R were noted in all."""
    profits_first: int = 0
    profits: int = 0
    """How many profits the ring holds, beginning at `profits_first`."""
    marks_first: int = 0
    marks: int = 0


class Moves(NamedTuple):
    """How symbols moved, by their numbers; a single slot where nobody asks."""

    changes: Any
    """(symbols, window) ring of one-candle changes of the close; `change_times` their times."""
    change_times: Any
    changed: Any
    """int64 per symbol: how many changes were noted in all; `closes` the last close."""
    closes: Any


def open_moves(symbols: int, window: int) -> Moves:
    """Nothing noted yet."""
    times = np.zeros((symbols, window), np.int64)
    return Moves(np.zeros((symbols, window)), times, np.zeros(symbols, np.int64), np.zeros(symbols))


class Guards(NamedTuple):
    """Arrays of one account; those that no rule needs hold a single slot."""

    rows: Any
    """Table of one Guard."""
    pauses: Any
    """(protections, symbols) int64: entries pause until this time, ms UTC."""
    streaks: Any
    """(protections, symbols) int64: losses in a row; stops counted."""
    stops: Any
    """int64: times of the last counted stops, protection after protection, symbol after symbol."""
    results: Any
    """Ring of the last trades' R."""
    profits: Any
    """Ring of (time, symbol, profit as a part of the entry's cost)."""
    marks: Any
    """Ring of (time, equity), falling: each the highest equity from its time on."""
    moves: Moves
    """Of the strategy's symbols."""


@kernel
def denied(guard: Guard, code: int, limit: float, actual: float) -> int:
    """The code, with what was compared noted beside it."""
    guard.limit = limit
    guard.actual = actual
    return code


def open_guards(
    limits: LimitRules, protections: list[ProtectionRules], symbols: int, capital: float, machine_code: bool
) -> Guards:
    """The memory of a fresh account."""
    wide = symbols if limits.correlated else 1
    stops = sum(stop_slots(rule, symbols) for rule in protections)
    return Guards(
        rows=table([Guard(capital)], machine_code),
        pauses=np.zeros((len(protections), symbols), np.int64),
        streaks=np.zeros((len(protections), symbols), np.int64),
        stops=np.zeros(max(1, stops), np.int64),
        results=np.zeros(max(1, limits.results)),
        profits=np.zeros((3, 1)),
        marks=np.zeros((2, 1)),
        moves=open_moves(wide, limits.correlation_window),
    )


def roomier(guards: Guards, limits: LimitRules, trades: int, steps: int) -> Guards:
    """The same memory with room for that many more trades and steps; itself where there is room."""
    if not limits.profit_ms and not limits.fall_ms:
        return guards
    guard: Guard = unpacked(guards.rows, Guard)[0]
    profits, marks = guards.profits, guards.marks
    if limits.profit_ms and guard.profits + trades > profits.shape[1]:
        profits = _grown(profits, guard.profits_first, guard.profits, trades)
        _set(guards.rows, "profits_first", 0)
    if limits.fall_ms and guard.marks + steps > marks.shape[1]:
        marks = _grown(marks, guard.marks_first, guard.marks, steps)
        _set(guards.rows, "marks_first", 0)
    if profits is guards.profits and marks is guards.marks:
        return guards
    return guards._replace(profits=profits, marks=marks)


def _grown(ring: Any, first: int, held: int, more: int) -> Any:
    """A ring of the same rows from its slot 0 on."""
    larger = np.zeros((len(ring), max(held + more, 2 * ring.shape[1])))
    larger[:, :held] = ring[:, (first + np.arange(held)) % ring.shape[1]]
    return larger


def _set(rows: Any, field: str, value: int) -> None:
    if isinstance(rows, list):
        setattr(rows[0], field, value)
    else:
        rows[field][0] = value
