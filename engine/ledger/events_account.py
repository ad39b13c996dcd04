"""Events of an account: fills, fees, funding, transfers, balances, adjustments, cursors. Times are ms UTC."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .values import Amounts, FindingKind, Role, Side, Source, Texts


@dataclass(frozen=True, slots=True)
class Filled:
    """One execution, once by (account, market, fill_id). Without `order_id` it is somebody else's.

    `quantity` in base, `price` in quote units; `fee` is paid in `fee_currency` (below zero: a rebate).
    """

    account: str
    market: str
    fill_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_currency: str
    venue_time: int
    source: Source
    order_id: str | None = None
    maker: bool | None = None
    strategy: str = ""
    """Whose position it moves, where no order says so."""


@dataclass(frozen=True, slots=True)
class FeeCorrected:
    """The fee of a recorded fill, as it turned out to be."""

    account: str
    market: str
    fill_id: str
    fee: Decimal
    fee_currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class FundingPaid:
    """Funding of a perpetual; `amount` below zero was paid by us."""

    account: str
    funding_id: str
    symbol: str
    strategy: str
    amount: Decimal
    currency: str
    venue_time: int


@dataclass(frozen=True, slots=True)
class Transferred:
    """Money that came in (above zero) or left without a trade."""

    account: str
    transfer_id: str
    currency: str
    amount: Decimal
    venue_time: int
    reason: str


@dataclass(frozen=True, slots=True)
class BalancesSeen:
    """Totals as the venue tells them; the first for a currency is where our own sum begins."""

    account: str
    totals: Amounts
    source: Source


@dataclass(frozen=True, slots=True)
class BalanceAdjusted:
    """A difference taken into our own sum, with its reason."""

    account: str
    currency: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class PositionAdjusted:
    """A change of a position that no fill explains; `price` values it in quote units."""

    account: str
    symbol: str
    strategy: str
    quantity: Decimal
    price: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class PrefixMade:
    """The beginning of every client id of this ledger in this account; earlier ones stay ours."""

    account: str
    prefix: str


@dataclass(frozen=True, slots=True)
class CursorMoved:
    """How far a list at the venue has been read; moves in one append with what was read."""

    account: str
    stream: str
    value: str


@dataclass(frozen=True, slots=True)
class PlanStepped:
    """One leg of a plan of several calls (replace a stop, flatten), so that a restart resumes it."""

    plan_id: str
    account: str
    symbol: str
    purpose: Role
    step: str
    finished: bool
    details: Texts = ()


@dataclass(frozen=True, slots=True)
class DriftFound:
    """The venue (`theirs`) and the ledger (`ours`) differ about `subject`: a symbol, a currency or an order."""

    finding_id: str
    account: str
    kind: FindingKind
    subject: str
    ours: Decimal | None
    theirs: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class DriftResolved:
    finding_id: str
    resolution: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A comparison with the venue is over."""

    account: str
    reason: str
    symbols: tuple[str, ...]
    compared: int
    differences: int


AccountEvent = (
    Filled
    | FeeCorrected
    | FundingPaid
    | Transferred
    | BalancesSeen
    | BalanceAdjusted
    | PositionAdjusted
    | PrefixMade
    | CursorMoved
    | PlanStepped
    | DriftFound
    | DriftResolved
    | Reconciled
)
