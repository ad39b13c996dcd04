"""What a close means for an open position: moved levels, then exits by rule and by time."""

from __future__ import annotations

from ..kernel import kernel
from ..market.steps import on_step
from .book import Position
from .rules import Policy, SideRules
from .trades import ExitReason

BREAKEVEN = int(ExitReason.BREAKEVEN)
TRAIL = int(ExitReason.TRAIL)
RULE = int(ExitReason.RULE)
TIME = int(ExitReason.TIME)


@kernel
def tighten(position: Position, side: int, level: float, tick: float, reason: int) -> None:
    """Move the stop to `level` if that is nearer to the market; an unknown level moves nothing."""
    level = on_step(level, tick, side)
    stop = position.stop
    if level == level and (stop != stop or side * (level - stop) > 0.0):
        position.stop = level
        position.stop_reason = reason


@kernel
def further(side: int, high: float, low: float, best: float) -> float:
    """The most favourable price after a candle."""
    if side > 0:
        return high if high > best else best
    return low if low < best else best


@kernel
def move_levels(rules: SideRules, position: Position, high: float, low: float, trail_by: float, tick: float) -> None:
    """Count the candle and set the levels that hold from the next one on."""
    side = 1 if position.quantity > 0.0 else -1
    position.candles += 1
    position.best = further(side, high, low, position.best)
    gain = side * (position.best - position.entry_price)
    if rules.breakeven != 0 and gain >= position.breakeven_after:
        tighten(position, side, position.entry_price, tick, BREAKEVEN)
    # A trail distance that is unknown, zero or negative moves nothing, as it would deny an entry.
    if trail_by > 0.0 and rules.trail != 0 and (rules.trail_after == 0 or gain >= position.trail_after):
        tighten(position, side, position.best - side * trail_by, tick, TRAIL)


@kernel
def held_long_enough(policy: Policy, rules: SideRules, position: Position, candles: int, time: int) -> bool:
    """Whether the time exit is due at the close of the candle that opens at `time`, the position's number `candles`."""
    if rules.time_candles > 0 and candles >= rules.time_candles:
        return True
    return rules.time_ms > 0 and time + policy.candle_ms - position.entry_time >= rules.time_ms


@kernel
def exit_at_close(policy: Policy, rules: SideRules, position: Position, ruled: bool) -> int:
    """Why to leave at the next open, 0 for staying; `ruled` is the exit condition at this close."""
    if ruled:
        return RULE
    return TIME if held_long_enough(policy, rules, position, position.candles, position.time) else 0
