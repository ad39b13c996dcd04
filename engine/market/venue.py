"""What a venue lists: symbols with their kind, limits and steps, its timeframes, and when it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    SPOT = "spot"
    PERP = "perp"
    FUTURE = "future"
    OPTION = "option"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Listing:
    """One symbol on a venue. Quantities in base units, costs in quote units; None where the venue says nothing."""

    symbol: str
    kind: Kind
    active: bool = True
    price_tick: float | None = None
    quantity_step: float | None = None
    min_quantity: float | None = None
    max_quantity: float | None = None
    min_cost: float | None = None
    max_leverage: float | None = None
    maker: float | None = None
    taker: float | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """`fetched` is ms UTC. `timeframes` is empty where the venue does not say; `stops` tells by kind of market whether
    the venue itself keeps stop orders, and lacks the kinds it does not tell of."""

    name: str
    fetched: int
    timeframes: tuple[str, ...]
    stops: Mapping[Kind, bool]
    listings: Mapping[str, Listing] = field(default_factory=dict)
