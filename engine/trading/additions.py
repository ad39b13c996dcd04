"""Further entries of an open position: each declared once, in their order, decided at a close."""

from __future__ import annotations

from ..kernel import kernel, rare
from ..market.steps import on_step
from .book import Book
from .codes import Decision
from .columns import ADD, ADD_WHEN, Signals, Tape
from .decide import place_order
from .entries import record_compared, record_decision
from .gate import check_entry
from .rules import Rules, SideRules
from .sizing import free_funds

APPROVED = int(Decision.APPROVED)
ADDED = int(Decision.ADDED)
_AGAINST, _WHEN = 0, 2


@kernel
def waits_for_more(rules: SideRules, book: Book, symbol: int) -> bool:
    """Whether the position may be added to: it stays, nothing is ordered, and not all additions were used."""
    position = book.positions[symbol]
    free: bool = position.exit_order == 0 and book.orders[symbol].side == 0
    return free and position.additions < rules.additions


@rare
def decide_addition(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int) -> None:
    """Order the position's next addition if it is due at this close; one that the gate denies is spent, too."""
    position = book.positions[symbol]
    side, k = (1, 0) if position.quantity > 0.0 else (-1, 1)
    row = 2 * position.additions + k
    kind = int(rules.additions[0, row])
    if kind == _WHEN:
        due = signals.conditions[ADD_WHEN + row, position.at] == 1
    else:
        multiple = rules.additions[1, row]
        distance = multiple * position.distance if multiple > 0.0 else signals.numbers[ADD + row, position.at]
        gain = side * (position.mark - position.last_entry)
        due = distance > 0.0 and (-gain if kind == _AGAINST else gain) >= distance
    if due:
        position.additions += 1
        order_addition(signals, rules, book, tape, symbol, side, rules.additions[2, row])


@kernel
def order_addition(
    signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, side: int, share: float
) -> None:
    """Pass an addition of `share` of the first entry through the gate; it fills at the next open."""
    policy, instrument, wallet = rules.policies[0], rules.instruments[symbol], book.wallets[0]
    position, order = book.positions[symbol], book.orders[symbol]
    price = position.mark
    quantity = share * position.first
    most = policy.size_max * wallet.equity / price - abs(position.quantity)
    quantity = on_step(most if quantity > most else quantity, instrument.quantity_step, -1)
    # No symbol counts as being reversed here: the position keeps its margin.
    free = free_funds(policy, instrument, wallet, book.positions, -1, len(book.positions), 0)
    distance = side * (price - position.stop)
    code = check_entry(signals, rules, book, symbol, side, quantity, price, distance, free)
    if code == APPROVED:
        code = ADDED
        place_order(policy, instrument, book, symbol, side, quantity, price)
        order.kind = 0
        order.addition = 1
    time = position.time + policy.candle_ms
    record_decision(tape.tallies[0], tape.decisions, book.counts, symbol, side, code, quantity, price, time)
    record_compared(tape.tallies[0], tape.decisions, book.guards.rows[0])
