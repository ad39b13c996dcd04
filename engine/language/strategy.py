"""What a checked strategy file means: the resolved values and terms the graph and the decision core read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..learning.spec import Spec, Told
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
    VOLATILITY = "volatility"
    ATR = "atr"
    KELLY = "kelly"
    EQUAL = "equal"


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


class Fallback(StrEnum):
    """What follows an entry order that was not filled in time."""

    CANCEL = "cancel"
    MARKET = "market"


class OnLoss(StrEnum):
    """What a loss limit does once it is reached."""

    STOP_UNTIL_NEXT_DAY = "stop_until_next_day"
    REDUCE = "reduce"
    HALT = "halt"


class ProtectionKind(StrEnum):
    COOLDOWN = "cooldown"
    STOPS = "stops"
    LOW_PROFIT = "low_profit"
    DRAWDOWN = "drawdown"
    LOSSES = "losses"


class ExitFilter(StrEnum):
    """Which exits a cooldown follows."""

    ANY_EXIT = "any_exit"
    LOSS = "loss"
    STOP = "stop"


class Reach(StrEnum):
    """What a protection pauses."""

    SYMBOL = "symbol"
    STRATEGY = "strategy"


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
class PartialTarget:
    """One rung of a ladder: at a profit of `at`, `share` of the largest quantity held leaves; None = the rest."""

    at: Distance
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """`ladder` stands instead of `target` where the file lists several.

    `when` may hold `position` terms (under arithmetic, comparisons and and/or/not); all else is columns."""

    when: Term | None = None
    stop: Distance | None = None
    target: Distance | None = None
    trail: Trail | None = None
    breakeven: Distance | None = None
    time: Duration | None = None
    ladder: tuple[PartialTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """A further entry on the same side, in the order declared, each once per position: when the close is `against` or
    `in_favour` of the last entry's price by a distance, or when a rule is true. Exactly one of the three is set.

    `share`: its quantity as a share of the first entry's.
    """

    share: float
    against: Distance | None = None
    in_favour: Distance | None = None
    when: Term | None = None


@dataclass(frozen=True, slots=True)
class Side:
    enter: Term
    fire: Fire
    exit: Exit
    add: tuple[Addition, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """`max` is a fraction of equity. `value` and what else is set, by `method`:

    quantity: base units; cost: quote units; equity, risk: a fraction of equity; volatility: the yearly volatility to
    aim at as a fraction, `measure` the one measured; atr: a fraction of equity at risk over the distance `measure`;
    kelly: the part of the Kelly stake (1, 0.5, 0.25) at risk, over the last `window` trades, `fallback` until there are
    so many, `at_risk` at most; equal: 1 / max_open of the equity.
    """

    method: SizeMethod
    value: float
    max: float | None = None
    measure: Term | None = None
    window: int | None = None
    fallback: float | None = None
    at_risk: float | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """How entries are sent. `offset` from the signal's close: below it for a long's limit, above it for a long's stop;
    `limit`: how far beyond its trigger a stop-limit may fill; `cancel_after`: how long an unfilled order rests."""

    type: OrderType = OrderType.MARKET
    offset: Distance | None = None
    limit: Distance | None = None
    cancel_after: Duration | None = None
    fallback: Fallback = Fallback.CANCEL
    post_only: bool = False


@dataclass(frozen=True, slots=True)
class LossLimit:
    """`limit` is a fraction: of the equity at the day's start, or of the highest equity."""

    limit: float
    then: OnLoss


@dataclass(frozen=True, slots=True)
class Drawdown(LossLimit):
    """`halt` is a second, deeper level that halts; with `flatten` a halt closes all positions at the next open."""

    halt: float | None = None
    flatten: bool = False


@dataclass(frozen=True, slots=True)
class Correlated:
    """At most `most` positions whose closes' returns correlate by more than `above` over `window` candles."""

    most: int
    above: float
    window: int


@dataclass(frozen=True, slots=True)
class Risk:
    """Limits; None is none. Fractions are of equity."""

    max_open: int | None = None
    max_leverage: float = 1.0
    daily_loss: LossLimit | None = None
    drawdown: Drawdown | None = None
    max_cost: float | None = None
    """Largest cost of one order, in quote units."""
    max_position: float | None = None
    """Largest cost of one symbol's position."""
    max_exposure: float | None = None
    """Largest sum of all positions' costs."""
    max_net_exposure: float | None = None
    """Largest difference between the costs of longs and shorts."""
    risk_per_trade: float | None = None
    """Most that one trade may lose at its stop."""
    heat: float | None = None
    """Most that all open trades together may lose at their stops."""
    max_correlated: Correlated | None = None
    stop_required: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """A pause of entries, decided when a trade closes. What is set, by `kind`:

    cooldown: `pause` after each exit of `after`; stops: `count` losing stops within `within`; low_profit: at least
    `count` trades within `within` that made less than `threshold` together; drawdown: equity fell by `threshold`
    within `within`; losses: `count` losing trades in a row.
    """

    kind: ProtectionKind
    pause: Duration
    reach: Reach = Reach.STRATEGY
    count: int = 1
    within: Duration | None = None
    threshold: float = 0.0
    after: ExitFilter = ExitFilter.ANY_EXIT


@dataclass(frozen=True, slots=True)
class Hours:
    """`days` are ISO weekdays (Monday = 1) on which the hours begin; minutes of the day, `end` exclusive, and of the
    next day where it is not after `start`."""

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Deny entries for one candle after a gap of more than `max` candles."""

    max: int


EVER = 32_503_680_000_000
"""The year 3000: until when a member without an end stays one."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A symbol is a member at closes from `start` (ms UTC) on and before `end`."""

    start: int
    end: int


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
class Model:
    """A declared model: what it is, what it is called, and the terms of its features and its outputs by name."""

    spec: Spec
    told: Told
    features: Mapping[str, Term]
    outputs: Mapping[str, Term]


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
    orders: Orders = Orders()
    protections: tuple[Protection, ...] = ()
    schedule: Term | None = None
    """True at a close inside the declared entry hours; None where none are declared."""
    hours: tuple[Hours, ...] = ()
    """What `schedule` was made of."""
    members: Mapping[str, tuple[Membership, ...]] = field(default_factory=dict)
    """When each symbol belongs to the universe; empty where none is declared."""
    rotates: bool = False
    """Whether what leaves at a close pays for what enters at it, as in a `select:`."""
    description: str = ""
    tags: tuple[str, ...] = ()
    feeds: Mapping[str, str] = field(default_factory=dict)
    """Feed name -> symbol."""
    params: Mapping[str, Param] = field(default_factory=dict)
    definitions: Mapping[str, Term] = field(default_factory=dict)
    """Named series and conditions by name (an output of a many-valued one as `name.output`), lifted."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """What learns, by name; rules hold its outputs as terms."""
    scope: Scope | None = None
    """What the file's own expressions may refer to, for further ones."""
