"""What is said to a venue and what it answers, in this project's terms.

Quantities in base units, prices in quote units, Decimal throughout; times are ms UTC. None: the venue did not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ..ledger.values import OrderType, Side, Source


@dataclass(frozen=True, slots=True)
class Ticket:
    """One order as we want it, on the venue's steps already. `client_id` is ours: at most 18 of `[a-z0-9]`.

    `price`: of a limit or stop-limit; `trigger`: of a stop or stop-limit. A market order has neither.
    """

    client_id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False
    post_only: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for contracts, where each order has to say it. `leverage` None: nothing was asked for."""

    isolated: bool = True
    leverage: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """How to name an order to the venue. `trigger`: it waits in the venue's list of stops, where that is another."""

    symbol: str
    client_id: str | None = None
    venue_id: str | None = None
    trigger: bool = False


class Status(StrEnum):
    """An order as the venue tells it. `CLOSED` is filled whole; whatever the status, `filled` tells how much was."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order at one moment. `filled` is cumulative."""

    symbol: str
    venue_id: str
    client_id: str | None
    side: Side
    type: OrderType
    status: Status
    quantity: Decimal
    filled: Decimal
    price: Decimal | None
    trigger: Decimal | None
    reduce_only: bool
    time: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class FillReport:
    """One execution; `fill_id` is unique in its market. `fee` below zero is a rebate."""

    symbol: str
    fill_id: str
    venue_id: str
    client_id: str | None
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal | None
    fee_currency: str | None
    maker: bool | None
    time: int
    source: Source


@dataclass(frozen=True, slots=True)
class Balance:
    """`free` is what no order or margin holds."""

    total: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class BalancesReport:
    """By currency; one that is not named is not told, not zero, unless `whole`."""

    balances: Mapping[str, Balance]
    whole: bool
    source: Source


@dataclass(frozen=True, slots=True)
class PositionReport:
    """A contract position; `quantity` is signed. One the venue leaves out is not told, never flat."""

    symbol: str
    quantity: Decimal
    entry_price: Decimal | None
    leverage: Decimal | None
    isolated: bool | None
    liquidation: Decimal | None
    source: Source


@dataclass(frozen=True, slots=True)
class FundingReport:
    """One payment; `amount` below zero was paid by us."""

    symbol: str
    funding_id: str
    amount: Decimal
    currency: str
    time: int


@dataclass(frozen=True, slots=True)
class StreamReport:
    """The user stream came up (True) or broke. After each start everything since the cursor is to be fetched."""

    up: bool
    words: str = ""


Report = OrderReport | FillReport | BalancesReport | PositionReport | StreamReport
"""What the user stream brings."""


@dataclass(frozen=True, slots=True)
class Quote:
    symbol: str
    bid: Decimal | None
    ask: Decimal | None
    last: Decimal | None
    time: int


@dataclass(frozen=True, slots=True)
class CandleReport:
    """`time` is its open. `closed` False: it still changes; None: the venue does not say."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a venue can do for one kind of market (a row of the capability table).

    `stops`: order types the venue itself triggers; `reduce_only`, `amend`, `find_by_client_id` as named; `user_stream`
    and `candle_stream`: over websockets; `client_id_length`: the longest it takes; `validity`: ms after which a request
    that was sent is refused by the venue, None where it never is.
    """

    types: frozenset[OrderType]
    stops: frozenset[OrderType]
    reduce_only: bool
    amend: bool
    find_by_client_id: bool
    user_stream: bool
    candle_stream: bool
    sandbox: bool
    client_id_length: int
    validity: int | None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the keys allow; None where the venue does not tell."""

    read: bool | None
    trade: bool | None
    withdraw: bool | None
