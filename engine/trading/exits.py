"""What a close means for an open position: moved levels, and whether its time is up."""

from __future__ import annotations

from ..kernel import kernel
from ..market.steps import on_step
from .book import Position
from .rules import Policy, SideRules
from .trades import ExitReason

BREAKEVEN = int(ExitReason.BREAKEVEN)
TRAIL = int(ExitReason.TRAIL)


@kernel
def tighten(position: Position, side: int, level: float, tick: float, reason: int) -> None:
    """Move the stop to `level` if that is nearer to the market; an unknown level moves nothing."""
    level = on_step(level, tick, side)
    stop = position.stop
    if level == level and (stop != stop or side * (level - stop) > 0.0):
        position.stop = level
        position.stop_reason = reason


@kernel
def move_levels(rules: SideRules, position: Position, high: float, low: float, trail_by: float, tick: float) -> None:
    """Count the candle and set the levels that hold from the next one on."""
    side = 1 if position.quantity > 0.0 else -1
    position.candles += 1
    extreme = high if side > 0 else low
    if side * (extreme - position.best) > 0.0:
        position.best = extreme
    gain = side * (position.best - position.entry_price)
    if rules.breakeven != 0 and gain >= position.breakeven_after:
        tighten(position, side, position.entry_price, tick, BREAKEVEN)
    if rules.trail != 0 and (rules.trail_after == 0 or gain >= position.trail_after):
        tighten(position, side, position.best - side * trail_by, tick, TRAIL)


@kernel
def timed_out(policy: Policy, rules: SideRules, position: Position) -> bool:
    """Whether the position has been held as long as the strategy allows."""
    if rules.time_candles > 0 and position.candles >= rules.time_candles:
        return True
    return rules.time_ms > 0 and position.time + policy.candle_ms - position.entry_time >= rules.time_ms
