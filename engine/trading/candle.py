"""One symbol through one candle: exits and entries at its open, then inside its range.

Finer candles, where they are given, are gone through one after the other instead of the range.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ..kernel import kernel, rare
from .book import AMBIGUOUS, Book
from .codes import Decision
from .columns import HIGH, LOW, OPEN, VOLUME, Signals, Tape
from .entries import record_decision
from .fills import close_position, fill_entry, release
from .ladder import take_target
from .matching import (
    LIQUIDATION,
    TARGET,
    bankrupt_price,
    entry_at_open,
    entry_in_range,
    exit_at_open,
    exit_in_range,
    exit_price,
    stop_in_range,
    worsened,
)
from .rules import Rules

ORDER_CANCELED = int(Decision.ORDER_CANCELED)
POST_ONLY = int(Decision.POST_ONLY)
_LIMIT = 1


class Detail(NamedTuple):
    """Finer candles of all symbols, one after the other; symbol s has rows `first[s]` to `first[s + 1]`."""

    time: Any
    open: Any
    high: Any
    low: Any
    first: Any


@kernel
def cancel_order(rules: Rules, book: Book, tape: Tape, symbol: int, code: int, time: int) -> None:
    """Take an entry order off the book and say why."""
    order, position = book.orders[symbol], book.positions[symbol]
    side, quantity = order.side, order.quantity
    release(book, symbol)
    record_decision(tape.tallies[0], tape.decisions, book.counts, symbol, side, code, quantity, position.mark, time)


@kernel
def leave(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, reason: int, price: float) -> int:
    """Fill an exit: a target is a limit order, everything else a market order that slips.

    Returns 1 where a part of the position stayed and may leave in the same candle.
    """
    policy, instrument, position = rules.policies[0], rules.instruments[symbol], book.positions[symbol]
    side = 1 if position.quantity > 0.0 else -1
    again = 0
    if reason == TARGET:
        again = take_target(signals, rules, book, tape, symbol, price)
    else:
        if reason == LIQUIDATION:
            limit = bankrupt_price(policy, position)
            market = limit if side * (price - limit) < 0.0 else price
        else:
            volume = signals.numbers[VOLUME, position.at] if policy.impact > 0.0 else 0.0
            market = worsened(policy, price, -side, abs(position.quantity), volume)
        close_position(policy, instrument, book.wallets[0], position, tape, symbol, market, 0, reason)
    if position.quantity == 0.0 and book.orders[symbol].side == side:
        cancel_order(rules, book, tape, symbol, ORDER_CANCELED, position.time)
    return again


@kernel
def leave_at_open(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> None:
    """Exits of an open position at an open of `price`."""
    position = book.positions[symbol]
    reason = exit_at_open(position, price)
    while reason != 0:
        again = leave(signals, rules, book, tape, symbol, reason, price)
        reason = exit_at_open(position, price) if again == 1 else 0


@kernel
def enter(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> bool:
    """Fill a symbol's entry order at `price`; whether it filled."""
    policy, instrument = rules.policies[0], rules.instruments[symbol]
    position, order = book.positions[symbol], book.orders[symbol]
    side, before = order.side, position.quantity
    limited = order.kind == _LIMIT
    most = math.inf
    if limited and policy.volume_share > 0.0:
        most = policy.volume_share * signals.numbers[VOLUME, position.at]
    side_rules = rules.sides[0 if side > 0 else 1]
    code = fill_entry(policy, side_rules, instrument, book, tape, symbol, price, most, order.resting)
    if code != 0:
        quantity = abs(position.quantity)
        time = position.time
        record_decision(tape.tallies[0], tape.decisions, book.counts, symbol, side, code, quantity, price, time)
    filled: bool = position.quantity != before
    return filled


