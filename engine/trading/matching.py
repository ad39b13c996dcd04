"""The simulated venue: at which price an order fills, or why a position leaves. Reads the book, writes nothing."""

from __future__ import annotations

import math

from ..kernel import kernel
from .book import Order, Position
from .rules import Policy
from .trades import ExitReason

TARGET = int(ExitReason.TARGET)
LIQUIDATION = int(ExitReason.LIQUIDATION)
_LIMIT, _STOP = 1, 2


@kernel
def worsened(policy: Policy, price: float, direction: int, quantity: float, volume: float) -> float:
    """A price after slippage: higher for a buyer (direction 1), lower for a seller (-1)."""
    move = policy.slippage
    if policy.impact > 0.0:
        share = quantity / volume if volume > quantity else 1.0
        move += policy.impact * share * share
    return price * (1.0 + direction * move)


@kernel
def exit_at_open(position: Position, price: float) -> int:
    """Why the position leaves at an open of `price`, 0 for staying: an order, or a level opened beyond."""
    side = 1 if position.quantity > 0.0 else -1
    if side * (price - position.liquidation) <= 0.0:  # false while a level is unset (NaN)
        return LIQUIDATION
    if position.exit_order != 0:
        return position.exit_order
    if side * (price - position.stop) <= 0.0:
        return position.stop_reason
    return TARGET if side * (price - position.target) >= 0.0 else 0


@kernel
def stop_in_range(position: Position, high: float, low: float) -> int:
    """Whether the stop or the liquidation lies inside the candle, and which the price meets first; 0 for neither."""
    side = 1 if position.quantity > 0.0 else -1
    worst = low if side > 0 else high
    reason = position.stop_reason if side * (worst - position.stop) <= 0.0 else 0
    if side * (worst - position.liquidation) <= 0.0 and not side * (position.stop - position.liquidation) >= 0.0:
        return LIQUIDATION
    return reason


@kernel
def exit_in_range(policy: Policy, position: Position, high: float, low: float) -> int:
    """Why the position leaves inside the candle, 0 for staying: the stop first; negative where the target, too, was
    inside (ambiguous)."""
    reason = stop_in_range(position, high, low)
    gain = high - position.target if position.quantity > 0.0 else position.target - low
    # A resting limit fills when the price passes it; touching does not, unless the account says so.
    reached = gain > 0.0 or (gain == 0.0 and policy.touch == 1)
    if reason == 0:
        return TARGET if reached else 0
    if reached:
        return -TARGET if policy.optimistic == 1 else -reason
    return reason


@kernel
def exit_price(policy: Policy, position: Position, reason: int) -> float:
    """The level at which a position leaves inside a candle."""
    if reason == TARGET:
        return position.target
    return position.liquidation if reason == LIQUIDATION else position.stop


@kernel
def liquidation_price(policy: Policy, side: int, price: float, maintenance: float) -> float:
    """Where the isolated margin (cost / leverage) of a contract entered at `price` has shrunk to what must remain."""
    if policy.perp == 0:
        return math.nan
    level = price * (1.0 - side / policy.leverage) / (1.0 - side * maintenance)
    return level if level > 0.0 else math.nan


@kernel
def bankrupt_price(policy: Policy, position: Position) -> float:
    """Where the isolated margin is gone: the venue bears what lies beyond."""
    side = 1 if position.quantity > 0.0 else -1
    return position.entry_price * (1.0 - side / policy.leverage)


@kernel
def entry_at_open(policy: Policy, order: Order, price: float, volume: float) -> float:
    """The price at which an entry order fills at an open of `price`; NaN where it does not.

    A stop that opens beyond its trigger becomes a market order, a stop-limit a limit order. A limit is marketable at
    its first open; a later open beyond it fills it where it rests.
    """
    side = order.side
    if order.kind >= _STOP:
        if not side * (price - order.price) >= 0.0:
            return math.nan
        trigger(order)
    if order.kind == _LIMIT:
        if not side * (order.price - price) >= 0.0:
            order.resting = 1
            return math.nan
        if order.resting == 1:
            return order.price
        return within_limit(order, worsened(policy, price, side, order.quantity, volume))
    return worsened(policy, price, side, order.quantity, volume)


@kernel
def entry_in_range(policy: Policy, order: Order, high: float, low: float, volume: float) -> float:
    """The price at which a waiting entry order fills inside a candle; NaN where it does not."""
    side = order.side
    if order.kind >= _STOP:
        best = high if side > 0 else low
        if not side * (best - order.price) >= 0.0:
            return math.nan
        price = worsened(policy, order.price, side, order.quantity, volume)
        trigger(order)
        return within_limit(order, price) if order.kind == _LIMIT else price
    if order.kind != _LIMIT:
        return math.nan
    worst = low if side > 0 else high
    gain = side * (order.price - worst)
    return order.price if gain > 0.0 or (gain == 0.0 and policy.touch == 1) else math.nan


@kernel
def trigger(order: Order) -> None:
    """A stop order becomes a market order, a stop-limit a limit order."""
    order.kind = 0 if order.kind == _STOP else _LIMIT
    order.price = order.limit


@kernel
def within_limit(order: Order, price: float) -> float:
    """`price`, or the order's limit where that is better."""
    return order.price if order.side * (price - order.price) > 0.0 else price
