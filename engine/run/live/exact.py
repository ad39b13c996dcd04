"""Numbers and kinds of the Book as the ledger has them."""

from __future__ import annotations

import math
from decimal import Decimal

from ...ledger.values import OrderType, Side
from ...trading.rules import LIMIT, MARKET, STOP, STOP_LIMIT

TYPES = {MARKET: OrderType.MARKET, LIMIT: OrderType.LIMIT, STOP: OrderType.STOP, STOP_LIMIT: OrderType.STOP_LIMIT}
KINDS = {kind: number for number, kind in TYPES.items()}


def exact(value: float) -> Decimal:
    """The number, digit for digit."""
    return Decimal(repr(float(value)))


def optional(value: float | None) -> Decimal | None:
    """The same; None where there is none, or it is not a number."""
    return None if value is None or math.isnan(value) else exact(value)


def side_of(sign: int) -> Side:
    return Side.BUY if sign > 0 else Side.SELL
