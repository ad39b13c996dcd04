"""What the risk gate notes at each time after the marks: the day, the highest equity, closed trades, closes."""

from __future__ import annotations

from ..kernel import Column, kernel, rare
from .book import Book
from .candle import cancel_order
from .codes import Decision
from .columns import CLOSE, DAY, Events, Signals, Tape
from .correlation import note_close
from .guard import Guard, Guards
from .limit_rules import LimitRules
from .protections import pause_after, remember_mark, remember_profit
from .rules import Rules
from .states import ACTIVE, HALTED, begin_day, change_state
from .trades import ExitReason

ORDER_CANCELED = int(Decision.ORDER_CANCELED)
HALT = int(ExitReason.HALT)


@kernel
def note_trade(
    limits: LimitRules, protections: Column, guard: Guard, guards: Guards, trades: Column, k: int, now: int,
    equity: float,
) -> None:  # fmt: skip
    """Let the sizing and the protections see the closed trade in row `k` of the tape (TRADE_FIELDS)."""
    symbol, time, profit, risk = int(trades[k, 0]), int(trades[k, 3]), trades[k, 8], trades[k, 10]
    if limits.results > 0 and risk > 0.0:
        guards.results[guard.results % limits.results] = profit / risk
        guard.results += 1
    if limits.profit_ms > 0:
        remember_profit(limits, guard, guards, symbol, time, trades[k, 9] / 100.0)
    pause_after(limits, protections, guard, guards, symbol, time, int(trades[k, 12]), profit, now, equity)


@rare
def observe(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, e: int, end: int, noted: int
) -> None:
    """Note the time of events `e..end`, whose equity was marked; trades from row `noted` of the tape were closed."""
    limits, guards, tally = rules.limits[0], book.guards, tape.tallies[0]
    guard, equity = guards.rows[0], book.wallets[0].equity
    now = events.time[e] + rules.policies[0].candle_ms
    if limits.correlated > 0:
        for k in range(e, end):
            close = signals.numbers[CLOSE, events.at[k]]
            note_close(guards.moves, limits.correlation_window, events.symbol[k], events.time[k], close)
    if limits.fall_ms > 0:
        remember_mark(limits, guard, guards, now, equity)
    if limits.daily_then != ACTIVE:
        begin_day(guard, tally, tape.changes, signals.numbers[DAY, events.at[e]], now, equity)
    if equity > guard.high:
        guard.high = equity
    for k in range(noted, tally.closed):
        note_trade(limits, rules.protections, guard, guards, tape.trades, k, now, equity)


@kernel
def stop_orders(rules: Rules, book: Book, tape: Tape, now: int) -> None:
    """Take all waiting entries off the book."""
    for symbol in range(len(book.orders)):
        if book.orders[symbol].side != 0:
            cancel_order(rules, book, tape, symbol, ORDER_CANCELED, now)


@kernel
def leave_all(book: Book) -> None:
    """Let every position leave at its next open."""
    for position in book.positions:
        if position.quantity != 0.0 and position.exit_order == 0:
            position.exit_order = HALT


@rare
def conclude(rules: Rules, book: Book, tape: Tape, time: int) -> None:
    """After the decisions of a close: the state from now on; entries that wait are canceled where none may follow."""
    limits, guard, tally = rules.limits[0], book.guards.rows[0], tape.tallies[0]
    before = guard.state
    now = time + rules.policies[0].candle_ms
    change_state(limits, guard, tally, tape.changes, now, book.wallets[0].equity)
    if guard.state != before:
        stop_orders(rules, book, tape, now)
        if guard.state == HALTED and limits.flatten == 1:
            leave_all(book)
