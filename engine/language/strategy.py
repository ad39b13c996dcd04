"""What a checked strategy file means: the resolved values and terms the graph and the decision core read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..market.timeframe import Timeframe
from .scope import Scope
from .term import Term


class Market(StrEnum):
    SPOT = "spot"
    PERP = "perp"


class Fire(StrEnum):
    ONCE = "once"
    EVERY_CANDLE = "every_candle"


class Opposite(StrEnum):
    REVERSE = "reverse"
    CLOSE = "close"
    IGNORE = "ignore"


class SizeMethod(StrEnum):
    QUANTITY = "quantity"
    COST = "cost"
    EQUITY = "equity"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Distance:
    """How far from the entry: `term` is a price distance on the strategy's clock (a ratio such as 3% has become
    ratio * close), or `r` is a multiple of the initial stop distance. Exactly one is set."""

    term: Term | None = None
    r: float | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    by: Distance
    after: Distance | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """A holding time, in candles or in ms; exactly one is set."""

    candles: int | None = None
    ms: int | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """`when` may hold `position` terms (under arithmetic, comparisons and and/or/not); all else is columns."""

    when: Term | None = None
    stop: Distance | None = None
    target: Distance | None = None
    trail: Trail | None = None
    breakeven: Distance | None = None
    time: Duration | None = None


@dataclass(frozen=True, slots=True)
class Side:
    enter: Term
    fire: Fire
    exit: Exit


@dataclass(frozen=True, slots=True)
class Size:
    """`value`: base units, quote units, or a fraction of equity by `method`; `max` a fraction of equity."""

    method: SizeMethod
    value: float
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    max_open: int | None = None
    max_leverage: float = 1.0


@dataclass(frozen=True, slots=True)
class Gaps:
    """Deny entries for one candle after a gap of more than `max` candles."""

    max: int


@dataclass(frozen=True, slots=True)
class Param:
    """A declared parameter: `value` is what the terms hold, `origin` where it came from (file, --set)."""

    name: str
    value: float
    unit: str
    origin: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy file after every check passed. All terms stand on the strategy's own clock (lifted)."""

    path: str
    name: str
    symbols: tuple[str, ...]
    timeframe: Timeframe
    market: Market
    size: Size
    long: Side | None = None
    short: Side | None = None
    filters: Term | None = None
    opposite: Opposite = Opposite.IGNORE
    risk: Risk = Risk()
    gaps: Gaps | None = None
    priority: Term | None = None
    timezone: str = "UTC"
    description: str = ""
    tags: tuple[str, ...] = ()
    feeds: Mapping[str, str] = field(default_factory=dict)
    """Feed name -> symbol."""
    params: Mapping[str, Param] = field(default_factory=dict)
    definitions: Mapping[str, Term] = field(default_factory=dict)
    """Named series and conditions by name (an output of a many-valued one as `name.output`), lifted."""
    scope: Scope | None = None
    """What the file's own expressions may refer to, for further ones."""
