"""An order onto the venue's steps, to the careful side: quantity down, limit passive, stop to the earlier trigger."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from ..ledger.values import OrderType, Side
from ..market.instrument import Instrument
from .wanted import Denial, Wanted

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_NONE = Decimal(0)


def exact(number: float) -> Decimal:
    """The decimal that a float reads as."""
    return Decimal(repr(number))


def on_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """`value` as a whole number of steps; as it is where there is no step (0)."""
    if step <= 0:
        return value
    return _WIDE.multiply(_WIDE.divide(value, step).to_integral_value(rounding=rounding), step)


def quantity_down(quantity: Decimal, instrument: Instrument) -> Decimal:
    """The most that may be ordered of it."""
    return on_step(quantity, exact(instrument.quantity_step), ROUND_FLOOR)


def rounded(wanted: Wanted, instrument: Instrument) -> Wanted:
    """The same order on the steps. A stop triggers earlier rather than later, a limit never pays more than it said."""
    tick = exact(instrument.price_tick)
    buying = wanted.side is Side.BUY
    price = None if wanted.price is None else on_step(wanted.price, tick, ROUND_FLOOR if buying else ROUND_CEILING)
    trigger = wanted.trigger
    if trigger is not None:
        trigger = on_step(trigger, tick, ROUND_FLOOR if buying else ROUND_CEILING)
    return replace(wanted, quantity=quantity_down(wanted.quantity, instrument), price=price, trigger=trigger)


def unsuited(wanted: Wanted, instrument: Instrument) -> Denial | None:
    """Why the venue would not take a rounded order, as far as its limits tell."""
    least, most = exact(instrument.min_quantity), instrument.max_quantity
    if wanted.quantity <= 0 or wanted.quantity < least:
        return Denial("QUANTITY_MIN", (("least", least), ("quantity", wanted.quantity)))
    if most != float("inf") and wanted.quantity > exact(most):
        return Denial("QUANTITY_MAX", (("most", exact(most)), ("quantity", wanted.quantity)))
    for name, price in (("price", wanted.price), ("trigger", wanted.trigger)):
        needed = wanted.type in _NEEDS[name]
        if (price is not None) != needed or (price is not None and price <= 0):
            return Denial("PRECISION", ((name, price or _NONE),))
    at = wanted.price or wanted.trigger or wanted.reference
    cost, floor = (None if at is None else wanted.quantity * at), exact(instrument.min_cost)
    if cost is not None and cost < floor:
        return Denial("COST_MIN", (("cost", cost), ("least", floor)))
    return None


_NEEDS = {
    "price": (OrderType.LIMIT, OrderType.STOP_LIMIT),
    "trigger": (OrderType.STOP, OrderType.STOP_LIMIT),
}
