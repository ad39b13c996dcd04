"""Protections: which closed trades count, and until when entries pause after them.

All are decided when a trade closes. A pause ends at the trade's time + `pause`; decisions are made at closes only, so
that it is rounded up to the next candle by itself.
"""

from __future__ import annotations

from ..kernel import Column, kernel
from .codes import Decision
from .guard import Guard, Guards
from .limit_rules import LOSS, STOP, LimitRules, ProtectionRules
from .trades import ExitReason

_STOP, _TRAIL = int(ExitReason.STOP), int(ExitReason.TRAIL)
_BREAKEVEN, _LIQUIDATION = int(ExitReason.BREAKEVEN), int(ExitReason.LIQUIDATION)
_COOLDOWN, _STOPS, _LOW_PROFIT, _FALL = 0, 1, 2, 3
COOLDOWN = int(Decision.PROTECTION_COOLDOWN)
STOPS = int(Decision.PROTECTION_STOPS)
LOW_PROFIT = int(Decision.PROTECTION_LOW_PROFIT)
FALL = int(Decision.PROTECTION_DRAWDOWN)
LOSSES = int(Decision.LOSS_STREAK)
APPROVED = int(Decision.APPROVED)


@kernel
def stopped(reason: int) -> bool:
    """Whether a stop closed the trade, wherever it had moved to, or the venue did before it."""
    return reason in (_STOP, _TRAIL, _BREAKEVEN, _LIQUIDATION)


@kernel
def cools(rule: ProtectionRules, reason: int, profit: float) -> bool:
    """Whether a cooldown follows this exit."""
    if rule.after == LOSS:
        return profit < 0.0
    return rule.after != STOP or stopped(reason)


@kernel
def count_stop(rule: ProtectionRules, guards: Guards, p: int, scope: int, time: int) -> bool:
    """Note a losing stop; whether the last `count` of them lie within the time."""
    seen = guards.streaks[p, scope]
    first = rule.first + scope * rule.count
    guards.stops[first + seen % rule.count] = time
    guards.streaks[p, scope] = seen + 1
    # The slot after the newest holds the oldest.
    oldest = guards.stops[first + (seen + 1) % rule.count]
    return seen + 1 >= rule.count and time - oldest <= rule.within


@kernel
def earned_little(rule: ProtectionRules, guard: Guard, guards: Guards, symbol: int, time: int) -> bool:
    """Whether enough trades were closed within the time, and made less than required together."""
    size = guards.profits.shape[1]
    trades, profit = 0, 0.0
    for k in range(guard.profits):
        slot = (guard.profits_first + k) % size
        mine = rule.by_symbol == 0 or int(guards.profits[1, slot]) == symbol
        if mine and time - guards.profits[0, slot] <= rule.within:
            trades += 1
            profit += guards.profits[2, slot]
    return trades >= rule.count and profit < rule.threshold


@kernel
def fell(rule: ProtectionRules, guard: Guard, guards: Guards, now: int, equity: float) -> bool:
    """Whether equity stands as far below its highest mark within the time as the protection allows."""
    size = guards.marks.shape[1]
    for k in range(guard.marks):
        slot = (guard.marks_first + k) % size
        if now - guards.marks[0, slot] <= rule.within:
            highest = guards.marks[1, slot]  # the first of a falling row
            return highest > 0.0 and (highest - equity) / highest >= rule.threshold
    return False


@kernel
def triggered(
    rule: ProtectionRules, guard: Guard, guards: Guards, p: int, symbol: int, time: int, reason: int, profit: float,
    now: int, equity: float,
) -> bool:  # fmt: skip
    """Whether this closed trade begins a pause (`now`: the close at which equity was marked)."""
    scope = symbol if rule.by_symbol == 1 else 0
    if rule.kind == _COOLDOWN:
        return cools(rule, reason, profit)
    if rule.kind == _STOPS:
        return stopped(reason) and profit < 0.0 and count_stop(rule, guards, p, scope, time)
    if rule.kind == _LOW_PROFIT:
        return earned_little(rule, guard, guards, symbol, time)
    if rule.kind == _FALL:
        return fell(rule, guard, guards, now, equity)
    guards.streaks[p, scope] = guards.streaks[p, scope] + 1 if profit < 0.0 else 0
    return guards.streaks[p, scope] >= rule.count


@kernel
def remember_profit(limits: LimitRules, guard: Guard, guards: Guards, symbol: int, time: int, profit: float) -> None:
    """Note what a trade made, and forget those too old to count."""
    size = guards.profits.shape[1]
    while guard.profits > 0 and time - guards.profits[0, guard.profits_first] > limits.profit_ms:
        guard.profits_first = (guard.profits_first + 1) % size
        guard.profits -= 1
    slot = (guard.profits_first + guard.profits) % size
    guards.profits[0, slot] = time
    guards.profits[1, slot] = symbol
    guards.profits[2, slot] = profit
    guard.profits += 1


@kernel
def remember_mark(limits: LimitRules, guard: Guard, guards: Guards, time: int, equity: float) -> None:
    """Note a mark; lower ones before it, and those too old to count, can be no highest any more."""
    size = guards.marks.shape[1]
    while guard.marks > 0 and time - guards.marks[0, guard.marks_first] > limits.fall_ms:
        guard.marks_first = (guard.marks_first + 1) % size
        guard.marks -= 1
    while guard.marks > 0 and guards.marks[1, (guard.marks_first + guard.marks - 1) % size] <= equity:
        guard.marks -= 1
    slot = (guard.marks_first + guard.marks) % size
    guards.marks[0, slot] = time
    guards.marks[1, slot] = equity
    guard.marks += 1


@kernel
def pause_after(
    limits: LimitRules, rules: Column, guard: Guard, guards: Guards, symbol: int, time: int, reason: int,
    profit: float, now: int, equity: float,
) -> None:  # fmt: skip
    """Let every protection see a closed trade."""
    for p in range(limits.protections):
        rule = rules[p]
        if triggered(rule, guard, guards, p, symbol, time, reason, profit, now, equity):
            scope = symbol if rule.by_symbol == 1 else 0
            end = time + rule.pause
            if end > guards.pauses[p, scope]:
                guards.pauses[p, scope] = end


@kernel
def paused_by(limits: LimitRules, rules: Column, guard: Guard, guards: Guards, symbol: int, now: int) -> int:
    """The code of the first protection that pauses entries of the symbol now, or APPROVED."""
    for p in range(limits.protections):
        rule = rules[p]
        end = guards.pauses[p, symbol if rule.by_symbol == 1 else 0]
        if now < end:
            guard.limit = end
            guard.actual = now
            if rule.kind == _COOLDOWN:
                return COOLDOWN
            if rule.kind == _STOPS:
                return STOPS
            if rule.kind == _LOW_PROFIT:
                return LOW_PROFIT
            return FALL if rule.kind == _FALL else LOSSES
    return APPROVED
