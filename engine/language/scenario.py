"""A checked `kind: test` file: candles to make, the strategy to run over them and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..diagnostics.diagnostic import Span


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol's candles as the file gives them: exactly one of `columns`, `rows` and `file` is set.

    `columns`: field (open high low close volume) -> values, the shorthand already spread out; `close` is always there.
    What is missing follows from it: open = the close before (the first: its own close), high and low = the extremes of
    open and close, volume = 1. `rows`: (open, high, low, close, volume) per candle. `file`: a path as written.
    """

    columns: Mapping[str, tuple[float, ...]] | None = None
    rows: tuple[tuple[float, float, float, float, float], ...] | None = None
    file: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold at candle `first` .. `last` (both inclusive, 0-based rows of the first symbol).

    `kind` says what is expected: `signal` (value: enter_long, enter_short, exit_long, exit_short, none), `decision`
    (value: a decision code's lower-case name, of the signal at that candle), `trade` (a closed or open trade whose
    given `figures` match), `trades` (value: how many over the whole test) or `figure` (a metric of the whole test).
    `because`: an expression of the entry or exit rule that must be true there and false or unknown a candle before.
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
    """One entry of `tests:`. `candles` by symbol; `start` is the open of row 0 in ms UTC."""

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
