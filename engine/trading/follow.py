"""The account follows what a real venue did: fills, ended orders and payments come in instead of being simulated.

Everything else, a candle's close and the decisions at it, is the same code as in a back-test.
"""

from __future__ import annotations

import math

from ..kernel import kernel
from .book import Book
from .candle import Detail, cancel_order
from .codes import Decision
from .columns import CLOSE, Events, Signals, Tape
from .fills import book_close, book_entry, book_reduction, forget_position, release, write_trade
from .ladder import next_rung, rung_quantity
from .observe import observe
from .passing import arrive
from .rules import Rules
from .simulate import close_candle
from .sizing import mark_equity
from .trades import ExitReason

ORDER_CANCELED = int(Decision.ORDER_CANCELED)
TARGET = int(ExitReason.TARGET)
EXTERNAL = int(ExitReason.EXTERNAL)
_NOTHING = 1e-9
_DUST = 1e-12
"""Parts of what is taken away, and of what was ever held, that rounding to floats may leave."""
_ALL = 1.0 - _NOTHING
"""What rounding to floats leaves of a position or an order is nothing."""


@kernel
def begin_candle(rules: Rules, book: Book, symbol: int, time: int) -> None:
    """Something happens to the symbol inside the candle that opens at `time`, which has not closed yet."""
    position = book.positions[symbol]
    if position.closed < 0:
        position.closed = position.time
    position.time = max(position.time, time)


@kernel
def close_time(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, lo: int, hi: int
) -> None:
    """The closes of one time, whose events are `lo..hi`, up to the decisions; the tape holds what happened before."""
    numbers, positions, orders = signals.numbers, book.positions, book.orders
    policy, wallet, tally = rules.policies[0], book.wallets[0], tape.tallies[0]
    for k in range(lo, hi):
        s, at = events.symbol[k], events.at[k]
        position = positions[s]
        if position.closed >= 0:
            position.time = position.closed  # what happened in a newer candle neither ages this one nor is a gap
        arrive(policy, position, events.time[k], at)
        position.closed = position.time
        if (position.quantity != 0.0 and position.entry_time <= position.time) or orders[s].side != 0:
            close_candle(signals, rules, book, tape, s, at)
        position.mark = numbers[CLOSE, at]
    wallet.equity = mark_equity(policy, wallet, positions)
    tape.equity[tally.stepped] = wallet.equity
    tally.stepped += 1
    if rules.limits[0].observed == 1:
        observe(events, signals, rules, book, tape, lo, hi, 0)


@kernel
def follow_entry(
    rules: Rules, book: Book, tape: Tape, symbol: int, side: int, quantity: float, bought: float, price: float,
    fee: float, maker: int, inside: int, external: int,
) -> None:  # fmt: skip
    """An entry was filled: `bought` of `quantity` base units are held after a fee in base, `fee` is in quote units.

    `inside` 1: not at the candle's open, so that only its close came after. `external` 1: it was not ordered by the
    strategy, and a fresh position of it has no levels. An order that has ended here may still have been filled there.
    """
    policy, instrument = rules.policies[0], rules.instruments[symbol]
    position, order, wallet = book.positions[symbol], book.orders[symbol], book.wallets[0]
    addition = 1 if position.quantity != 0.0 and (external == 1 or order.addition == 1) else 0
    if order.side == side and external == 0:
        if quantity >= order.quantity * _ALL:
            release(book, symbol)
        else:
            freed = order.reserved * (quantity / order.quantity)
            order.quantity -= quantity
            order.reserved -= freed
            wallet.reserved -= freed
            order.resting = 1
    if external == 1 and position.quantity == 0.0:
        order.distance = math.nan
        order.target = math.nan
        order.trail_after = math.nan
        order.breakeven_after = math.nan
    fresh = position.quantity == 0.0
    k = 0 if side > 0 else 1
    book_entry(
        policy, rules.sides[k], instrument, book, tape, symbol, side, quantity, bought, price, fee, maker, addition
    )
    if fresh and inside == 1:
        position.inside = position.time


