"""Candles at which nothing is decided and nothing fills: they pass in one go, and come to the same as one by one.

The two innermost loops are called, not pasted (`rare`), so that they have the processor's registers to themselves.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare, unsigned
from .book import Book, Position, Wallet
from .columns import CLOSE, ENTER, EXIT, HIGH, LOW, OPEN, TRAIL_BY, Events, Signals, Tally, Tape
from .entries import record_compared, record_decision, refusal
from .exits import further, held_long_enough, move_levels
from .matching import exit_at_open, exit_in_range
from .rules import Policy, Rules, SideRules
from .sizing import mark_equity, worth

OTHERWISE = 2
"""A signal that may become an order, or is told in another way."""
BLOCK, STRETCH = 8, 256
"""Rows looked at together for a signal, and the most that are looked at before prices are."""


@kernel
def arrive(policy: Policy, position: Position, time: int, at: int) -> None:
    step = time - position.time
    position.gap = 1 if position.time >= 0 and step > policy.gap_ms else 0
    position.time = time
    position.at = at


@kernel
def pass_quiet(
    events: Events, signals: Signals, positions: Column, wallet: Wallet, tally: Tally, equity: Column, e: int, hi: int
) -> int:
    """Let a flat account wait: write the steps before the next time with an entry condition that is not false.

    Returns the event that time begins with (`e` itself when there is nothing to pass).
    """
    if len(positions) == 1:
        return pass_quiet_alone(
            events.time, events.at, signals.numbers, signals.conditions, positions[0], wallet, tally, equity, e, hi
        )
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


@rare
def pass_quiet_alone(
    times: Column, places: Column, numbers: Column, conditions: Column, position: Position, wallet: Wallet,
    tally: Tally, equity: Column, e: int, hi: int,
) -> int:  # fmt: skip
    """The same for an account of one symbol, whose events are its candles in turn."""
    first = unsigned(places[e])
    until = first_signal(conditions, ENTER, first, unsigned(places[e] + hi - e))
    count = until - first
    if count > 0:
        fill(equity, unsigned(tally.stepped), count, wallet.cash)
        tally.stepped += int(count)
        e += int(count)
        wallet.equity = wallet.cash
        position.time = times[e - 1]
        position.at = places[e - 1]
        position.mark = numbers[CLOSE, position.at]
    return e


@kernel
def fill(column: Column, first: int, count: int, value: float) -> None:
    for k in range(first, first + count):
        column[k] = value


@kernel
def stays_simple(rules: Rules, book: Book) -> bool:
    """Whether all there is is one position that nothing but its own candles, levels and rules can touch."""
    policy, wallet, position = rules.policies[0], book.wallets[0], book.positions[0]
    if len(book.positions) != 1 or wallet.held != 1 or wallet.queued != 0 or position.exit_order != 0:
        return False
    side_rules = rules.sides[0 if position.quantity > 0.0 else 1]
    watched: int = policy.detailed + policy.funded + rules.limits[0].observed + side_rules.program
    left: int = side_rules.additions - position.additions
    return watched == 0 and left <= 0


@kernel
def pass_held(events: Events, signals: Signals, rules: Rules, book: Book, tape: Tape, e: int, hi: int) -> int:
    """Let such a position live through candles at which nothing happens to it but that signals are refused.

    Returns the event at which something does (`e` itself when there is nothing to pass).
    """
    numbers, conditions, position = signals.numbers, signals.conditions, book.positions[0]
    policy, wallet, tally = rules.policies[0], book.wallets[0], tape.tallies[0]
    k = 0 if position.quantity > 0.0 else 1
    side_rules, tick = rules.sides[k], rules.instruments[0].price_tick
    fixed = side_rules.trail == 0 and side_rules.breakeven == 0
    while e < hi:
        if fixed:
            e = pass_between(
                events.time, events.at, numbers, conditions, policy, side_rules, position, wallet, tally, tape.equity,
                e, hi,
            )  # fmt: skip
            if e == hi:
                break
        time, at = events.time[e], events.at[e]
        signalled = refused_side(policy, position, conditions, at)
        if signalled == OTHERWISE or conditions[EXIT + k, at] == 1:
            break
        high, low = numbers[HIGH, at], numbers[LOW, at]
        if exit_at_open(position, numbers[OPEN, at]) != 0 or exit_in_range(policy, position, high, low) != 0:
            break
        if held_long_enough(policy, side_rules, position, position.candles + 1, time):
            break
        arrive(policy, position, time, at)
        trail_by = numbers[TRAIL_BY + k, at] if side_rules.trail != 0 else math.nan
        move_levels(side_rules, position, high, low, trail_by, tick)
        position.mark = numbers[CLOSE, at]
        wallet.equity = mark_equity(policy, wallet, book.positions)
        tape.equity[tally.stepped] = wallet.equity
        tally.stepped += 1
        if signalled != 0:
            refuse(policy, book, tape, conditions, signalled)
        e += 1
    return e


@kernel
def refused_side(policy: Policy, position: Position, conditions: Column, at: int) -> int:
    """Which side signals at a close, 0 for neither, where the signal would be refused whatever else is so."""
    long, short = conditions[ENTER, at], conditions[ENTER + 1, at]
    if long == 0 and short == 0:
        return 0
    if policy.filtered == 1 or long == 2 or short == 2 or long == short:
        return OTHERWISE
    side = 1 if long == 1 else -1
    return side if side * position.quantity > 0.0 or policy.opposite == 0 else OTHERWISE


@kernel
def refuse(policy: Policy, book: Book, tape: Tape, conditions: Column, side: int) -> None:
    """Refuse the signal at the last candle of an account's only symbol, which holds a position."""
    position, tally = book.positions[0], tape.tallies[0]
    book.orders[0].quantity = 0.0
    code = refusal(policy, position, book.orders[0], conditions, side)
    time = position.time + policy.candle_ms
    record_decision(tally, tape.decisions, book.counts, 0, side, code, 0.0, position.mark, time)
    record_compared(tally, tape.decisions, book.guards.rows[0])


