"""The sequential loop over closed candles: the account, candle by candle, for back-test and paper alike.

A flat account without orders passes quiet candles in one go, and so does one with a single position. Otherwise, for
each time at which candles exist (all symbols of one time together):
1. arrive: note where each symbol's candle stands and whether it follows a gap
2. open: funding, exits, then waiting entries in the order they were decided         (perpetual, candle)
3. range: stop, then target, of every position; resting entries                      (candle, matching, fills)
4. close: move breakeven and trailing stops for the next candle; orders grow old     (exits, resting)
5. equity: marked to the closes, written to the tape                                 (sizing)
6. observe: the day, the highest equity, closed trades                               (observe)
7. decide: exits and additions, then entries by priority and the symbols' order      (additions, decide)
8. conclude: the account's state from now on                                         (observe)
"""

from __future__ import annotations

import math

from ..kernel import kernel
from .additions import decide_addition, waits_for_more
from .book import Book
from .candle import Detail, fill_entries, leave_at_open, live_through, live_through_detail
from .columns import (
    CLOSE,
    ENTER,
    EXIT,
    FUNDING_AT_OPEN,
    FUNDING_INSIDE,
    HIGH,
    LOW,
    OPEN,
    TRAIL_BY,
    Events,
    Signals,
    Tape,
)
from .decide import collect, decide_entries
from .exits import exit_at_close, move_levels
from .matching import exit_at_open
from .observe import conclude, leave_all, observe, stop_orders
from .passing import arrive, pass_held, pass_quiet, stays_simple
from .perpetual import pay_funding
from .program import run_program
from .resting import grow_old
from .rules import Rules
from .sizing import mark_equity


@kernel
def close_candle(signals: Signals, rules: Rules, book: Book, tape: Tape, s: int, at: int) -> None:
    """What a symbol's close brings before any decision: levels for the next candle, funding, older orders."""
    numbers, position, policy = signals.numbers, book.positions[s], rules.policies[0]
    close = numbers[CLOSE, at]
    if position.quantity != 0.0:
        side = 0 if position.quantity > 0.0 else 1
        high, low = numbers[HIGH, at], numbers[LOW, at]
        if position.inside == position.time:
            high = low = close
        side_rules = rules.sides[side]
        trail_by = numbers[TRAIL_BY + side, at] if side_rules.trail != 0 else math.nan
        move_levels(side_rules, position, high, low, trail_by, rules.instruments[s].price_tick)
        if policy.funded == 1:
            pay_funding(book.wallets[0], position, close, numbers[FUNDING_INSIDE, at])
    if policy.entry != 0 and book.orders[s].side != 0 and book.orders[s].kind != 0:
        grow_old(policy, rules, book, tape, s)


@kernel
def decide_exit(signals: Signals, rules: Rules, book: Book, s: int, at: int) -> None:
    """Exits by rule and by time, for the next open."""
    position = book.positions[s]
    side = 0 if position.quantity > 0.0 else 1
    ruled = signals.conditions[EXIT + side, at] == 1
    if rules.sides[side].program == 1:
        ruled = run_program(rules, side, position, signals, book.stack) == 1.0
    position.exit_order = exit_at_close(rules.policies[0], rules.sides[side], position, ruled)


@kernel
def pass_time(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, e: int, hi: int
) -> int:
    """Steps 1 to 5 for the time of event `e`; returns the event after its last."""
    numbers, positions, orders = signals.numbers, book.positions, book.orders
    times, listed, places = events.time, events.symbol, events.at
    policy, wallet, tally = rules.policies[0], book.wallets[0], tape.tallies[0]
    time = times[e]
    noted = tally.closed
    end = e
    while end < hi and times[end] == time:
        s, at = listed[end], places[end]
        position = positions[s]
        arrive(policy, position, time, at)
        if position.quantity != 0.0:
            opening = numbers[OPEN, at]
            if policy.funded == 1:
                pay_funding(wallet, position, opening, numbers[FUNDING_AT_OPEN, at])
            if exit_at_open(position, opening) != 0:
                leave_at_open(signals, rules, book, tape, s, opening)
        end += 1
    if wallet.queued > 0:
        fill_entries(signals, rules, book, tape, time)
    for k in range(e, end):
        s, at = listed[k], places[k]
        if positions[s].quantity != 0.0 or orders[s].side != 0:
            if policy.detailed == 1:
                live_through_detail(signals, rules, book, tape, detail, s)
            else:
                live_through(signals, rules, book, tape, s, numbers[HIGH, at], numbers[LOW, at])
            close_candle(signals, rules, book, tape, s, at)
        positions[s].mark = numbers[CLOSE, at]
    wallet.equity = mark_equity(policy, wallet, positions)
    tape.equity[tally.stepped] = wallet.equity
    tally.stepped += 1
    if rules.limits[0].observed == 1:
        observe(events, signals, rules, book, tape, e, end, noted)
    return end


@kernel
def decide_time(events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, e: int, end: int) -> None:
    """Step 6 for the time of events `e..end`."""
    conditions = signals.conditions
    count = 0
    for k in range(e, end):
        s, at = events.symbol[k], events.at[k]
        position = book.positions[s]
        if position.quantity != 0.0 and position.exit_order == 0:
            decide_exit(signals, rules, book, s, at)
            if waits_for_more(rules.sides[0 if position.quantity > 0.0 else 1], book, s):
                decide_addition(signals, rules, book, tape, s)
        if conditions[ENTER, at] != 0 or conditions[ENTER + 1, at] != 0:
            count = collect(signals, rules, book, tape, count, s)
    if count > 0:
        decide_entries(signals, rules, book, tape, count)
    if rules.limits[0].observed == 1:
        conclude(rules, book, tape, events.time[e])


@kernel
def simulate(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, lo: int, hi: int
) -> None:
    """Extend the account by events `lo..hi`, which hold every candle of each of their times."""
    wallet, continuous = book.wallets[0], rules.limits[0].continuous
    e = lo
    while e < hi:
        if wallet.held == 0 and wallet.queued == 0 and continuous == 0:
            e = pass_quiet(events, signals, book.positions, wallet, tape.tallies[0], tape.equity, e, hi)
            if e == hi:
                break
        elif stays_simple(rules, book):
            e = pass_held(events, signals, rules, book, tape, e, hi)
            if e == hi:
                break
        end = pass_time(events, signals, rules, book, tape, detail, e, hi)
        decide_time(events, signals, rules, book, tape, e, end)
        e = end


@kernel
def only_mark(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, lo: int, hi: int
) -> None:
    """All but the decisions of one time, whose events are `lo..hi`."""
    pass_time(events, signals, rules, book, tape, detail, lo, hi)


@kernel
def only_decide(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, lo: int, hi: int
) -> None:
    """The decisions of one time that was marked."""
    decide_time(events, signals, rules, book, tape, lo, hi)


@kernel
def stop_all(
    events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, detail: Detail, lo: int, hi: int
) -> None:
    """Take all waiting orders off the book as of the close `lo` (ms UTC); where `hi` is 1, let all positions leave."""
    stop_orders(rules, book, tape, lo)
    if hi == 1:
        leave_all(book)
