"""What a live trade cost against the prices it was decided at."""

from __future__ import annotations

from dataclasses import dataclass

from .executions import Execution
from .facts import Facts
from .trips import Trip


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Implementation shortfall (Perold 1988) in quote units: how much worse than the decisions' prices the fills were,
    and the fees; above zero was lost. `delay`: from the decision's close to the first fill, ms (None: not ours)."""

    entry: float
    exit: float
    fees: float
    delay: int | None

    @property
    def total(self) -> float:
        return self.entry + self.exit + self.fees


def shortfall(trip: Trip, facts: Facts) -> Shortfall:
    """The price decided at is the close of the candle; for a limit or a stop, its level."""
    first = trip.entries[0]
    delay = None if first.decided is None else first.at - (first.decided + facts.timeframe(trip.strategy).ms)
    return Shortfall(
        sum(_missed(one, facts) for one in trip.entries),
        sum(_missed(one, facts) for one in trip.exits if one.reason != "open"),
        trip.fees, delay,
    )  # fmt: skip


def _missed(one: Execution, facts: Facts) -> float:
    wanted = _wanted(one, facts)
    return 0.0 if wanted is None else one.quantity * (one.price - wanted)


def _wanted(one: Execution, facts: Facts) -> float | None:
    sent = facts.orders.get(one.order or "")
    if sent is not None and sent.price is not None:
        return sent.price
    candle = None if one.decided is None else facts.candles[one.strategy, one.symbol].get(one.decided)
    return None if candle is None else float(candle.close)
