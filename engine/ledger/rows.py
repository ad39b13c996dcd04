"""The rows of the tables that follow from the events. KEY names the fields that make a row one of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from .exact import ZERO
from .values import (
    Amounts,
    Command,
    Direction,
    FindingKind,
    Mode,
    OrderState,
    OrderType,
    Role,
    Scope,
    Side,
    Source,
    Texts,
    TradingState,
)


class Row:
    """What all rows are."""

    __slots__ = ()
    KEY: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class SessionRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("session_id",)
    session_id: str
    mode: Mode
    account: str
    strategy: str
    strategy_hash: str
    deployment: str
    symbols: tuple[str, ...]
    timeframe: str
    first_candle: int
    version: str
    opened: int
    opened_seq: int
    closed: int | None = None
    closed_seq: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FeedRow(Row):
    """How far a session has seen one symbol's candles; `last` is the open time of the newest."""

    KEY: ClassVar[tuple[str, ...]] = ("session_id", "symbol", "timeframe")
    session_id: str
    symbol: str
    timeframe: str
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class IntentRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("intent_id",)
    intent_id: str
    session_id: str
    decision_id: str | None
    account: str
    strategy: str
    symbol: str
    role: Role
    side: Side
    quantity: Decimal
    candle: int | None
    leg: int
    attempt: int
    reason: str
    planned: int
    seq: int


@dataclass(frozen=True, slots=True)
class OrderRow(Row):
    """`filled` and `cost` are the sums of its fills; `reserved` is what it still holds of each currency."""

    KEY: ClassVar[tuple[str, ...]] = ("order_id",)
    order_id: str
    intent_id: str | None
    session_id: str | None
    account: str
    strategy: str
    symbol: str
    role: Role
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None
    trigger: Decimal | None
    reduce_only: bool
    state: OrderState
    command: Command
    created: int
    updated: int
    seq: int
    venue_id: str | None = None
    deadline: int | None = None
    filled: Decimal = ZERO
    cost: Decimal = ZERO
    overfilled: bool = False
    ours: bool = True
    evidence: str | None = None
    reserved: Amounts = ()
    wire: Texts = ()


@dataclass(frozen=True, slots=True)
class FillRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("account", "market", "fill_id")
    account: str
    market: str
    fill_id: str
    order_id: str | None
    strategy: str
    symbol: str
    role: Role
    side: Side
    quantity: Decimal
    price: Decimal
    cost: Decimal
    fee: Decimal
    fee_currency: str
    maker: bool | None
    venue_time: int
    source: Source
    trade_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class PositionRow(Row):
    """Signed base units held by a strategy, what they cost in quote units, and the trade that is open (or None)."""

    KEY: ClassVar[tuple[str, ...]] = ("account", "symbol", "strategy")
    account: str
    symbol: str
    strategy: str
    quantity: Decimal
    cost: Decimal
    trade_id: int | None
    updated: int


@dataclass(frozen=True, slots=True)
class TradeRow(Row):
    """A round trip, named by the seq of the event that opened it. `profit` (quote units, fees apart) comes at its end.

    `fees` and `funding` are sums by currency; a fee above zero was paid, funding above zero received.
    """

    KEY: ClassVar[tuple[str, ...]] = ("trade_id",)
    trade_id: int
    account: str
    symbol: str
    strategy: str
    session_id: str | None
    direction: Direction
    opened: int
    entry_quantity: Decimal
    entry_cost: Decimal
    exit_quantity: Decimal = ZERO
    exit_cost: Decimal = ZERO
    fees: Amounts = ()
    funding: Amounts = ()
    closed: int | None = None
    reason: Role | None = None
    profit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BalanceRow(Row):
    """`booked` is our own sum, `seen` the venue's last word; `reserved` is what live orders hold of it."""

    KEY: ClassVar[tuple[str, ...]] = ("account", "currency")
    account: str
    currency: str
    booked: Decimal
    reserved: Decimal
    seen: Decimal | None
    seen_at: int | None


@dataclass(frozen=True, slots=True)
class StateRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("scope", "name")
    scope: Scope
    name: str
    state: TradingState
    code: str
    until: int | None
    who: str
    why: str
    since: int


@dataclass(frozen=True, slots=True)
class FindingRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("finding_id",)
    finding_id: str
    account: str
    kind: FindingKind
    subject: str
    ours: Decimal | None
    theirs: Decimal | None
    words: str
    found: int
    resolved: int | None = None
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class DoubtRow(Row):
    """The one order of an account, symbol and role whose fate is not known; None when there is none."""

    KEY: ClassVar[tuple[str, ...]] = ("account", "symbol", "role")
    account: str
    symbol: str
    role: Role
    order_id: str | None


@dataclass(frozen=True, slots=True)
class PlanRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("plan_id",)
    plan_id: str
    account: str
    symbol: str
    purpose: Role
    step: str
    finished: bool
    details: Texts
    updated: int


@dataclass(frozen=True, slots=True)
class CursorRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("account", "stream")
    account: str
    stream: str
    value: str


@dataclass(frozen=True, slots=True)
class PrefixRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("account", "prefix")
    account: str
    prefix: str
    seq: int


@dataclass(frozen=True, slots=True)
class KeyRow(Row):
    """What happened and can happen only once, and where it stands."""

    KEY: ClassVar[tuple[str, ...]] = ("key",)
    key: str
    seq: int


Key = tuple[object, ...]

_ALL: tuple[type[Row], ...] = (
    SessionRow,
    FeedRow,
    IntentRow,
    OrderRow,
    FillRow,
    PositionRow,
    TradeRow,
    BalanceRow,
    StateRow,
    FindingRow,
    DoubtRow,
    PlanRow,
    CursorRow,
    PrefixRow,
    KeyRow,
)
TABLES: Mapping[type[Row], str] = MappingProxyType(
    {cls: cls.__name__.removesuffix("Row").lower() + "s" for cls in _ALL} | {PrefixRow: "prefixes"}
)
"""Row -> the table's name."""


def key(row: Row) -> Key:
    """What makes the row one of its table."""
    return tuple(getattr(row, name) for name in row.KEY)
