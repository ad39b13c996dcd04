"""A checked `kind: test` file: candles to make, the strategy to run over them and what must come of it.

`scenarios.load.load_tests` reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan

from ..diagnostics.diagnostic import Span


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol's candles as the file gives them: exactly one of `columns`, `rows` and `file` is set.

    `columns`: field (open high low close volume) -> values, the shorthand already spread out, all of one length, with
    `close` always there. A close of NaN is a missing candle: time passes, but there is no row and no number. What is
    not given, or NaN beside a close, follows from it: open = the close before (the first: its own close), high and
    low = the extremes of open and close, volume = 1. What is given is checked: prices are above zero, volumes are not
    negative, and high and low hold open and close. `rows`: (open, high, low, close, volume) per candle, checked alike.
    `file`: a path as written, relative to the test file's folder; of it only the candles that open at `begin` or later
    and before `end` count (ms UTC).
    """

    columns: Mapping[str, tuple[float, ...]] | None = None
    rows: tuple[tuple[float, float, float, float, float], ...] | None = None
    file: str | None = None
    span: Span | None = None
    begin: int | None = None
    end: int | None = None

    def count(self) -> int:
        """How many candles there are; 0 for a file, which nobody has opened yet."""
        if self.rows is not None:
            return len(self.rows)
        return sum(not isnan(value) for value in self.columns["close"]) if self.columns else 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold at candle `first` .. `last` (both inclusive, 0-based rows of the first symbol).

    `kind` says what is expected: `signal` (value: enter_long, enter_short, exit_long, exit_short, none), `decision`
    (value: a decision code's lower-case name, of the signal at that candle), `trade` (a closed or open trade whose
    given `figures` match), `trades` (value: how many over the whole test) or `figure` (a metric of the whole test).
    `because`: a condition in the strategy's words that must be true there and, beside an entry that fires once, not
    have been true a candle before; that it is part of the rule is not checked.

    A `trade`'s `value` is its number from 1, in order of exit. `figures` hold what was given of: side (long, short),
    entered and exited (numbers of candles), reason (an exit reason's lower-case name), entry_price, exit_price,
    quantity, profit, profit_pct, fees, held (closed candles), within; and of a `figure`: is, within.
    """

    kind: str
    span: Span
    first: int | None = None
    last: int | None = None
    value: str | None = None
    because: str | None = None
    symbol: str | None = None
    figures: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of `tests:`. `candles` by symbol; the name is empty where the file names none. `start` is the time (ms
    UTC) of the first candle. `overrides` are parameter values as `--set` gives them, the whole file's and on top of
    them the case's.
    """

    name: str
    candles: Mapping[str, Series]
    expect: tuple[Expectation, ...]
    span: Span
    start: int
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestFile:
    """`strategy` is a path relative to the file's folder; `capital`, `fee` and `slippage` as for a back-test."""

    path: str
    strategy: str
    cases: tuple[Case, ...]
    capital: float = 10_000.0
    fee: float = 0.0
    slippage: float = 0.0

    __test__ = False
