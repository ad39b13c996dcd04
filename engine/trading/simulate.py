"""The sequential loop over closed candles: the account, candle by candle, for back-test and paper alike.

A flat account without orders passes quiet candles in one go. Otherwise, for each time at which candles exist (all
symbols of one time together):
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
from .exits import exit_at_close, move_levels
from .matching import exit_at_open, exit_in_range, fill_exit, open_position, worsened
from .program import run_program
from .rules import Policy, Rules
from .sizing import mark_equity
from .trades import ExitReason

TARGET = int(ExitReason.TARGET)


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
        opening = signals.numbers[OPEN, position.at]
        price = worsened(opening, side, policy.slippage)
        code = open_position(policy, instrument, wallet, position, order, price, time)
        if code != 0:
            quantity = abs(position.quantity)
            record_decision(tape.tallies[0], tape.decisions, book.counts, s, side, code, quantity, price, time)
        # Slippage or a price step can put a narrow stop beyond the market: it triggers at once.
        reason = exit_at_open(position, opening) if position.quantity != 0.0 else 0
        if reason != 0:
            fill_exit(policy, instrument, wallet, position, tape.tallies[0], tape.trades, s, reason, opening)


@kernel
def pass_quiet(
    events: Events, signals: Signals, positions: Column, wallet: Wallet, tally: Tally, equity: Column, e: int, hi: int
) -> int:
    """Let a flat account wait: write the steps before the next time with an entry condition that is not false.

    Returns the event that time begins with (`e` itself when there is nothing to pass).
    """
    times, conditions = events.time, signals.conditions
    end = e
    while end < hi and conditions[ENTER, events.at[end]] == 0 and conditions[ENTER + 1, events.at[end]] == 0:
        end += 1
    while e < end < hi and times[end] == times[end - 1]:
        end -= 1
    for k in range(e, end):
        position, at = positions[events.symbol[k]], events.at[k]
        position.time = times[k]
        position.at = at
        position.mark = signals.numbers[CLOSE, at]
        if k + 1 == end or times[k + 1] != times[k]:
            equity[tally.stepped] = wallet.cash
            tally.stepped += 1
    wallet.equity = wallet.cash if end > e else wallet.equity
    return end


@kernel
def simulate(events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, lo: int, hi: int) -> None:
    """Extend the account by events `lo..hi`, which hold every candle of each of their times."""
    numbers, conditions, positions, counts = signals.numbers, signals.conditions, book.positions, book.counts
    times, listed, places = events.time, events.symbol, events.at
    policy, wallet, tally = rules.policies[0], book.wallets[0], tape.tallies[0]
    sides, instruments, trades, equity = rules.sides, rules.instruments, tape.trades, tape.equity
    e = lo
    while e < hi:
        if wallet.held == 0 and wallet.queued == 0:
            e = pass_quiet(events, signals, positions, wallet, tally, equity, e, hi)
            if e == hi:
                break
        time = times[e]
        end = e
        while end < hi and times[end] == time:
            s, at = listed[end], places[end]
            position = positions[s]
            arrive(policy, position, time, at)
            if position.quantity != 0.0:
                reason = exit_at_open(position, numbers[OPEN, at])
                if reason != 0:
                    fill_exit(policy, instruments[s], wallet, position, tally, trades, s, reason, numbers[OPEN, at])
            end += 1
        if wallet.queued > 0:
            fill_entries(signals, rules, book, tape, time)
        for k in range(e, end):
            s, at = listed[k], places[k]
            position = positions[s]
            position.mark = numbers[CLOSE, at]
            if position.quantity == 0.0:
                continue
            reason = exit_in_range(position, numbers[HIGH, at], numbers[LOW, at])
            if reason == 0:
                side = 0 if position.quantity > 0.0 else 1
                trail_by, tick = numbers[TRAIL_BY + side, at], instruments[s].price_tick
                move_levels(sides[side], position, numbers[HIGH, at], numbers[LOW, at], trail_by, tick)
            else:
                counts[AMBIGUOUS] += 1 if reason < 0 else 0
                price = position.target if reason == TARGET else position.stop
                fill_exit(policy, instruments[s], wallet, position, tally, trades, s, abs(reason), price)
        wallet.equity = mark_equity(policy, wallet, positions)
        equity[tally.stepped] = wallet.equity
        tally.stepped += 1
        count = 0
        for k in range(e, end):
            s, at = listed[k], places[k]
            position = positions[s]
            if position.quantity != 0.0 and position.exit_order == 0:
                side = 0 if position.quantity > 0.0 else 1
                ruled = conditions[EXIT + side, at] == 1
                if sides[side].program == 1:
                    ruled = run_program(rules, side, position, signals, book.stack) == 1.0
                position.exit_order = exit_at_close(policy, sides[side], position, ruled)
            if conditions[ENTER, at] != 0 or conditions[ENTER + 1, at] != 0:
                count = collect(signals, rules, book, tape, count, s)
        if count > 0:
            decide_entries(signals, rules, book, tape, count)
        e = end
