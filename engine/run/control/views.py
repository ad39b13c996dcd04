"""What is shown of a session: plain values, filled by the session itself or from its ledger. Times are ms UTC."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from ...ledger.values import Direction, OrderState, OrderType, Role, Scope, Side, TradingState


@dataclass(frozen=True, slots=True)
class StateView:
    """A trading state that is not plain active; `until` ends it by itself."""

    scope: Scope
    name: str
    state: TradingState
    code: str
    who: str
    why: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class SessionView:
    """One strategy; `candle` is the open time of the newest it has seen."""

    session_id: str
    strategy: str
    mode: str
    account: str
    symbols: tuple[str, ...]
    timeframe: str
    opened: int
    candle: int | None = None


@dataclass(frozen=True, slots=True)
class StatusView:
    """`source`: session or ledger; `halt` holds the words of a halt marker that is there."""

    source: str
    deployment: str
    time: int
    sessions: tuple[SessionView, ...]
    states: tuple[StateView, ...]
    orders: int
    in_doubt: int
    positions: int
    drift: tuple[str, ...] = ()
    halt: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderView:
    order_id: str
    strategy: str
    symbol: str
    role: Role
    side: Side
    type: OrderType
    quantity: Decimal
    filled: Decimal
    price: Decimal | None
    trigger: Decimal | None
    state: OrderState
    created: int


@dataclass(frozen=True, slots=True)
class PositionView:
    """`quantity` is base units without sign; `entry` the mean price of what is held; the rest None if not known."""

    account: str
    strategy: str
    symbol: str
    side: Direction
    quantity: Decimal
    entry: Decimal | None
    price: Decimal | None = None
    profit: Decimal | None = None
    stop: Decimal | None = None


def plain(value: Any) -> Any:
    """A view as data for JSON: numbers of money as texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    return f"{value:f}" if isinstance(value, Decimal) else value
