"""The sequential loop over closed candles: the account, candle by candle, for back-test and paper alike.

For each time at which candles exist (all symbols of one time together):
1. arrive: note where each symbol's candle stands and whether it follows a gap
2. open: exits, then waiting entries in the order they were decided                  (matching)
3. range: the stop, then the target, of every position                               (matching)
4. close: mark positions, move breakeven and trailing stops for the next candle      (exits)
5. equity: marked to the closes, written to the tape                                 (sizing)
6. decide: exits of all symbols, then entries by priority and the symbols' order     (decide)
"""

from __future__ import annotations

from ..kernel import Column, kernel
from .book import AMBIGUOUS, Book, Position, Wallet
from .columns import CLOSE, ENTER, EXIT, HIGH, LOW, OPEN, TRAIL_BY, Events, Signals, Tally, Tape
from .decide import collect, decide_entries
from .entries import record_decision
from .exits import move_levels, timed_out
from .matching import exit_at_open, exit_in_range, fill_exit, open_position, worsened
from .program import run_program
from .rules import InstrumentRules, Policy, Rules
from .sizing import gross_exposure, mark_equity
from .trades import ExitReason

RULE = int(ExitReason.RULE)
TARGET = int(ExitReason.TARGET)
TIME = int(ExitReason.TIME)


@kernel
def arrive(policy: Policy, position: Position, time: int, at: int) -> None:
    step = time - position.time
    position.gap = 1 if position.time >= 0 and step > policy.gap_ms else 0
    position.time = time
    position.at = at


@kernel
def fill_entries(signals: Signals, rules: Rules, book: Book, tape: Tape, time: int) -> None:
    """Fill the waiting entries whose symbol has a candle now; the others keep waiting, in order."""
    policy, wallet = rules.policies[0], book.wallets[0]
    kept = 0
    for k in range(wallet.queued):
        s = book.queue[k]
        position, order, instrument = book.positions[s], book.orders[s], rules.instruments[s]
        if position.time != time:
            book.queue[kept] = s
            kept += 1
            continue
        side = order.side
        price = worsened(signals.numbers[OPEN, position.at], side, policy.slippage)
        code = open_position(policy, instrument, wallet, position, order, price, time)
        if code != 0:
            quantity = abs(position.quantity)
            record_decision(tape.tallies[0], tape.decisions, book.counts, s, side, code, quantity, price, time)


@kernel
def write_equity(
    policy: Policy, wallet: Wallet, positions: Column, tally: Tally, rows: Column, time: int, symbols: int
) -> None:
    wallet.equity = mark_equity(policy, wallet, positions, symbols)
    rows[tally.stepped, 0] = time + policy.candle_ms
    rows[tally.stepped, 1] = wallet.equity
    rows[tally.stepped, 2] = gross_exposure(positions, symbols)
    tally.stepped += 1


@kernel
def trade_range(
    policy: Policy, sides: Column, instrument: InstrumentRules, wallet: Wallet, position: Position, numbers: Column,
    tally: Tally, trades: Column, counts: Column, s: int,
) -> None:  # fmt: skip
    """A position's candle after its open: an exit inside the range, else the levels for the next candle."""
    at = position.at
    high, low = numbers[HIGH, at], numbers[LOW, at]
    reason = exit_in_range(position, high, low)
    if reason < 0:
        counts[AMBIGUOUS] += 1
        reason = -reason
    if reason != 0:
        price = position.target if reason == TARGET else position.stop
        fill_exit(policy, instrument, wallet, position, tally, trades, s, reason, price)
    else:
        k = 0 if position.quantity > 0.0 else 1
        move_levels(sides[k], position, high, low, numbers[TRAIL_BY + k, at], instrument.price_tick)


@kernel
def order_exit(
    policy: Policy, sides: Column, position: Position, signals: Signals, rules: Rules, stack: Column
) -> None:
    """Order an exit for the next open where the rules or the time ask for it."""
    k = 0 if position.quantity > 0.0 else 1
    ruled = signals.conditions[EXIT + k, position.at] == 1
    if ruled or (sides[k].program == 1 and run_program(rules, k, position, signals, stack) == 1):
        position.exit_order = RULE
    elif timed_out(policy, sides[k], position):
        position.exit_order = TIME


@kernel
def simulate(events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, lo: int, hi: int) -> None:
    """Extend the account by events `lo..hi`, which hold every candle of each of their times."""
    # The loop runs on plain arrays and records; whole tuples go only to what is rarely called (counting the
    # references of all their arrays costs more than a quiet candle).
    numbers, conditions, positions = signals.numbers, signals.conditions, book.positions
    times, listed, places = events.time, events.symbol, events.at
    policy, wallet, tally = rules.policies[0], book.wallets[0], tape.tallies[0]
    sides, instruments, counts = rules.sides, rules.instruments, book.counts
    trades, equity = tape.trades, tape.equity
    symbols = len(positions)
    e = lo
    while e < hi:
        time = times[e]
        end = e
        while end < hi and times[end] == time:
            s = listed[end]
            position = positions[s]
            arrive(policy, position, time, places[end])
            if position.quantity != 0.0:
                price = numbers[OPEN, position.at]
                reason = exit_at_open(position, price)
                if reason != 0:
                    fill_exit(policy, instruments[s], wallet, position, tally, trades, s, reason, price)
            end += 1
        if wallet.queued > 0:
            fill_entries(signals, rules, book, tape, time)
        for k in range(e, end):
            s = listed[k]
            position = positions[s]
            if position.quantity != 0.0:
                trade_range(policy, sides, instruments[s], wallet, position, numbers, tally, trades, counts, s)
            position.mark = numbers[CLOSE, position.at]
        write_equity(policy, wallet, positions, tally, equity, time, symbols)
        count = 0
        for k in range(e, end):
            s = listed[k]
            position = positions[s]
            at = position.at
            if position.quantity != 0.0 and position.exit_order == 0:
                order_exit(policy, sides, position, signals, rules, book.stack)
            if conditions[ENTER, at] != 0 or conditions[ENTER + 1, at] != 0:
                count = collect(signals, rules, book, tape, count, s)
        if count > 0:
            decide_entries(signals, rules, book, tape, count)
        e = end
