"""The simulated venue: at which price an order fills, and what the fill does to the book."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from ..market.steps import on_step
from .book import Order, Position, Wallet
from .codes import Decision
from .columns import Tally
from .rules import InstrumentRules, Policy
from .trades import ExitReason

STOP = int(ExitReason.STOP)
TARGET = int(ExitReason.TARGET)
FILL_REDUCED = int(Decision.FILL_REDUCED)
FILL_DROPPED = int(Decision.FILL_DROPPED)


@kernel
def worsened(price: float, direction: int, slippage: float) -> float:
    """A price after slippage: higher for a buyer (direction 1), lower for a seller (-1)."""
    return price * (1.0 + direction * slippage)


@kernel
def release(wallet: Wallet, order: Order) -> None:
    """Take an order off the book with its reservation."""
    wallet.queued -= 1
    wallet.reserved -= order.reserved
    if wallet.queued == 0:
        wallet.reserved = 0.0  # nothing is ordered any more: no rounding is left behind
    order.reserved = 0.0
    order.side = 0


@kernel
def open_position(
    policy: Policy,
    instrument: InstrumentRules,
    wallet: Wallet,
    position: Position,
    order: Order,
    price: float,
    time: int,
) -> int:
    """Fill an entry order at `price`, or what its reservation buys there; the Decision if that is less, else 0."""
    side = order.side
    quantity = order.quantity
    unit = price * (1.0 / policy.leverage + instrument.taker)
    code = 0
    if quantity * unit > order.reserved:
        quantity = on_step(order.reserved / unit, instrument.quantity_step, -1)
        code = FILL_REDUCED
    release(wallet, order)
    if quantity <= 0.0 or quantity < instrument.min_quantity or quantity * price < instrument.min_cost:
        return FILL_DROPPED
    fee = quantity * price * instrument.taker
    wallet.cash -= fee if policy.perp == 1 else quantity * price + fee
    wallet.held += 1
    position.quantity = side * quantity
    position.entry_price = price
    position.entry_time = time
    position.entry_fee = fee
    position.best = price
    position.candles = 0
    position.distance = order.distance
    # Both levels round towards a long's upside: a stop to the earlier trigger, a limit to the passive side.
    position.stop = on_step(price - side * order.distance, instrument.price_tick, side)
    position.target = on_step(price + side * order.target, instrument.price_tick, side)
    position.stop_reason = STOP
    position.trail_after = order.trail_after
    position.breakeven_after = order.breakeven_after
    return code


@kernel
def write_trade(
    tally: Tally, trades: Column, symbol: int, position: Position, price: float, exit_fee: float, time: int, reason: int
) -> float:
    """Append the position as a trade that ends at `price` (TRADE_FIELDS); its profit before any fee."""
    quantity = abs(position.quantity)
    side = 1 if position.quantity > 0.0 else -1
    gross = side * (price - position.entry_price) * quantity
    profit = gross - position.entry_fee - exit_fee
    k = tally.closed
    trades[0, k] = symbol
    trades[1, k] = side
    trades[2, k] = position.entry_time
    trades[3, k] = time
    trades[4, k] = position.entry_price
    trades[5, k] = price
    trades[6, k] = quantity
    trades[7, k] = position.entry_fee + exit_fee
    trades[8, k] = profit
    trades[9, k] = 100.0 * profit / (position.entry_price * quantity)
    trades[10, k] = position.distance * quantity
    trades[11, k] = position.candles
    trades[12, k] = reason
    tally.closed = k + 1
    return gross


@kernel
def close_position(
    policy: Policy, wallet: Wallet, position: Position, tally: Tally, trades: Column, symbol: int,
    price: float, fee_rate: float, reason: int,
) -> None:  # fmt: skip
    """Fill an exit of the whole position at `price`."""
    quantity = abs(position.quantity)
    fee = quantity * price * fee_rate
    gross = write_trade(tally, trades, symbol, position, price, fee, position.time, reason)
    wallet.cash += gross - fee if policy.perp == 1 else quantity * price - fee
    wallet.held -= 1
    position.quantity = 0.0
    position.entry_fee = 0.0
    position.entry_price = math.nan
    position.stop = math.nan
    position.target = math.nan
    position.distance = math.nan
    position.exit_order = 0


@kernel
def exit_at_open(position: Position, price: float) -> int:
    """Why the position leaves at an open of `price`, 0 for staying: an order, a stop or a target opened beyond."""
    if position.exit_order != 0:
        return position.exit_order
    side = 1 if position.quantity > 0.0 else -1
    if side * (price - position.stop) <= 0.0:  # false while the stop is unset (NaN)
        return position.stop_reason
    return TARGET if side * (price - position.target) >= 0.0 else 0


@kernel
def exit_in_range(position: Position, high: float, low: float) -> int:
    """Why the position leaves inside the candle, 0 for staying: the stop first; negative where the target, too, was
    inside (ambiguous)."""
    side = 1 if position.quantity > 0.0 else -1
    best = high if side > 0 else low
    worst = low if side > 0 else high
    # A resting limit fills when the price passes it; touching does not.
    reached = side * (best - position.target) > 0.0
    if side * (worst - position.stop) <= 0.0:
        return -position.stop_reason if reached else position.stop_reason
    return TARGET if reached else 0


@kernel
def fill_exit(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, tally: Tally, trades: Column,
    symbol: int, reason: int, price: float,
) -> None:  # fmt: skip
    """Fill an exit: a target is a limit order, everything else a market order that slips."""
    if reason == TARGET:
        close_position(policy, wallet, position, tally, trades, symbol, price, instrument.maker, reason)
    else:
        side = 1 if position.quantity > 0.0 else -1
        market = worsened(price, -side, policy.slippage)
        close_position(policy, wallet, position, tally, trades, symbol, market, instrument.taker, reason)