@kernel
def sold_by_target(rules: Rules, book: Book, symbol: int, price: float) -> float:
    """Base units the present target sells at `price`; one that is too small to be sold gives way to the next."""
    instrument, position = rules.instruments[symbol], book.positions[symbol]
    k = 0 if position.quantity > 0.0 else 1
    rungs = rules.sides[k].rungs
    if position.rung + 1 > rungs:
        return rung_quantity(instrument, position, 0.0, price)
    quantity = rung_quantity(instrument, position, rules.rungs[2, 2 * position.rung + k], price)
    while quantity == 0.0 and position.rung < rungs:
        next_rung(instrument, book, symbol, rungs)
        if position.rung < rungs:
            quantity = rung_quantity(instrument, position, rules.rungs[2, 2 * position.rung + k], price)
    return quantity


@kernel
def follow_exit(
    rules: Rules, book: Book, tape: Tape, symbol: int, quantity: float, price: float, fee: float, maker: int,
    reason: int,
) -> None:  # fmt: skip
    """A part of the position, or all of it, was closed at `price`."""
    policy, instrument, position = rules.policies[0], rules.instruments[symbol], book.positions[symbol]
    wallet = book.wallets[0]
    side = 1 if position.quantity > 0.0 else -1
    if quantity >= abs(position.quantity) * _ALL:
        book_close(policy, wallet, position, tape, symbol, price, fee, maker, reason)
        if book.orders[symbol].side == side:
            cancel_order(rules, book, tape, symbol, ORDER_CANCELED, position.time)
        return
    whole = sold_by_target(rules, book, symbol, price)
    book_reduction(policy, wallet, position, tape, symbol, quantity, price, fee, maker, reason)
    if reason == TARGET:
        position.sold += quantity
        rungs = rules.sides[0 if side > 0 else 1].rungs
        if rungs > 0 and quantity >= whole * _ALL:
            next_rung(instrument, book, symbol, rungs)


@kernel
def follow_adjustment(rules: Rules, book: Book, tape: Tape, symbol: int, quantity: float, price: float) -> None:
    """The position is another than the fills say: it changes by `quantity` (signed), valued at `price`, and so does
    cash."""
    policy, position, wallet = rules.policies[0], book.positions[symbol], book.wallets[0]
    after = position.quantity + quantity
    if abs(after) <= max(abs(quantity) * _NOTHING, position.entered * _DUST):
        after = 0.0
    if policy.perp == 0:
        wallet.cash -= quantity * price
    if position.quantity == 0.0 and after != 0.0:
        wallet.held += 1
        position.entry_price = price
        position.opened = price
        position.entry_time = position.time
        position.cost = abs(after) * price
        position.entered = abs(after)
    if position.quantity != 0.0 and after == 0.0:
        end_trade(rules, book, tape, symbol, price)
        return
    position.quantity = after


@kernel
def end_trade(rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> None:
    """What was left of a position is gone without a fill: its trade ends as its last exit did, or was about to."""
    position, side = book.positions[symbol], 1 if book.positions[symbol].quantity > 0.0 else -1
    reason, time = EXTERNAL, position.time
    if position.left != 0.0:
        reason, time = position.left_for, position.left_at
    elif position.exit_order != 0:
        reason = position.exit_order
    # A contract that is gone moved no money here; coins that are gone were paid for.
    worth = price if rules.policies[0].perp == 0 else position.entry_price
    if position.cost > 0.0:
        write_trade(tape, symbol, position, worth, 0.0, time, reason)
    forget_position(book.wallets[0], position)
    if book.orders[symbol].side == side:
        cancel_order(rules, book, tape, symbol, ORDER_CANCELED, position.time)


@kernel
def follow_payment(book: Book, symbol: int, amount: float) -> None:
    """Funding was paid (below zero) or received for the symbol's position."""
    book.wallets[0].cash += amount
    book.positions[symbol].funding -= amount
