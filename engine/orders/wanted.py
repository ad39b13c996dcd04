"""What the order path is asked for and what it tells: an order wanted, a denial, an alert, what start-up found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ..ledger.values import Amounts, OrderType, Role, Side

if TYPE_CHECKING:
    from .state import State

REDUCING = frozenset({Role.EXIT, Role.STOP, Role.TARGET, Role.EMERGENCY})
"""Roles that may only make a position smaller."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order as the session wants it; the desk puts it on the venue's steps.

    `reference`: the price (quote units) that reserves money where there is no limit. `candle`: open time (ms UTC) of
    the candle decided on; the same (strategy, symbol, candle, role, leg, attempt) is sent once, however often it is.
    """

    strategy: str
    symbol: str
    role: Role
    side: Side
    quantity: Decimal
    type: OrderType = OrderType.MARKET
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False
    post_only: bool = False
    reason: str = ""
    session_id: str | None = None
    candle: int | None = None
    key: str = ""
    """Names what calls for the order, where no candle does: the same key is sent once."""
    leg: int = 0
    attempt: int = 0
    decision_id: str | None = None
    reference: Decimal | None = None
    leverage: Decimal = Decimal(1)
    risk: Amounts = ()


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an order is not sent: a code and the numbers that were compared."""

    code: str
    numbers: Amounts = ()


Gate = Callable[[Wanted, "State"], Denial | None]
"""The session's risk gate. An exception denies."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an operator should know. `time` is ms UTC."""

    time: int
    code: str
    subject: str
    words: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """What start-up found. `ready`: the venue was compared with the ledger; if not, entries stay blocked meanwhile."""

    ready: bool
    unfinished: int
    unresolved: tuple[str, ...]
    differences: int
    resumed: tuple[str, ...]
    problems: tuple[str, ...]
