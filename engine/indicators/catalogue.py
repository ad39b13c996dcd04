"""The catalogue: what every indicator and series function is called, takes, gives and costs.

A family file declares its entries with `@indicator(...)` above a kernel; importing
`stratrun.engine.indicators` fills `CATALOGUE`. Nothing here imports NumPy or Numba.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..kernel import F, kernel

Values = Mapping[str, Any]
"""Parameter values by name (int or float, as declared)."""

CANDLE_FIELDS = ("open", "high", "low", "close", "volume")
ANCHORED = "anchored"


class InputKind(StrEnum):
    """What an input is. SERIES and CONDITION are arguments the author writes; the others are read from the clock."""

    SERIES = "series"
    CONDITION = "condition"
    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    VOLUME = "volume"
    TIME = "time"
    """Candle open time, int64 ms UTC."""


@dataclass(frozen=True, slots=True)
class Input:
    """`name` is also the keyword an author may write; `default` is a candle field to use when it is left out."""

    name: str
    kind: InputKind
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number the author gives: integer or not, default (None = required) and inclusive range."""

    name: str
    integer: bool
    default: float | int | None
    low: float
    high: float
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One output column. `dimension` is a Dimension's value, or `same` (as the first series input).

    `low` and `high` are bounds that always hold (None = unbounded), for lint.
    """

    name: str
    dimension: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A catalogue entry.

    `kernel(*inputs, *outputs, *parameters, state, lo, hi)` reads rows lo..hi of its input columns, writes the same
    rows of its output columns and keeps everything else in `state` (float64, all zeros at first): it never reads
    another row. Float outputs use NaN for unknown; condition outputs (dimension `condition`) are int8 0, 1, 2.
    """

    name: str
    title: str
    family: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    kernel: Callable[..., None] | None
    state: Callable[[Values], int]
    """Slots of float64 state."""
    first: Callable[[Values], tuple[int, ...]]
    """For each output, how many known input rows come before its first known row."""
    settle: Callable[[Values], int | str]
    """Rows of history until the seed weighs < 1e-6, or `anchored` where it never fades."""
    convention: str
    formula: str
    source: str
    aliases: tuple[str, ...] = ()
    talipp: Callable[[Values], Any] | None = None
    """Instead of a kernel: makes an object with `extend(inputs, outputs, lo, hi)` (see talipp_binding)."""


CATALOGUE: dict[str, Indicator] = {}
"""Every entry by name and by alias."""


def register(entry: Indicator) -> None:
    for name in (entry.name, *entry.aliases):
        if name in CATALOGUE:
            raise ValueError(f"two catalogue entries are called {name}")
        CATALOGUE[name] = entry


def indicator(**fields: Any) -> Callable[[F], F]:
    """Declare the kernel below as a catalogue entry; `fields` are Indicator's, without `kernel`."""

    def declare(function: F) -> F:
        register(Indicator(kernel=kernel(function), **fields))
        return function

    return declare


def entries() -> list[Indicator]:
    """Every entry once, by name."""
    return sorted({id(e): e for e in CATALOGUE.values()}.values(), key=lambda e: e.name)


def length(default: int | None = None, name: str = "length", low: int = 1, high: int = 5000) -> Parameter:
    """The commonest parameter: how many candles to look at."""
    return Parameter(name, True, default, low, high, "candles looked at")


SOURCE = Input("source", InputKind.SERIES, "close")
"""The series an indicator smooths or measures, given first; may be left out where nothing else is meant."""
OPEN = Input("open", InputKind.OPEN)
HIGH = Input("high", InputKind.HIGH)
LOW = Input("low", InputKind.LOW)
CLOSE = Input("close", InputKind.CLOSE)
VOLUME = Input("volume", InputKind.VOLUME)


def pine(name: str, kind: str = "fun") -> str:
    """Where TradingView describes its function (`fun`) or variable (`var`) of that name."""
    return f"https://www.tradingview.com/pine-script-reference/v5/#{kind}_{name}"


def built_in(title: str) -> str:
    """The source of what TradingView ships as an indicator, not as a function."""
    return f"TradingView, built-in indicator: {title}"
