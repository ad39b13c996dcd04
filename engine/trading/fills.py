"""What a fill does to the book: entries open, add to or round up a position, exits reduce or close it."""

from __future__ import annotations

import math

from ..kernel import kernel, rare
from ..market.steps import on_step
from .book import Book, Position, Wallet
from .codes import Decision
from .columns import Tape
from .matching import liquidation_price
from .rules import InstrumentRules, Policy, SideRules
from .trades import ExitReason

STOP = int(ExitReason.STOP)
FILL_REDUCED = int(Decision.FILL_REDUCED)
FILL_DROPPED = int(Decision.FILL_DROPPED)
ENTRY, ADDITION = -1, -2
"""What the fills of entries have instead of an ExitReason."""
_WHOLE = 1.0 + 1e-9
"""What rounding leaves of an order filled in parts goes with its last part: it would wait for ever."""


@kernel
def record_fill(
    tape: Tape, time: int, symbol: int, side: int, quantity: float, price: float, fee: float, reason: int, maker: int,
    position: float,
) -> None:  # fmt: skip
    """Append a fill (FILL_FIELDS)."""
    tally, fills = tape.tallies[0], tape.fills
    k = tally.filled
    fills[k, 0] = time
    fills[k, 1] = symbol
    fills[k, 2] = side
    fills[k, 3] = quantity
    fills[k, 4] = price
    fills[k, 5] = fee
    fills[k, 6] = reason
    fills[k, 7] = maker
    fills[k, 8] = position
    tally.filled = k + 1


@kernel
def release(book: Book, symbol: int) -> None:
    """Take a symbol's order off the book, with its place in the queue and its reservation."""
    wallet, order, queue = book.wallets[0], book.orders[symbol], book.queue
    last = wallet.queued - 1
    found = 0
    for k in range(last):
        if queue[k] == symbol:
            found = 1
        if found == 1:
            queue[k] = queue[k + 1]
    wallet.queued = last
    wallet.reserved -= order.reserved
    if last == 0:
        wallet.reserved = 0.0  # nothing is ordered any more: no rounding is left behind
    order.reserved = 0.0
    order.side = 0


@kernel
def fill_entry(
    policy: Policy, rules: SideRules, instrument: InstrumentRules, book: Book, tape: Tape, symbol: int, price: float,
    most: float, maker: int,
) -> int:  # fmt: skip
    """Fill a symbol's entry order at `price` for at most `most` base units, and no more than its reservation buys.

    Returns the Decision if it ends for less than ordered, else 0; the order stays while some of it is open.
    """
    wallet, position, order = book.wallets[0], book.positions[symbol], book.orders[symbol]
    side = order.side
    quantity = order.quantity
    rate = instrument.maker if maker == 1 else instrument.taker
    unit = price * (1.0 / policy.leverage + rate)
    code = 0
    funds = order.reserved
    if policy.rotates == 1 and policy.perp == 0 and wallet.cash < funds:
        funds = wallet.cash  # what has left brought less than its close promised
    if quantity * unit > funds:
        quantity = on_step(funds / unit, instrument.quantity_step, -1)
        code = FILL_REDUCED
    partial = quantity > most * _WHOLE
    if partial:
        quantity = on_step(most, instrument.quantity_step, -1)
    bought = quantity
    if instrument.fee_in_base == 1:
        # What the fee leaves below a step could never be sold: it is booked as part of the fee.
        bought = on_step(quantity - quantity * rate, instrument.quantity_step, -1)
    small = bought <= 0.0 or quantity < instrument.min_quantity or quantity * price < instrument.min_cost
    addition = order.addition
    if partial:
        order.resting = 1
        if small:
            return 0  # the next candle may bring more
        freed = order.reserved * (quantity / order.quantity)
        order.filled = position.time
        order.quantity -= quantity
        order.reserved -= freed
        wallet.reserved -= freed
    else:
        release(book, symbol)
        if small:
            return FILL_DROPPED
    fee = (quantity - bought) * price if instrument.fee_in_base == 1 else quantity * price * rate
    book_entry(policy, rules, instrument, book, tape, symbol, side, quantity, bought, price, fee, maker, addition)
    return code


@kernel
def book_entry(
    policy: Policy, rules: SideRules, instrument: InstrumentRules, book: Book, tape: Tape, symbol: int, side: int,
    quantity: float, bought: float, price: float, fee: float, maker: int, addition: int,
) -> None:  # fmt: skip
    """An entry was filled: `quantity` base units at `price`, of which `bought` are held after a fee in base."""
    wallet, position = book.wallets[0], book.positions[symbol]
    reason, after = ADDITION if addition == 1 else ENTRY, position.quantity + side * bought
    record_fill(tape, position.time, symbol, side, quantity, price, fee, reason, maker, after)
    wallet.cash -= fee if policy.perp == 1 else bought * price + fee
    if position.quantity == 0.0:
        wallet.held += 1
        open_position(rules, instrument, book, symbol, side, bought, price, fee)
    else:
        enlarge(position, side, bought, price, fee)
    if addition == 0:
        position.first = position.entered
    position.liquidation = liquidation_price(policy, side, position.entry_price, instrument.maintenance)


