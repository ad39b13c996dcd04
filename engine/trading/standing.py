"""What the limits of losses let an account do now, and letting it trade again on an operator's word."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .codes import Decision, State
from .guard import Guard
from .limit_rules import LimitRules
from .states import day_loss, fall


@dataclass(frozen=True, slots=True)
class Standing:
    """`code` is the limit that was broken; `fallen` below the highest equity, `lost` on the day: fractions."""

    state: State
    code: Decision
    fallen: float
    lost: float

    def __str__(self) -> str:
        lost = "" if math.isnan(self.lost) else f", {self.lost:.2%} lost on the day"
        return f"equity stands {max(self.fallen, 0.0):.2%} below its highest{lost}"


@dataclass(frozen=True, slots=True)
class Stood:
    """How an account stood before it begins anew: its highest equity, and what the day of `day_time` (ms UTC; 0: none
    is known) began with, both as multiples of its equity."""

    high: float = 1.0
    day: float = 1.0
    day_time: int = 0


def stood(guard: Guard, equity: float) -> Stood:
    """As of the last close; what has nothing left stands infinitely low."""
    known = guard.day_equity > 0.0
    left = max(equity, 1e-9 * guard.high)
    return Stood(guard.high / left, guard.day_equity / left if known else 1.0, guard.day_time if known else 0)


def go_on(guard: Guard, equity: float, before: Stood, zone: ZoneInfo) -> None:
    """Let an account that begins with this equity know what was lost before."""
    guard.high = equity * before.high
    if before.day_time:
        guard.day, guard.day_time = day_of(before.day_time, zone), before.day_time
        guard.day_equity = equity * before.day


def day_of(ms: int, zone: ZoneInfo) -> float:
    """The day's number in its month, as `Guard.day` has it."""
    return float(datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).day)


def standing(limits: LimitRules, guard: Guard, equity: float) -> Standing:
    """As of the last close."""
    fallen, lost = fall(guard, equity), day_loss(guard, equity)
    day = guard.until_day == 1 or not fallen >= limits.drawdown
    return Standing(State(int(guard.state)), Decision.DAILY_LOSS if day else Decision.DRAWDOWN, fallen, lost)


def release(guard: Guard, equity: float) -> None:
    """Active again; losses count from this equity on."""
    guard.state = guard.until_day = 0
    guard.high = guard.day_equity = equity