@kernel
def enter_at_open(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> None:
    """A waiting entry at an open of `price`."""
    position, order = book.positions[symbol], book.orders[symbol]
    if order.filled == position.time:
        return
    policy = rules.policies[0]
    volume = signals.numbers[VOLUME, position.at] if policy.impact > 0.0 else 0.0
    fill = entry_at_open(policy, order, price, volume)
    if fill != fill:
        return
    if policy.post_only == 1 and order.kind == _LIMIT and order.resting == 0:
        cancel_order(rules, book, tape, symbol, POST_ONLY, position.time)
        return
    if enter(signals, rules, book, tape, symbol, fill) and position.quantity != 0.0:
        # Slippage or a price step can put a narrow stop beyond the market: it triggers at once.
        leave_at_open(signals, rules, book, tape, symbol, price)


@kernel
def fill_entries(signals: Signals, rules: Rules, book: Book, tape: Tape, time: int) -> None:
    """The open's entries, in the order they were decided; an order whose symbol has no candle now keeps waiting."""
    wallet, queue = book.wallets[0], book.queue
    k = 0
    while k < wallet.queued:
        s = queue[k]
        position = book.positions[s]
        if position.time == time:
            enter_at_open(signals, rules, book, tape, s, signals.numbers[OPEN, position.at])
        if k < wallet.queued and queue[k] == s:
            k += 1


@kernel
def leave_in_range(
    signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, high: float, low: float
) -> None:
    """Exits of an open position between `low` and `high`; what no target took still meets its stop."""
    policy, position = rules.policies[0], book.positions[symbol]
    reason = exit_in_range(policy, position, high, low)
    book.counts[AMBIGUOUS] += 1 if reason < 0 else 0
    while reason != 0:
        reason = abs(reason)
        again = leave(signals, rules, book, tape, symbol, reason, exit_price(policy, position, reason))
        reason = 0
        if position.quantity != 0.0:
            reason = exit_in_range(policy, position, high, low) if again == 1 else stop_in_range(position, high, low)


@rare
def enter_in_range(
    signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, high: float, low: float
) -> None:
    """A waiting entry between `low` and `high`, then its exit inside the same candle.

    After a limit the price has yet to reach the candle's far end: its stop is met for certain, its target may have been
    before. After a stop entry it is the other way round: the target is certain, the stop ambiguous.
    """
    policy, position, order = rules.policies[0], book.positions[symbol], book.orders[symbol]
    if order.filled == position.time:
        return
    fill = entry_in_range(policy, order, high, low, signals.numbers[VOLUME, position.at])
    if fill != fill:
        return
    fresh, resting = position.quantity == 0.0, order.resting == 1
    if not enter(signals, rules, book, tape, symbol, fill) or not fresh or position.quantity == 0.0:
        return
    position.inside = position.time
    if resting:
        reason = stop_in_range(position, high, low)
    else:
        reason = exit_in_range(policy, position, high, low)
        if reason != 0 and reason != TARGET:
            book.counts[AMBIGUOUS] += 1
            reason = 0 if policy.optimistic == 1 and reason > 0 else abs(reason)
    if reason == 0:
        return
    again = leave(signals, rules, book, tape, symbol, reason, exit_price(policy, position, reason))
    while again == 1 and abs(exit_in_range(policy, position, high, low)) == TARGET:
        again = leave(signals, rules, book, tape, symbol, TARGET, position.target)


@rare
def enter_before_stop(
    signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, high: float, low: float
) -> None:
    """The rest of a limit entry that the price passes on its way to the stop: it is bought, and stopped with the
    position."""
    policy, position, order = rules.policies[0], book.positions[symbol], book.orders[symbol]
    reason = abs(exit_in_range(policy, position, high, low))
    if reason != TARGET and order.side * (order.price - exit_price(policy, position, reason)) > 0.0:
        enter_in_range(signals, rules, book, tape, symbol, high, low)


@kernel
def live_through(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, high: float, low: float) -> None:
    """Whatever happens to a symbol between `low` and `high`."""
    position, order = book.positions[symbol], book.orders[symbol]
    if position.quantity != 0.0 and exit_in_range(rules.policies[0], position, high, low) != 0:
        if order.side != 0 and order.kind == _LIMIT:
            enter_before_stop(signals, rules, book, tape, symbol, high, low)
        leave_in_range(signals, rules, book, tape, symbol, high, low)
    if order.side != 0 and order.kind != 0:
        enter_in_range(signals, rules, book, tape, symbol, high, low)


@rare
def live_through_detail(signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, symbol: int) -> None:
    """The same along the finer candles of the symbol's present one; its own range where there are none."""
    position, order = book.positions[symbol], book.orders[symbol]
    at, end = position.fine, detail.first[symbol + 1]
    until = position.time + rules.policies[0].candle_ms
    if at < detail.first[symbol]:
        at = detail.first[symbol]
    while at < end and detail.time[at] < position.time:
        at += 1
    if at == end or detail.time[at] >= until:
        high, low = signals.numbers[HIGH, position.at], signals.numbers[LOW, position.at]
        live_through(signals, rules, book, tape, symbol, high, low)
    else:
        first = at
        while at < end and detail.time[at] < until:
            if at > first:
                if position.quantity != 0.0:
                    leave_at_open(signals, rules, book, tape, symbol, detail.open[at])
                if order.side != 0 and order.kind != 0:
                    enter_at_open(signals, rules, book, tape, symbol, detail.open[at])
            live_through(signals, rules, book, tape, symbol, detail.high[at], detail.low[at])
            at += 1
    position.fine = at
