"""All decisions of one close: exits of every symbol, then entries by priority and the symbols' order."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from ..market.steps import on_step
from .book import Book, Position
from .candle import cancel_order
from .codes import Decision
from .columns import MEASURE, PRIORITY, Signals, Tape
from .entries import (
    BOTH,
    NEITHER,
    record_compared,
    record_decision,
    refusal,
    set_distances,
    set_ladder,
    set_prices,
    signalled_side,
)
from .gate import check_entry
from .rules import InstrumentRules, Policy, Rules
from .sizing import fitted_quantity, free_funds, unit_funds, wanted_quantity
from .trades import ExitReason

APPROVED = int(Decision.APPROVED)
BOTH_SIDES = int(Decision.BOTH_SIDES)
SIZE_UNKNOWN = int(Decision.SIZE_UNKNOWN)
NO_EDGE = int(Decision.NO_EDGE)
FUNDS_REDUCED = int(Decision.FUNDS_REDUCED)
CLOSED_OPPOSITE = int(Decision.CLOSED_OPPOSITE)
ORDER_CANCELED = int(Decision.ORDER_CANCELED)
OPPOSITE = int(ExitReason.OPPOSITE)
_CLOSE = 1
_MARKET, _LIMIT = 0, 1
_VOLATILITY, _ATR, _KELLY = 4, 5, 6


@kernel
def rank(candidates: Column, scores: Column, count: int, symbol: int, score: float) -> None:
    """Insert a symbol among the `count` candidates: highest score first, the earlier on a tie, unknown last."""
    place = count
    while place > 0 and score == score and not scores[place - 1] >= score:
        candidates[place] = candidates[place - 1]
        scores[place] = scores[place - 1]
        place -= 1
    candidates[place] = symbol
    scores[place] = score


@kernel
def leave_for(policy: Policy, position: Position) -> int:
    """Order the exit of a position the signal opposes; APPROVED where the entry may follow."""
    if position.quantity == 0.0:
        return APPROVED
    if position.exit_order == 0:
        position.exit_order = OPPOSITE
    return CLOSED_OPPOSITE if policy.opposite == _CLOSE else APPROVED


@kernel
def order_entry(signals: Signals, rules: Rules, book: Book, symbol: int, side: int) -> int:
    """Size the entry and pass it through the gate; approved, it waits in the book with its reservation."""
    policy, instrument, wallet = rules.policies[0], rules.instruments[symbol], book.wallets[0]
    positions, orders = book.positions, book.orders
    position, order, numbers = positions[symbol], orders[symbol], signals.numbers
    k = 0 if side > 0 else 1
    side_rules = rules.sides[k]
    if not set_distances(side_rules, order, numbers, k, position.at):
        return SIZE_UNKNOWN
    if side_rules.rungs > 0 and not set_ladder(rules, book.ladders, symbol, numbers, k, position.at, order.distance):
        return SIZE_UNKNOWN
    price = position.mark
    measure = numbers[MEASURE, position.at] if policy.sizing == _VOLATILITY or policy.sizing == _ATR else math.nan
    wanted = wanted_quantity(policy, book.guards, wallet.equity, price, order.distance, measure)
    if wanted <= 0.0 and policy.sizing == _KELLY:
        return NO_EDGE
    if policy.entry != _MARKET:
        if not set_prices(policy, instrument, order, numbers, side, position.at):
            return SIZE_UNKNOWN
        # What is reserved is what the order may cost where it waits; what falls back to the market, at the close.
        price = max(price, order.price) if policy.fallback == 1 else order.price
    free = free_funds(policy, instrument, wallet, positions, symbol, len(positions), policy.rotates)
    quantity = fitted_quantity(policy, instrument, wanted, price, free)
    code = check_entry(signals, rules, book, symbol, side, quantity, price, order.distance, free)
    if code != APPROVED:
        order.quantity = quantity
        return code
    place_order(policy, instrument, book, symbol, side, quantity, price)
    return FUNDS_REDUCED if quantity < on_step(wanted, instrument.quantity_step, -1) else APPROVED


@kernel
def place_order(
    policy: Policy, instrument: InstrumentRules, book: Book, symbol: int, side: int, quantity: float, price: float
) -> None:
    """Put an approved order at the end of the queue, with its reservation."""
    wallet, order = book.wallets[0], book.orders[symbol]
    order.side = side
    order.quantity = quantity
    order.reserved = quantity * unit_funds(policy, instrument, price)
    order.placed = book.positions[symbol].time + policy.candle_ms
    order.age = 0
    order.resting = 0
    order.addition = 0
    wallet.reserved += order.reserved
    book.queue[wallet.queued] = symbol
    wallet.queued += 1


@kernel
def decide_entry(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, side: int) -> None:
    """Refuse one symbol's signal with a code, or order its entry for the next open."""
    policy = rules.policies[0]
    position, order = book.positions[symbol], book.orders[symbol]
    order.quantity = 0.0 if order.side == 0 else order.quantity
    time = position.time + policy.candle_ms
    code = refusal(policy, position, order, signals.conditions, side)
    if code == APPROVED and order.side != 0:
        cancel_order(rules, book, tape, symbol, ORDER_CANCELED, time)
        order.quantity = 0.0
        code = CLOSED_OPPOSITE if policy.opposite == _CLOSE and position.quantity == 0.0 else APPROVED
    if code == APPROVED:
        code = leave_for(policy, position)
    if code == APPROVED:
        code = order_entry(signals, rules, book, symbol, side)
    quantity, price = order.quantity, position.mark
    record_decision(tape.tallies[0], tape.decisions, book.counts, symbol, side, code, quantity, price, time)
    record_compared(tape.tallies[0], tape.decisions, book.guards.rows[0])


@kernel
def collect(signals: Signals, rules: Rules, book: Book, tape: Tape, count: int, symbol: int) -> int:
    """Add a symbol whose entry conditions are not both false to the `count` candidates; returns how many there are now.

    A short is kept as -1 - symbol. Long and short on one candle: neither trades.
    """
    policy, position = rules.policies[0], book.positions[symbol]
    side = signalled_side(signals.conditions, position.at, book.counts)
    if side == NEITHER:
        return count
    if side == BOTH:
        time = position.time + policy.candle_ms
        price = position.mark
        record_decision(tape.tallies[0], tape.decisions, book.counts, symbol, 0, BOTH_SIDES, 0.0, price, time)
        return count
    score = signals.numbers[PRIORITY, position.at] if policy.ranked == 1 else 0.0
    rank(book.candidates, book.scores, count, symbol if side > 0 else -1 - symbol, score)
    return count + 1


@kernel
def decide_entries(signals: Signals, rules: Rules, book: Book, tape: Tape, count: int) -> None:
    """Decide the candidates' entries in turn."""
    for k in range(count):
        chosen = book.candidates[k]
        s, side = (chosen, 1) if chosen >= 0 else (-1 - chosen, -1)
        decide_entry(signals, rules, book, tape, s, side)