@kernel
def open_position(
    rules: SideRules, instrument: InstrumentRules, book: Book, symbol: int, side: int, quantity: float, price: float,
    fee: float,
) -> None:  # fmt: skip
    """A fresh position, its levels measured from the fill."""
    position, order = book.positions[symbol], book.orders[symbol]
    position.quantity = side * quantity
    position.entry_price = price
    position.opened = price
    position.entry_time = position.time
    position.entry_fee = fee
    position.best = price
    position.candles = 0
    position.last_entry = price
    position.entered = quantity
    position.cost = quantity * price
    position.distance = order.distance
    # Both levels round towards a long's upside: a stop to the earlier trigger, a limit to the passive side.
    position.stop = on_step(price - side * order.distance, instrument.price_tick, side)
    position.target = on_step(price + side * order.target, instrument.price_tick, side)
    position.stop_reason = STOP
    position.trail_after = order.trail_after
    position.breakeven_after = order.breakeven_after
    if rules.rungs + rules.additions > 0:
        position.rung = 0
        position.sold = 0.0
        position.additions = 0


@rare
def enlarge(position: Position, side: int, quantity: float, price: float, fee: float) -> None:
    """More of the same side, at the mean price of what is held; levels stay where they are."""
    held = abs(position.quantity)
    position.entry_price = (held * position.entry_price + quantity * price) / (held + quantity)
    position.quantity = side * (held + quantity)
    position.entry_fee += fee
    position.last_entry = price
    position.entered += quantity
    position.cost += quantity * price


@kernel
def write_trade(
    tape: Tape, symbol: int, position: Position, price: float, exit_fee: float, time: int, reason: int
) -> float:
    """Append the position as a trade that ends at `price` (TRADE_FIELDS); the last part's profit before any fee."""
    tally, trades = tape.tallies[0], tape.trades
    quantity = abs(position.quantity)
    side = 1 if position.quantity > 0.0 else -1
    gross = side * (price - position.entry_price) * quantity
    left = position.left
    profit = position.gross + gross - position.entry_fee - position.exit_fee - exit_fee - position.funding
    entry = position.entry_price
    if position.entered != quantity:
        entry = position.cost / position.entered
    k = tally.closed
    trades[k, 0] = symbol
    trades[k, 1] = side
    trades[k, 2] = position.entry_time
    trades[k, 3] = time
    trades[k, 4] = entry
    trades[k, 5] = price if left == 0.0 else (position.proceeds + price * quantity) / (left + quantity)
    trades[k, 6] = position.entered
    trades[k, 7] = position.entry_fee + position.exit_fee + exit_fee
    trades[k, 8] = profit
    trades[k, 9] = 100.0 * profit / (entry * position.entered)
    trades[k, 10] = position.distance * position.entered
    trades[k, 11] = position.candles
    trades[k, 12] = reason
    trades[k, 13] = position.funding
    tally.closed = k + 1
    return gross


@kernel
def close_position(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, tape: Tape, symbol: int,
    price: float, maker: int, reason: int,
) -> None:  # fmt: skip
    """Fill an exit of the whole position at `price`, with the fee that is declared."""
    fee = abs(position.quantity) * price * (instrument.maker if maker == 1 else instrument.taker)
    book_close(policy, wallet, position, tape, symbol, price, fee, maker, reason)


@kernel
def book_close(
    policy: Policy, wallet: Wallet, position: Position, tape: Tape, symbol: int, price: float, fee: float, maker: int,
    reason: int,
) -> None:  # fmt: skip
    """The whole position was closed at `price`."""
    side = 1 if position.quantity > 0.0 else -1
    quantity = abs(position.quantity)
    record_fill(tape, position.time, symbol, -side, quantity, price, fee, reason, maker, 0.0)
    gross = write_trade(tape, symbol, position, price, fee, position.time, reason)
    wallet.cash += gross - fee if policy.perp == 1 else quantity * price - fee
    forget_position(wallet, position)


@kernel
def forget_position(wallet: Wallet, position: Position) -> None:
    """Nothing of it is held any more."""
    wallet.held -= 1
    position.quantity = 0.0
    position.entry_fee = 0.0
    position.entry_price = math.nan
    position.stop = math.nan
    position.target = math.nan
    position.distance = math.nan
    position.liquidation = math.nan
    position.exit_order = 0
    if position.left != 0.0:
        position.left = 0.0
        position.proceeds = 0.0
        position.exit_fee = 0.0
        position.gross = 0.0
    position.funding = 0.0


@rare
def reduce_position(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, position: Position, tape: Tape, symbol: int,
    quantity: float, price: float, maker: int, reason: int,
) -> None:  # fmt: skip
    """Fill an exit of a part of the position at `price`, with the fee that is declared."""
    fee = quantity * price * (instrument.maker if maker == 1 else instrument.taker)
    book_reduction(policy, wallet, position, tape, symbol, quantity, price, fee, maker, reason)


@rare
def book_reduction(
    policy: Policy, wallet: Wallet, position: Position, tape: Tape, symbol: int, quantity: float, price: float,
    fee: float, maker: int, reason: int,
) -> None:  # fmt: skip
    """A part of the position was closed at `price`."""
    side = 1 if position.quantity > 0.0 else -1
    gross = side * (price - position.entry_price) * quantity
    after = position.quantity - side * quantity
    record_fill(tape, position.time, symbol, -side, quantity, price, fee, reason, maker, after)
    position.gross += gross
    position.exit_fee += fee
    position.left += quantity
    position.proceeds += quantity * price
    position.left_for = reason
    position.left_at = position.time
    position.quantity = after
    wallet.cash += gross - fee if policy.perp == 1 else quantity * price - fee
