"""The account's state: what makes it reducing or halted, and when it is active again.

A state changes after the decisions of a close: the entries of that close are refused by the limit itself, later ones by
the state.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .codes import Decision, State
from .columns import Tally
from .guard import Guard
from .limit_rules import LimitRules

ACTIVE, REDUCING, HALTED = int(State.ACTIVE), int(State.REDUCING), int(State.HALTED)
DAILY_LOSS, DRAWDOWN = int(Decision.DAILY_LOSS), int(Decision.DRAWDOWN)
_LONGER_THAN_A_DAY = 26 * 3_600_000
"""A day of 25 hours, where daylight saving ends, is the longest there is."""


@kernel
def record_change(tally: Tally, changes: Column, time: int, state: int, code: int, limit: float, actual: float) -> None:
    """Append a change of state (CHANGE_FIELDS)."""
    k = tally.changed
    changes[k, 0] = time
    changes[k, 1] = state
    changes[k, 2] = code
    changes[k, 3] = limit
    changes[k, 4] = actual
    tally.changed = k + 1


@kernel
def begin_day(guard: Guard, tally: Tally, changes: Column, day: float, time: int, equity: float) -> None:
    """On the first mark of a day (`day`: its number in its month), note the equity; what lasted until then ends."""
    if day == guard.day and time - guard.day_time < _LONGER_THAN_A_DAY:
        return
    guard.day = day
    guard.day_time = time
    guard.day_equity = equity
    if guard.until_day == 1:
        guard.until_day = 0
        guard.state = ACTIVE
        record_change(tally, changes, time, ACTIVE, DAILY_LOSS, math.nan, math.nan)


@kernel
def day_loss(guard: Guard, equity: float) -> float:
    """What the day has lost so far, as a part of the equity it began with."""
    return (guard.day_equity - equity) / guard.day_equity if guard.day_equity > 0.0 else math.nan


@kernel
def fall(guard: Guard, equity: float) -> float:
    """How far equity stands below its highest, as a part of that."""
    return (guard.high - equity) / guard.high


@kernel
def worsen(
    guard: Guard, tally: Tally, changes: Column, time: int, state: int, until_day: int, code: int, limit: float,
    actual: float,
) -> None:  # fmt: skip
    """Change the state one way: to a stricter one, or from one that ends with the day to one that lasts."""
    if state > guard.state or (state == guard.state and until_day < guard.until_day):
        guard.state = state
        guard.until_day = until_day
        record_change(tally, changes, time, state, code, limit, actual)


@kernel
def change_state(limits: LimitRules, guard: Guard, tally: Tally, changes: Column, time: int, equity: float) -> None:
    """What the marks of a close mean for the state from then on."""
    lost = day_loss(guard, equity)
    if limits.daily_then != ACTIVE and not lost < limits.daily_loss:
        worsen(guard, tally, changes, time, limits.daily_then, limits.daily_only, DAILY_LOSS, limits.daily_loss, lost)
    fallen = fall(guard, equity)
    if limits.drawdown_then != ACTIVE and not fallen < limits.drawdown:
        worsen(guard, tally, changes, time, limits.drawdown_then, 0, DRAWDOWN, limits.drawdown, fallen)
    if not fallen < limits.drawdown_halt:
        worsen(guard, tally, changes, time, HALTED, 0, DRAWDOWN, limits.drawdown_halt, fallen)
