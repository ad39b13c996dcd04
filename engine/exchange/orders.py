"""Orders and fills as the venue keeps them, and what the user stream tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..brokers.words import Status
from ..ledger.values import OrderType, Side
from .spec import ZERO


@dataclass(frozen=True, slots=True)
class Request:
    """An order as it is asked for. `above`: a stop triggers at or above its trigger (None: a buy does, a sell not).
    `lenient`: a post-only order that would take is accepted and canceled at once, not refused."""

    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None
    client_id: str | None = None
    reduce_only: bool = False
    post_only: bool = False
    immediate: bool = False
    above: bool | None = None
    lenient: bool = False


@dataclass(slots=True)
class Order:
    """One order. `waiting`: a stop that has not triggered; `triggered`: when it did, 0 for never. `held`: what of
    `currency` it locks."""

    order_id: int
    client_id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None
    trigger: Decimal | None
    reduce_only: bool
    post_only: bool
    immediate: bool
    above: bool
    created: int
    updated: int
    waiting: bool
    status: Status = Status.OPEN
    filled: Decimal = ZERO
    cost: Decimal = ZERO
    held: Decimal = ZERO
    currency: str = ""
    triggered: int = 0

    @property
    def remaining(self) -> Decimal:
        return max(self.quantity - self.filled, ZERO)

    @property
    def sign(self) -> int:
        return 1 if self.side is Side.BUY else -1

    @property
    def average(self) -> Decimal | None:
        return self.cost / self.filled if self.filled else None

    def limit_now(self) -> Decimal | None:
        """The worst price it may trade at; None for any."""
        return self.price if self.type in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None


@dataclass(frozen=True, slots=True)
class Fill:
    fill_id: int
    order_id: int
    client_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_currency: str
    maker: bool
    time: int
    realized: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Funding:
    funding_id: int
    symbol: str
    amount: Decimal
    currency: str
    time: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that came (or left, below zero) for another reason than a fill, with that reason."""

    currency: str
    amount: Decimal
    time: int
    reason: str
