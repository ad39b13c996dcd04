"""What the limits of losses let an account do now, and letting it trade again on an operator's word."""

from __future__ import annotations

import math
from dataclasses import dataclass

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


def standing(limits: LimitRules, guard: Guard, equity: float) -> Standing:
    """As of the last close."""
    fallen, lost = fall(guard, equity), day_loss(guard, equity)
    day = guard.until_day == 1 or not fallen >= limits.drawdown
    return Standing(State(int(guard.state)), Decision.DAILY_LOSS if day else Decision.DRAWDOWN, fallen, lost)


def release(guard: Guard, equity: float) -> None:
    """Active again; losses count from this equity on."""
    guard.state = guard.until_day = 0
    guard.high = guard.day_equity = equity
