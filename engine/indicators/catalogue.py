"""The catalogue: what every indicator and series function is called, takes, gives and costs.

A family file declares its entries with `@indicator(...)` above a kernel; importing
`stratrun.engine.indicators` fills `CATALOGUE`. Nothing here imports NumPy or Numba.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
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


class Cost(StrEnum):
    """What a candle costs."""

    CONSTANT = "constant"
    """The same whatever the length."""
    WINDOW = "window"
    """Grows with the length: every candle looks at its whole window."""
    FIT = "fit"
    """Now and then very much: a model is fitted anew."""
    PYTHON = "python"
    """Microseconds: computed by talipp, one Python call after another."""


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

    `low` and `high` are bounds that always hold (None = unbounded), for lint. `sparse`: after the first known row
    there may be unknown ones, and the first itself may come later than declared.
    """

    name: str
    dimension: str
    low: float | None = None
    high: float | None = None
    sparse: bool = False


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
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """For an alias that takes other arguments: its parameters, in its order; those left out keep their defaults."""
    cost: Cost = Cost.CONSTANT
    talipp: Callable[[Values], Any] | None = None
    """Instead of a kernel: makes an object with `extend(inputs, outputs, lo, hi)` (see talipp_binding)."""


CATALOGUE: dict[str, Indicator] = {}
"""Every entry by name and by alias."""


def register(entry: Indicator) -> None:
    names = {p.name for p in entry.parameters}
    for alias, order in entry.orders.items():
        if alias not in entry.aliases or not names.issuperset(order):
            raise ValueError(f"{entry.name}: the order of {alias} names what is not there")
    for name in (entry.name, *entry.aliases):
        if name in CATALOGUE:
            raise ValueError(f"two catalogue entries are called {name}")
        CATALOGUE[name] = entry


def indicator(**fields: Any) -> Callable[[F], F]:
    """Declare the kernel below as a catalogue entry; `fields` are Indicator's, without `kernel`.

    Left out, `settle` is that of a window (the rows before the first value), `state` no slots, `inputs` the series.
    """
    first = fields["first"]
    usual: dict[str, Any] = {
        "inputs": (SOURCE,),
        "parameters": (),
        "state": lambda p: 0,
        "settle": lambda p: max(first(p)),
    }

    def declare(function: F) -> F:
        register(Indicator(kernel=kernel(function), **{**usual, **fields}))
        return function

    return declare


def entries() -> list[Indicator]:
    """Every entry once, by name."""
    return sorted({id(e): e for e in CATALOGUE.values()}.values(), key=lambda e: e.name)


def length(default: int | None = None, name: str = "length", low: int = 1, high: int = 5000) -> Parameter:
    """The commonest parameter: how many candles to look at."""
    return Parameter(name, True, default, low, high, "candles looked at")


def after(extra: int = 0, outputs: int = 1) -> Callable[[Values], tuple[int, ...]]:
    """`first` of an entry whose outputs are all known after `length + extra` rows."""
    return lambda p: (p["length"] + extra,) * outputs


def at_once(outputs: int = 1) -> Callable[[Values], tuple[int, ...]]:
    """`first` of an entry whose outputs are known from the first row on."""
    return lambda p: (0,) * outputs


ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "length": ("period", "timeperiod", "len", "n"),
    "source": ("src", "price", "series", "real"),
    "fast": ("fastperiod", "fastlen", "fast_length", "fast_period"),
    "slow": ("slowperiod", "slowlen", "slow_length", "slow_period"),
    "signal": ("signalperiod", "siglen", "signal_length", "signal_period"),
    "mult": ("multiplier", "nbdev", "std", "stddev"),
    "factor": ("multiplier", "vfactor"),
    "smooth_k": ("slowk_period",),
    "smooth_d": ("slowd_period", "fastd_period"),
    "start": ("acceleration",),
})  # fmt: skip
"""What other libraries call an input or a parameter; such a keyword is understood where it fits one of them."""


def known_as(slots: Sequence[str], keyword: str) -> str | None:
    """The slot that `keyword` means: its own name, or the only one that other libraries call so."""
    if keyword in slots:
        return keyword
    meant = [slot for slot in slots if keyword in ELSEWHERE.get(slot, ())]
    return meant[0] if len(meant) == 1 else None


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
