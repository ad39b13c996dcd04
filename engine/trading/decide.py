"""All decisions of one close: exits of every symbol, then entries by priority and the symbols' order."""

from __future__ import annotations

from ..kernel import Column, kernel
from ..market.steps import on_step
from .book import Book, Order, Position, Wallet
from .codes import Decision
from .columns import PRIORITY, Signals, Tape
from .entries import BOTH, NEITHER, record_decision, refusal, set_distances, signalled_side
from .gate import check_entry, others_open
from .rules import InstrumentRules, Policy, Rules, SideRules
from .sizing import fitted_quantity, free_funds, unit_funds, wanted_quantity
from .trades import ExitReason

APPROVED = int(Decision.APPROVED)
BOTH_SIDES = int(Decision.BOTH_SIDES)
SIZE_UNKNOWN = int(Decision.SIZE_UNKNOWN)
FUNDS_REDUCED = int(Decision.FUNDS_REDUCED)
CLOSED_OPPOSITE = int(Decision.CLOSED_OPPOSITE)
OPPOSITE = int(ExitReason.OPPOSITE)
_CLOSE = 1


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
def order_entry(
    policy: Policy, instrument: InstrumentRules, rules: SideRules, wallet: Wallet, position: Position, order: Order,
    numbers: Column, side: int, free: float, others: int,
) -> int:  # fmt: skip
    """Size the entry and pass it through the gate; approved, it waits in `order` with its reservation."""
    if not set_distances(rules, order, numbers, 0 if side > 0 else 1, position.at):
        return SIZE_UNKNOWN
    price = position.mark
    wanted = wanted_quantity(policy, wallet.equity, price, order.distance)
    quantity = fitted_quantity(policy, instrument, wanted, price, free)
    order.quantity = quantity
    code = check_entry(policy, instrument, quantity, price, free, others)
    if code == APPROVED:
        order.side = side
        order.reserved = quantity * unit_funds(policy, instrument, price)
        wallet.reserved += order.reserved
        if quantity < on_step(wanted, instrument.quantity_step, -1):
            code = FUNDS_REDUCED
    return code


@kernel
def decide_entry(
    signals: Signals, rules: Rules, wallet: Wallet, positions: Column, orders: Column, queue: Column, tape: Tape,
    counts: Column, symbol: int, side: int,
) -> None:  # fmt: skip
    """Refuse one symbol's signal with a code, or order its entry for the next open."""
    policy = rules.policies[0]
    instrument = rules.instruments[symbol]
    position = positions[symbol]
    order = orders[symbol]
    symbols = len(positions)
    order.quantity = 0.0 if order.side == 0 else order.quantity
    code = refusal(policy, position, order, signals.conditions, side)
    if code == APPROVED:
        code = leave_for(policy, position)
    if code == APPROVED:
        free = free_funds(policy, instrument, wallet, positions, symbol, symbols)
        others = others_open(positions, orders, symbol, symbols)
        side_rules = rules.sides[0 if side > 0 else 1]
        code = order_entry(policy, instrument, side_rules, wallet, position, order, signals.numbers, side, free, others)
        if order.side != 0:
            queue[wallet.queued] = symbol
            wallet.queued += 1
    time = position.time + policy.candle_ms
    record_decision(tape.tallies[0], tape.decisions, counts, symbol, side, code, order.quantity, position.mark, time)


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
    wallet = book.wallets[0]
    for k in range(count):
        chosen = book.candidates[k]
        s, side = (chosen, 1) if chosen >= 0 else (-1 - chosen, -1)
        decide_entry(signals, rules, wallet, book.positions, book.orders, book.queue, tape, book.counts, s, side)
