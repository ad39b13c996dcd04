"""A market as ccxt parsed it in, the project's Instrument out; what the venue does not say is assumed and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..market.instrument import Instrument, make_instrument
from ..market.venue import Kind
from .outcome import ReadError


@dataclass(frozen=True, slots=True)
class Contract:
    """One symbol at a venue. `size` is base units per unit of the venue's quantities: 1 but for some contracts."""

    instrument: Instrument
    size: Decimal

    def steps_of(self, quantity: Decimal) -> Decimal:
        """Base units as the venue counts them."""
        return quantity if self.size == 1 else quantity / self.size


def make_contract(market: Mapping[str, Any], symbol: str, kind: Kind, fee_in_base: bool = False) -> Contract:
    """Raises ReadError where the market is another kind, inverse, or says nothing that can be traded by."""
    if market.get("swap" if kind is Kind.PERP else "spot") is not True:
        raise ReadError(f"{symbol} is no {kind} market here")
    if market.get("inverse") is True:
        raise ReadError(f"{symbol} is settled in its base currency: not supported")
    if market.get("active") is False:
        raise ReadError(f"{symbol} is not traded at present")
    size = (number(market.get("contractSize")) or Decimal(1)) if market.get("contract") else Decimal(1)
    precision, limits = _map(market.get("precision")), _map(market.get("limits"))
    amount, cost = _map(limits.get("amount")), _map(limits.get("cost"))
    known = {
        "price_tick": number(precision.get("price")),
        "quantity_step": _times(number(precision.get("amount")), size),
        "min_quantity": _times(number(amount.get("min")), size),
        "max_quantity": _times(number(amount.get("max")), size) or None,
        "min_cost": number(cost.get("min")),
        "maker": number(market.get("maker")),
        "taker": number(market.get("taker")),
    }
    stated = {name: float(value) for name, value in known.items() if value is not None}
    if kind is Kind.SPOT:
        stated["fee_in"] = float(fee_in_base)
    try:
        return Contract(make_instrument(symbol, stated), size)
    except InputError as error:
        raise ReadError(f"{symbol}: {error.message}") from None


def number(value: object) -> Decimal | None:
    """A finite Decimal, exactly as the venue wrote it, or None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


def _times(value: Decimal | None, size: Decimal) -> Decimal | None:
    return None if value is None else (value * size).normalize()


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