@rare
def pass_between(
    times: Column, places: Column, numbers: Column, conditions: Column, policy: Policy, rules: SideRules,
    position: Position, wallet: Wallet, tally: Tally, equity: Column, e: int, hi: int,
) -> int:  # fmt: skip
    """Let a position whose levels do not move live through candles that lie wholly between them.

    Only what is plain is passed: a candle that so much as touches a level, or ends too late, is for others to judge.
    """
    quantity, entry = position.quantity, position.entry_price
    side, rule = (1, EXIT) if quantity > 0.0 else (-1, EXIT + 1)
    floor, ceiling = lowest(position, side), highest(position, side)
    hi = last_in_time(times, policy, rules, position, e, min(hi, e + STRETCH))
    if e == hi:
        return e
    first, until = unsigned(places[e]), unsigned(places[e] + hi - e)
    until = first_signal(conditions, rule, first, until)
    row, best = first, position.best
    for k in range(first, until):
        price, high, low = numbers[OPEN, k], numbers[HIGH, k], numbers[LOW, k]
        if not (floor < price < ceiling and floor < low and high < ceiling):
            break
        best = further(side, high, low, best)
        row = k + unsigned(1)
    count = int(row - first)
    if count > 0:
        mark(numbers, equity, unsigned(tally.stepped), first, row, wallet.cash, policy.perp, quantity, entry)
        end = e + count
        tally.stepped += count
        wallet.equity = equity[tally.stepped - 1]
        position.best = best
        position.candles += count
        position.time = times[end - 2] if count > 1 else position.time
        arrive(policy, position, times[end - 1], places[end - 1])
        position.mark = numbers[CLOSE, position.at]
    return e + count


@kernel
def first_signal(conditions: Column, rule: int, first: int, until: int) -> int:
    """The first row with an entry condition that is not false or the condition `rule` that is true; `until` if none."""
    block = unsigned(BLOCK)
    while first + block <= until and not any_signal(conditions, rule, first, first + block):
        first += block
    while first < until and not any_signal(conditions, rule, first, first + unsigned(1)):
        first += unsigned(1)
    return first


@kernel
def any_signal(conditions: Column, rule: int, first: int, until: int) -> bool:
    """Whether any row has one; without a branch, so that it becomes vector instructions."""
    found = False
    for k in range(first, until):
        found |= (conditions[ENTER, k] != 0) | (conditions[ENTER + 1, k] != 0) | (conditions[rule, k] == 1)
    return found


@kernel
def last_in_time(times: Column, policy: Policy, rules: SideRules, position: Position, e: int, hi: int) -> int:
    """Up to which event (exclusive) no time exit is due at a close."""
    if rules.time_candles > 0:
        hi = min(hi, e + max(rules.time_candles - 1 - position.candles, 0))
    if rules.time_ms > 0:
        due = position.entry_time + rules.time_ms - policy.candle_ms
        hi = min(hi, e + max(due - times[e] + policy.candle_ms - 1, 0) // policy.candle_ms)
        while hi > e and times[hi - 1] >= due:  # a gap holds fewer candles than its time has room for
            hi -= 1
    return hi


@kernel
def mark(
    numbers: Column, equity: Column, step: int, first: int, until: int, cash: float, perp: int, quantity: float,
    entry: float,
) -> None:  # fmt: skip
    """Write the equity of a position at the closes of rows `first..until`."""
    for k in range(until - first):
        equity[step + k] = cash + worth(perp, quantity, entry, numbers[CLOSE, first + k])


@kernel
def lowest(position: Position, side: int) -> float:
    """The level below the position that its candles must not touch; unset levels are NaN."""
    if side < 0:
        return position.target if position.target == position.target else -math.inf
    level = position.stop if position.stop == position.stop else -math.inf
    return position.liquidation if position.liquidation > level else level


@kernel
def highest(position: Position, side: int) -> float:
    """The level above it."""
    if side > 0:
        return position.target if position.target == position.target else math.inf
    level = position.stop if position.stop == position.stop else math.inf
    return position.liquidation if position.liquidation < level else level
