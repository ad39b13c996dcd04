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
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, order: Order, price: float, time: int
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
    trades[k, 0] = symbol
    trades[k, 1] = side
    trades[k, 2] = position.entry_time
    trades[k, 3] = time
    trades[k, 4] = position.entry_price
    trades[k, 5] = price
    trades[k, 6] = quantity
    trades[k, 7] = position.entry_fee + exit_fee
    trades[k, 8] = profit
    trades[k, 9] = 100.0 * profit / (position.entry_price * quantity)
    trades[k, 10] = position.distance * quantity
    trades[k, 11] = position.candles
    trades[k, 12] = reason
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
    position.quantity = 0.0
    position.entry_fee = 0.0
    position.entry_price = math.nan
    position.stop = math.nan
    position.target = math.nan
    position.distance = math.nan
    position.exit_order = 0


@kernel
def fill_exit_at_open(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, tally: Tally, trades: Column,
    symbol: int, price: float,
) -> None:  # fmt: skip
    """The open decides first: an ordered exit, then a stop or a target that the candle opens beyond."""
    side = 1 if position.quantity > 0.0 else -1
    reason = 0
    if position.exit_order != 0:
        reason = position.exit_order
    elif side * (price - position.stop) <= 0.0:  # false while the stop is unset (NaN)
        reason = position.stop_reason
    elif side * (price - position.target) >= 0.0:
        close_position(policy, wallet, position, tally, trades, symbol, price, instrument.maker, TARGET)
    if reason != 0:
        market = worsened(price, -side, policy.slippage)
        close_position(policy, wallet, position, tally, trades, symbol, market, instrument.taker, reason)


@kernel
def fill_in_range(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, tally: Tally, trades: Column,
    symbol: int, high: float, low: float,
) -> int:  # fmt: skip
    """Test the candle's range, the stop before the target; 1 when both lie inside it (ambiguous), else 0."""
    side = 1 if position.quantity > 0.0 else -1
    best = high if side > 0 else low
    worst = low if side > 0 else high
    # A resting limit fills when the price passes it; touching does not.
    reached = side * (best - position.target) > 0.0
    if side * (worst - position.stop) <= 0.0:
        price = worsened(position.stop, -side, policy.slippage)
        close_position(policy, wallet, position, tally, trades, symbol, price, instrument.taker, position.stop_reason)
        return 1 if reached else 0
    if reached:
        close_position(policy, wallet, position, tally, trades, symbol, position.target, instrument.maker, TARGET)
    return 0
